"""Every page that a person may see, by name, and how to come to it."""

from collections.abc import Callable, Mapping
from typing import Final

from playwright.sync_api import Locator, expect

from tests.browser.ada import ADA, cookies_of_ada
from tests.browser.client import Client
from tests.browser.connecting import allow
from tests.browser.links import new_invitation, new_reset
from tests.browser.tries import set_failed_tries
from tests.browser.visitor import Visitor
from tests.running_stack import PASSWORD, USER

# Whom the server has never seen, and slows down for as long as it does anybody
_GUESSED, _MANY = "grace@example.com", 10


def sign_in(visitor: Visitor, client: Client) -> Locator:
    """The form of whoever is not signed in."""
    visitor.open(client.authorization_url(prompt="login"))
    return visitor.heading("Sign in")


def wrong_password(visitor: Visitor, client: Client) -> Locator:
    """The same, after a try."""
    return _guess(visitor, client, USER, after=0).filter(has_text="do not match")


def too_many_tries(visitor: Visitor, client: Client) -> Locator:
    """The same, after so many that nobody looks at the password for a while."""
    return _guess(visitor, client, _GUESSED, after=_MANY).filter(has_text="Try again in 15 minutes")


def second_factor(visitor: Visitor, client: Client) -> Locator:
    """The page that asks for a passkey after the password."""
    cookies_of_ada(visitor, client.stack)
    visitor.page.context.clear_cookies()
    sign_in(visitor, client)
    visitor.sign_in(ADA, PASSWORD)
    return visitor.heading("Use your passkey")


def consent(visitor: Visitor, client: Client) -> Locator:
    """What an app asks for."""
    visitor.open(client.authorization_url())
    return visitor.heading("Allow this app to connect?")


def step_up(visitor: Visitor, client: Client) -> Locator:
    """The same by an app that was allowed something before, and asks for all that there is."""
    allow(visitor, client, prompt="consent", scope="mcp")
    visitor.open(client.authorization_url(prompt="consent", scope="mcp notes:write"))
    return visitor.page.get_by_text("You allowed it before to")


def account(visitor: Visitor, client: Client) -> Locator:
    """The account of somebody who has something of everything."""
    visitor.page.context.add_cookies(cookies_of_ada(visitor, client.stack))
    visitor.open(f"{client.stack.url}/account")
    return visitor.page.get_by_text(f"Signed in as {ADA}")


def end_all(visitor: Visitor, client: Client) -> Locator:
    """Whether all connections are meant to end."""
    account(visitor, client)
    visitor.press("End all connections")
    return visitor.heading("End all connections?")


def invitation(visitor: Visitor, client: Client) -> Locator:
    """Where somebody new chooses a password."""
    visitor.open(new_invitation(client.stack))
    return visitor.heading("Welcome")


def reset(visitor: Visitor, client: Client) -> Locator:
    """Where somebody who lost their password chooses another one."""
    visitor.open(new_reset(client.stack))
    return visitor.heading("Choose another password")


def dead_link(visitor: Visitor, client: Client) -> Locator:
    """A link of either kind that works no more."""
    visitor.open(f"{client.stack.url}/account/invitation?code=used")
    return visitor.heading("This link does not work")


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
    "too many tries": too_many_tries,
    "second factor": second_factor,
    "consent": consent,
    "step-up": step_up,
    "account": account,
    "end all": end_all,
    "invitation": invitation,
    "reset": reset,
    "dead link": dead_link,
    "error": error,
    "recovery": recovery,
}


def show(name: str, visitor: Visitor, client: Client) -> None:
    """Open the page that is called `name`; the visitor is signed in."""
    expect(PAGES[name](visitor, client)).to_be_visible()


def _guess(visitor: Visitor, client: Client, email: str, *, after: int) -> Locator:
    """A wrong password, after so many others in browsers that are not known to the account."""
    set_failed_tries(client.stack, email, after)
    visitor.page.context.clear_cookies()
    sign_in(visitor, client)
    visitor.sign_in(email, "not the password")
    return visitor.page.get_by_role("alert")
