"""What a running stack logs: everything that happened, and no secret."""

import json
from collections.abc import Iterator

import pytest

from cli.main import main
from gatehouse.story import connection_id
from tests.clients.plain_client import STATE, PlainClient, call, whoami
from tests.clients.sign_in import Browser, new_http
from tests.forms import read_form
from tests.functions.actors import CHALLENGE, VERIFIER
from tests.running_stack import PASSWORD, USER, RunningStack, running_stack

CALLBACK = "http://127.0.0.1:50001/callback"


@pytest.fixture(scope="module")
def stack() -> Iterator[RunningStack]:
    with running_stack() as stack:
        yield stack


def test_nothing_that_was_issued_or_typed_is_logged(
    stack: RunningStack, capsys: pytest.CaptureFixture[str]
) -> None:
    secrets = [PASSWORD, USER, VERIFIER, CHALLENGE, STATE, "a wrong password", "wrong.token.here"]
    with new_http(stack.url) as http, Browser() as browser:
        client = PlainClient(
            http,
            {
                "redirect_uris": ["http://127.0.0.1/callback"],
                "token_endpoint_auth_method": "client_secret_post",
            },
        )
        secrets.append(client.registration["client_secret"])
        page = browser.open(client.authorization_url(CALLBACK))
        form = read_form(page.text)
        wrong = form.filled("Sign in", email=USER, password="a wrong password")
        assert http.post(form.action, data=wrong).status_code == 400
        consent = browser.open(browser.press(page, "Sign in", email=USER, password=PASSWORD))
        code = client.callback(CALLBACK, browser.press(consent, "Allow"))
        tokens = client.exchange(CALLBACK, code).json()
        refreshed = client.refresh(tokens["refresh_token"]).json()
        assert client.refresh(tokens["refresh_token"]).json() == refreshed
        assert whoami(http, refreshed["access_token"])["email"] == USER
        assert call(http, "wrong.token.here").status_code == 401
        assert client.exchange(CALLBACK, code).status_code == 400
        assert call(http, refreshed["access_token"]).status_code == 401
        secrets += [code, *code.split(".")[1:], read_form(consent.text).fields["csrf"]]
        secrets += [form.fields["csrf"], *browser.cookies]
    for answer in (tokens, refreshed):
        secrets += [answer["refresh_token"], *answer["refresh_token"].split(".")[1:]]
        secrets += [answer["access_token"], *answer["access_token"].split(".")]

    log = (stack.state / "functions.log").read_text()
    lines = [json.loads(line) for line in log.splitlines()]
    assert len(lines) == 13  # one a request
    assert [each for each in secrets if each in log] == []
    assert len({line["request_id"] for line in lines}) == len(lines)
    ours = [line for line in lines if line["connection"] == connection_id(client.client_id)]
    assert len(ours) == len(lines) - 1  # nobody knows whose the wrong token was

    assert main(["timeline", "--local", str(stack.port), client.client_id]) == 0
    assert "keeps" not in (said := capsys.readouterr().out)
    assert said.splitlines()[-1] == (
        "Verdict: the client asked with a token that was revoked: connect again"
    )
