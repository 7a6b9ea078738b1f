"""Consent is remembered by person, client, redirect host, resource and scope.

Whoever asks for the same again at an https host goes ahead without a page, unless the request says
otherwise; whoever asks for more is asked.
"""

from typing import Any

import pytest
import time_machine

from gatehouse import wiring
from gatehouse.oauth.secret_values import RefreshTokenValue
from gatehouse.signin.people import add_person
from gatehouse.wiring import signin
from tests.forms import read_form, read_text
from tests.functions.actors import Browser, Client, call_mcp, call_tool, callback
from tests.functions.deployment import MCP_URL, ORIGIN, Answer, Deployment
from tests.functions.log_lines import counted, followed_log
from tests.functions.tables import Tables
from tests.notes import WRITE

WEB = "https://app.example.com/callback"
MORE_WEB = "https://app.example.com/another/callback"
OTHER_WEB = "https://other.example.com/callback"
LOOPBACK = "http://127.0.0.1/callback"
PRIVATE_USE = "cursor://anysphere.cursor-mcp/oauth/callback"
BEFORE = "You allowed it before to"


class Person:
    """Somebody at a browser, and one client that sends them here."""

    def __init__(self, deployment: Deployment, client: Client) -> None:
        self.browser, self.client = Browser(deployment), client

    def visit(self, redirect_uri: str = WEB, **changes: str | None) -> Answer:
        """Follow the client's link; a person who is not signed in signs in first."""
        target = self.client.authorization_url(redirect_uri=redirect_uri, **changes)
        page = self.browser.get(target)
        return self.browser.sign_in(target) if "Sign in" in buttons(page) else page

    def connect(self, redirect_uri: str = WEB, **changes: str | None) -> dict[str, Any]:
        """The tokens, whether or not the person is asked on the way."""
        answer = self.visit(redirect_uri, **changes)
        if is_asked(answer):
            answer = self.browser.press(answer, "Allow")
        return self.tokens(answer, redirect_uri)

    def tokens(self, answer: Answer, redirect_uri: str = WEB) -> dict[str, Any]:
        exchanged = self.client.exchange(callback(answer)["code"], redirect_uri=redirect_uri)
        assert exchanged.status == 200, exchanged.text
        tokens: dict[str, Any] = exchanged.json
        return tokens


def buttons(answer: Answer) -> set[str]:
    return set(read_form(answer.text).buttons)


def is_asked(answer: Answer) -> bool:
    """Whether the person is asked; else the client got its code."""
    if answer.status == 200:
        assert "Allow" in buttons(answer)
        return True
    assert callback(answer)["code"]
    return False


def web_client(deployment: Deployment, **metadata: Any) -> Client:
    uris = [WEB, MORE_WEB, OTHER_WEB, LOOPBACK, PRIVATE_USE]
    return Client.register(deployment, redirect_uris=uris, **metadata)


@pytest.fixture
def client(notes: Deployment) -> Client:
    return web_client(notes)


@pytest.fixture
def person(notes: Deployment, client: Client) -> Person:
    return Person(notes, client)


def test_the_same_again_goes_ahead_at_once(notes: Deployment, person: Person) -> None:
    first = person.connect()

    answer = person.visit(state="another state")

    assert not is_asked(answer)
    assert callback(answer).keys() == {"code", "state", "iss"}
    assert callback(answer)["state"] == "another state"
    assert callback(answer)["iss"] == ORIGIN
    second = person.tokens(answer)
    assert call_mcp(notes, second["access_token"]).status == 200
    assert call_mcp(notes, first["access_token"]).status == 200


def test_who_signs_in_again_is_not_asked_again(notes: Deployment, person: Person) -> None:
    person.connect()
    person.browser = Browser(notes)

    assert not is_asked(person.visit())


@pytest.mark.parametrize(
    ("first", "then", "asked"),
    [
        ("mcp", "mcp", False),
        ("mcp", "mcp notes:read", True),
        ("mcp notes:write", "mcp", False),
        ("mcp notes:write", None, False),
        ("mcp notes:write", "mcp notes:read", False),
        ("mcp notes:read", "mcp notes:write", True),
        # it was on the page all along, as every client that may refresh stays connected
        ("mcp", "mcp offline_access", False),
    ],
)
def test_it_is_asked_again_when_the_scope_grows(
    person: Person, first: str, then: str | None, asked: bool
) -> None:
    person.connect(scope=first)

    assert is_asked(person.visit(scope=then)) is asked


