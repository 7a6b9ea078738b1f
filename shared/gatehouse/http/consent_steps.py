"""The steps of one authorization request in which the person at the browser allows it or not."""

from typing import Final

from gatehouse.errors import AccessDenied, ConsentRequired, InteractionRequired
from gatehouse.http.interaction import Interaction
from gatehouse.http.page_response import page_response
from gatehouse.http.request import Request
from gatehouse.http.response import Response, redirect_response
from gatehouse.oauth.clients.redirect_uris import display_host, goes_to_this_computer
from gatehouse.oauth.code_issuing import issue_code
from gatehouse.oauth.consent import ConsentMemory, is_local_client, recall, remember, use_again
from gatehouse.oauth.secret_values import new_identifier
from gatehouse.pages.render import consent_page
from gatehouse.parameters import Parameters
from gatehouse.signin.sessions import BrowserSession

# How browsers say so, the older ones in their own words.
_FETCHED_AHEAD: Final = (
    ("sec-purpose", "prefetch"),
    ("purpose", "prefetch"),
    ("x-purpose", "preview"),
    ("x-moz", "prefetch"),
)


def ask_for_consent(interaction: Interaction, session: BrowserSession) -> Response:
    """The consent page; or the code at once, where all of it was allowed before and may be."""
    memory = _memory(interaction, session)
    if memory.covers_request and _may_go_ahead(interaction):
        grant_id = new_identifier()
        if use_again(memory, grant_id, consents=interaction.consents):
            return _send_code(interaction, session, grant_id, outcome="consent_remembered")
    if "none" in interaction.authorization.prompts:
        return interaction.back_to_client(
            InteractionRequired("The person has to confirm this on a page")
            if memory.covers_request
            else ConsentRequired("The person did not allow this before")
        )
    return _show_consent(interaction, session, memory)


def allow(interaction: Interaction, form: Parameters) -> Response:
    """Remember the consent, and send the client its code."""
    session = interaction.visit.session()
    # The session may have ended while the page was open: sign in, and be asked again
    if session is None:
        return redirect_response(interaction.visit.url, outcome="session_ended")
    if not interaction.visit.is_ours(form, interaction.visit.session_cookie, "consent"):
        return interaction.visit.refuse_form()
    grant_id = new_identifier()
    remember(_memory(interaction, session), grant_id, consents=interaction.consents)
    return _send_code(interaction, session, grant_id, outcome="code_issued")


def deny(interaction: Interaction, form: Parameters) -> Response:
    """Forget whatever the person allowed this client before, and tell the client."""
    if not interaction.visit.is_ours(form, interaction.visit.session_cookie, "consent"):
        return interaction.visit.refuse_form()
    session = interaction.visit.session()
    if session:
        client = interaction.authorization.client
        interaction.consents.forget(session.subject, client.client_id)
    return interaction.back_to_client(AccessDenied("The person did not allow the access"))


def _may_go_ahead(interaction: Interaction) -> bool:
    """Whether this request is one that a remembered consent answers without a page."""
    authorization = interaction.authorization
    # OpenID Connect Core section 3.1.2.1: these ask for a page, whatever was allowed before
    if authorization.prompts & {"consent", "select_account"}:
        return False
    # RFC 8252 section 8.6: any program on the computer can pass itself off as this client, so it
    # gets nothing that the person does not confirm
    if goes_to_this_computer(authorization.destination.redirect_uri):
        return False
    return _is_a_visit(interaction.visit.request)


def _is_a_visit(request: Request) -> bool:
    """Whether a person goes there, as far as the browser says (the Fetch Metadata headers).

    What a page of a sibling host has fetched as a picture or a frame is none, nor is what the
    browser fetches ahead.
    """
    headers = request.headers
    is_ahead = any(word in headers.get(name, "").lower() for name, word in _FETCHED_AHEAD)
    return headers.get("sec-fetch-dest", "document") == "document" and not is_ahead


def _memory(interaction: Interaction, session: BrowserSession) -> ConsentMemory:
    return recall(
        interaction.authorization,
        session.subject,
        consents=interaction.consents,
        grants=interaction.grants,
        policy=interaction.policy,
        now=interaction.now,
    )


def _show_consent(
    interaction: Interaction, session: BrowserSession, memory: ConsentMemory
) -> Response:
    authorization = interaction.authorization
    client, redirect_uri = authorization.client, authorization.destination.redirect_uri
    page = consent_page(
        server_name=interaction.visit.settings.server_name,
        client_name=client.name,
        client_domain=client.domain,
        is_local_client=is_local_client(authorization),
        redirect_host=display_host(redirect_uri),
        goes_to_this_computer=goes_to_this_computer(redirect_uri),
        resource=" ".join(authorization.resources),
        scopes=memory.permissions.new,
        allowed_before=memory.permissions.allowed_before,
        email=session.email,
        action=interaction.visit.url,
        csrf=interaction.visit.csrf_token(interaction.visit.session_cookie or "", "consent"),
    )
    return page_response(page, outcome="consent_shown")


def _send_code(
    interaction: Interaction, session: BrowserSession, grant_id: str, *, outcome: str
) -> Response:
    code = issue_code(
        interaction.authorization,
        grant_id=grant_id,
        subject=session.subject,
        email=session.email,
        clients=interaction.clients,
        grants=interaction.grants,
        policy=interaction.policy,
        now=interaction.now,
        story=interaction.visit.request.story,
    )
    destination = interaction.authorization.destination
    location = destination.success(code, issuer=interaction.visit.request.issuer)
    return redirect_response(location, outcome=outcome)
