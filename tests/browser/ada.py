"""Ada, whose account page has something of everything: apps, passkeys, browsers, a password."""

from functools import cache
from typing import Any, Final

from playwright.sync_api import Browser, expect

from cli.local_stack import LocalStack
from cli.stack import now
from gatehouse.signin.sessions import start_session
from tests.browser.client import register
from tests.browser.connecting import connect
from tests.browser.person import Person, add_to_directory
from tests.browser.virtual_authenticator import VirtualAuthenticator
from tests.browser.visitor import Visitor, visiting
from tests.running_stack import RunningStack

ADA: Final = "ada@example.com"
_A_DAY: Final = 86400
_APPS: Final = {
    "The Quarterly Report Assistant of the Department of Commerce, Internal Preview Edition": (
        "https://reports.example.com/callback"
    ),
    "Claude Code": "http://localhost:3118/callback",
}
_BROWSERS: Final = {"Firefox on Windows": "203.0.113.0/24", "Safari on iPhone": "2001:db8:7::/48"}


def cookies_of_ada(visitor: Visitor, stack: RunningStack) -> list[Any]:
    """Those by which a browser is signed in as her; she comes to a stack the first time."""
    browser = visitor.page.context.browser
    assert browser
    return _cookies(browser, stack)


@cache
def _cookies(browser: Browser, stack: RunningStack) -> list[Any]:
    add_to_directory(stack, ADA)
    _sign_in_elsewhere(stack)
    with visiting(browser) as visitor:
        ada = Person(stack, ADA, visitor, VirtualAuthenticator(visitor))
        ada.open_account()
        ada.sign_in()
        ada.add_passkey("My laptop")
        # an authenticator makes one for each person
        ada.authenticator.leave()
        VirtualAuthenticator(visitor)
        ada.add_passkey("Security key on my key ring")
        visitor.press("Ask for a passkey after my password")
        expect(visitor.page.get_by_text("After your password you are asked")).to_be_visible()
        for name, redirect_uri in _APPS.items():
            connect(visitor, register(stack, redirect_uri, name=name))
        return [*visitor.page.context.cookies()]


def _sign_in_elsewhere(stack: RunningStack) -> None:
    with LocalStack(stack.port, stack.state) as local:
        person = local.people.find(ADA)
        assert person
        for days, (browser, network) in enumerate(_BROWSERS.items(), start=1):
            start_session(
                person,
                people=local.people,
                now=now() - days * _A_DAY,
                lifetime=7 * _A_DAY,
                network=network,
                browser=browser,
            )
