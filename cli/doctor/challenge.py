"""The `WWW-Authenticate` header of a refusal (RFC 9110 section 11.6.1, RFC 6750 section 3)."""

import re
from dataclasses import dataclass
from typing import Final

_PARAMETER: Final = re.compile(r'([A-Za-z_][\w-]*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_BEARER: Final = re.compile(r"(?:^|,)\s*bearer(?:\s+|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Challenge:
    """A Bearer challenge: its parameters in order, repeated ones too."""

    parameters: tuple[tuple[str, str], ...]

    def values(self, name: str) -> list[str]:
        """Every value of a parameter."""
        return [value for each, value in self.parameters if each.lower() == name]

    def first(self, name: str) -> str:
        """The first value of a parameter; empty if there is none."""
        return next(iter(self.values(name)), "")


def read_challenge(header: str) -> Challenge | None:
    """The Bearer challenge in a header, if there is one."""
    match = _BEARER.search(header)
    if match is None:
        return None
    found = _PARAMETER.finditer(header, match.end())
    return Challenge(
        tuple((each[1], re.sub(r"\\(.)", r"\1", each[2] or "") or each[3] or "") for each in found)
    )
