"""The passkeys of a person on their account page: what is shown, and what each button does."""

import json
from collections.abc import Callable, Mapping
from typing import Final

from gatehouse.http.account.problem import AccountProblem
from gatehouse.http.visit import Visit
from gatehouse.pages.passkeys import PasskeySection, passkey_line
from gatehouse.parameters import Parameters
from gatehouse.signin.passkeys import choices
from gatehouse.signin.passkeys.ceremony import Ceremony
from gatehouse.signin.passkeys.options import creation_options
from gatehouse.signin.passkeys.passkey import MOST_PASSKEYS, PasskeyRefused
from gatehouse.signin.passkeys.registration import add_passkey, may_have_passkeys
from gatehouse.signin.people import Person


def passkey_section(visit: Visit, person: Person) -> PasskeySection | None:
    """What the page shows; None for people whom somebody else signs in."""
    if not may_have_passkeys(person):
        return None
    theirs = choices.passkeys_of(person, visit.stores.passkeys)
    creation = creation_options(
        person, theirs, _ceremony(visit), server_name=visit.settings.server_name
    )
    return PasskeySection(
        [passkey_line(each) for each in theirs],
        json.dumps(creation) if len(person.passkeys) < MOST_PASSKEYS else None,
        has_password=person.password_hash is not None and visit.stores.providers.password_sign_in,
        is_asked_after_password=person.password_needs_passkey,
    )


def _add(visit: Visit, person: Person, form: Parameters) -> str:
    try:
        add_passkey(
            form.get("passkey") or "",
            person,
            _ceremony(visit),
            name=form.get("name") or "",
            passkeys=visit.stores.passkeys,
            replays=visit.stores.replays,
        )
    except PasskeyRefused as refused:
        raise AccountProblem(
            "That passkey could not be added. Please try again.",
            outcome="passkey_not_added",
            reason=str(refused),
        ) from None
    return "passkey_added"


def _remove(visit: Visit, person: Person, form: Parameters) -> str:
    choices.remove_passkey(person, form.get("passkey_id") or "", visit.stores.passkeys)
    return "passkey_removed"


def _ask(visit: Visit, person: Person, form: Parameters) -> str:
    choices.ask_after_password(person, visit.stores.passkeys, asked=True)
    return "second_factor_asked_for"


def _do_not_ask(visit: Visit, person: Person, form: Parameters) -> str:
    choices.ask_after_password(person, visit.stores.passkeys, asked=False)
    return "second_factor_given_up"


def _remove_password(visit: Visit, person: Person, form: Parameters) -> str:
    choices.remove_password(person, visit.stores.passkeys)
    return "password_removed"


# Each does what its button says, and returns the outcome. Raises `AccountProblem`, `NotPossible`.
PASSKEY_STEPS: Final[Mapping[str, Callable[[Visit, Person, Parameters], str]]] = {
    "add-passkey": _add,
    "remove-passkey": _remove,
    "ask-passkey": _ask,
    "ask-no-passkey": _do_not_ask,
    "remove-password": _remove_password,
}


def _ceremony(visit: Visit) -> Ceremony:
    return visit.ceremony(visit.session_cookie or "", "passkey registration")
