"""Which route a request takes.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html: the most
specific route wins, a full match before a variable before a greedy variable, then `$default`.
That a method wins over ANY only among routes of one path is reported, not documented.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from local.declared import Route

_VARIABLE: Final = re.compile(r"\{([^}+]+)(\+?)\}")
_LITERAL, _SEGMENT, _GREEDY, _DEFAULT = range(4)


@dataclass(frozen=True, slots=True)
class Match:
    """A route and the values of its path variables."""

    route: Route
    path_parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Candidate:
    route: Route
    method: str
    pattern: re.Pattern[str]
    specificity: tuple[list[int], bool]


class Routes:
    """The route table of an API."""

    def __init__(self, routes: Iterable[Route]) -> None:
        candidates = [_candidate(route) for route in routes]
        self._candidates = sorted(candidates, key=lambda candidate: candidate.specificity)

    def match(self, method: str, path: str) -> Match | None:
        """The route for a request; `path` is decoded."""
        for candidate in self._candidates:
            if candidate.method in (method, "ANY"):
                match = candidate.pattern.fullmatch(path)
                if match:
                    names = _VARIABLE.findall(candidate.route.key)
                    values = zip((name for name, _ in names), match.groups(), strict=True)
                    return Match(candidate.route, dict(values))
        return None


def _candidate(route: Route) -> _Candidate:
    if route.key == "$default":
        return _Candidate(route, "ANY", re.compile(r".*", re.DOTALL), ([_DEFAULT], True))
    method, path = route.key.split(" ", 1)
    segments = [_segment(segment) for segment in path.split("/")]
    pattern = re.compile("/".join(expression for expression, _ in segments), re.DOTALL)
    kinds = [kind for _, kind in segments]
    return _Candidate(route, method, pattern, (kinds, method == "ANY"))


def _segment(segment: str) -> tuple[str, int]:
    variable = _VARIABLE.fullmatch(segment)
    if variable is None:
        return re.escape(segment), _LITERAL
    return ("(.+)", _GREEDY) if variable[2] else ("([^/]+)", _SEGMENT)
