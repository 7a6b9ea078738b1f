"""`gatehouse timeline`: what became of a connection."""

import argparse
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from cli.arguments import add_verb
from cli.exits import DONE, NotFound
from cli.log_lines import Line, Log, deployed_log, local_log
from cli.printing import print_facts
from cli.progress import busy
from cli.verdict import doubt, verdict
from cli.words import told
from gatehouse.story import connection_id

if TYPE_CHECKING:
    from cli.arguments import Subparsers

_CONNECTION: Final = re.compile(r"[0-9a-f]{12}")
_DURATION: Final = re.compile(r"([1-9][0-9]{0,4})([mhd])")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}


class NoSuchConnection(NotFound):
    """The log does not tell of that connection."""


def declare(subjects: "Subparsers") -> None:
    """Add the command."""
    timeline = add_verb(
        subjects,
        "timeline",
        _timeline,
        says="what became of a connection, a line a step; without one, of each",
    )
    timeline.add_argument(
        "connection", nargs="?", help="the connection's id in the log, or the client's id"
    )
    timeline.add_argument(
        "--since",
        type=read_duration,
        default="1d",
        metavar="1h",
        help="how far to look back in a deployed stack's logs: 30m, 1h, 7d (1d)",
    )


def _timeline(chosen: argparse.Namespace) -> int:
    connection = _connection(chosen.connection)
    log, now = _read(chosen, connection), datetime.now(UTC)
    if connection is None:
        _print_all(chosen, log, now)
    else:
        _print_story(chosen, log, connection, now)
    return DONE


def _read(chosen: argparse.Namespace, connection: str | None) -> Log:
    if chosen.local is not None:
        return local_log(chosen.local)
    from cli.deployed_stack import DeployedStack

    with DeployedStack(chosen.stack) as stack, busy("Reading logs"):
        start = datetime.now(UTC) - chosen.since
        return deployed_log(stack, connection=connection, since=start)


def read_duration(text: str) -> timedelta:
    """`30m`, `1h` or `7d`."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text} is no duration like 30m, 1h or 7d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def _connection(named: str | None) -> str | None:
    # our client ids are longer
    return named if named is None or _CONNECTION.fullmatch(named) else connection_id(named)


def _print_story(chosen: argparse.Namespace, log: Log, connection: str, now: datetime) -> None:
    ours = [line for line in log.lines if line.connection == connection]
    if not ours:
        raise NoSuchConnection(f"the log does not tell of {chosen.connection}")
    client_id = next((line.client_id for line in ours if line.client_id), None)
    doubts = doubt([each for each in log.unanswered if each.at >= ours[-1].at])
    found = f"{verdict(ours, now=now)}{doubts}"
    facts = {"connection": connection, "client_id": client_id, "verdict": found}
    routes = max(len(line.route) for line in ours)
    outcomes = max(len(line.outcome) for line in ours)
    steps = [
        f"{_time(line)}  {line.route:<{routes}}  {line.outcome:<{outcomes}}  {told(line)}"
        for line in ours
    ]
    head = f"Connection {connection}, client {client_id or 'not registered'}"
    print_facts(
        chosen,
        {**facts, "steps": [_step(line) for line in ours]},
        *(head, "", *steps, "", f"Verdict: {found}"),
    )


def _print_all(chosen: argparse.Namespace, log: Log, now: datetime) -> None:
    connections: dict[str, list[Line]] = {}
    for line in log.lines:
        connections.setdefault(line.connection, []).append(line)
    strangers = len(connections.pop("", ()))
    found = {name: verdict(ours, now=now) for name, ours in connections.items()}
    listed = [f"{each}  since {_time(connections[each][0])}  {found[each]}" for each in found]
    if strangers:
        listed.append(f"{strangers} requests name no connection: discovery, calls without a token.")
    if log.unanswered:
        listed.append(f"{len(log.unanswered)} requests have no line: their function was stopped.")
    facts = [
        {"connection": each, "since": _seconds(connections[each][0]), "verdict": found[each]}
        for each in found
    ]
    print_facts(chosen, facts, *(listed if connections else ["No connection yet.", *listed]))


def _step(line: Line) -> dict[str, Any]:
    return {
        "at": _seconds(line),
        "route": line.route,
        "status": line.status,
        "outcome": line.outcome,
        "reason": line.reason,
        "request_id": line.request_id,
        "told": told(line),
    }


def _seconds(line: Line) -> int:
    return int(line.at.timestamp())


def _time(line: Line) -> str:
    return f"{line.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"
