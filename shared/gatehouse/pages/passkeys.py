"""The passkeys of a person, as the account page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from gatehouse.signin.passkeys.passkey import LONGEST_NAME, Passkey


@dataclass(frozen=True, slots=True)
class PasskeyLine:
    """One of them, in words. `last_used` is None if it was not."""

    passkey_id: str
    name: str
    added: str
    last_used: str | None


@dataclass(frozen=True, slots=True)
class PasskeySection:
    """All of them, and what may be done.

    `creation` is what the script asks the browser for, as JSON; None where no further passkey may
    be added.
    """

    passkeys: Sequence[PasskeyLine]
    creation: str | None
    is_asked_after_password: bool
    longest_name: int = LONGEST_NAME

    @property
    def suggested_name(self) -> str:
        """What the next one is called unless the person says otherwise."""
        return f"Passkey {len(self.passkeys) + 1}"


def passkey_line(passkey: Passkey) -> PasskeyLine:
    """A passkey in words."""
    used = passkey.last_used_at
    return PasskeyLine(
        passkey.passkey_id,
        passkey.name,
        _day(passkey.created_at),
        None if used is None else _day(used),
    )


def _day(seconds: int) -> str:
    day = datetime.fromtimestamp(seconds, UTC)
    return f"{day.day} {day:%B %Y}"
