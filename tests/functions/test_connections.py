"""Connected apps on the account page: what a person sees of them, and ends."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine

from gatehouse import wiring
from gatehouse.oauth import connections as connections_module
from gatehouse.oauth.grants import Grant
from gatehouse.oauth.secret_values import new_identifier
from gatehouse.wiring import signin
from tests.forms import read_text
from tests.functions.actors import CALLBACK, Client, call_mcp
from tests.functions.aws_calls import counted_calls
from tests.functions.deployment import MCP_URL, Answer, Deployment
from tests.functions.log_lines import counted, followed_log
from tests.functions.members import SESSION_COOKIE, Member
from tests.functions.published import new_url, publish
from tests.functions.tables import Tables
from tests.internet import Internet

NONE = "No app is connected to your account."
GONE = "An app that is no longer registered"
THEN = "2026-11-25T14:05:30Z"


@pytest.fixture
def member(deployment: Deployment) -> Member:
    return Member.new(deployment)


def works(client: Client, tokens: dict[str, Any]) -> tuple[int, int]:
    """How the MCP server and the token endpoint answer to what a client has."""
    called = call_mcp(client.deployment, tokens["access_token"])
    refreshed = client.refresh(tokens["refresh_token"])
    assert refreshed.status == 200 or refreshed.json["error"] == "invalid_grant"
    return called.status, refreshed.status


ALIVE, DEAD = (200, 200), (401, 400)


def some_grants(subject: str, count: int, client: Callable[[int], str], **members: Any) -> None:
    """Live grants beside the flow, the first one the newest."""
    now = wiring.now()
    for number in range(count):
        described: dict[str, Any] = {
            "client_id": client(number),
            "subject": subject,
            "email": None,
            "scopes": ("mcp",),
            "resources": (MCP_URL,),
            "created_at": now - number,
            "expires_at": now + 1000,
            **members,
        }
        wiring.grants().add(Grant(grant_id=new_identifier(), **described))


# ---- What the person sees --------------------------------------------------------------------


def test_without_a_connection_the_page_says_so(member: Member) -> None:
    assert member.text == NONE


def test_a_connection_is_told_in_words(member: Member, client: Client) -> None:
    with time_machine.travel(THEN, tick=False) as clock:
        tokens = member.connect(client, source_ip="203.0.113.77")
        clock.shift(3600)
        client.refresh(tokens["refresh_token"])

        assert member.text.startswith(
            "Test client Published by Not verified: the app chose its name itself"
            " You were sent back to http://127.0.0.1"
            " It can Use this server's tools on your behalf Stay connected while you are away"
            f" At {MCP_URL} Connected since 25 November 2026, 14:05 UTC"
            " Last used about 25 November 2026, 15:05 UTC Last used from about "
        )
        assert '<time datetime="2026-11-25T15:05Z">' in member.page.text


def test_a_client_that_is_connected_twice_is_one_connection(member: Member, client: Client) -> None:
    with time_machine.travel(THEN, tick=False) as clock:
        member.connect(client, source_ip="203.0.113.77")
        clock.shift(86400)
        member.connect(client, source_ip="198.51.100.9")

        assert member.text.count("Test client") == 1
        assert "since 25 November" in member.text
        assert "about 26 November" in member.text
        assert "from about 198.51.100.0/24" in member.text


def test_what_was_allowed_and_never_used_is_no_connection(member: Member, client: Client) -> None:
    member.allow(client)

    assert member.text == NONE


def test_what_has_expired_or_was_revoked_is_no_connection(member: Member, client: Client) -> None:
    with time_machine.travel(THEN, tick=False) as clock:
        tokens = member.connect(client)
        form = {"client_id": client.client_id, "token": tokens["refresh_token"]}
        client.deployment.ask("POST", "/api/oauth/revoke", form=form)
        assert member.text == NONE

        member.connect(client)
        clock.shift(86400 * 31)
        renewed = Member.new(client.deployment)
        assert renewed.text == NONE
        assert not connections_module.connections_of(
            member.subject,
            grants=wiring.grants(),
            clients=wiring.clients(),
            scopes=wiring.settings().policy.scopes,
            now=wiring.now(),
        ).shown


def test_a_hostile_name_is_text(member: Member, deployment: Deployment) -> None:
    client = Client.register(deployment, client_name="<b>bold</b>\"'<script>")
    member.connect(client)

    assert "<b>bold" not in member.page.text
    assert "<b>bold</b>\"'<script>" in member.text


def test_a_client_that_is_gone_is_told_and_can_be_ended(
    member: Member, client: Client, tables: Tables
) -> None:
    tokens = member.connect(client)
    tables.delete("ClientsTable", client_id=client.client_id)

    assert member.text.startswith(GONE)
    member.end(client)
    assert call_mcp(client.deployment, tokens["access_token"]).status == 401


def test_a_client_with_a_document_has_a_verified_domain_and_is_not_fetched(
    member: Member, deployment: Deployment, internet: Internet, tables: Tables
) -> None:
    url = new_url()
    client = publish(internet, deployment, url)
    member.connect(client)
    internet.forget_everything()
    domain = url.removeprefix("https://").partition("/")[0]

    with time_machine.travel(wiring.now() + 7200, tick=False):
        known = member.text
    tables.delete("ClientsTable", client_id=url)

    assert known.startswith(f"Test client Published by Verified: {domain} ")
    assert member.text.startswith(f"{domain} Published by Verified: {domain} ")
    assert member.end(client).status == 303
    assert member.text == NONE


@pytest.mark.parametrize(
    ("source_ip", "told"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:aaaa:bbbb:cccc::1", "2001:db8:aaaa::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
    ],
)
def test_the_origin_is_a_network_and_the_address_is_not_kept(
    member: Member, client: Client, tables: Tables, source_ip: str, told: str
) -> None:
    member.connect(client, source_ip=source_ip)

    assert f"Last used from about {told} " in member.text
    assert source_ip not in tables.everything()


def test_without_cloudfront_nobody_says_where_he_is(member: Member, client: Client) -> None:
    claims = {
        "cloudfront-viewer-country": "NL",
        "cloudfront-viewer-address": "198.51.100.9:4711",
        "x-forwarded-for": "198.51.100.9",
    }
    member.connect(client, headers=claims, source_ip="203.0.113.77")

    assert "about 203.0.113.0/24 End connection" in member.text


@pytest.fixture
def behind_cloudfront(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("BEHIND_CLOUDFRONT", "true")
    wiring.close()
    yield
    monkeypatch.undo()
    wiring.close()


@pytest.mark.usefixtures("behind_cloudfront")
@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"country": "NL", "address": "198.51.100.9:4711"}, "198.51.100.0/24 (NL)"),
        ({"country": "NL", "address": "2001:db8:1:2::9:4711"}, "2001:db8:1::/48 (NL)"),
        ({"country": "NL"}, "(NL)"),
        ({"address": "198.51.100.9:4711", "country": "<b>"}, "198.51.100.0/24"),
    ],
)
def test_behind_cloudfront_its_word_counts_and_its_own_address_does_not(
    member: Member, client: Client, headers: dict[str, str], told: str
) -> None:
    given = {f"cloudfront-viewer-{name}": value for name, value in headers.items()}
    member.connect(client, headers=given, source_ip="130.176.0.1")

    assert f"Last used from about {told} End connection" in member.text


def test_a_refresh_from_elsewhere_is_told(member: Member, client: Client) -> None:
    tokens = member.connect(client, source_ip="203.0.113.77")
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    form["client_id"] = client.client_id
    client.deployment.ask("POST", "/token", form=form, source_ip="198.51.100.9")

    assert "about 198.51.100.0/24" in member.text


# ---- Ending ----------------------------------------------------------------------------------


def test_what_is_ended_is_over_at_once(member: Member, client: Client) -> None:
    tokens = member.connect(client)
    assert works(client, tokens) == ALIVE
    again = member.connect(client)

    ended = member.end(client)

    assert (ended.status, ended.headers["location"]) == (303, "/account")
    assert call_mcp(client.deployment, tokens["access_token"]).status == 401
    assert works(client, again) == DEAD
    assert member.text == NONE


def test_whoever_ends_a_connection_keeps_the_others(
    member: Member, deployment: Deployment, client: Client
) -> None:
    other = Client.register(deployment)
    gone, kept = member.connect(client), member.connect(other)

    member.end(client)

    assert works(client, gone) == DEAD
    assert works(other, kept) == ALIVE


def test_all_is_ended_after_a_question(
    member: Member, deployment: Deployment, client: Client
) -> None:
    other, neighbour = Client.register(deployment), Member.new(deployment)
    theirs = member.connect(client), member.connect(other)
    not_theirs = neighbour.connect(client)

    ended = member.end_all()

    assert (ended.status, ended.headers["location"]) == (303, "/account")
    assert [works(client, theirs[0]), works(other, theirs[1])] == [DEAD, DEAD]
    assert member.text == NONE
    assert works(client, not_theirs) == ALIVE


def test_codes_that_wait_are_ended_too(member: Member, client: Client) -> None:
    member.connect(client)
    codes = [member.allow(client) for _ in range(2)]

    member.end(client)

    for code in codes:
        assert client.exchange(code).json["error"] == "invalid_grant"


WEB = "https://app.example.com/callback"


def test_a_client_whose_connection_ended_asks_anew(member: Member, deployment: Deployment) -> None:
    client = Client.register(deployment, redirect_uris=[WEB])
    code = member.allow(client, redirect_uri=WEB)
    assert client.exchange(code, redirect_uri=WEB).status == 200
    target = client.authorization_url(redirect_uri=WEB)
    assert member.browser.get(target).status == 303

    member.end(client)

    assert "Allow this app to connect?" in read_text(member.browser.get(target).text)
    assert signin.consents().get(member.subject, client.client_id) is None


# ---- Forms that are not what they seem -------------------------------------------------------


def test_a_client_of_somebody_else_is_not_ended(
    member: Member, deployment: Deployment, client: Client
) -> None:
    mine, theirs = Client.register(deployment), Member.new(deployment)
    member.connect(mine)
    not_mine = theirs.connect(client)
    form = member.forms_to_end()[mine.client_id]

    forged = form.filled("End connection") | {"client": client.client_id}
    answer = member.browser.post(form.action, forged)

    assert answer.status == 303
    assert works(client, not_mine) == ALIVE
    assert signin.consents().get(theirs.subject, client.client_id)


@pytest.mark.parametrize("client_id", ["", "x" * 5000, "\x00", "https://a.example/\ud83d", "#"])
def test_a_client_that_makes_no_sense_ends_nothing(
    member: Member, client: Client, client_id: str
) -> None:
    tokens = member.connect(client)
    form = member.forms_to_end()[client.client_id].filled("End connection")
    text = client_id.encode(errors="replace").decode()

    assert member.browser.post("/account", form | {"client": text}).status == 303
    assert works(client, tokens) == ALIVE


@pytest.mark.parametrize("step", ["end-connection", "ask-end-all", "end-all"])
@pytest.mark.parametrize("forged", [{}, {"csrf": "made up"}])
def test_a_form_of_another_site_ends_nothing(
    member: Member, client: Client, step: str, forged: dict[str, str]
) -> None:
    tokens = member.connect(client)

    answer = member.browser.post("/account", {"step": step, "client": client.client_id, **forged})

    assert answer.status == 403
    assert works(client, tokens) == ALIVE


def test_the_form_of_another_person_ends_nothing(
    member: Member, deployment: Deployment, client: Client
) -> None:
    neighbour = Member.new(deployment)
    tokens, _ = member.connect(client), neighbour.connect(client)
    form = neighbour.forms_to_end()[client.client_id]

    assert member.browser.post("/account", form.filled("End connection")).status == 403
    assert works(client, tokens) == ALIVE


@pytest.mark.parametrize("step", ["end-connection", "end-all"])
def test_whoever_signed_out_in_another_tab_signs_in_again(
    member: Member, client: Client, step: str
) -> None:
    tokens = member.connect(client)
    form = member.forms_to_end()[client.client_id].filled("End connection") | {"step": step}
    cookie = member.browser.cookies[SESSION_COOKIE]
    member.browser.press(member.page, "Sign out")
    member.browser.cookies[SESSION_COOKIE] = cookie  # the tab was slower than the other's answer

    answer = member.browser.post("/account", form)

    assert answer.status == 303
    assert "Sign in" in read_text(member.browser.get(answer.headers["location"]).text)
    assert works(client, tokens) == ALIVE


def test_in_two_tabs_the_second_finds_it_ended(member: Member, client: Client) -> None:
    member.connect(client)
    form = member.forms_to_end()[client.client_id].filled("End connection")

    answers = [member.browser.post("/account", form) for _ in range(2)]

    assert [answer.status for answer in answers] == [303, 303]
    assert member.text == NONE


# ---- Many ------------------------------------------------------------------------------------


def test_of_many_connections_the_last_used_are_shown_and_the_page_says_so(member: Member) -> None:
    most = connections_module.MOST_SHOWN
    some_grants(member.subject, most + 1, lambda number: f"client-{number}")

    assert list(member.forms_to_end()) == [f"client-{number}" for number in range(most)]
    assert "There are more connections than are shown here." in member.text


def test_of_too_many_grants_some_are_read_and_the_page_says_so(
    member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections_module, "MOST_GRANTS", 100)
    some_grants(member.subject, 201, lambda _: "one-client")

    with counted_calls() as calls:
        assert "There are more connections than are shown here." in member.text

    assert calls["dynamodb BatchGetItem"] == 4  # two of grants, one of clients, one of sessions


def test_more_than_can_be_ended_at_once_is_ended_by_pressing_again(
    member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gatehouse.http.account.connections.MOST_AT_ONCE", 5)
    some_grants(member.subject, 8, lambda number: f"client-{number}")

    member.end_all()
    assert len(member.forms_to_end()) == 3
    member.end_all()
    assert member.text == NONE


# ---- What it costs, and what is told ---------------------------------------------------------


def test_the_page_takes_seven_calls(member: Member, client: Client) -> None:
    member.connect(client)

    with counted_calls() as calls:
        assert member.page.status == 200

    # the session and its person; the index, the grants and their clients; the index, the sessions
    assert calls == {
        "dynamodb GetItem": 2,
        "dynamodb Query": 2,
        "dynamodb BatchGetItem": 3,
    }


def lines(answers: Callable[[], Answer]) -> list[dict[str, Any]]:
    with followed_log() as written:
        answers()
    return [line for line in written.lines if line.get("route", "").startswith("POST")]


def test_the_log_tells_what_was_ended_and_counts_it(member: Member, client: Client) -> None:
    member.connect(client)
    form = member.forms_to_end()[client.client_id].filled("End connection")

    [line] = lines(lambda: member.browser.post("/account", form))
    [again] = lines(lambda: member.browser.post("/account", form))

    assert (line["outcome"], line["client_id"]) == ("connection_ended", client.client_id)
    assert counted(line) == {"ConnectionEnded": 1}
    assert (again["outcome"], again["client_id"], counted(again)) == ("nothing_to_end", "", {})


def test_the_redirect_host_is_where_the_code_went(member: Member, client: Client) -> None:
    member.connect(client)

    assert CALLBACK.startswith("http://127.0.0.1:43110")
    assert "43110" not in member.text
