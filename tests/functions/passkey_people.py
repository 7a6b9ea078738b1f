"""People of the built-in directory, each with a browser and an authenticator."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from gatehouse import wiring
from gatehouse.oauth.secret_values import new_identifier
from gatehouse.signin.passwords import hash_password
from gatehouse.signin.people import Person
from gatehouse.signin.sessions import start_session
from gatehouse.wiring import signin
from tests.authenticators import Authenticator, passkey_options
from tests.functions.actors import Browser
from tests.functions.deployment import ORIGIN, Answer, Deployment

PASSWORD = "a-password-of-theirs"
ACCOUNT = "/account"
SIGNED_IN_AS = "Signed in as"


@dataclass
class PasskeyPerson:
    """Somebody with an authenticator, whose first browser is signed in."""

    deployment: Deployment
    person: Person
    browser: Browser
    authenticator: Authenticator = field(default_factory=lambda: Authenticator(ORIGIN))

    @classmethod
    def new(cls, deployment: Deployment) -> "PasskeyPerson":
        """Somebody who signed in this moment."""
        return cls.named(deployment, f"{new_identifier().lower()}@example.com")

    @classmethod
    def named(cls, deployment: Deployment, email: str) -> "PasskeyPerson":
        person = Person(new_identifier(), email, _hash(), created_at=wiring.now())
        assert signin.people().add(person)
        made = cls(deployment, person, Browser(deployment))
        made.sign_in_quietly()
        return made

    @property
    def now(self) -> Person:
        """The person as the directory has them."""
        person = signin.people().find(self.person.email)
        assert person
        return person

    def sign_in_quietly(self) -> None:
        """A session as after a sign-in, without the time that a password takes."""
        cookie, _ = start_session(
            self.person, people=signin.people(), now=wiring.now(), lifetime=43_200
        )
        self.browser.cookies["__Host-gatehouse-session"] = cookie

    def press(self, button: str, **values: str) -> Answer:
        """Press a button of the account page."""
        return self.browser.press(self.browser.get(ACCOUNT), button, **values)

    def add_passkey(self, name: str = "Laptop", **changes: Any) -> Answer:
        """Add one on the account page, whose script asks for what `changes` says."""
        page = self.browser.get(ACCOUNT)
        made = self.authenticator.create(passkey_options(page.text, "create"), **changes)
        return self.post_passkey(made, name=name, page=page)

    def post_passkey(self, made: str, *, page: Answer, name: str = "Laptop") -> Answer:
        return self.browser.press(page, "Add a passkey", passkey=made, name=name)

    def give_password(self, target: str = ACCOUNT) -> tuple[Browser, Answer]:
        """Give the password in a browser that has never been here: it, and what comes next."""
        browser = Browser(self.deployment)
        page = browser.get(target)
        answer = browser.press(page, "Sign in", email=self.person.email, password=PASSWORD)
        return browser, answer


def sign_in_by_passkey(
    browser: Browser, authenticator: Authenticator, target: str = ACCOUNT, **changes: Any
) -> Answer:
    """Press the button for a passkey on the sign-in page."""
    page = browser.get(target)
    answer = authenticator.get(passkey_options(page.text, "offer"), **changes)
    return browser.press(page, "Sign in with a passkey", passkey=answer)


def confirm(browser: Browser, page: Answer, authenticator: Authenticator, **changes: Any) -> Answer:
    """Press the button of the page that asks for a passkey after the password."""
    answer = authenticator.get(passkey_options(page.text, "get"), **changes)
    return browser.press(page, "Use your passkey", passkey=answer)


@cache
def _hash() -> str:
    return hash_password(PASSWORD)
