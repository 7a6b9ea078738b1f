"""The account page: what is shown, and what each button does."""

from gatehouse.http.account.page import show_account
from gatehouse.http.account.password import change_password
from gatehouse.http.account.purpose import PURPOSE
from gatehouse.http.account.sessions import end_others, end_session
from gatehouse.http.response import Response
from gatehouse.http.sign_in_steps import show_sign_in, sign_in, sign_out
from gatehouse.http.visit import Visit
from gatehouse.parameters import Parameters


def show(visit: Visit) -> Response:
    """The page of whoever is signed in; the form to sign in for anybody else."""
    session = visit.session()
    return show_sign_in(visit) if session is None else show_account(visit, session)


def take_step(visit: Visit, form: Parameters) -> Response:
    """Do what the pressed button asks for."""
    match form.get("step"):
        case "sign-in":
            return sign_in(visit, form)
        case "sign-out":
            return sign_out(visit, form, purpose=PURPOSE)
        case "change-password":
            return change_password(visit, form)
        case "end-session":
            return end_session(visit, form)
        case "end-other-sessions":
            return end_others(visit, form)
    return visit.refuse_form()