def test_what_was_allowed_in_several_steps_is_allowed_together(person: Person) -> None:
    person.connect(scope="mcp notes:read")
    person.connect(scope="mcp notes:share")
    person.connect(scope="mcp")

    assert not is_asked(person.visit(scope="mcp notes:read notes:share"))
    assert is_asked(person.visit(scope="mcp notes:write"))


@pytest.mark.parametrize(("then", "asked"), [(MORE_WEB, False), (OTHER_WEB, True)])
def test_it_is_asked_again_when_the_redirect_host_is_another(
    person: Person, then: str, asked: bool
) -> None:
    person.connect()

    assert is_asked(person.visit(then)) is asked


def test_at_another_host_nothing_counts_as_allowed_before(person: Person) -> None:
    person.connect()

    assert BEFORE not in read_text(person.visit(OTHER_WEB).text)


def test_it_is_asked_again_for_another_resource(person: Person) -> None:
    person.connect(resource=MCP_URL)

    assert is_asked(person.visit(resource=ORIGIN))


def test_scopes_of_one_resource_are_not_those_of_another(person: Person) -> None:
    person.connect(resource=MCP_URL, scope="mcp notes:write")
    tokens = person.visit(resource=ORIGIN, scope="mcp")
    person.browser.press(tokens, "Allow")

    assert is_asked(person.visit(resource=ORIGIN, scope="mcp notes:write"))
    assert not is_asked(person.visit(resource=MCP_URL, scope="mcp notes:write"))


def test_another_client_is_asked_for_even_under_the_same_name(
    notes: Deployment, person: Person
) -> None:
    person.connect()
    person.client = web_client(notes)

    assert is_asked(person.visit())


def test_another_person_is_asked(notes: Deployment, person: Person) -> None:
    person.connect()
    add_person("bea@example.com", "beas-password", people=signin.people(), now=wiring.now())
    target = person.client.authorization_url(redirect_uri=WEB)

    assert is_asked(Browser(notes).sign_in(target, "bea@example.com", "beas-password"))


# ---- A program on the person's own computer (RFC 8252 section 8.6) ---------------------------


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("http://127.0.0.1:3118/callback", "http://127.0.0.1:3118/callback"),
        ("http://127.0.0.1:3118/callback", "http://127.0.0.1:50999/callback"),
        (PRIVATE_USE, PRIVATE_USE),
    ],
)
def test_a_program_on_the_computer_is_asked_for_each_time_and_told_apart(
    person: Person, first: str, then: str
) -> None:
    person.connect(first)

    page = person.visit(then)

    assert is_asked(page)
    text = read_text(page.text)
    assert "Use this server's tools on your behalf" in text.split(BEFORE)[1]
    assert "It will be able to" not in text
    assert "again: for what you allowed before, and nothing more." in text
    assert "Did you start this yourself?" in text


# ---- prompt (OpenID Connect Core section 3.1.2.1) --------------------------------------------


@pytest.mark.parametrize("prompt", ["consent", "select_account", "consent select_account"])
def test_a_client_can_have_the_page_shown(person: Person, prompt: str) -> None:
    person.connect()

    page = person.visit(prompt=prompt)

    assert is_asked(page)
    assert BEFORE in read_text(page.text)
    assert person.tokens(person.browser.press(page, "Allow"))["scope"] == "mcp"


def test_offline_access_with_prompt_consent_is_asked_as_clients_want_it(person: Person) -> None:
    asked = {"scope": "mcp offline_access", "prompt": "consent"}
    person.connect(**asked)

    assert is_asked(person.visit(**asked))


@pytest.mark.parametrize("prompt", ["login", "login consent", "login something"])
def test_a_client_can_have_the_person_sign_in_again(person: Person, prompt: str) -> None:
    person.connect()
    target = person.client.authorization_url(redirect_uri=WEB, prompt=prompt)

    assert "Sign in" in buttons(person.browser.get(target))
    after = person.browser.sign_in(target)
    assert is_asked(after) is ("consent" in prompt)


@pytest.mark.parametrize("prompt", ["", "something", "create else"])
def test_a_prompt_that_does_not_exist_is_ignored(person: Person, prompt: str) -> None:
    person.connect()

    assert not is_asked(person.visit(prompt=prompt))


def test_without_a_page_an_allowed_client_gets_its_code(person: Person) -> None:
    person.connect()

    assert not is_asked(person.visit(prompt="none"))


