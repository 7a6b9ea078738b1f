"""The steps of one authorization request that say who is at the browser."""

from gatehouse.http.cookies import clear_cookie, set_cookie
from gatehouse.http.interaction import BROWSER_COOKIE, SESSION_COOKIE, Interaction
from gatehouse.http.page_response import page_response
from gatehouse.http.response import Response, redirect_response
from gatehouse.oauth.parameters import Parameters
from gatehouse.oauth.secret_values import digest, new_secret
from gatehouse.pages.render import sign_in_page
from gatehouse.signin.people import find_person
from gatehouse.signin.sessions import start_session


def show_sign_in(
    interaction: Interaction,
    *,
    email: str = "",
    problem: str | None = None,
    outcome: str = "sign_in_shown",
) -> Response:
    """The form for email address and password."""
    # kept if there is one: a second tab must not spoil the form in the first
    cookie = interaction.browser_cookie or new_secret()
    page = sign_in_page(
        server_name=interaction.settings.server_name,
        client_name=interaction.authorization.client.name,
        action=interaction.url,
        csrf=interaction.csrf_token(cookie, "sign-in"),
        email=email,
        problem=problem,
    )
    response = page_response(page, status=400 if problem else 200, outcome=outcome)
    return response.with_cookie(set_cookie(interaction.request, BROWSER_COOKIE, cookie))


def sign_in(interaction: Interaction, form: Parameters) -> Response:
    """Start a session for whoever the email address and the password belong to."""
    if not interaction.is_ours(form, interaction.browser_cookie, "sign-in"):
        return show_sign_in(interaction, problem="This page was out of date. Please try again.")
    email, password = form.get("email") or "", form.get("password") or ""
    person = find_person(email, password, people=interaction.people)
    if person is None:
        problem = "That email address and password do not match."
        return show_sign_in(interaction, email=email, problem=problem, outcome="sign_in_failed")
    # A new cookie at each sign-in: one that was planted before is worth nothing afterwards
    cookie = start_session(
        person,
        people=interaction.people,
        now=interaction.now,
        lifetime=interaction.settings.session_lifetime,
    )
    response = redirect_response(interaction.url_once_signed_in, outcome="signed_in")
    return response.with_cookie(set_cookie(interaction.request, SESSION_COOKIE, cookie))


def sign_out(interaction: Interaction, form: Parameters) -> Response:
    """End the session, so that somebody else can sign in."""
    if not interaction.is_ours(form, interaction.session_cookie, "consent"):
        return interaction.refuse_form()
    interaction.people.end_session(digest(interaction.session_cookie or ""))
    response = redirect_response(interaction.url, outcome="signed_out")
    return response.with_cookie(clear_cookie(interaction.request, SESSION_COOKIE))
