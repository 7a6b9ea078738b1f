"""`gatehouse … --local`: the command against the stack of `make local`, from outside it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli import local_stack
from cli.main import main
from tests.cli.documented import samples
from tests.clients.plain_client import PlainClient
from tests.clients.sign_in import new_http
from tests.running_stack import USER, RunningStack, running_stack

CALLBACK = "https://app.example/callback"


@pytest.fixture(scope="module")
def stack() -> Iterator[RunningStack]:
    with running_stack(environment={"LOCAL_CLIENT_DOCUMENTS": "off"}) as stack:
        yield stack


class Gatehouse:
    """The command, at the local stack."""

    def __init__(self, stack: RunningStack, capsys: pytest.CaptureFixture[str]) -> None:
        self._where = [f"--local={stack.port}"]
        self._capsys = capsys

    def says(self, *arguments: str) -> str:
        assert main([*arguments, *self._where]) == 0
        return self._capsys.readouterr().out

    def json(self, *arguments: str) -> Any:
        return json.loads(self.says(*arguments, "--json"))


@pytest.fixture
def gatehouse(stack: RunningStack, capsys: pytest.CaptureFixture[str]) -> Gatehouse:
    return Gatehouse(stack, capsys)


def test_nothing_but_the_demo_person_is_needed(gatehouse: Gatehouse) -> None:
    (person,) = gatehouse.json("users", "list")
    assert person["email"] == USER
    keys = gatehouse.json("keys", "list")
    assert [each["state"] for each in keys] == ["signs"]


def test_a_first_run_says_that_all_is_well_as_it_is_documented(
    gatehouse: Gatehouse, stack: RunningStack
) -> None:
    (sample,) = [each for each in samples() if each.arguments == ["init", "--local"]]
    gatehouse.says("init", "--no-doctor")

    said = gatehouse.says("init")

    assert "Doctor       nothing is wrong" in said
    assert said == sample.printed.replace("http://localhost:3000", stack.url)


def test_the_doctor_finds_the_stack_by_its_port(gatehouse: Gatehouse, stack: RunningStack) -> None:
    found = gatehouse.json("doctor", "--no-sign-in", "--client", "VS Code")

    assert found["url"] == stack.mcp_url


def test_a_client_that_is_revoked_is_refused_at_once(
    gatehouse: Gatehouse, stack: RunningStack
) -> None:
    document = {"client_name": "App", "redirect_uris": [CALLBACK]}
    with new_http(stack.url) as http:
        client = PlainClient(http, document)
        tokens = client.connect(CALLBACK)
        assert status_of_a_call(http, tokens) == 200
        (grant,) = gatehouse.json("grants", "list", "--client", client.client_id)
        assert (grant["email"], grant["is_live"]) == (USER, True)

        gatehouse.says("clients", "revoke", client.client_id, "--yes")

        assert status_of_a_call(http, tokens) == 401
        assert client.refresh(tokens["refresh_token"]).status_code == 401
    assert gatehouse.json("grants", "list", "--user", USER) == []
    assert client.client_id in gatehouse.says("timeline", client.client_id)


def test_whoever_is_disabled_is_refused_at_once(gatehouse: Gatehouse, stack: RunningStack) -> None:
    document = {"client_name": "Other app", "redirect_uris": [CALLBACK]}
    with new_http(stack.url) as http:
        tokens = PlainClient(http, document).connect(CALLBACK)

        ended = gatehouse.json("users", "disable", USER, "--yes")
        assert ended["ended_grants"] == 1

        assert status_of_a_call(http, tokens) == 401
    gatehouse.says("users", "enable", USER)


def test_an_invitation_leads_to_the_stack(gatehouse: Gatehouse, stack: RunningStack) -> None:
    link = gatehouse.json("users", "invite", "ada@example.com")["url"]

    with new_http() as http:
        page = http.get(link)
    assert link.startswith(stack.url)
    assert page.status_code == 200
    assert "ada@example.com" in page.text


def test_a_key_that_is_retired_is_published_no_more(
    gatehouse: Gatehouse, stack: RunningStack
) -> None:
    (kid, *_) = [each["kid"] for each in gatehouse.json("keys", "list")]

    after = gatehouse.json("keys", "rotate", "--retire", kid, "--yes")

    assert after["signing_key"] != kid
    assert kid not in [each["kid"] for each in after["keys"]]


def test_a_stack_that_has_ended_is_told_from_one_that_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = {"Parameters": {"AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:1"}}
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "env-vars.json").write_text(json.dumps(gone))
    monkeypatch.setattr(local_stack, "_STATE", tmp_path)

    assert main(["users", "list", "--local=1"]) == 1

    said = capsys.readouterr().err
    assert said == "gatehouse: the stack of port 1 does not run: PORT=1 make local starts it\n"


def status_of_a_call(http: Any, tokens: dict[str, Any]) -> int:
    """How a call to the MCP server with these tokens is answered."""
    message = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    headers = {
        "authorization": f"Bearer {tokens['access_token']}",
        "accept": "application/json, text/event-stream",
    }
    return int(http.post("/mcp/mcp", json=message, headers=headers).status_code)
