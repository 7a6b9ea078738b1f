"""The account page: what is shown, and what each button does."""

from typing import Final

from gatehouse.http.account.connections import CONNECTION_STEPS, shown_connections
from gatehouse.http.account.passkeys import PASSKEY_STEPS, passkey_section
from gatehouse.http.account.problem import AccountProblem
from gatehouse.http.account.purpose import PURPOSE
from gatehouse.http.page_response import page_response
from gatehouse.http.provider_steps import sign_out_everywhere
from gatehouse.http.response import Response, redirect_response
from gatehouse.http.sign_in_steps import show_sign_in
from gatehouse.http.visit import Visit
from gatehouse.http.ways_in import WAYS_IN
from gatehouse.pages.render import account_page
from gatehouse.parameters import Parameters
from gatehouse.signin.passkeys.choices import NotPossible
from gatehouse.signin.people import Person

# Seconds after signing in for which a person may change how they sign in: whoever finds a browser
# that is signed in cannot make themselves a way to come back.
_RECENT: Final = 900


def show(visit: Visit) -> Response:
    """The page of whoever is signed in; the form to sign in for anybody else."""
    signed_in = visit.signed_in()
    return show_sign_in(visit) if signed_in is None else show_account(visit, signed_in[1])


def take_step(visit: Visit, form: Parameters) -> Response:
    """Do what the pressed button asks for."""
    match form.get("step"):
        case str(step) if step in WAYS_IN:
            return WAYS_IN[step](visit, form)
        case "sign-out":
            return sign_out_everywhere(visit, form, purpose=PURPOSE)
        case str(step) if step in CONNECTION_STEPS:
            return CONNECTION_STEPS[step](visit, form)
        case str(step) if step in PASSKEY_STEPS:
            return _change_how_to_sign_in(visit, form, step)
    return visit.refuse_form()


def show_account(
    visit: Visit, person: Person, *, problem: AccountProblem | None = None
) -> Response:
    """The page itself; with what was in the way, if something was."""
    page = account_page(
        server_name=visit.settings.server_name,
        email=person.email,
        action=visit.url,
        csrf=visit.csrf_token(visit.session_cookie or "", PURPOSE),
        problem=str(problem) if problem else None,
        connections=shown_connections(visit, person.subject),
        passkeys=passkey_section(visit, person),
    )
    if problem:
        return page_response(page, status=400, outcome=problem.outcome, reason=problem.reason)
    return page_response(page, outcome="account_shown")


def _change_how_to_sign_in(visit: Visit, form: Parameters, step: str) -> Response:
    signed_in = visit.signed_in()
    if signed_in is None:
        return show_sign_in(visit)
    if not visit.is_ours(form, visit.session_cookie, PURPOSE):
        return visit.refuse_form()
    session, person = signed_in
    try:
        if session.created_at + _RECENT <= visit.now:
            raise AccountProblem(
                "You signed in a while ago. To change how you sign in, sign out and sign in again.",
                outcome="sign_in_not_recent",
            )
        outcome = PASSKEY_STEPS[step](visit, person, form)
    except NotPossible as impossible:
        return show_account(visit, person, problem=AccountProblem(str(impossible)))
    except AccountProblem as problem:
        return show_account(visit, person, problem=problem)
    return redirect_response(visit.url, outcome=outcome)
