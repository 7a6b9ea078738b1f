"""What the functions' logs tell of requests: the local stack's file, or CloudWatch Logs."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from cli.exits import CommandError

if TYPE_CHECKING:
    from cli.deployed_stack import DeployedStack

_STATE: Final = Path(__file__).parents[1] / ".local"
_LOG_GROUP: Final = "AWS::Logs::LogGroup"

# The members of a line that are read as they stand.
_MEMBERS: Final = ("route", "status", "connection", "client_id", "outcome", "reason", "request_id")

# What Lambda writes of a function that it stopped, or that ended.
_LAMBDAS_TERMS: Final = ("Task timed out after", "Runtime exited")
_OF_LAMBDA: Final = re.compile(f"({'|'.join(_LAMBDAS_TERMS)})[^\\n]*")


class NoLog(CommandError):
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


@dataclass(frozen=True, slots=True)
class Unanswered:
    """What Lambda said of a function that was stopped or ended: its request has no line.

    Nothing tells whose request it was. `where` is the function, or its log group.
    """

    at: datetime
    where: str
    said: str

    @classmethod
    def of_lambda(cls, at: datetime, group: str, text: str) -> Self | None:
        """From a line of a log group; None if it is of anything else."""
        said = _OF_LAMBDA.search(text)
        return cls(at, group, said[0]) if said else None

    @classmethod
    def of_local_stack(cls, text: str) -> Self | None:
        """From a line of the local stack's log; None if it is of anything else."""
        try:
            told = json.loads(text)
            at = datetime.fromisoformat(told["timestamp"])
            return cls(at, told["function_name"], told["message"])
        except (ValueError, KeyError, TypeError):
            return None


class Log(NamedTuple):
    """What was read, each the oldest first."""

    lines: Sequence[Line]
    unanswered: Sequence[Unanswered]


def local_log(port: int) -> Log:
    """What the local stack on `port` logged. Raises `NoLog`."""
    file = _STATE / str(port) / "functions.log"
    try:
        with file.open(errors="replace") as texts:
            return _log(Line.parse(text) or Unanswered.of_local_stack(text) for text in texts)
    except OSError:
        raise NoLog(f"no stack has run on port {port}: PORT={port} make local starts one") from None


def deployed_log(stack: "DeployedStack", *, connection: str | None, since: datetime) -> Log:
    """What a deployed stack logged; of the lines only one connection's if it is named."""
    # terms of which one is enough, that a log event holds as it stands, in JSON or not
    terms = (connection or "connection", *_LAMBDAS_TERMS)
    pattern = " ".join(f'?"{term}"' for term in terms)
    return _log(
        Line.parse(text) or Unanswered.of_lambda(at, group, text)
        for group in stack.physical_ids(_LOG_GROUP)
        for at, text in stack.log_events(group, pattern, since=since)
    )


def _log(entries: Iterable[Line | Unanswered | None]) -> Log:
    known = sorted((entry for entry in entries if entry), key=lambda entry: entry.at)
    lines = [entry for entry in known if isinstance(entry, Line)]
    return Log(lines, [entry for entry in known if isinstance(entry, Unanswered)])
