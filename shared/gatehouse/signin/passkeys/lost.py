"""What the operator does for a person who has lost their passkeys."""

from typing import TYPE_CHECKING

from gatehouse.signin.people import Person, canonical_email

if TYPE_CHECKING:
    from gatehouse.storage.contract.passkeys import PasskeyStore
    from gatehouse.storage.contract.people import PeopleStore


def forget_passkeys(
    email: str, *, passkeys: "PasskeyStore", people: "PeopleStore"
) -> Person | None:
    """Have no passkey of a person count any more, nor be asked for after their password.

    Returns them as they were; None if there is no such person, or they changed meanwhile.
    """
    person = people.find(canonical_email(email))
    if person is None or not passkeys.unlist_all(person):
        return None
    for passkey_id in person.passkeys:
        passkeys.remove(passkey_id)
    return person
