"""Who signs in by a passkey: of a passkey that verified its person, nothing else is asked."""

from typing import TYPE_CHECKING

from gatehouse.signin.passkeys.ceremony import Ceremony
from gatehouse.signin.passkeys.passkey import Passkey, PasskeyRefused, passkey_id
from gatehouse.signin.passkeys.use_once import use_up
from gatehouse.signin.people import Person

if TYPE_CHECKING:
    from gatehouse.signin.passkeys.answers import Assertion
    from gatehouse.storage.contract.grants import ReplayStore
    from gatehouse.storage.contract.passkeys import PasskeyStore
    from gatehouse.storage.contract.people import PeopleStore


def find_person_by_passkey(
    answer: str,
    ceremony: Ceremony,
    *,
    subject: str | None = None,
    passkeys: "PasskeyStore",
    people: "PeopleStore",
    replays: "ReplayStore",
) -> Person:
    """The person whose passkey signed the challenge of this ceremony. Raises `PasskeyRefused`.

    `subject` is who has to be the one, where a password was asked before.
    """
    from gatehouse.signin.passkeys.answers import Assertion

    assertion = Assertion(answer)
    passkey = passkeys.get(passkey_id(assertion.credential_id))
    if passkey is None:
        raise PasskeyRefused("nobody has this passkey")
    person = _owner(passkey, people)
    _require_handle(assertion, passkey, subject)
    assertion.require_signed(passkey, ceremony)
    _require_consistent(assertion, passkey)
    use_up(assertion.challenge, ceremony, replays=replays)
    _note_use(assertion, passkey, ceremony.now, passkeys)
    return person


def _owner(passkey: Passkey, people: "PeopleStore") -> Person:
    person = people.find(passkey.email)
    if person is None or person.subject != passkey.subject:
        raise PasskeyRefused("its person is gone")
    if passkey.passkey_id not in person.passkeys:
        raise PasskeyRefused("its person has removed it")
    if person.disabled_at is not None:
        raise PasskeyRefused("its person is disabled")
    return person


def _require_handle(assertion: "Assertion", passkey: Passkey, subject: str | None) -> None:
    if subject is not None and passkey.subject != subject:
        raise PasskeyRefused("the passkey is another person's")
    # WebAuthn section 7.2, step 6: an authenticator that was told of no credential has to say whose
    # this one is, and whoever says it has to be right
    if assertion.user_handle is None and subject is not None:
        return
    if assertion.user_handle != passkey.subject.encode():
        raise PasskeyRefused("the user handle is not that of the passkey's person")


def _require_consistent(assertion: "Assertion", passkey: Passkey) -> None:
    data = assertion.data
    # WebAuthn section 7.2, steps 18 and 19: what may be copied to other devices stays so
    if data.is_backup_eligible() != passkey.backup_eligible:
        raise PasskeyRefused("the passkey says otherwise than before whether it may be backed up")
    if data.is_backed_up() and not passkey.backup_eligible:
        raise PasskeyRefused("the passkey is backed up, which it may not be")
    # step 22: a counter that does not go up is that of a copy; passkeys of clouds have none
    if (data.counter or passkey.sign_count) and data.counter <= passkey.sign_count:
        raise PasskeyRefused("the signature counter has not gone up, as that of a copy")


def _note_use(assertion: "Assertion", passkey: Passkey, now: int, passkeys: "PasskeyStore") -> None:
    data = assertion.data
    if not passkeys.note_use(passkey, data.counter, backed_up=data.is_backed_up(), now=now):
        raise PasskeyRefused("the passkey was used or removed meanwhile")
