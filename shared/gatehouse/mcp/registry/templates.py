"""URI templates (RFC 6570), read backwards: which values make this URI of that template?

Understood are `{name}`, which stands for one segment, `{+name}`, which may hold slashes, and
`{?name,other}` at the end, whose values may be missing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import unquote_to_bytes

_EXPRESSION: Final = re.compile(r"\{([^{}]*)\}")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# RFC 6570 section 3.2.2: a comma would part two values of a list, and is encoded within one
_UNRESERVED: Final = r"[A-Za-z0-9._~%!$'()*+;=:@-]"
_WITH_SLASHES: Final = _UNRESERVED.replace("[", "[/&,", 1)
# Literals between two variables: one that a segment could hold, and one that ends no `{+name}`
_BETWEEN: Final = re.compile(rf"({_UNRESERVED}+)\{{(?!\?)")
_LOOSE: Final = re.compile(r"\{\+\w+\}[^/{][^{]*\{(?!\?)")


@dataclass(frozen=True)
class UriTemplate:
    """One template. Raises `ValueError` when it is read, for what is not understood."""

    text: str

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The variables, in their order."""
        return tuple(name for _, names in self._expressions for name in names)

    def match(self, uri: str) -> Mapping[str, str] | None:
        """The variables' values, or None if the URI is not of this template.

        A value in the path never leads elsewhere: none begins at a root or has a segment `.` or
        `..`, and that of `{name}` has no slash, however it was written. Those in the query are
        whatever was sent.
        """
        path, _, query = uri.partition("?") if self._query else (uri, "", "")
        found = self._pattern.fullmatch(path)
        if found is None:
            return None
        given = {name: _decoded(value) for name, value in found.groupdict().items()}
        given |= self._queried(query)
        values = {name: value for name, value in given.items() if value is not None}
        whole = len(values) == len(given)
        return values if whole and all(map(self._is_safe, values.items())) else None

    @cached_property
    def _expressions(self) -> list[tuple[str, tuple[str, ...]]]:
        found = []
        for inner in _EXPRESSION.findall(self.text):
            operator = inner[0] if inner[:1] in ("+", "?") else ""
            names = tuple(inner[len(operator) :].split(","))
            if not all(map(_NAME.fullmatch, names)) or (operator != "?" and len(names) > 1):
                raise ValueError(f"{{{inner}}} is not understood in the template {self.text}")
            found.append((operator, names))
        self._require_readable(found)
        return found

    def _require_readable(self, found: list[tuple[str, tuple[str, ...]]]) -> None:
        names = [name for _, each in found for name in each]
        if len(set(names)) < len(names):
            raise ValueError(f"a variable occurs twice in the template {self.text}")
        if re.search(r"[{}]", _EXPRESSION.sub("", self.text)):
            raise ValueError(f"a brace has no partner in the template {self.text}")
        # what stands side by side could be parted anywhere
        if "}{" in self.text.replace("}{?", ""):
            raise ValueError(f"two variables touch in the template {self.text}")
        if sum(operator == "+" for operator, _ in found) > 1 or _LOOSE.search(self.text):
            raise ValueError(f"{{+name}} ends nowhere in the template {self.text}")
        if any(operator == "?" for operator, _ in found[:-1]) or (
            found and found[-1][0] == "?" and not self.text.endswith("}")
        ):
            raise ValueError(f"the query must be the end of the template {self.text}")

    @cached_property
    def _query(self) -> tuple[str, ...]:
        operator, names = self._expressions[-1] if self._expressions else ("", ())
        return names if operator == "?" else ()

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        written = ""
        end = 0
        expressions = iter(self._expressions)
        for found in _EXPRESSION.finditer(self.text):
            operator, names = next(expressions)
            written += re.escape(self.text[end : found.start()])
            end = found.end()
            allowed = self._allowed(end) if not operator else _WITH_SLASHES
            written += "" if operator == "?" else f"(?P<{names[0]}>{allowed}+)"
        return re.compile(written + re.escape(self.text[end:]))

    def _allowed(self, end: int) -> str:
        """What a `{name}` that ends there may hold: not what parts it from the next one.

        Else a URI could be parted in many ways, and a long one would take minutes.
        """
        between = _BETWEEN.match(self.text, end)
        return f"(?:(?!{re.escape(between[1][0])}){_UNRESERVED})" if between else _UNRESERVED

    def _queried(self, query: str) -> dict[str, str | None]:
        pairs = [pair.partition("=") for pair in query.split("&") if pair]
        if any(name not in self._query for name, _, _ in pairs):
            return {"": None}
        return {name: _decoded(value) for name, _, value in pairs}

    def _is_safe(self, pair: tuple[str, str]) -> bool:
        name, value = pair
        if name in self._query:
            return True
        segments = re.split(r"[/\\]", value)
        if len(segments) > 1 and not segments[0]:
            return False
        plain = ("", (name,)) in self._expressions
        return (
            not ({".", ".."} & set(segments))
            and "\0" not in value
            and not (plain and len(segments) > 1)
        )


def _decoded(value: str) -> str | None:
    # a stray percent sign, or bytes that are no UTF-8, are in no URI that a template makes
    if re.search(r"%(?![0-9A-Fa-f]{2})", value):
        return None
    try:
        return unquote_to_bytes(value).decode()
    except UnicodeDecodeError:
        return None
