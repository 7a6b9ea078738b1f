"""Somebody of the directory with a device of their own, and what they do on their account page."""

from dataclasses import dataclass

from playwright.sync_api import expect

from cli.local_stack import LocalStack
from gatehouse.signin.people import add_person
from tests.browser.virtual_authenticator import VirtualAuthenticator
from tests.browser.visitor import Visitor
from tests.running_stack import PASSWORD, RunningStack

ADD = "Add a passkey"


def add_to_directory(stack: RunningStack, email: str) -> None:
    """Add somebody who has the password of everybody here."""
    with LocalStack(stack.port, stack.state) as local:
        assert add_person(email, PASSWORD, people=local.people, now=0)


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
