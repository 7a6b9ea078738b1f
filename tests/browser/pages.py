"""Every page that a person may see, by name, and how to come to it."""

from collections.abc import Callable, Mapping
from typing import Final

from playwright.sync_api import Locator, expect

from tests.browser.client import Client
from tests.browser.visitor import Visitor


def sign_in(visitor: Visitor, client: Client) -> Locator:
    """The form of whoever is not signed in."""
    visitor.open(client.authorization_url(prompt="login"))
    return visitor.heading("Sign in")


def wrong_password(visitor: Visitor, client: Client) -> Locator:
    """The same, after a try."""
    sign_in(visitor, client)
    visitor.sign_in(password="not the password")
    return visitor.page.get_by_role("alert")


def consent(visitor: Visitor, client: Client) -> Locator:
    """What an app asks for."""
    visitor.open(client.authorization_url())
    return visitor.heading("Allow this app to connect?")


def step_up(visitor: Visitor, client: Client) -> Locator:
    """The same by an app that was allowed something before, and asks for all that there is."""
    url = client.authorization_url(prompt="consent", scope="mcp")
    visitor.page.route(
        f"{client.redirect_uri}*", lambda route: route.fulfill(body="<h1>Connected</h1>")
    )
    visitor.open(url)
    visitor.press("Allow")
    expect(visitor.heading("Connected")).to_be_visible()
    visitor.open(client.authorization_url(prompt="consent", scope="mcp notes:write"))
    return visitor.page.get_by_text("You allowed it before to")


def account(visitor: Visitor, client: Client) -> Locator:
    """The account of whoever is signed in."""
    visitor.open(f"{client.stack.url}/account")
    return visitor.heading("Your account")


def error(visitor: Visitor, client: Client) -> Locator:
    """An error that no app may be told of."""
    visitor.open(client.authorization_url(redirect_uri="https://elsewhere.example/callback"))
    return visitor.heading("This sign-in link does not work")


def recovery(visitor: Visitor, client: Client) -> Locator:
    """What to do with an app that is not registered any more."""
    visitor.open(client.authorization_url(client_id="nobody-knows-me"))
    return visitor.heading("This app is not registered here any more")


PAGES: Final[Mapping[str, Callable[[Visitor, Client], Locator]]] = {
    "sign-in": sign_in,
    "wrong password": wrong_password,
    "consent": consent,
    "step-up": step_up,
    "account": account,
    "error": error,
    "recovery": recovery,
}


def show(name: str, visitor: Visitor, client: Client) -> None:
    """Open the page that is called `name`; the visitor is signed in."""
    expect(PAGES[name](visitor, client)).to_be_visible()
