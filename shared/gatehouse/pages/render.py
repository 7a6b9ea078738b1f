"""Renders the pages, each with the content security policy that it is served under.

Every value is escaped: callers pass plain text, however hostile, and never HTML.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gatehouse.pages.frame import content_security_policy, templates
from gatehouse.pages.recovery import RECOVERY

if TYPE_CHECKING:
    from gatehouse.oauth.connections import Connections
    from gatehouse.pages.passkeys import PasskeySection


@dataclass(frozen=True, slots=True)
class Page:
    """A finished document and the `Content-Security-Policy` header that belongs to it."""

    html: str
    content_security_policy: str


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One browser that is signed in: where it is, in words, and since which epoch second."""

    session_id: str
    browser: str
    network: str
    since: int
    is_this: bool


def sign_in_page(
    *,
    server_name: str,
    client_name: str | None,
    action: str,
    csrf: str,
    providers: Sequence[tuple[str, str]] = (),
    asks_for_password: bool = True,
    email: str = "",
    problem: str | None = None,
    passkey: Mapping[str, Any],
) -> Page:
    """The form that asks for an email and a password, and those for the other ways to sign in.

    `action` is where the forms post to: `email`, `password`, `csrf` and `step=sign-in`; `passkey`
    and `step=passkey`; or `step=provider` and the id of the pressed one of `providers`, which are
    ids and names. The argument `passkey` is what its script asks the browser for.
    `client_name` is who sent the person here, if somebody did.
    `email` fills the field again after a failed attempt; `problem` says what went wrong with it.
    """
    return _page(
        "sign_in.html",
        server_name=server_name,
        client_name=client_name,
        action=action,
        csrf=csrf,
        providers=providers,
        asks_for_password=asks_for_password,
        email=email,
        problem=problem,
        passkey=json.dumps(passkey),
        asks_for_passkeys=True,
    )


def second_factor_page(
    *,
    server_name: str,
    email: str,
    action: str,
    csrf: str,
    passkey: Mapping[str, Any],
    problem: str | None = None,
) -> Page:
    """The form that asks whoever gave the password of `email` for a passkey of theirs.

    It posts to `action`: `passkey`, `csrf` and `step=second-passkey`. The rest is as of the
    sign-in page.
    """
    return _page(
        "second_factor.html",
        server_name=server_name,
        email=email,
        action=action,
        csrf=csrf,
        passkey=json.dumps(passkey),
        asks_for_passkeys=True,
        problem=problem,
    )


def consent_page(
    *,
    server_name: str,
    client_name: str,
    client_domain: str | None,
    is_local_client: bool,
    redirect_host: str,
    goes_to_this_computer: bool,
    resource: str,
    scopes: Sequence[str],
    allowed_before: Sequence[str] = (),
    email: str,
    action: str,
    csrf: str,
) -> Page:
    """The form that asks the person signed in as `email` whether the client may go ahead.

    `client_domain` is who answers for the client, None where nobody does: its name is what it says
    itself. `is_local_client` is whether a domain answers for a client that any local program can
    pass for. `scopes` are words for people ("Use this server's tools on your behalf"), not wire
    strings; `allowed_before` are those that they have allowed this client already, which are set
    apart. `goes_to_this_computer` is whether the redirect URI is loopback or of an app, which any
    local program can claim: the page then warns. The form posts to `action`: `csrf` and `step`,
    which is `allow`, `deny` or `sign-out`.
    """
    return _page(
        "consent.html",
        server_name=server_name,
        client_name=client_name,
        client_domain=client_domain,
        is_local_client=is_local_client,
        redirect_host=redirect_host,
        goes_to_this_computer=goes_to_this_computer,
        resource=resource,
        scopes=scopes,
        allowed_before=allowed_before,
        email=email,
        action=action,
        csrf=csrf,
    )


def account_page(
    *,
    server_name: str,
    email: str,
    action: str,
    csrf: str,
    notice: str | None,
    problem: str | None,
    connections: "Connections",
    passkeys: "PasskeySection | None",
    takes_passwords: bool,
    has_password: bool,
    password_rule: str,
    sessions: Sequence[SessionRow],
) -> Page:
    """What the person signed in as `email` sees of their account, and can change.

    `notice` says what was done, `problem` what was not. Each form posts to `action`: `csrf` and
    `step`, which names the button. `passkeys` is None for whoever may have none.
    `takes_passwords` is whether anybody signs in by one here.
    """
    return _page(
        "account.html",
        server_name=server_name,
        email=email,
        action=action,
        csrf=csrf,
        notice=notice,
        problem=problem,
        connections=connections,
        passkeys=passkeys,
        takes_passwords=takes_passwords,
        has_password=has_password,
        password_rule=password_rule,
        sessions=sessions,
        asks_for_passkeys=passkeys is not None,
    )


def end_all_page(*, server_name: str, action: str, csrf: str) -> Page:
    """The form that asks whether all connections are meant to end.

    It posts to `action`, which is also the page to go back to: `csrf` and `step=end-all`.
    """
    return _page("end_all.html", server_name=server_name, action=action, csrf=csrf)


def invitation_page(
    *,
    server_name: str,
    email: str,
    is_reset: bool,
    password_rule: str,
    action: str,
    csrf: str,
    problem: str | None = None,
) -> Page:
    """The form behind a link of the operator's: `email` sets a password, the first or another.

    It posts to `action`: `csrf`, `new-password` and `step=set-password`.
    """
    return _page(
        "invitation.html",
        server_name=server_name,
        email=email,
        is_reset=is_reset,
        password_rule=password_rule,
        action=action,
        csrf=csrf,
        problem=problem,
    )


def error_page(
    *,
    server_name: str,
    title: str,
    message: str,
    advice: Sequence[str] = (),
    way_back: str | None = None,
) -> Page:
    """The page for an error that cannot be sent back to the client.

    `message` says what happened, each sentence of `advice` one thing the person can do now.
    `way_back` is the path of the page to sign in at, where there is one.
    """
    return _page(
        "error.html",
        server_name=server_name,
        title=title,
        message=message,
        advice=advice,
        way_back=way_back,
    )


def dead_client_page(*, server_name: str) -> Page:
    """The page for whoever was sent by an app that is not registered, and how each app recovers."""
    return _page("dead_client.html", server_name=server_name, recovery=RECOVERY)


def _page(template: str, *, asks_for_passkeys: bool = False, **values: object) -> Page:
    html = templates().get_template(template).render(values)
    return Page(html, content_security_policy(asks_for_passkeys=asks_for_passkeys))
