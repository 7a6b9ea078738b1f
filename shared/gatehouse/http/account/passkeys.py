"""The passkeys of a person on their account page: what is shown, and what each button does."""

import json
from collections.abc import Callable
from typing import Final

from gatehouse.http.account.problem import AccountProblem
from gatehouse.http.account.section import Steps, require_recent
from gatehouse.http.response import Response, redirect_response
from gatehouse.http.visit import Visit
from gatehouse.pages.passkeys import PasskeySection, passkey_line
from gatehouse.parameters import Parameters
from gatehouse.signin.passkeys import choices
from gatehouse.signin.passkeys.ceremony import Ceremony
from gatehouse.signin.passkeys.options import creation_options
from gatehouse.signin.passkeys.passkey import MOST_PASSKEYS, PasskeyRefused
from gatehouse.signin.passkeys.registration import add_passkey, may_have_passkeys
from gatehouse.signin.people import Person
from gatehouse.signin.sessions import SignedIn


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


def _soon_after_sign_in(
    change: Callable[[Visit, Person, Parameters], str],
) -> Callable[[Visit, SignedIn, Parameters], Response]:
    """The step that makes a change, which returns its outcome, if the sign-in was just now."""

    def step(visit: Visit, signed_in: SignedIn, form: Parameters) -> Response:
        require_recent(signed_in.session, now=visit.now)
        try:
            outcome = change(visit, signed_in.person, form)
        except choices.NotPossible as impossible:
            raise AccountProblem(str(impossible)) from None
        return redirect_response(visit.url, outcome=outcome)

    return step


PASSKEY_STEPS: Final[Steps] = {
    "add-passkey": _soon_after_sign_in(_add),
    "remove-passkey": _soon_after_sign_in(_remove),
    "ask-passkey": _soon_after_sign_in(_ask),
    "ask-no-passkey": _soon_after_sign_in(_do_not_ask),
}


def _ceremony(visit: Visit) -> Ceremony:
    return visit.ceremony(visit.session_cookie or "", "passkey registration")
