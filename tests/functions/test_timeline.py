"""`gatehouse timeline`, told from the lines that real flows leave behind."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import time_machine

from cli import log_lines
from cli.main import main
from gatehouse import wiring
from gatehouse.oauth.story import connection_id
from local.account import REGION
from local.engines import Engines
from tests.functions.actors import EMAIL, PASSWORD, Browser, Client, call_mcp
from tests.functions.deployment import Deployment
from tests.functions.log_lines import Written, followed_log
from tests.functions.tables import Tables

PORT = 3999


class Operator:
    """Asks the command what became of a connection."""

    def __init__(self, state: Path, written: Written, capsys: pytest.CaptureFixture[str]) -> None:
        self._file = state / str(PORT) / "functions.log"
        self._file.parent.mkdir()
        self._written = written
        self._capsys = capsys

    def timeline(self, *named: str) -> list[str]:
        self._file.write_text(f"START RequestId: 1\n{self._written.text}not JSON\n[1]\n")
        assert main(["timeline", "--local", str(PORT), *named]) == 0
        return self._capsys.readouterr().out.splitlines()

    def verdict(self, client: Client) -> str:
        return self.timeline(client.client_id)[-1].removeprefix("Verdict: ")


@pytest.fixture
def written() -> Iterator[Written]:
    with followed_log(lines_only=True) as written:
        yield written


@pytest.fixture
def operator(
    tmp_path: Path,
    written: Written,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Operator:
    monkeypatch.setattr(log_lines, "_STATE", tmp_path)
    return Operator(tmp_path, written, capsys)


@pytest.fixture
def client(operator: Operator, deployment: Deployment) -> Client:
    return Client.register(deployment)


def call_tool(deployment: Deployment, access_token: str) -> Any:
    message = {"method": "tools/call", "params": {"name": "whoami", "arguments": {}}}
    headers = {"authorization": f"Bearer {access_token}", "mcp-protocol-version": "2025-11-25"}
    body = {"jsonrpc": "2.0", "id": 1, **message}
    return deployment.ask("POST", "/mcp/mcp", headers=headers, json_body=body).json


def test_it_tells_one_connection_a_line_a_step(
    operator: Operator, deployment: Deployment, client: Client
) -> None:
    consent = Browser(deployment).sign_in(client.authorization_url())
    Client.register(deployment)

    head, _, *steps, _, verdict = operator.timeline(connection_id(client.client_id))

    assert head == f"Connection {connection_id(client.client_id)}, client {client.client_id}"
    assert [step[22:] for step in steps] == [
        "POST /register           registered            the client registered",
        "GET /oauth/authorize     sign_in_shown         the sign-in page was shown",
        "POST /oauth/authorize    signed_in             somebody signed in",
        "GET /oauth/authorize     consent_shown         the consent page was shown",
    ]
    assert verdict == "Verdict: somebody is signed in, but pressed neither Allow nor Deny"
    assert consent.status == 200


def test_without_a_name_it_lists_every_connection(
    operator: Operator, deployment: Deployment, client: Client
) -> None:
    call_mcp(deployment, None)
    other = Client.register(deployment)
    other.tokens()

    first, second, note = operator.timeline()

    assert first.startswith(connection_id(client.client_id))
    assert first.endswith("registered, but nobody opened the sign-in page")
    assert second.startswith(connection_id(other.client_id))
    assert second.endswith("token issued, no MCP call since")
    assert note.startswith("1 requests name no connection")


# ---- Where a connection can stop -----------------------------------------------------------


def test_nobody_opened_the_sign_in_page(operator: Operator, client: Client) -> None:
    assert operator.verdict(client) == "registered, but nobody opened the sign-in page"


def test_nobody_signed_in(operator: Operator, deployment: Deployment, client: Client) -> None:
    browser = Browser(deployment)
    page = browser.get(client.authorization_url())
    assert operator.verdict(client) == "the sign-in page was opened, but nobody signed in"

    for _ in range(2):
        browser.press(page, "Sign in", email=EMAIL, password="not the password")
    assert operator.verdict(client) == (
        "nobody got in (2 times): sign-in failed: wrong email address or password"
    )


def test_nobody_allowed_it(operator: Operator, deployment: Deployment, client: Client) -> None:
    browser = Browser(deployment)
    browser.press(browser.sign_in(client.authorization_url()), "Deny")

    assert operator.verdict(client) == "the person did not allow the access"


def test_the_authorization_request_was_refused(
    operator: Operator, deployment: Deployment, client: Client
) -> None:
    Browser(deployment).get(client.authorization_url(code_challenge=None))

    assert operator.verdict(client).startswith("stopped at GET /oauth/authorize: refused: ")


def test_the_code_was_not_exchanged(operator: Operator, client: Client) -> None:
    code = client.authorize()["code"]
    assert operator.verdict(client).startswith("access was allowed, but the client never came")

    client.exchange(code, code_verifier="x" * 43)
    assert operator.verdict(client).startswith("stopped at POST /api/oauth/token: refused: ")

    client.exchange(code)
    client.exchange(code)
    assert operator.verdict(client).startswith("the code was used twice")


def test_no_mcp_call_came(operator: Operator, client: Client) -> None:
    tokens = client.tokens()
    assert operator.verdict(client) == "token issued, no MCP call since"

    client.refresh(tokens["refresh_token"])
    assert operator.verdict(client).startswith("token refreshed ")
    client.refresh(tokens["refresh_token"])
    assert operator.verdict(client).endswith(", no MCP call since")


def test_all_is_well(operator: Operator, deployment: Deployment) -> None:
    with time_machine.travel("2026-03-01T00:00Z", tick=False) as clock:
        client = Client.register(deployment)
        access_token = client.tokens()["access_token"]
        call_mcp(deployment, access_token)
        clock.shift(10)
        assert operator.verdict(client) == (
            "connected, but no tool was called yet: last MCP call 10 seconds ago"
        )

        call_tool(deployment, access_token)
        deployment.ask("GET", "/mcp/mcp", headers={"authorization": f"Bearer {access_token}"})
        clock.shift(180)
        assert operator.verdict(client) == "all well: last tool call 3 minutes ago"

        clock.shift(7200)
        call_mcp(deployment, access_token)
        assert operator.verdict(client).startswith("the token expired, and the client did not")


def test_the_token_was_revoked(operator: Operator, deployment: Deployment, client: Client) -> None:
    first = client.tokens()
    second = client.refresh(first["refresh_token"]).json
    client.refresh(second["refresh_token"])
    client.refresh(first["refresh_token"])
    assert operator.verdict(client).startswith("an old refresh token was used again")

    call_mcp(deployment, second["access_token"])
    assert operator.verdict(client).startswith("the client asked with a token that was revoked:")
    client.refresh(second["refresh_token"])
    assert operator.verdict(client) == (
        "the client keeps asking with a token that was revoked (2 times): connect again"
    )


def test_the_registration_is_gone(
    operator: Operator, deployment: Deployment, tables: Tables, client: Client
) -> None:
    tables.delete("ClientsTable", client_id=client.client_id)
    Browser(deployment).get(client.authorization_url())

    assert operator.verdict(client).startswith("the client is not registered here any more")


def test_the_registration_has_expired(operator: Operator, deployment: Deployment) -> None:
    with time_machine.travel("2026-03-01T00:00Z", tick=False):
        client = Client.register(deployment)
    Browser(deployment).get(client.authorization_url())

    assert operator.verdict(client).startswith("the client's registration has expired")


def test_the_client_has_a_wrong_secret(operator: Operator, deployment: Deployment) -> None:
    client = Client.register(deployment, token_endpoint_auth_method="client_secret_post")
    client.exchange("gtc_a.b", client_secret="not the secret")

    assert operator.verdict(client) == (
        "stopped at POST /api/oauth/token: the client's secret was wrong"
    )


def test_somebody_signed_in_and_closed_the_browser(
    operator: Operator, deployment: Deployment, client: Client
) -> None:
    browser = Browser(deployment)
    page = browser.get(client.authorization_url())
    browser.press(page, "Sign in", email=EMAIL, password=PASSWORD)

    assert operator.verdict(client) == "somebody signed in, but the consent page was not opened"


def test_somebody_signed_out(operator: Operator, deployment: Deployment, client: Client) -> None:
    browser = Browser(deployment)
    browser.press(browser.sign_in(client.authorization_url()), "Use another account")

    assert operator.verdict(client) == "somebody signed out, and nobody signed in since"


def test_the_sign_in_ended_before_consent(
    operator: Operator, deployment: Deployment, client: Client
) -> None:
    browser = Browser(deployment)
    consent = browser.sign_in(client.authorization_url())
    browser.cookies.clear()
    browser.press(consent, "Allow")

    assert operator.verdict(client).startswith("the sign-in ended before consent was given")


def test_a_page_was_out_of_date(operator: Operator, deployment: Deployment, client: Client) -> None:
    browser = Browser(deployment)
    browser.sign_in(client.authorization_url())
    browser.post(client.authorization_url(), {"step": "allow", "csrf": "of another page"})

    assert operator.verdict(client).startswith("a page was out of date when its button was pressed")


def test_something_failed_here(
    operator: Operator, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = client.tokens()
    monkeypatch.setattr(wiring, "signing_keys", lambda: None)
    client.refresh(tokens["refresh_token"])

    assert operator.verdict(client).startswith("stopped by a failure on our side")


# ---- What cannot be told -------------------------------------------------------------------


def test_a_connection_that_nobody_knows(
    operator: Operator, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    operator.timeline()

    assert main(["timeline", "--local", str(PORT), "0123456789ab"]) == 1
    assert "0123456789ab" in capsys.readouterr().err


def test_a_stack_that_never_ran(operator: Operator, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["timeline", "--local", "1"]) == 1
    assert "no stack has run on port 1" in capsys.readouterr().err


@pytest.mark.parametrize("since", ["1", "h", "0h", "1w"])
def test_a_duration_that_is_none(since: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["timeline", "--stack", "gatehouse", "--since", since])
    assert "no duration like 30m" in capsys.readouterr().err


# ---- A deployed stack ----------------------------------------------------------------------


def test_it_reads_every_log_group_of_a_deployed_stack(
    engines: Engines,
    deployment: Deployment,
    written: Written,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with time_machine.travel("2026-03-01T00:00Z", tick=False):
        old = Client.register(deployment)
    client, other = Client.register(deployment), Client.register(deployment)
    access_token = client.tokens()["access_token"]
    call_tool(deployment, access_token)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_ENDPOINT_URL", engines.kms.url)
    _deploy_logs(written)

    assert main(["timeline", client.client_id, "--stack", "logged", "--since", "1h"]) == 0
    story = capsys.readouterr().out
    assert main(["timeline", "--stack", "logged"]) == 0
    listed = capsys.readouterr().out
    assert main(["timeline", "--stack", "elsewhere"]) == 1

    routes = ("/register", "/oauth/authorize", "/api/oauth/token", "/mcp/mcp")
    assert all(route in story for route in routes)
    assert "Verdict: all well: last tool call" in story
    assert other.client_id not in story
    assert connection_id(other.client_id) in listed
    assert connection_id(old.client_id) not in listed
    assert "cannot read the stack elsewhere" in capsys.readouterr().err


def _deploy_logs(written: Written) -> None:
    """A stack with a log group for each function's kind of lines, as CloudWatch would have them."""
    groups = {"RegisterLogs": "/register", "AuthorizeLogs": "/authorize", "RestLogs": ""}
    kept: dict[str, list[dict[str, Any]]] = {name: [] for name in groups}
    for line in written.lines:
        name = next(name for name, path in groups.items() if path in line["route"])
        kept[name].append({"timestamp": line["_aws"]["Timestamp"], "message": json.dumps(line)})
    cloudformation, logs = boto3.client("cloudformation"), boto3.client("logs")
    resources = {name: {"Type": "AWS::Logs::LogGroup"} for name in groups}
    resources["Topic"] = {"Type": "AWS::SNS::Topic"}
    cloudformation.create_stack(
        StackName="logged", TemplateBody=json.dumps({"Resources": resources})
    )
    summaries = cloudformation.list_stack_resources(StackName="logged")["StackResourceSummaries"]
    physical = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in summaries}
    for name, events in kept.items():
        stream = {"logGroupName": physical[name], "logStreamName": "an environment"}
        logs.create_log_stream(**stream)
        noise = {"timestamp": events[-1]["timestamp"], "message": "REPORT RequestId: 1"}
        logs.put_log_events(**stream, logEvents=[*events, noise])
    cloudformation.close()
    logs.close()
