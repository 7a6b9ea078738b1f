"""What the doctor says of a stack, for a command that has more to say."""

import argparse
from typing import TYPE_CHECKING

from cli.doctor.command import declare, examine
from cli.exits import CommandError
from cli.progress import busy

if TYPE_CHECKING:
    from cli.doctor.report.outcome import Outcome


class NoAnswer(CommandError):
    """Nothing answers there; the message says what was tried."""


def examined(url: str) -> "Outcome":
    """All that can be looked at without a person. Raises `NoAnswer`."""
    from cli.doctor.walk import NotReachable

    parser = argparse.ArgumentParser()
    declare(parser.add_subparsers())
    # as JSON: it says nothing while it walks
    chosen = parser.parse_args(["doctor", url, "--no-sign-in", "--no-browser", "--json"])
    try:
        with busy(f"The doctor looks at {url}"):
            return examine(chosen, _nobody)
    except NotReachable as error:
        raise NoAnswer(
            f"{url} does not answer: {error}. A host that is new may take a few minutes"
        ) from None


def _nobody(url: str) -> None:
    raise AssertionError("nobody was to sign in")
