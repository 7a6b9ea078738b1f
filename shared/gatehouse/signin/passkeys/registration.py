"""Adding a passkey to a person."""

from typing import TYPE_CHECKING

from gatehouse.signin.passkeys.ceremony import Ceremony
from gatehouse.signin.passkeys.passkey import (
    MOST_PASSKEYS,
    Passkey,
    PasskeyRefused,
    passkey_id,
    passkey_name,
)
from gatehouse.signin.passkeys.use_once import use_up
from gatehouse.signin.people import Person

if TYPE_CHECKING:
    from gatehouse.storage.contract.grants import ReplayStore
    from gatehouse.storage.contract.passkeys import PasskeyStore


def may_have_passkeys(person: Person) -> bool:
    """Whether a person may add one: those of the built-in directory alone.

    Whom somebody else signs in has neither password nor passkey, and must not outlive their
    account there.
    """
    return person.password_hash is not None or bool(person.passkeys)


def add_passkey(
    answer: str,
    person: Person,
    ceremony: Ceremony,
    *,
    name: str,
    passkeys: "PasskeyStore",
    replays: "ReplayStore",
) -> Passkey:
    """Give a person the passkey that their authenticator has made. Raises `PasskeyRefused`."""
    from gatehouse.signin.passkeys.answers import checked_registration

    if not may_have_passkeys(person):
        raise PasskeyRefused("somebody else signs this person in")
    if len(person.passkeys) >= MOST_PASSKEYS:
        raise PasskeyRefused("the person has as many passkeys as one can have")
    made = checked_registration(answer, ceremony)
    use_up(made.challenge, ceremony, replays=replays)
    passkey = Passkey(
        passkey_id(made.credential_id),
        made.credential_id,
        person.subject,
        person.email,
        made.public_key,
        made.sign_count,
        made.backup_eligible,
        made.backed_up,
        made.transports,
        passkey_name(name),
        created_at=ceremony.now,
    )
    # WebAuthn section 7.1, step 26: nobody gets a credential that somebody has
    if not passkeys.add(passkey):
        raise PasskeyRefused("somebody has this credential already")
    if not passkeys.list_for(person, (*person.passkeys, passkey.passkey_id)):
        passkeys.remove(passkey.passkey_id)
        raise PasskeyRefused("the person has changed meanwhile")
    return passkey
