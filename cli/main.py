"""The arguments of the `gatehouse` command."""

import argparse
import sys
from collections.abc import Sequence

from cli.clients import declare as declare_clients
from cli.doctor.command import declare as declare_doctor
from cli.passkeys import forget_passkeys_of
from cli.resource_servers import add_resource_server
from cli.timeline import read_duration, show_deployed, show_local
from cli.users import add_user
from gatehouse.errors import GatehouseError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0, 1 for a failure, 2 for wrong arguments."""
    parser = argparse.ArgumentParser(prog="gatehouse", description="Run a Gatehouse stack.")
    subjects = parser.add_subparsers(required=True, metavar="COMMAND")
    users = subjects.add_parser("users", help="the people who can sign in")
    verbs = users.add_subparsers(required=True, metavar="VERB")
    add = verbs.add_parser(
        "add", help="add a person; the password is asked for, or read from stdin"
    )
    add.add_argument("email")
    add.add_argument("--stack", required=True, help="the name of the CloudFormation stack")
    add.set_defaults(run=lambda chosen: add_user(chosen.email, stack=chosen.stack))
    forget = verbs.add_parser(
        "forget-passkeys", help="for somebody who has lost theirs: ask them for none any more"
    )
    forget.add_argument("email")
    forget.add_argument("--stack", required=True, help="the name of the CloudFormation stack")
    forget.set_defaults(run=lambda chosen: forget_passkeys_of(chosen.email, stack=chosen.stack))
    clients = subjects.add_parser("clients", help="clients that you add yourself")
    declare_clients(clients.add_subparsers(required=True, metavar="VERB"))
    _add_resource_servers(subjects)
    _add_timeline(subjects)
    declare_doctor(subjects)
    chosen = parser.parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except GatehouseError as error:
        print(f"gatehouse: {error}", file=sys.stderr)
        return 1


def _add_resource_servers(subjects: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    servers = subjects.add_parser("resource-servers", help="the servers that may introspect tokens")
    verbs = servers.add_subparsers(required=True, metavar="VERB")
    add = verbs.add_parser("add", help="register one; its credentials are printed, once")
    add.add_argument("resource", nargs="+", help="the URL of a protected resource that it serves")
    add.add_argument("--name", default="Resource server", help="what the stack's owner calls it")
    add.add_argument("--stack", required=True, help="the name of the CloudFormation stack")
    add.set_defaults(
        run=lambda chosen: add_resource_server(
            chosen.resource, name=chosen.name, stack=chosen.stack
        )
    )


def _add_timeline(subjects: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    timeline = subjects.add_parser(
        "timeline", help="what became of a connection, a line a step; without one, of each"
    )
    timeline.add_argument(
        "connection", nargs="?", help="the connection's id in the log, or the client's id"
    )
    where = timeline.add_mutually_exclusive_group(required=True)
    where.add_argument("--local", type=int, metavar="PORT", help="the local stack on that port")
    where.add_argument("--stack", help="the name of the CloudFormation stack")
    timeline.add_argument(
        "--since",
        type=read_duration,
        default="1d",
        metavar="1h",
        help="how far to look back in a deployed stack's logs: 30m, 1h, 7d (1d)",
    )
    timeline.set_defaults(run=_show_timeline)


def _show_timeline(chosen: argparse.Namespace) -> int:
    if chosen.stack is None:
        return show_local(chosen.local, chosen.connection)
    return show_deployed(chosen.stack, chosen.connection, since=chosen.since)
