"""What an operator is told of a connection whose person comes from a provider."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli import log_lines
from tests.functions.actors import Browser, Client
from tests.functions.deployment import Deployment
from tests.functions.log_lines import Written, followed_log
from tests.functions.signin_providers.visiting import sent_to
from tests.functions.test_timeline import Operator
from tests.internet import Internet
from tests.providers.played import PlayedProvider


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


def test_somebody_went_there_and_came_back(
    operator: Operator, browser: Browser, acme: PlayedProvider, client: Client
) -> None:
    location = sent_to(browser, client.authorization_url())
    assert (
        operator.verdict(client) == "somebody went to an identity provider, and did not come back"
    )

    browser.get(acme.sign_in(location))

    steps = operator.timeline(client.client_id)
    assert any("they went to an identity provider" in step for step in steps)
    assert steps[-1] == "Verdict: somebody signed in, but the consent page was not opened"


def test_somebody_was_not_signed_in(
    operator: Operator, browser: Browser, acme: PlayedProvider, client: Client
) -> None:
    acme.claims = {"nonce": "another"}
    browser.get(acme.sign_in(sent_to(browser, client.authorization_url())))

    assert operator.verdict(client) == (
        "nobody got in: who came from the identity provider was not signed in:"
        " ID token: nonce is that of another attempt"
    )


def test_the_provider_was_down(
    *,
    operator: Operator,
    browser: Browser,
    acme: PlayedProvider,
    client: Client,
    internet: Internet,
) -> None:
    location = sent_to(browser, client.authorization_url())
    internet.forget(f"{acme.issuer}/token")
    browser.get(acme.sign_in(location))

    assert operator.verdict(client) == "nobody got in: the identity provider was down or slow"
