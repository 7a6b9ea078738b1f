"""What the arguments of many subcommands have in common."""

import argparse
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cli.stack import Stack

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]
    Run = Callable[[argparse.Namespace], int]

STACK_VARIABLE: Final = "GATEHOUSE_STACK"
_LOCAL_PORT: Final = 3000


def add_subject(subjects: "Subparsers", name: str, *, says: str) -> "Subparsers":
    """A subject such as `users`; what it returns takes its verbs."""
    parser = subjects.add_parser(name, help=says, description=says)
    return parser.add_subparsers(required=True, metavar="VERB")


def add_verb(
    verbs: "Subparsers", name: str, run: "Run", *, says: str, asks: bool = False
) -> argparse.ArgumentParser:
    """A subcommand that `run` runs, with what all have. `asks` is for one that wants to be sure."""
    parser = verbs.add_parser(name, help=says, description=says)
    add_where(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    if asks:
        parser.add_argument("--yes", action="store_true", help="do it without asking")
    parser.set_defaults(run=run)
    return parser


def add_where(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """Which stack: `--stack NAME` or `--local [PORT]`."""
    default = os.environ.get(STACK_VARIABLE) or None
    where = parser.add_mutually_exclusive_group(required=required and default is None)
    where.add_argument(
        "--stack",
        default=default,
        metavar="NAME",
        help=f"the name of the CloudFormation stack (${STACK_VARIABLE})",
    )
    where.add_argument(
        "--local",
        nargs="?",
        type=_port,
        const=_LOCAL_PORT,
        metavar="PORT",
        help=f"the local stack on that port ({_LOCAL_PORT})",
    )


def open_stack(chosen: argparse.Namespace) -> "Stack":
    """The stack that was chosen, for a `with` block."""
    # loaded here: completion and help need neither boto3 nor the local stack
    if chosen.local is not None:
        from cli.local_stack import LocalStack

        return LocalStack(chosen.local)
    from cli.deployed_stack import DeployedStack

    return DeployedStack(chosen.stack)


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(
            f"{text} is no port; write --local last, or as --local={_LOCAL_PORT}"
        )
    return int(text)
