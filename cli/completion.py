"""`gatehouse completion`: what has a shell complete the command's words."""

import argparse
from typing import TYPE_CHECKING, Final

from cli.exits import DONE

if TYPE_CHECKING:
    from cli.arguments import Subparsers

_SHELLS: Final = ("bash", "zsh")


def declare(subjects: "Subparsers") -> None:
    """Add the command."""
    completion = subjects.add_parser("completion", help="print the completion for a shell")
    completion.add_argument("shell", choices=_SHELLS)
    completion.set_defaults(run=_completion)


def _completion(chosen: argparse.Namespace) -> int:
    import shtab

    from cli.main import new_parser

    print(shtab.complete(new_parser(), shell=chosen.shell))
    return DONE
