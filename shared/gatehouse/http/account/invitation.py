"""The page behind a link that the operator handed out: it sets a password and signs in."""

from typing import Final

from gatehouse.http.cookies import set_cookie
from gatehouse.http.page_response import page_response, problem_page
from gatehouse.http.response import Response, redirect_response
from gatehouse.http.sign_in_steps import let_in
from gatehouse.http.visit import BROWSER_COOKIE, OUT_OF_DATE, Visit
from gatehouse.oauth.secret_values import new_secret
from gatehouse.pages.render import invitation_page
from gatehouse.parameters import Parameters
from gatehouse.signin.invitations import Invitation, Kind, accept_invitation, find_invitation
from gatehouse.signin.password_rule import IN_WORDS, UnfitPassword

_PURPOSE: Final = "invitation"
_ACCOUNT: Final = "/account"
# the URL is the secret
_NO_REFERRER: Final = {"referrer-policy": "no-referrer"}
_OUTCOMES: Final = {Kind.INVITATION: "invitation_used", Kind.RESET: "password_reset"}


def show_invitation(visit: Visit) -> Response:
    """The form of a link that works. Changes nothing: mail programs and previews fetch links."""
    if not visit.stores.providers.password_sign_in:
        return _passwords_off(visit)
    invitation = _invitation(visit)
    return _form(visit, invitation) if invitation else _dead_link(visit)


def take_invitation(visit: Visit, form: Parameters) -> Response:
    """Set the password, use the link up, and go on to the account.

    Whoever wants a passkey asked for after it signs in there first.
    """
    if not visit.stores.providers.password_sign_in:
        return _passwords_off(visit)
    invitation = _invitation(visit)
    return _take(visit, invitation, form) if invitation else _dead_link(visit)


def _take(visit: Visit, invitation: Invitation, form: Parameters) -> Response:
    if form.get("step") != "set-password" or not visit.is_ours(
        form, visit.browser_cookie, _PURPOSE
    ):
        return _form(visit, invitation, problem=OUT_OF_DATE)
    stores = visit.stores
    try:
        person = accept_invitation(
            invitation,
            form.get("new-password") or "",
            people=stores.people,
            invitations=stores.invitations,
            now=visit.now,
        )
    except UnfitPassword as error:
        return _form(visit, invitation, problem=str(error))
    if person is None:
        return _dead_link(visit)
    outcome = _OUTCOMES[invitation.kind]
    # a link is no way around the passkey: it stands for the password alone
    if person.owes_passkey:
        return redirect_response(_ACCOUNT, outcome=outcome)
    return let_in(visit, person, _ACCOUNT, outcome=outcome)


def _invitation(visit: Visit) -> Invitation | None:
    code = visit.parameters.get("code") or ""
    return find_invitation(code, invitations=visit.stores.invitations, now=visit.now)


def _form(visit: Visit, invitation: Invitation, *, problem: str | None = None) -> Response:
    cookie = visit.browser_cookie or new_secret()
    page = invitation_page(
        server_name=visit.settings.server_name,
        email=invitation.email,
        is_reset=invitation.kind is Kind.RESET,
        password_rule=IN_WORDS,
        action=visit.url,
        csrf=visit.csrf_token(cookie, _PURPOSE),
        problem=problem,
    )
    outcome = "password_refused" if problem else "invitation_shown"
    status = 400 if problem else 200
    response = page_response(page, status=status, outcome=outcome, further=_NO_REFERRER)
    return response.with_cookie(set_cookie(visit.request, BROWSER_COOKIE, cookie))


def _passwords_off(visit: Visit) -> Response:
    """One page for every link while a password lets nobody in: none is looked at, nor used up."""
    return problem_page(
        403,
        server_name=visit.settings.server_name,
        title="There are no passwords here",
        message="This link sets a password, and this server accepts none.",
        advice=("Sign in another way, or ask whoever sent you the link.",),
        way_back=_ACCOUNT,
        outcome="passwords_off",
        further=_NO_REFERRER,
    )


def _dead_link(visit: Visit) -> Response:
    """One page for links that were used, are over, were replaced or never were."""
    return problem_page(
        410,
        server_name=visit.settings.server_name,
        title="This link does not work",
        message="A link like this works once, for a few days, and a newer one replaces it.",
        advice=("Ask whoever sent it to you for a new one.",),
        outcome="invitation_refused",
        further=_NO_REFERRER,
    )
