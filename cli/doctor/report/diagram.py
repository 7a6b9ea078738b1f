"""The sequence diagram of what was really exchanged: where each arrow goes, and what it says."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from cli.doctor.exchange import Exchange
from cli.doctor.places import RESOURCE
from cli.doctor.steps import authorization

_COLUMNS: Final = ("Browser", "Client", "MCP server", "Authorization server")
_FIRST, _STEP, _TOP, _ROW = 70, 240, 60, 46
_LONGEST: Final = 34
_NAMED: Final = re.compile(r'"method": "([^"]+)"|grant_type=([a-z_]+)')


@dataclass(frozen=True)
class Arrow:
    """One line of the diagram, in SVG's units; `kind` is `sent`, `good`, `refused` or `failed`."""

    number: int
    start: int
    end: int
    y: int
    says: str
    kind: str

    @property
    def middle(self) -> int:
        """Where the text stands."""
        return (self.start + self.end) // 2


@dataclass(frozen=True)
class Diagram:
    """Who takes part and what went between them, from top to bottom."""

    title: str
    arrows: tuple[Arrow, ...]
    participants: tuple[tuple[str, int], ...]
    width: int
    height: int


def diagram_of(title: str, exchanges: list[Exchange], mcp_url: str) -> Diagram:
    """The diagram of some exchanges, each a request and its answer."""
    arrows: list[Arrow] = []
    for row, exchange in enumerate(exchanges):
        y = _TOP + row * _ROW + 28
        start, end = _ends(exchange, mcp_url)
        says = _short(f"{exchange.number}. {_what(exchange)}")
        arrows.append(Arrow(exchange.number, start, end, y, says, "sent"))
        if exchange.client != "the browser":
            said = str(exchange.status or exchange.failure)
            arrows.append(Arrow(exchange.number, end, start, y + 20, _short(said), _kind(exchange)))
    participants = tuple((name, _x(index)) for index, name in enumerate(_COLUMNS))
    height = _TOP + len(exchanges) * _ROW + 30
    return Diagram(title, tuple(arrows), participants, _x(len(_COLUMNS) - 1) + _STEP // 2, height)


def _ends(exchange: Exchange, mcp_url: str) -> tuple[int, int]:
    if exchange.client == "the browser":
        return _x(0), _x(1)
    start = 0 if exchange.step == authorization.STEP else 1
    path = urlsplit(exchange.url).path
    of_mcp = exchange.url.rstrip("/") == mcp_url.rstrip("/") or path.startswith(RESOURCE)
    return _x(start), _x(2 if of_mcp else 3)


def _what(exchange: Exchange) -> str:
    """The MCP method or the grant, which say more than the path; else the path."""
    named = _NAMED.search(exchange.sent_body)
    if named:
        return named[1] or named[2]
    return f"{exchange.method} {urlsplit(exchange.url).path or '/'}"


def _kind(exchange: Exchange) -> str:
    if exchange.status is None:
        return "failed"
    return "refused" if exchange.status >= 400 else "good"


def _x(column: int) -> int:
    return _FIRST + column * _STEP


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
