"""`gatehouse timeline`: what became of a connection."""

import argparse
import re
from datetime import UTC, datetime, timedelta
from typing import Final

from cli.deployed_stack import DeployedStack
from cli.log_lines import Line, Log, deployed_log, local_log
from cli.verdict import doubt, verdict
from cli.words import told
from gatehouse.errors import GatehouseError
from gatehouse.oauth.story import connection_id

_CONNECTION: Final = re.compile(r"[0-9a-f]{12}")
_DURATION: Final = re.compile(r"([1-9][0-9]{0,4})([mhd])")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}


class NoSuchConnection(GatehouseError):
    """The log does not tell of that connection."""


def show_local(port: int, named: str | None) -> int:
    """Print the story of a connection to the local stack, or a line for each connection."""
    return _show(local_log(port), _connection(named))


def show_deployed(stack: str, named: str | None, *, since: timedelta) -> int:
    """The same for a deployed stack."""
    connection = _connection(named)
    with DeployedStack(stack) as deployed:
        start = datetime.now(UTC) - since
        return _show(deployed_log(deployed, connection=connection, since=start), connection)


def read_duration(text: str) -> timedelta:
    """`30m`, `1h` or `7d`."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text} is no duration like 30m, 1h or 7d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def _connection(named: str | None) -> str | None:
    # our client ids are longer
    return named if named is None or _CONNECTION.fullmatch(named) else connection_id(named)


def _show(log: Log, connection: str | None) -> int:
    now = datetime.now(UTC)
    print("\n".join(_list(log, now) if connection is None else _story(log, connection, now)))
    return 0


def _story(log: Log, connection: str, now: datetime) -> list[str]:
    ours = [line for line in log.lines if line.connection == connection]
    if not ours:
        raise NoSuchConnection(f"the log does not tell of the connection {connection}")
    client_id = next((line.client_id for line in ours if line.client_id), "not registered")
    steps = [f"{_time(line)}  {line.route:<23}  {line.outcome:<20}  {told(line)}" for line in ours]
    head = f"Connection {connection}, client {client_id}"
    doubts = doubt([each for each in log.unanswered if each.at >= ours[-1].at])
    return [head, "", *steps, "", f"Verdict: {verdict(ours, now=now)}{doubts}"]


def _list(log: Log, now: datetime) -> list[str]:
    connections: dict[str, list[Line]] = {}
    for line in log.lines:
        connections.setdefault(line.connection, []).append(line)
    strangers = len(connections.pop("", ()))
    listed = [
        f"{name}  since {_time(ours[0])}  {verdict(ours, now=now)}"
        for name, ours in connections.items()
    ]
    if strangers:
        listed.append(f"{strangers} requests name no connection: discovery, calls without a token.")
    if log.unanswered:
        listed.append(f"{len(log.unanswered)} requests have no line: their function was stopped.")
    return listed if connections else ["No connection yet.", *listed]


def _time(line: Line) -> str:
    return f"{line.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"
