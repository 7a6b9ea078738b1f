"""What the doctor prints at the end, and the report that it writes."""

from pathlib import Path

from cli.doctor.report.as_json import as_json
from cli.doctor.report.outcome import Outcome
from cli.doctor.report.page import as_page
from cli.doctor.report.text import verdict
from cli.exits import CommandError


class NotWritten(CommandError):
    """The report could not be written; the message says where, and why."""


def tell(outcome: Outcome, *, json: bool, html: Path | None) -> None:
    """Print the verdict, or all as JSON; then write the report, if one is asked for.

    Raises `NotWritten`.
    """
    print(as_json(outcome) if json else "\n".join(verdict(outcome)))
    if html:
        try:
            html.write_text(as_page(outcome), encoding="utf-8")
        except OSError as error:
            raise NotWritten(f"{html} cannot be written: {error.strerror}") from None
