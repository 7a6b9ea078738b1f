"""The account page's section of connected clients: what is shown, and what ends them."""

from typing import Final

from gatehouse.http.account.purpose import PURPOSE
from gatehouse.http.account.section import Steps
from gatehouse.http.page_response import page_response
from gatehouse.http.response import Response, redirect_response
from gatehouse.http.visit import Visit
from gatehouse.oauth.connections import Connections, connections_of
from gatehouse.oauth.ending import MOST_AT_ONCE, Ending
from gatehouse.pages.render import end_all_page
from gatehouse.parameters import Parameters
from gatehouse.signin.sessions import SignedIn


def shown_connections(visit: Visit, subject: str) -> Connections:
    """The connections of whoever is signed in."""
    return connections_of(
        subject,
        grants=visit.stores.grants,
        clients=visit.stores.clients,
        scopes=visit.settings.policy.scopes,
        now=visit.now,
    )


def _end_connection(visit: Visit, signed_in: SignedIn, form: Parameters) -> Response:
    """End what the person at the browser allowed one client.

    Grants are looked for among the person's own: whatever client the form names, nothing of
    anybody else's is found.
    """
    client_id = form.get("client") or ""
    ended = _ending(visit).end_connection(signed_in.person.subject, client_id)
    if not ended:  # in another tab, most likely
        return redirect_response(visit.url, outcome="nothing_to_end")
    visit.request.story.is_about(client_id)
    return redirect_response(visit.url, outcome="connection_ended")


def _ask_end_all(visit: Visit, signed_in: SignedIn, form: Parameters) -> Response:
    """The page that asks whether all is meant to end."""
    page = end_all_page(
        server_name=visit.settings.server_name,
        action=visit.url,
        csrf=visit.csrf_token(visit.session_cookie or "", PURPOSE),
    )
    return page_response(page, outcome="end_all_shown")


def _end_all(visit: Visit, signed_in: SignedIn, form: Parameters) -> Response:
    """End what the person at the browser allowed any client."""
    ended = _ending(visit).end_all_of_person(signed_in.person.subject)
    return redirect_response(visit.url, outcome="all_ended" if ended else "nothing_to_end")


def _ending(visit: Visit) -> Ending:
    return Ending(visit.stores.grants, visit.stores.consents, visit.now, most=MOST_AT_ONCE)


CONNECTION_STEPS: Final[Steps] = {
    "end-connection": _end_connection,
    "ask-end-all": _ask_end_all,
    "end-all": _end_all,
}
