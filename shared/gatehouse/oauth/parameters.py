"""Request parameters, of a query or of a form."""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final
from urllib.parse import parse_qsl, urlencode

from gatehouse.errors import InvalidRequest

_MOST_FIELDS: Final = 100
_PLAIN_NAME: Final = re.compile(r"[a-z_]{1,32}")


class Parameters:
    """The parameters of one request: empty means absent, and repeated is an error when read."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._pairs = tuple(pairs)

    @classmethod
    def parse(cls, encoded: str) -> "Parameters":
        """Read `application/x-www-form-urlencoded`; raises `InvalidRequest` for what is not."""
        try:
            return cls(
                parse_qsl(
                    encoded, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
                )
            )
        except (UnicodeDecodeError, ValueError):
            raise InvalidRequest("The parameters cannot be decoded") from None

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._pairs)

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a parameter that may be repeated.

        RFC 6749 section 3.1: a parameter without a value counts as left out.
        """
        return tuple(value for key, value in self._pairs if key == name and value)

    def get(self, name: str) -> str | None:
        """The value of `name`; None if it is absent or empty.

        Raises `InvalidRequest` if it is repeated (RFC 6749 section 3.1).
        """
        values = self.all(name)
        if len(values) > 1:
            shown = name if _PLAIN_NAME.fullmatch(name) else "A parameter"
            raise InvalidRequest(f"{shown} is repeated")
        return values[0] if values else None

    def require(self, name: str) -> str:
        """The value of `name`; raises `InvalidRequest` if it is absent, empty or repeated."""
        value = self.get(name)
        if value is None:
            raise InvalidRequest(f"{name} is required")
        return value

    def require_single(self, *, repeatable: Collection[str]) -> None:
        """Raise `InvalidRequest` for a parameter sent twice (RFC 6749 section 3.1)."""
        for name, _ in self._pairs:
            if name not in repeatable:
                self.get(name)

    def replaced(self, name: str, value: str) -> "Parameters":
        """The same parameters, `name` with another value, or without it if `value` is empty."""
        pairs = [(key, value if key == name else old) for key, old in self._pairs]
        return Parameters((key, each) for key, each in pairs if key != name or each)

    def encode(self) -> str:
        """The same parameters as a query string."""
        return urlencode(self._pairs)
