"""Tools with scopes of their own: the challenge that says what a call needs, and what follows."""

import re
from typing import Any

import pytest

import gatehouse_scopes
from gatehouse import wiring
from gatehouse.oauth.policy import Policy
from tests.forms import read_text
from tests.functions.actors import Browser, Client, call_mcp, call_tool, callback, tool_call
from tests.functions.deployment import ORIGIN, Answer, Deployment, load_handler
from tests.functions.log_lines import counted, followed_log
from tests.notes import READ, SHARE, WRITE


@pytest.fixture
def client(notes: Deployment) -> Client:
    return Client.register(notes)


def access_token(client: Client, scope: str | None) -> str:
    return str(client.tokens(scope=scope)["access_token"])


def challenged_scope(answer: Answer) -> str:
    assert answer.status == 403, answer.text
    assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]
    match = re.search('scope="([^"]*)"', answer.headers["www-authenticate"])
    assert match
    return match[1]


def test_a_client_is_first_told_to_ask_for_the_minimum(notes: Deployment) -> None:
    assert 'scope="mcp"' in call_mcp(notes, None).headers["www-authenticate"]


def test_the_servers_list_the_minimum_and_everything(notes: Deployment) -> None:
    resource = notes.ask("GET", "/.well-known/oauth-protected-resource/mcp/mcp").json
    server = notes.ask("GET", "/.well-known/oauth-authorization-server").json

    every = ["mcp", "notes:read", "notes:write", "notes:share", "offline_access"]
    assert resource["scopes_supported"] == ["mcp"]
    assert server["scopes_supported"] == every


def test_every_tool_is_listed_whatever_the_token_may(notes: Deployment, client: Client) -> None:
    """So that a model can choose it, which is what lets the client ask for more."""
    listed = call_mcp(notes, access_token(client, "mcp"), "tools/list").json["result"]["tools"]

    assert {"read_notes", "write_note", "publish_note"} <= {tool["name"] for tool in listed}


def test_a_call_that_needs_more_says_how_to_get_it(notes: Deployment, client: Client) -> None:
    answer = call_tool(notes, access_token(client, "mcp"), "write_note", text="x")

    assert answer.status == 403
    assert answer.headers["www-authenticate"] == (
        f'Bearer realm="{ORIGIN}", '
        f'resource_metadata="{ORIGIN}/.well-known/oauth-protected-resource/mcp/mcp", '
        'scope="mcp notes:write", error="insufficient_scope", '
        'error_description="This takes more than was allowed so far: notes:write"'
    )
    assert answer.json["error"]["code"] == 403
    assert answer.headers["cache-control"] == "no-store"


def test_a_call_of_the_modern_era_says_the_same(notes: Deployment, client: Client) -> None:
    message = tool_call("write_note", text="x")
    message["params"]["_meta"] = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    headers = {
        "authorization": f"Bearer {access_token(client, 'mcp')}",
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": "tools/call",
        "mcp-name": "write_note",
    }
    answer = notes.ask("POST", "/mcp/mcp", headers=headers, json_body=message)

    assert challenged_scope(answer) == "mcp notes:write"


@pytest.mark.parametrize(
    ("granted", "tool", "asked_for"),
    [
        ("mcp", "read_notes", "mcp notes:read"),
        ("mcp", "publish_note", "mcp notes:write notes:share"),
        # what the token has stays in: some clients ask for nothing but what the challenge says
        ("mcp notes:read", "write_note", "mcp notes:read notes:write"),
        ("mcp notes:share", "write_note", "mcp notes:write notes:share"),
        ("mcp notes:share", "publish_note", "mcp notes:write notes:share"),
        # offline access is not the resource's to ask for
        ("mcp offline_access", "write_note", "mcp notes:write"),
    ],
)
def test_the_challenge_names_all_that_the_call_needs_at_once(
    notes: Deployment, client: Client, granted: str, tool: str, asked_for: str
) -> None:
    answer = call_tool(notes, access_token(client, granted), tool, text="x")

    assert challenged_scope(answer) == asked_for
    token_for_all = access_token(client, asked_for)
    assert "error" not in call_tool(notes, token_for_all, tool, text="x").json


@pytest.mark.parametrize("scope", ["mcp notes:read", "mcp notes:write", "notes:write"])
def test_a_broad_scope_is_enough_for_a_narrow_one(
    notes: Deployment, client: Client, scope: str
) -> None:
    answer = call_tool(notes, access_token(client, scope), "read_notes")

    assert answer.status == 200
    assert not answer.json["result"]["isError"]


def test_a_tool_without_a_scope_needs_the_minimum_alone(notes: Deployment, client: Client) -> None:
    assert call_tool(notes, access_token(client, None), "whoami").status == 200


@pytest.mark.parametrize(
    "others",
    [
        [],
        [tool_call("write_note", 2, text="never")],
        [tool_call("whoami", 2), {"jsonrpc": "2.0"}, 7, tool_call("no such tool", 3)],
    ],
)
@pytest.mark.parametrize("last", [True, False])
def test_of_a_batch_nothing_runs_while_one_call_needs_more(
    notes: Deployment, client: Client, others: list[Any], last: bool
) -> None:
    token = access_token(client, "mcp notes:write")
    before = stored_notes(notes, token)
    batch = [tool_call("write_note", 1, text="never"), *others]
    batch.insert(len(batch) if last else 0, tool_call("publish_note", 9, text="never"))

    answer = notes.ask(
        "POST", "/mcp/mcp", headers={"authorization": f"Bearer {token}"}, json_body=batch
    )

    assert challenged_scope(answer) == "mcp notes:write notes:share"
    assert stored_notes(notes, token) == before


