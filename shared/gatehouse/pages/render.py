"""Renders the pages and states the content security policy each one is served under.

Every value is escaped: callers pass plain text, however hostile, and never HTML.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from gatehouse.pages.recovery import RECOVERY

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True, slots=True)
class Page:
    """A finished document and the `Content-Security-Policy` header that belongs to it."""

    html: str
    content_security_policy: str


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
) -> Page:
    """The form that asks for an email and a password, and a button for each identity provider.

    `action` is where the form posts to: `email`, `password`, `csrf` and `step=sign-in`; or `csrf`,
    `step=provider` and the id of the pressed one of `providers`, which are ids and names.
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


def account_page(*, server_name: str, email: str, action: str, csrf: str) -> Page:
    """What the person signed in as `email` sees of their account, and can change.

    Each form posts to `action`: `csrf` and `step`, which is `sign-out`.
    """
    return _page("account.html", server_name=server_name, email=email, action=action, csrf=csrf)


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


def _page(template: str, **values: object) -> Page:
    html = _environment().get_template(template).render(values)
    return Page(html, _content_security_policy())


@cache
def _environment() -> "Environment":
    # Imported here because most requests, the token endpoint's above all, show no page.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals["stylesheet"] = _stylesheet()
    return environment


# There is no form-action on purpose. Chromium applies it to the whole redirect chain after a
# form, and the consent form's chain ends at the client's redirect URI: any host, or another
# scheme altogether. With form-action 'self' the code would never reach the client.
@cache
def _content_security_policy() -> str:
    digest = hashlib.sha256(_stylesheet().encode()).digest()
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src 'sha256-{base64.b64encode(digest).decode()}'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


@cache
def _stylesheet() -> str:
    # The hash covers the text between the tags to the byte, as the browser reads it: read_text
    # turns CRLF into LF, and so does an HTML parser.
    return (_TEMPLATES / "style.css").read_text(encoding="utf-8")
