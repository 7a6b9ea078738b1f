"""The `gatehouse` command: its subcommands, and how it ends."""

import argparse
import os
import sys
from collections.abc import Sequence

from cli import completion, first_run, grants, keys, resource_servers, timeline
from cli.clients import command as clients
from cli.doctor import command as doctor
from cli.doctor.masking import plain
from cli.exits import DONE, FAILED, INTERRUPTED, CommandError
from cli.users import command as users
from gatehouse import __version__
from gatehouse.errors import GatehouseError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code, of those in `cli.exits`."""
    chosen = new_parser().parse_args(arguments)
    try:
        code = int(chosen.run(chosen))
        sys.stdout.flush()
        return code
    except GatehouseError as error:
        print(f"gatehouse: {plain(error)}", file=sys.stderr)
        return error.exit_code if isinstance(error, CommandError) else FAILED
    except BrokenPipeError:
        # whoever read has seen enough; nor may the interpreter complain at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return INTERRUPTED


def new_parser() -> argparse.ArgumentParser:
    """Every argument there is."""
    parser = argparse.ArgumentParser(
        prog="gatehouse", description="Run a Gatehouse stack, in AWS or on this machine."
    )
    parser.add_argument("--version", action="version", version=f"gatehouse {__version__}")
    subjects = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in (
        first_run,
        users,
        clients,
        grants,
        keys,
        timeline,
        doctor,
        resource_servers,
        completion,
    ):
        command.declare(subjects)
    return parser
