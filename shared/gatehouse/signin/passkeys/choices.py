"""What a person chooses about their passkeys. Each is one write, which finds what was read.

So of two changes that meet one is made, and nobody ends up without any way to sign in.
"""

from typing import TYPE_CHECKING

from gatehouse.signin.passkeys.passkey import Passkey
from gatehouse.signin.people import Person
from gatehouse.signin.sessions import BrowserSession

if TYPE_CHECKING:
    from gatehouse.storage.contract.passkeys import PasskeyStore
    from gatehouse.storage.contract.people import PeopleStore


class NotPossible(Exception):
    """What a person asked for cannot be; the message tells them why."""


_CHANGED = "How you sign in was changed meanwhile. Look again, and try once more."


def passkeys_of(person: Person, passkeys: "PasskeyStore") -> list[Passkey]:
    """Theirs, the oldest first."""
    found = passkeys.get_all(person.passkeys) if person.passkeys else []
    return sorted(found, key=lambda each: (each.created_at, each.passkey_id))


def remove_passkey(person: Person, passkey_id: str, passkeys: "PasskeyStore") -> None:
    """Take one away; what was removed before is removed. Raises `NotPossible`."""
    left = tuple(each for each in person.passkeys if each != passkey_id)
    if left == person.passkeys:
        return
    if not left and person.password_hash is None:
        raise NotPossible(
            "This is your only way to sign in. Add another passkey before you remove this one."
        )
    if not passkeys.list_for(person, left):
        raise NotPossible(_CHANGED)
    passkeys.remove(passkey_id)


def ask_after_password(person: Person, passkeys: "PasskeyStore", *, asked: bool) -> None:
    """Have a passkey asked for after the password, or not. Raises `NotPossible`."""
    if not person.passkeys:
        raise NotPossible("Add a passkey first.")
    if not passkeys.ask_after_password(person, asked=asked):
        raise NotPossible(_CHANGED)


def remove_password(
    person: Person, session: BrowserSession, *, passkeys: "PasskeyStore", people: "PeopleStore"
) -> None:
    """Leave passkeys as the only way in. Raises `NotPossible`.

    Like another password, it signs out every browser of theirs but that of `session`.
    """
    if not person.passkeys:
        raise NotPossible("Add a passkey first, or you could not sign in any more.")
    changed = passkeys.remove_password(person)
    if changed is None:
        raise NotPossible(_CHANGED)
    # not written anew: a session that another tab ended meanwhile stays ended
    people.keep_session(session.session_hash, generation=changed.generation)
