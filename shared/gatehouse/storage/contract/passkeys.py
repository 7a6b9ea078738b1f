"""What storage promises of passkeys."""

from collections.abc import Sequence
from typing import Protocol

from gatehouse.signin.passkeys.passkey import Passkey
from gatehouse.signin.pending import PendingSignIn
from gatehouse.signin.people import Person


class PasskeyStore(Protocol):
    """Passkeys, and what people chose about them.

    Whatever takes a `Person` changes them only if they have the same passkeys as when they were
    read, and returns whether it did, unless it says otherwise.
    """

    def add(self, passkey: Passkey) -> bool:
        """Keep a new passkey; False if its credential is known. It counts once it is listed."""

    def get(self, passkey_id: str) -> Passkey | None:
        """The passkey, if there is one."""

    def get_all(self, passkey_ids: Sequence[str]) -> list[Passkey]:
        """Those of them that are there, in any order."""

    def note_use(self, passkey: Passkey, sign_count: int, *, backed_up: bool, now: int) -> bool:
        """Write down a use; False if there was another since `passkey` was read, or it is gone."""

    def remove(self, passkey_id: str) -> None:
        """Forget a passkey that is listed no more."""

    def list_for(self, person: Person, passkey_ids: tuple[str, ...]) -> bool:
        """Replace the passkeys that count for a person.

        With none left there has to be a password, for which no passkey is asked any more.
        """

    def unlist_all(self, person: Person) -> bool:
        """Have none count for a person, whatever else they have; for the operator."""

    def ask_after_password(self, person: Person, *, asked: bool) -> bool:
        """Whether a passkey is asked for after the person's password, from now on."""

    def remove_password(self, person: Person) -> Person | None:
        """Leave the person without a password and end their sessions, in one step.

        Returns the person afterwards; None if their password may be another one by now.
        """


class PendingSignInStore(Protocol):
    """Who has given a password and still has to show a passkey."""

    def add(self, pending: PendingSignIn) -> None:
        """Keep it."""

    def get(self, pending_hash: str) -> PendingSignIn | None:
        """What is kept, if anything; it may have expired."""

    def finish(self, pending_hash: str) -> bool:
        """Forget it; False if there was nothing to forget."""
