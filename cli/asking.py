"""What is asked of whoever sits at the terminal."""

import argparse
import getpass
import sys

from cli.doctor.masking import plain
from cli.exits import CommandError, Misused


class NotConfirmed(CommandError):
    """Whoever was asked did not mean it."""


def confirm(chosen: argparse.Namespace, question: str, *, answer: str = "yes") -> None:
    """Return if it is meant: if `answer` is typed, or was given as `--yes`.

    Raises `NotConfirmed`, and `Misused` where nobody can be asked.
    """
    if chosen.yes:
        return
    if not sys.stdin.isatty():
        raise Misused(f"{question} There is no terminal to ask at: say --yes if it is meant.")
    # on stderr, as what is printed on stdout may be JSON
    print(f"{plain(question)}\nType {plain(answer)} to confirm: ", end="", file=sys.stderr)
    sys.stderr.flush()
    if sys.stdin.readline().strip() != answer:
        raise NotConfirmed("that was not the answer, so nothing was changed")


def read_password() -> str:
    """A new password: typed twice, or the first line of stdin. It is never an argument."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Password: ", stream=sys.stderr)
    if getpass.getpass("The same again: ", stream=sys.stderr) != password:
        raise NotConfirmed("the two passwords differ, so nothing was changed")
    return password