@pytest.mark.parametrize(
    ("redirect_uri", "scope", "error"),
    [
        (WEB, "mcp notes:write", "consent_required"),
        (OTHER_WEB, "mcp", "consent_required"),
        (LOOPBACK, "mcp", "interaction_required"),
        (PRIVATE_USE, "mcp", "interaction_required"),
    ],
)
def test_without_a_page_the_client_is_told_what_it_would_take(
    person: Person, tables: Tables, redirect_uri: str, scope: str, error: str
) -> None:
    for uri in (WEB, LOOPBACK, PRIVATE_USE):
        person.connect(uri)
    before = tables.everything()

    answer = callback(person.visit(redirect_uri, scope=scope, prompt="none"))

    assert answer["error"] == error
    assert answer["error_description"]
    assert answer["state"] == "some state"
    assert tables.everything() == before


def test_without_a_page_nobody_can_sign_in(notes: Deployment, person: Person) -> None:
    target = person.client.authorization_url(redirect_uri=WEB, prompt="none")

    assert callback(notes.ask("GET", target))["error"] == "login_required"


@pytest.mark.parametrize("prompt", ["none login", "consent none"])
def test_no_page_and_a_page_cannot_both_be_asked_for(
    notes: Deployment, person: Person, prompt: str
) -> None:
    target = person.client.authorization_url(redirect_uri=WEB, prompt=prompt)

    assert callback(notes.ask("GET", target))["error"] == "invalid_request"


# ---- Who may set it off ----------------------------------------------------------------------


def test_a_get_without_a_session_changes_nothing(
    notes: Deployment, person: Person, tables: Tables
) -> None:
    """FastMCP fetches the URL itself before the browser does, and link previews do too."""
    person.connect()
    before = tables.everything()

    answer = notes.ask("GET", person.client.authorization_url(redirect_uri=WEB))

    assert "Sign in" in buttons(answer)
    assert tables.everything() == before


def test_a_get_that_shows_the_page_changes_nothing(person: Person, tables: Tables) -> None:
    person.connect()
    before = tables.everything()

    assert is_asked(person.visit(scope="mcp notes:write"))
    assert tables.everything() == before


@pytest.mark.parametrize(
    ("headers", "asked"),
    [
        ({"sec-fetch-dest": "document", "sec-fetch-mode": "navigate"}, False),
        ({"sec-fetch-dest": "iframe", "sec-fetch-mode": "navigate"}, True),
        ({"sec-fetch-dest": "image"}, True),
        ({"sec-fetch-dest": "empty"}, True),
        ({"sec-fetch-dest": "document", "sec-purpose": "prefetch;prerender"}, True),
        ({"sec-purpose": "Prefetch"}, True),
        ({"purpose": "prefetch"}, True),
        ({"x-purpose": "preview"}, True),
        ({"x-moz": "prefetch"}, True),
    ],
)
def test_only_a_visit_goes_ahead(
    notes: Deployment, person: Person, headers: dict[str, str], asked: bool
) -> None:
    person.connect()
    cookies = "; ".join(f"{name}={value}" for name, value in person.browser.cookies.items())
    target = person.client.authorization_url(redirect_uri=WEB)

    answer = notes.ask("GET", target, headers={"cookie": cookies, **headers})

    assert is_asked(answer) is asked


# ---- What ends it ----------------------------------------------------------------------------


@pytest.mark.parametrize("denied", [WEB, OTHER_WEB])
def test_a_deny_forgets_all_that_was_allowed_to_the_client(person: Person, denied: str) -> None:
    person.connect()
    page = person.visit(denied, scope="mcp notes:write")
    assert callback(person.browser.press(page, "Deny"))["error"] == "access_denied"

    page = person.visit()

    assert is_asked(page)
    assert BEFORE not in read_text(page.text)


def test_a_deny_leaves_other_clients_alone(notes: Deployment, person: Person) -> None:
    person.connect()
    allowed, person.client = person.client, web_client(notes)
    person.browser.press(person.visit(), "Deny")
    person.client = allowed

    assert not is_asked(person.visit())


def test_what_is_revoked_is_asked_again(person: Person) -> None:
    revoke(person.connect())

    page = person.visit()

    assert is_asked(page)
    assert BEFORE not in read_text(page.text)


def test_a_grant_that_was_given_without_a_page_ends_it_too(person: Person) -> None:
    person.connect()
    revoke(person.connect())

    assert is_asked(person.visit())