def test_a_batch_is_challenged_for_what_all_its_calls_need(
    notes: Deployment, client: Client
) -> None:
    batch = [tool_call("read_notes", 1), tool_call("publish_note", 2, text="x"), {"id": None}]
    headers = {"authorization": f"Bearer {access_token(client, 'mcp')}"}
    answer = notes.ask("POST", "/mcp/mcp", headers=headers, json_body=batch)

    assert challenged_scope(answer) == "mcp notes:read notes:write notes:share"


def stored_notes(notes: Deployment, token: str) -> Any:
    return call_tool(notes, token, "read_notes").json["result"]["structuredContent"]


def test_a_notification_runs_nothing_and_needs_nothing(notes: Deployment, client: Client) -> None:
    message = {name: value for name, value in tool_call("write_note").items() if name != "id"}
    headers = {
        "authorization": f"Bearer {access_token(client, 'mcp')}",
        "mcp-protocol-version": "2025-11-25",
    }

    assert notes.ask("POST", "/mcp/mcp", headers=headers, json_body=message).status == 202


def test_a_function_with_a_tool_whose_scope_nobody_described_does_not_start(
    notes: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gatehouse_scopes, "CATALOGUE", Policy().scopes)  # as it is shipped
    wiring.close()

    with pytest.raises(TypeError, match=r"the tool \w+ needs a scope that does not exist: notes:"):
        load_handler(notes.function("Mcp"))
    wiring.close()


def test_the_log_tells_what_a_call_lacked(notes: Deployment, client: Client) -> None:
    token = access_token(client, "mcp")
    with followed_log() as written:
        call_tool(notes, token, "write_note", text="x")

    (line,) = written.lines
    assert (line["outcome"], line["status"]) == ("insufficient_scope", 403)
    assert line["reason"] == "This takes more than was allowed so far: notes:write"
    assert (line["client_id"], line["level"]) == (client.client_id, "INFO")
    assert counted(line) == {"ScopeChallenged": 1}


# ---- More than before --------------------------------------------------------------------------


def test_more_is_allowed_by_the_same_client_and_the_first_grant_stays(
    notes: Deployment, client: Client
) -> None:
    first = client.tokens(scope="mcp")
    second = client.tokens(scope="mcp notes:write")

    assert second["scope"] == "mcp notes:write"
    assert call_tool(notes, second["access_token"], "write_note", text="x").status == 200
    assert call_tool(notes, first["access_token"], "whoami").status == 200
    assert call_tool(notes, first["access_token"], "write_note", text="x").status == 403


def test_a_refresh_keeps_what_was_granted(notes: Deployment, client: Client) -> None:
    tokens = client.tokens(scope="mcp notes:write")

    refreshed = client.refresh(tokens["refresh_token"]).json

    assert refreshed["scope"] == "mcp notes:write"
    assert call_tool(notes, refreshed["access_token"], "write_note", text="x").status == 200


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("mcp notes:read", "mcp notes:read"),
        # what opens the server comes along, as it was granted
        ("notes:read", "mcp notes:read"),
    ],
)
def test_a_refresh_may_narrow_to_a_scope_that_a_granted_one_includes(
    notes: Deployment, client: Client, asked: str, answered: str
) -> None:
    tokens = client.tokens(scope="mcp notes:write")

    narrowed = client.refresh(tokens["refresh_token"], scope=asked).json

    assert narrowed["scope"] == answered
    assert call_tool(notes, narrowed["access_token"], "read_notes").status == 200
    assert call_tool(notes, narrowed["access_token"], "write_note", text="x").status == 403


def test_a_refresh_never_widens(notes: Deployment, client: Client) -> None:
    tokens = client.tokens(scope="mcp notes:read")

    answer = client.refresh(tokens["refresh_token"], scope="mcp notes:write")

    assert (answer.status, answer.json["error"]) == (400, "invalid_scope")


def test_what_was_registered_is_no_ceiling(notes: Deployment) -> None:
    client = Client.register(notes, scope="mcp")

    assert client.tokens(scope="mcp notes:write")["scope"] == "mcp notes:write"


# ---- What the page says ------------------------------------------------------------------------

NEW = "It will also be able to New"
BEFORE = "You allowed it before to"


def test_the_page_shows_what_is_new_apart_from_what_was_allowed(
    notes: Deployment, client: Client
) -> None:
    browser = Browser(notes)
    page = browser.sign_in(client.authorization_url(scope="mcp"))
    code = callback(browser.press(page, "Allow"))["code"]
    client.exchange(code)

    text = read_text(browser.get(client.authorization_url(scope="mcp notes:write")).text)

    assert "Allow this app more access?" in text
    new, before = text.split(NEW)[1].split(BEFORE)
    assert WRITE in new
    # what a scope includes comes with it, so it is said
    assert READ in new
    assert "Use this server's tools" not in new
    assert "Use this server's tools on your behalf" in before
    assert SHARE not in text


def test_the_first_page_calls_nothing_new(notes: Deployment, client: Client) -> None:
    text = read_text(Browser(notes).sign_in(client.authorization_url(scope="notes:write")).text)

    assert "Allow this app to connect?" in text
    assert NEW not in text
    assert BEFORE not in text
    for words in (READ, WRITE, "Use this server's tools on your behalf"):
        assert text.count(words) == 1
