"""The log tells what happened, in one line a request, and no secret."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest
import time_machine

import gatehouse
from gatehouse import wiring
from gatehouse.log.metrics import NAMES
from gatehouse.story import connection_id
from local.account import STACK_NAME
from tests.forms import read_form
from tests.functions.actors import (
    CALLBACK,
    CHALLENGE,
    EMAIL,
    PASSWORD,
    VERIFIER,
    Browser,
    Client,
    call_mcp,
    callback,
)
from tests.functions.deployment import Deployment, basic
from tests.functions.log_lines import Written, counted, followed_log


@pytest.fixture
def written() -> Iterator[Written]:
    with followed_log() as written:
        yield written


def test_a_connection_is_told_under_one_id_from_registration_to_tool_call(
    deployment: Deployment, written: Written
) -> None:
    call_mcp(deployment, None)
    deployment.ask("GET", "/.well-known/oauth-authorization-server")
    client = Client.register(deployment)
    browser = Browser(deployment)
    target = client.authorization_url()
    browser.press(browser.get(target), "Sign in", email=EMAIL, password="not the password")
    consent = browser.sign_in(target)
    tokens = client.exchange(callback(browser.press(consent, "Allow"))["code"]).json
    refreshed = client.refresh(tokens["refresh_token"]).json
    client.refresh(tokens["refresh_token"])
    call_mcp(deployment, refreshed["access_token"])

    told = [(line["route"], line["outcome"], counted(line)) for line in written.lines]
    assert told == [
        ("POST /mcp/mcp", "challenged", {"Challenged": 1}),
        ("GET /.well-known/oauth-authorization-server", "discovered", {"Discovered": 1}),
        ("POST /register", "registered", {"Registered": 1}),
        ("GET /oauth/authorize", "sign_in_shown", {"SignInShown": 1}),
        ("POST /oauth/authorize", "sign_in_failed", {"SignInFailed": 1}),
        ("GET /oauth/authorize", "sign_in_shown", {"SignInShown": 1}),
        ("POST /oauth/authorize", "signed_in", {"SignedIn": 1}),
        ("GET /oauth/authorize", "consent_shown", {"ConsentShown": 1}),
        ("POST /oauth/authorize", "code_issued", {"ConsentAllowed": 1}),
        ("POST /api/oauth/token", "code_exchanged", {"CodeExchanged": 1}),
        ("POST /api/oauth/token", "refreshed", {"Refreshed": 1}),
        ("POST /api/oauth/token", "refresh_retried", {"RefreshRetried": 1}),
        ("POST /mcp/mcp", "ping", {"McpCalled": 1}),
    ]
    strangers, ours = written.lines[:2], written.lines[2:]
    assert {line["connection"] for line in strangers} == {""}
    assert {line["client_id"] for line in ours} == {client.client_id}
    assert {line["connection"] for line in ours} == {connection_id(client.client_id)}
    (grant_id,) = {line["grant_id"] for line in ours} - {""}
    assert [line["grant_id"] for line in ours].index(grant_id) == 6  # when it was allowed
    assert len({line["request_id"] for line in written.lines}) == len(told)


def test_what_went_wrong_is_told_apart(
    deployment: Deployment, client: Client, written: Written
) -> None:
    with time_machine.travel("2026-03-01T00:00Z", tick=False) as clock:
        browser = Browser(deployment)
        consent = browser.sign_in(client.authorization_url())
        browser.press(consent, "Deny")
        code = callback(browser.press(consent, "Allow"))["code"]
        tokens = client.exchange(code).json
        second = client.refresh(tokens["refresh_token"]).json
        clock.shift(60)
        client.refresh(tokens["refresh_token"])
        call_mcp(deployment, second["access_token"])
        clock.shift(3600)
        call_mcp(deployment, second["access_token"])
        client.exchange(code)
    ours = written.of(client.client_id)

    denied = next(line for line in ours if line["outcome"] == "access_denied")
    assert counted(denied) == {"ConsentDenied": 1}
    assert [(line["level"], line["reason"], *counted(line)) for line in ours[-4:]] == [
        ("WARNING", "previous refresh token after the grace, grant revoked", "RefreshTokenReused"),
        ("INFO", "grant not live", "Unauthorized"),
        ("INFO", "expired", "Unauthorized"),
        ("WARNING", "code replayed, grant revoked", "CodeReplayed"),
    ]
    assert len({line["grant_id"] for line in ours[-4:]}) == 1


@pytest.mark.parametrize("sent", ["no-such-client", "a secret in the wrong field"])
def test_of_a_client_that_is_not_registered_only_the_connection_is_told(
    deployment: Deployment, written: Written, sent: str
) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": "x", "client_id": sent}
    deployment.ask("POST", "/token", form=form)

    (line,) = written.lines
    assert (line["outcome"], line["client_id"]) == ("invalid_client", "")
    assert line["connection"] == connection_id(sent)
    assert sent not in written.text
    assert counted(line) == {"Refused": 1}


def test_every_line_has_the_same_facts(deployment: Deployment, written: Written) -> None:
    deployment.ask("OPTIONS", "/token")
    deployment.ask("POST", "/register", json_body=[])
    deployment.ask("POST", "/token", body=b"\xff", headers={"content-type": "text/plain"})
    Client.register(deployment).tokens()

    facts = {"request_id", "route", "status", "connection", "client_id", "grant_id"}
    facts |= {"outcome", "reason", "level", "message", "timestamp", "service"}
    for line in written.lines:
        assert line.keys() - counted(line).keys() - {"_aws"} == facts
        assert counted(line).keys() <= NAMES
    assert not counted(written.lines[0])


def test_a_whole_sign_in_leaves_lines_but_no_secret(
    deployment: Deployment, written: Written
) -> None:
    client = Client.register(deployment, token_endpoint_auth_method="client_secret_post")
    secret = client.registration["client_secret"]
    browser = Browser(deployment)
    target = client.authorization_url()
    sign_in = browser.get(target)
    browser.press(sign_in, "Sign in", email=EMAIL, password="a password typed wrong")
    consent = browser.sign_in(target)
    location = browser.press(consent, "Allow").headers["location"]
    code = callback(browser.press(consent, "Allow"))["code"]
    tokens = client.exchange(code, client_secret=secret).json
    refreshed = client.refresh(tokens["refresh_token"], client_secret=secret).json
    client.refresh(tokens["refresh_token"], client_secret=secret)
    call_mcp(deployment, refreshed["access_token"])
    client.exchange(code, client_secret=secret)
    client.exchange(code, client_secret="a-guess-at-the-secret")
    client.token(grant_type="refresh_token", refresh_token=code, client_secret=secret)
    client.token(grant_type=secret, client_secret=secret)
    call_mcp(deployment, refreshed["access_token"])
    call_mcp(deployment, "wrong token")
    call_mcp(deployment, tokens["refresh_token"])
    deployment.ask("POST", "/token", headers={"authorization": basic(secret, secret)}, form={})
    deployment.ask("POST", "/register", json_body={"redirect_uris": [secret], secret: code})

    secrets = [secret, code, PASSWORD, EMAIL, VERIFIER, CHALLENGE, "some state"]
    secrets += ["a password typed wrong", "a-guess-at-the-secret", "wrong token", CALLBACK]
    secrets += [read_form(page.text).fields["csrf"] for page in (sign_in, consent)]
    secrets += [*browser.cookies.values(), *parse_qs(location.partition("?")[2])["code"]]
    secrets += [code.partition(".")[2], *tokens["refresh_token"].split(".")[1:]]
    for answer in (tokens, refreshed):
        secrets += [answer["access_token"], answer["refresh_token"]]
        secrets += answer["access_token"].split(".")
    assert len(written.lines) == 21  # one a request
    assert [each for each in secrets if each in written.text] == []


def test_a_bug_is_an_incident_that_the_requests_line_explains(
    deployment: Deployment, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gatehouse.wiring.client_store", lambda: None)

    answer = deployment.ask("POST", "/register", json_body={"redirect_uris": [CALLBACK]})

    assert (answer.status, answer.json["error"]) == (500, "server_error")
    incident = answer.json["error_description"].rpartition("incident ")[2].rstrip(")")
    assert "Traceback" not in answer.text
    (line,) = written.lines
    assert (line["level"], line["outcome"], counted(line)) == (
        "ERROR",
        "server_error",
        {"Failed": 1},
    )
    (failure,) = line["failures"]
    assert incident in failure
    assert "AttributeError" in failure


def test_a_dependency_that_does_not_answer_is_a_503(
    deployment: Deployment, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiring.close()
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1")
    try:
        answer = deployment.ask("POST", "/register", json_body={"redirect_uris": [CALLBACK]})
    finally:
        wiring.close()

    assert (answer.status, answer.json["error"]) == (503, "temporarily_unavailable")
    (line,) = written.lines
    assert (line["level"], counted(line)) == ("ERROR", {"Failed": 1})


def test_a_tool_that_crashes_explains_itself_in_the_requests_line(
    deployment: Deployment, client: Client, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    access_token = client.tokens()["access_token"]
    monkeypatch.setattr("gatehouse.mcp.registry.tools.Tool.call", lambda *_: 1 / 0)

    message = {"method": "tools/call", "params": {"name": "whoami", "arguments": {}}}
    answer = deployment.ask(
        "POST",
        "/mcp/mcp",
        headers={"authorization": f"Bearer {access_token}", "mcp-protocol-version": "2025-11-25"},
        json_body={"jsonrpc": "2.0", "id": 1, **message},
    )

    line = written.lines[-1]
    assert counted(line) == {"McpCalled": 1, "ToolCalled": 1, "ToolFailed": 1}
    assert (line["level"], line["status"]) == ("ERROR", 200)
    (failure,) = line["failures"]
    assert "ZeroDivisionError" in failure
    assert answer.json["result"]["content"][0]["text"].rpartition(" ")[2] in failure


@pytest.mark.parametrize(
    ("level", "told"), [("DEBUG", True), ("INFO", True), ("WARNING", False), ("ERROR", False)]
)
def test_the_level_decides_what_is_told_and_not_what_counts(level: str, *, told: bool) -> None:
    """In a process of its own: Powertools reads the level once."""
    program = (
        "from gatehouse.log.line import *\n"
        "for outcome in 'registered', 'ok':\n"
        "    log_request(request_id='1', route='POST /token', status=200, outcome=outcome,"
        " reason='', story=Story(), failures=[])"
    )
    variables = {"POWERTOOLS_LOG_LEVEL": level, "POWERTOOLS_SERVICE_NAME": STACK_NAME}
    output = subprocess.check_output(
        [sys.executable, "-c", program],
        env={**os.environ, **variables, "PYTHONPATH": str(Path(gatehouse.__file__).parents[1])},
        text=True,
    )

    lines = [json.loads(line) for line in output.splitlines()]
    assert [counted(line) for line in lines] == [{"Registered": 1}, {}][: 2 if told else 1]
    assert all(("route" in line) is told for line in lines)


def test_every_metric_is_in_the_operators_table() -> None:
    table = (Path(__file__).parents[2] / "docs" / "operating.md").read_text()

    assert [name for name in sorted(NAMES) if f"`{name}`" not in table] == []