def test_of_two_grants_the_revoked_one_takes_along_what_it_alone_gave(
    person: Person,
) -> None:
    wide = person.connect(scope="mcp notes:write")
    person.connect(scope="mcp")
    revoke(wide)

    assert not is_asked(person.visit(scope="mcp"))
    page = person.visit(scope="mcp notes:write")
    assert is_asked(page)
    assert WRITE in read_text(page.text).split(BEFORE)[0]


def test_a_stolen_refresh_token_ends_it(person: Person) -> None:
    with time_machine.travel("2026-03-01T00:00Z", tick=False) as clock:
        tokens = person.connect()
        person.client.refresh(tokens["refresh_token"])
        clock.shift(61)
        assert person.client.refresh(tokens["refresh_token"]).json["error"] == "invalid_grant"

        assert is_asked(person.visit())


def test_what_came_to_nothing_is_not_remembered(person: Person) -> None:
    with time_machine.travel("2026-03-01T00:00Z", tick=False) as clock:
        person.browser.press(person.visit(), "Allow")
        clock.shift(59)
        assert not is_asked(person.visit())
        clock.shift(60)

        assert is_asked(person.visit())


def test_it_is_asked_again_after_a_while_however_often_it_was_used(person: Person) -> None:
    with time_machine.travel("2026-03-01T00:00Z", tick=False) as clock:
        tokens = person.connect()
        for _ in range(6):
            assert not is_asked(person.visit())
            tokens = person.connect()
            clock.shift(15 * 86400)
            person.client.refresh(tokens["refresh_token"])

        page = person.visit()
        assert is_asked(page)
        assert BEFORE not in read_text(page.text)
        person.tokens(person.browser.press(page, "Allow"))
        assert not is_asked(person.visit())


def test_a_server_can_ask_every_time(
    notes: Deployment, client: Client, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONSENT_LIFETIME", "0")
    wiring.close()
    person = Person(notes, client)
    person.connect()

    page = person.visit()

    assert is_asked(page)
    assert BEFORE not in read_text(page.text)
    assert client.client_id not in str(consents(tables))
    wiring.close()


def test_the_log_tells_that_nobody_was_asked(person: Person) -> None:
    person.connect()
    with followed_log() as written:
        person.visit()
        person.visit(LOOPBACK, prompt="none")

    remembered, refused = written.lines
    assert (remembered["outcome"], remembered["status"]) == ("consent_remembered", 303)
    assert remembered["grant_id"]
    assert counted(remembered) == {"ConsentRemembered": 1}
    assert (refused["outcome"], counted(refused)) == ("consent_required", {"Refused": 1})


# ---- What is stored --------------------------------------------------------------------------


def test_one_item_a_person_and_client_says_what_was_allowed(person: Person, tables: Tables) -> None:
    person.connect(scope="mcp notes:write")
    person.connect(LOOPBACK.replace("127.0.0.1", "127.0.0.1:4711"))
    person.connect(LOOPBACK.replace("127.0.0.1", "127.0.0.1:4712"))

    (item,) = [i for i in consents(tables) if i["client_id"]["S"] == person.client.client_id]
    subject = item["subject"]["S"]
    assert item["id"]["S"].startswith(f"consent#{subject}#")
    assert set(item["allowed"]["M"]) == {
        *(f"app.example.com {MCP_URL} {scope}" for scope in ("mcp", "notes:read", "notes:write")),
        f"app.example.com {MCP_URL} offline_access",
        f"http://127.0.0.1 {MCP_URL} mcp",
        f"http://127.0.0.1 {MCP_URL} offline_access",
    }


def test_a_code_without_a_page_is_as_good_as_any_and_only_once(
    notes: Deployment, person: Person
) -> None:
    person.connect(scope="mcp notes:write")
    answer = person.visit(scope="mcp notes:write")
    tokens = person.tokens(answer)

    assert call_tool(notes, tokens["access_token"], "write_note", text="x").status == 200
    again = person.client.exchange(callback(answer)["code"], redirect_uri=WEB)
    assert again.json["error"] == "invalid_grant"


def revoke(tokens: dict[str, Any]) -> None:
    value = RefreshTokenValue.parse(tokens["refresh_token"])
    assert value
    wiring.grants().revoke(value.grant_id, wiring.now())


def consents(tables: Tables) -> list[dict[str, Any]]:
    return [i for i in tables.items("UsersTable") if i["id"]["S"].startswith("consent#")]
