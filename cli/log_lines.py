"""Request lines of the functions' logs, from the local stack's file or from CloudWatch Logs."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from gatehouse.errors import GatehouseError

if TYPE_CHECKING:
    from cli.deployed_stack import DeployedStack

_STATE: Final = Path(__file__).parents[1] / ".local"
_LOG_GROUP: Final = "AWS::Logs::LogGroup"


# The members of a line that are read as they stand.
_MEMBERS: Final = ("route", "status", "connection", "client_id", "outcome", "reason", "request_id")


class NoLog(GatehouseError):
    """There is no log to read; the message says where it was looked for."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one request's line tells."""

    at: datetime
    route: str
    status: int
    connection: str
    client_id: str
    outcome: str
    reason: str
    request_id: str
    failures: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The line in `text`; None for whatever else functions and Lambda write."""
        try:
            told: dict[str, Any] = json.loads(text)
            at, failures = datetime.fromisoformat(told["timestamp"]), told.get("failures", ())
            return cls(at=at, failures=tuple(failures), **{name: told[name] for name in _MEMBERS})
        except (ValueError, KeyError, TypeError):
            return None


def local_lines(port: int) -> list[Line]:
    """What the local stack on `port` logged, the oldest first. Raises `NoLog`."""
    file = _STATE / str(port) / "functions.log"
    try:
        with file.open(errors="replace") as texts:
            return _in_order(texts)
    except OSError:
        raise NoLog(f"no stack has run on port {port}: there is no {file}") from None


def deployed_lines(
    stack: "DeployedStack", *, connection: str | None, since: datetime
) -> list[Line]:
    """What a deployed stack logged, the oldest first; only one connection's if it is named."""
    # a term that a log event holds as it stands, in JSON or not
    pattern = f'"{connection or "connection"}"'
    groups = stack.physical_ids(_LOG_GROUP)
    return _in_order(
        text for group in groups for text in stack.log_events(group, pattern, since=since)
    )


def _in_order(texts: Iterable[str]) -> list[Line]:
    return sorted(_parsed(texts), key=lambda line: line.at)


def _parsed(texts: Iterable[str]) -> Iterator[Line]:
    for text in texts:
        line = Line.parse(text)
        if line is not None:
            yield line
