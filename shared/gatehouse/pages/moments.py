"""Times as a page shows them to people wherever they are: in UTC, and in words."""

from datetime import UTC, datetime
from typing import Final, NamedTuple

# not strftime's, which are in the language of the machine
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)


class Moment(NamedTuple):
    """A time for `<time datetime>` (HTML section 4.5.14), and in words."""

    datetime: str
    words: str


def moment(seconds: int) -> Moment:
    """The moment of those epoch seconds: `25 November 2026, 14:05 UTC`."""
    at = datetime.fromtimestamp(seconds, UTC)
    words = f"{at.day} {_MONTHS[at.month - 1]} {at.year}, {at:%H:%M} UTC"
    return Moment(f"{at:%Y-%m-%dT%H:%MZ}", words)
