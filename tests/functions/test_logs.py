"""The log tells what happened and no secret."""

import json
import logging
import sys

import pytest

from gatehouse.http.log import _logger
from tests.functions.actors import CALLBACK, EMAIL, PASSWORD, VERIFIER, Browser, Client, call_mcp
from tests.functions.deployment import Deployment


def follow_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the log written to what is captured now: the logger keeps to its first stream."""
    handler = _logger().registered_handler
    assert isinstance(handler, logging.StreamHandler)
    monkeypatch.setattr(handler, "stream", sys.stdout)


def test_a_whole_sign_in_leaves_lines_but_no_secret(
    deployment: Deployment,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    follow_log(monkeypatch)
    client = Client.register(deployment, token_endpoint_auth_method="client_secret_post")
    secret = client.registration["client_secret"]
    browser = Browser(deployment)
    consent = browser.sign_in(client.authorization_url())
    location = browser.press(consent, "Allow").headers["location"]
    code = location.partition("code=")[2].partition("&")[0]
    tokens = client.exchange(code, client_secret=secret).json
    refreshed = client.refresh(tokens["refresh_token"], client_secret=secret).json
    call_mcp(deployment, refreshed["access_token"])
    client.exchange(code, client_secret="a-guess-at-the-secret")
    call_mcp(deployment, "wrong token")

    written = capsys.readouterr().out
    lines = [json.loads(line) for line in written.splitlines()]

    assert [line["route"] for line in lines if line["status"] == 201] == ["POST /register"]
    assert {line["outcome"] for line in lines} >= {"ok", "signed_in", "code_issued", "ping"}
    assert {line["outcome"] for line in lines} >= {"invalid_client", "invalid_token"}
    secrets = [secret, code, PASSWORD, EMAIL, VERIFIER, "a-guess-at-the-secret", "wrong token"]
    secrets += [*browser.cookies.values(), CALLBACK]
    for answer in (tokens, refreshed):
        secrets += [answer["access_token"], answer["refresh_token"]]
    for each in secrets:
        assert each not in written


def test_a_bug_is_an_incident_that_the_log_explains(
    deployment: Deployment,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    follow_log(monkeypatch)
    monkeypatch.setattr("gatehouse.wiring.clients", lambda: None)

    answer = deployment.ask("POST", "/register", json_body={"redirect_uris": [CALLBACK]})

    assert (answer.status, answer.json["error"]) == (500, "server_error")
    incident = answer.json["error_description"].rpartition("incident ")[2].rstrip(")")
    assert "Traceback" not in answer.text
    written = capsys.readouterr().out
    assert incident in written
    assert "AttributeError" in written


def test_a_dependency_that_does_not_answer_is_a_503(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gatehouse import wiring

    wiring.close()
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1")
    try:
        answer = deployment.ask("POST", "/register", json_body={"redirect_uris": [CALLBACK]})
    finally:
        wiring.close()

    assert (answer.status, answer.json["error"]) == (503, "temporarily_unavailable")
