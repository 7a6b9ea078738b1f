"""Leaving: what the doctor got is given back, and what cannot be is said."""

from typing import Final

from cli.doctor.places import origin_of
from cli.doctor.steps.client_token import authenticated
from cli.doctor.visit import Registration, Tokens, Visit

STEP: Final = "Leaving"


def leave(visit: Visit) -> None:
    """Revoke the tokens (RFC 7009) and delete the registrations (RFC 7592)."""
    if visit.tokens and not visit.revoked:
        revoke(visit, visit.tokens)
    if visit.tokens and not (visit.revoked and visit.revoked.status == 200):
        visit.remains.append("a grant of the doctor: its tokens cannot be revoked, but expire")
    registered = [walk.registration for walk in visit.walks]
    left = [each for each in (*registered, visit.own) if each and not _deleted(visit, each)]
    if left:
        count = len(left)
        which = "1 registration" if count == 1 else f"{count} registrations"
        visit.remains.append(f"{which} of the doctor, which cannot be deleted here (RFC 7592)")


def revoke(visit: Visit, tokens: Tokens) -> bool:
    """Revoke the refresh token, or the access token if there is no other; whether it worked."""
    endpoint = visit.server.get("revocation_endpoint")
    if not isinstance(endpoint, str):
        return False
    token = tokens.refresh_token or tokens.access_token
    visit.recorder.secrets.learn("token", token)
    headers, form = authenticated(tokens.registration)
    visit.revoked = answer = visit.recorder.ask(
        STEP, "POST", endpoint, headers=headers, form={**form, "token": token}
    )
    return answer.status == 200


def _deleted(visit: Visit, registration: Registration) -> bool:
    if registration.exchange is None:
        return True
    url = registration.answer.get("registration_client_uri")
    token = registration.answer.get("registration_access_token")
    if not isinstance(url, str) or not isinstance(token, str):
        return False
    # the answer of a server is no reason to send a DELETE to another
    if origin_of(url) != origin_of(registration.exchange.url):
        return False
    headers = {"authorization": f"Bearer {token}"}
    return visit.recorder.ask(STEP, "DELETE", url, headers=headers).status == 204
