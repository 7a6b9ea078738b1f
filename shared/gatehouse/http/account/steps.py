"""The account page: what is shown, and what each button does."""

from typing import Final

from gatehouse.http.account.connections import CONNECTION_STEPS
from gatehouse.http.account.page import show_account
from gatehouse.http.account.passkeys import PASSKEY_STEPS
from gatehouse.http.account.password import PASSWORD_STEPS
from gatehouse.http.account.problem import AccountProblem
from gatehouse.http.account.purpose import PURPOSE
from gatehouse.http.account.section import Steps
from gatehouse.http.account.sessions import SESSION_STEPS
from gatehouse.http.provider_steps import sign_out_everywhere
from gatehouse.http.response import Response, redirect_response
from gatehouse.http.sign_in_steps import show_sign_in
from gatehouse.http.visit import Visit
from gatehouse.http.ways_in import WAYS_IN
from gatehouse.parameters import Parameters

_OF_SECTIONS: Final[Steps] = {
    **CONNECTION_STEPS,
    **PASSKEY_STEPS,
    **PASSWORD_STEPS,
    **SESSION_STEPS,
}


def show(visit: Visit) -> Response:
    """The page of whoever is signed in; the form to sign in for anybody else."""
    signed_in = visit.signed_in()
    return show_sign_in(visit) if signed_in is None else show_account(visit, signed_in)


def take_step(visit: Visit, form: Parameters) -> Response:
    """Do what the pressed button asks for."""
    match form.get("step"):
        case str(step) if step in WAYS_IN:
            return WAYS_IN[step](visit, form)
        case "sign-out":
            return sign_out_everywhere(visit, form, purpose=PURPOSE)
        case str(step) if step in _OF_SECTIONS:
            return _take_step_of_section(visit, form, step)
    return visit.refuse_form()


def _take_step_of_section(visit: Visit, form: Parameters, step: str) -> Response:
    if not visit.is_ours(form, visit.session_cookie, PURPOSE):
        return visit.refuse_form()
    signed_in = visit.signed_in()
    if signed_in is None:
        return redirect_response(visit.url, outcome="session_ended")
    try:
        return _OF_SECTIONS[step](visit, signed_in, form)
    except AccountProblem as problem:
        return show_account(visit, signed_in, problem=problem)
