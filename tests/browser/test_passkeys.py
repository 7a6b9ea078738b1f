"""Passkeys in Chromium: a person, their authenticator and the pages."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from cli.local_stack import LocalStack
from gatehouse.oauth.secret_values import new_identifier
from gatehouse.signin.people import add_person
from tests.browser.client import Client
from tests.browser.conftest import NewVisitor
from tests.browser.loopback_site import LoopbackSite
from tests.browser.test_appearance import GROUNDS, STICKING_OUT
from tests.browser.virtual_authenticator import VirtualAuthenticator
from tests.browser.visitor import Visitor
from tests.running_stack import PASSWORD, RunningStack

CONSENT = "Allow this app to connect?"
ADD, BY_PASSKEY, AFTER_PASSWORD = "Add a passkey", "Sign in with a passkey", "Use your passkey"

NEED_SCRIPTS = "Passkeys need JavaScript"


@dataclass
class Person:
    """Somebody at a browser of a device with an authenticator."""

    stack: RunningStack
    email: str
    visitor: Visitor
    authenticator: VirtualAuthenticator

    def open_account(self) -> None:
        self.visitor.open(f"{self.stack.url}/account")

    def sign_in(self) -> None:
        self.visitor.sign_in(self.email, PASSWORD)

    def sign_out(self) -> None:
        """And touch the authenticator from now on only where a button asks for it."""
        self.authenticator.answers(at_once=False)
        self.open_account()
        self.visitor.press("Sign out")
        expect(self.visitor.heading("Sign in")).to_be_visible()

    def press_and_touch(self, button: str) -> None:
        expect(self.visitor.button(button)).to_be_visible()
        # a request that waits is not answered by this, but the next one is
        self.authenticator.answers(at_once=True)
        self.visitor.press(button)

    def add_passkey(self, name: str) -> None:
        self.visitor.page.get_by_label("Name of the new passkey").fill(name)
        self.visitor.press(ADD)
        expect(self.visitor.button(f"Remove {name}")).to_be_visible()


@pytest.fixture
def email(stack: RunningStack) -> str:
    """The address of somebody whom nobody has seen before."""
    email = f"{new_identifier().lower()}@example.com"
    with LocalStack(stack.port) as local:
        assert add_person(email, PASSWORD, people=local.people, now=0)
    return email


@pytest.fixture
def ada(stack: RunningStack, new_visitor: NewVisitor, email: str) -> Person:
    """Somebody on their account page, who has added a passkey."""
    visitor = new_visitor()
    ada = Person(stack, email, visitor, VirtualAuthenticator(visitor))
    ada.open_account()
    ada.sign_in()
    ada.add_passkey("My laptop")
    return ada


def test_a_passkey_that_was_added_signs_in_to_the_consent_page_and_the_client(
    ada: Person, client: Client, callback: LoopbackSite
) -> None:
    (held,) = ada.authenticator.credentials
    assert held["isResidentCredential"]
    assert held["rpId"] == "localhost"
    ada.sign_out()

    ada.visitor.open(client.authorization_url())
    ada.press_and_touch(BY_PASSKEY)

    expect(ada.visitor.heading(CONSENT)).to_be_visible()
    expect(ada.visitor.page.get_by_text(ada.email)).to_be_visible()
    ada.visitor.press("Allow")
    expect(ada.visitor.heading("Connected")).to_be_visible()
    assert "code" in callback.arrivals[0]


def test_a_passkey_is_offered_beside_the_email_field(ada: Person, client: Client) -> None:
    ada.sign_out()
    # the page after that waits for a passkey too, and has to let go of the authenticator
    ada.visitor.open("about:blank")
    ada.authenticator.answers(at_once=True)

    ada.visitor.open(client.authorization_url())

    expect(ada.visitor.heading(CONSENT)).to_be_visible()


def test_who_wants_both_is_asked_for_the_passkey_after_the_password(
    ada: Person, client: Client
) -> None:
    ada.visitor.press("Ask for a passkey after my password")
    expect(ada.visitor.button("Do not ask for a passkey after my password")).to_be_visible()
    ada.sign_out()
    ada.visitor.open(client.authorization_url())
    ada.sign_in()
    expect(ada.visitor.heading(AFTER_PASSWORD)).to_be_visible()

    ada.press_and_touch(AFTER_PASSWORD)

    expect(ada.visitor.heading(CONSENT)).to_be_visible()


def test_who_is_not_the_owner_gets_no_further_and_is_told(ada: Person, client: Client) -> None:
    ada.visitor.press("Ask for a passkey after my password")
    ada.sign_out()
    ada.authenticator.touched(by_its_owner=False)
    ada.visitor.open(client.authorization_url())

    for page, button in (("Sign in", BY_PASSKEY), (AFTER_PASSWORD, AFTER_PASSWORD)):
        expect(ada.visitor.heading(page)).to_be_visible()
        ada.press_and_touch(button)
        expect(ada.visitor.page.get_by_role("alert")).to_contain_text("gave no passkey")
        expect(ada.visitor.heading(page)).to_be_visible()
        ada.authenticator.answers(at_once=False)
        if page == "Sign in":
            ada.sign_in()

    ada.authenticator.touched(by_its_owner=True)
    ada.press_and_touch(AFTER_PASSWORD)
    expect(ada.visitor.heading(CONSENT)).to_be_visible()


def test_with_scripts_nobody_is_told_that_they_are_needed(ada: Person) -> None:
    expect(ada.visitor.page.get_by_text(NEED_SCRIPTS)).to_be_hidden()


def test_a_device_that_has_a_passkey_makes_no_other(ada: Person) -> None:
    ada.visitor.press(ADD)

    expect(ada.visitor.page.get_by_role("alert")).to_contain_text("No passkey was made.")
    assert len(ada.authenticator.credentials) == 1


def test_without_a_password_the_last_passkey_stays(ada: Person, client: Client) -> None:
    ada.visitor.press("Remove my password")
    expect(ada.visitor.page.get_by_text("your passkeys are the only way in")).to_be_visible()

    ada.visitor.press("Remove My laptop")

    expect(ada.visitor.page.get_by_role("alert")).to_contain_text("your only way to sign in")
    ada.sign_out()
    ada.sign_in()
    expect(ada.visitor.page.get_by_role("alert")).to_contain_text("do not match")
    ada.press_and_touch(BY_PASSKEY)
    expect(ada.visitor.heading("Your account")).to_be_visible()


def test_a_passkey_that_was_removed_here_is_refused_with_words(ada: Person) -> None:
    ada.visitor.press("Remove My laptop")
    expect(ada.visitor.button("Remove My laptop")).to_have_count(0)
    ada.sign_out()

    ada.press_and_touch(BY_PASSKEY)

    expect(ada.visitor.page.get_by_role("alert")).to_contain_text("did not work here")
    ada.authenticator.answers(at_once=False)


def test_without_scripts_the_pages_say_so_and_everything_else_works(
    stack: RunningStack, new_visitor: NewVisitor, client: Client, email: str
) -> None:
    visitor = new_visitor(java_script_enabled=False)
    visitor.open(client.authorization_url())
    expect(visitor.button(BY_PASSKEY)).to_have_count(0)
    visitor.sign_in(email, PASSWORD)
    expect(visitor.heading(CONSENT)).to_be_visible()

    visitor.open(f"{stack.url}/account")

    expect(visitor.page.get_by_text(NEED_SCRIPTS)).to_be_visible()
    expect(visitor.button(ADD)).to_have_count(0)
    visitor.press("Sign out")
    expect(visitor.heading("Sign in")).to_be_visible()


def test_nothing_of_it_sticks_out_on_a_phone(ada: Person) -> None:
    ada.visitor.press("Remove My laptop")
    ada.add_passkey("W" * 60)
    page = ada.visitor.page
    page.set_viewport_size({"width": 320, "height": 640})
    for scheme, ground in GROUNDS.items():
        page.emulate_media(color_scheme=scheme)
        expect(page.locator("body")).to_have_css("background-color", ground)
        assert page.evaluate(STICKING_OUT) == []
    ada.visitor.press("Ask for a passkey after my password")
    ada.sign_out()
    ada.sign_in()
    expect(ada.visitor.heading(AFTER_PASSWORD)).to_be_visible()
    assert page.evaluate(STICKING_OUT) == []
