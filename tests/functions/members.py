"""People of their own for a test, who are signed in at a browser without typing a password."""

from dataclasses import dataclass
from typing import Any

from gatehouse import wiring
from gatehouse.oauth.secret_values import new_identifier
from gatehouse.signin.people import Person
from gatehouse.signin.sessions import start_session
from gatehouse.wiring import signin
from tests.forms import Form, read_form, read_forms, read_text
from tests.functions.actors import CALLBACK, VERIFIER, Browser, Client, callback
from tests.functions.deployment import Answer, Deployment

SESSION_COOKIE = "__Host-gatehouse-session"


@dataclass
class Member:
    """A person whom no other test knows, and a browser of theirs."""

    subject: str
    browser: Browser

    @classmethod
    def new(cls, deployment: Deployment) -> "Member":
        name = new_identifier()
        person = Person(name, f"{name.lower()}@example.com", created_at=wiring.now())
        assert signin.people().add(person)
        cookie, _ = start_session(person, people=signin.people(), now=wiring.now(), lifetime=10**6)
        return cls(person.subject, Browser(deployment, {SESSION_COOKIE: cookie}))

    def allow(self, client: Client, **changes: str | None) -> str:
        """Allow the client what it asks for; its code."""
        answer = self.browser.get(client.authorization_url(**changes))
        if answer.status == 200:
            answer = self.browser.press(answer, "Allow")
        return callback(answer)["code"]

    def connect(
        self, client: Client, *, headers: dict[str, str] | None = None, source_ip: str = "::1"
    ) -> dict[str, Any]:
        """Allow the client, which gets its tokens from that address."""
        form = {
            "grant_type": "authorization_code",
            "client_id": client.client_id,
            "code": self.allow(client),
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        }
        answer = client.deployment.ask(
            "POST", "/token", form=form, headers=headers, source_ip=source_ip
        )
        assert answer.status == 200, answer.text
        tokens: dict[str, Any] = answer.json
        return tokens

    @property
    def page(self) -> Answer:
        return self.browser.get("/account")

    @property
    def text(self) -> str:
        """The section of connected apps, as the person reads it."""
        _, _, after = read_text(self.page.text).partition("Connected apps ")
        return after.partition(" Where you are signed in ")[0]

    def forms_to_end(self) -> dict[str, Form]:
        """The form that ends each connection, by its client."""
        return {
            form.fields["client"]: form
            for form in read_forms(self.page.text)
            if "client" in form.fields
        }

    def end(self, client: Client) -> Answer:
        """Press the button that ends the client's connection."""
        form = self.forms_to_end()[client.client_id]
        return self.browser.post(form.action, form.filled("End connection"))

    def end_all(self) -> Answer:
        """Press the button that ends all connections, and confirm it."""
        [ask] = [f for f in read_forms(self.page.text) if "End all connections" in f.buttons]
        asked = self.browser.post(ask.action, ask.filled("End all connections"))
        assert "End all connections?" in read_text(asked.text)
        form = read_form(asked.text)
        return self.browser.post(form.action, form.filled("End all"))
