"""The arguments of the `gatehouse` command."""

import argparse
import sys
from collections.abc import Sequence

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
    chosen = parser.parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except GatehouseError as error:
        print(f"gatehouse: {error}", file=sys.stderr)
        return 1
