"""What an app does that a person connects: it comes back with a code, and gets tokens for it."""

import json
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

from playwright.sync_api import expect

from tests.browser.client import Client
from tests.browser.visitor import Visitor

# RFC 7636 appendix B, whose challenge `Client` sends
_VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"


def allow(visitor: Visitor, client: Client, **changes: str) -> str:
    """Allow the client what it asks for; the code that it gets, wherever it lives."""
    visitor.page.route(
        f"{client.redirect_uri}*", lambda route: route.fulfill(body="<h1>Connected</h1>")
    )
    visitor.open(client.authorization_url(**changes))
    visitor.press("Allow")
    expect(visitor.heading("Connected")).to_be_visible()
    (code,) = parse_qs(urlsplit(visitor.page.url).query)["code"]
    return code


def connect(visitor: Visitor, client: Client) -> None:
    """Allow the client, and exchange its code for tokens."""
    form = {
        "grant_type": "authorization_code",
        "client_id": client.client_id,
        "code": allow(visitor, client),
        "code_verifier": _VERIFIER,
    }
    with urlopen(Request(f"{client.stack.url}/token", urlencode(form).encode())) as answer:
        assert json.load(answer)["access_token"]
