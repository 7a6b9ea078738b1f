"""The provider's own access token: for a tool, where the operator allows that, and nobody else."""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from gatehouse import wiring
from gatehouse.aws.client import AwsError
from gatehouse.wiring import providers, signin
from local.template import Template
from tests.functions.actors import Browser, Client, call_tool, callback
from tests.functions.deployment import ORIGIN, Answer, Deployment
from tests.functions.log_lines import followed_log
from tests.functions.signin_providers.conftest import Configure
from tests.functions.tables import Tables
from tests.internet import Internet, answer
from tests.providers.played import PlayedProvider
from tests.running_stack import copy_of_project

TOOLS = '''
import hashlib

from gatehouse.mcp import Context, tool


@tool()
def fingerprint(provider: str, context: Context) -> str:
    """Use the token, and tell nobody."""
    return hashlib.sha256(context.provider_token(provider).encode()).hexdigest()


@tool()
async def awaited(context: Context) -> str:
    """The same from a tool that waits."""
    return hashlib.sha256(context.provider_token("acme").encode()).hexdigest()
'''
NOW = 1_900_000_000


def fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@pytest.fixture(scope="module")
def using(deployment: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """The same stack with tools that use tokens."""
    project = copy_of_project(tmp_path_factory.mktemp("project"))
    (project / "functions" / "mcp" / "tools" / "using.py").write_text(TOOLS)
    return Deployment(Template(project / "template.yaml").resolve({"PublicUrl": ORIGIN}, {}))


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def acme(internet: Internet, configure: Configure) -> PlayedProvider:
    acme = PlayedProvider(internet)
    configure(acme.configuration(allow={"anyone": True}), PROVIDER_TOKENS_FOR_TOOLS="true")
    return acme


def connected(using: Deployment, acme: PlayedProvider, **tokens: Any) -> str:
    """An access token of ours, of somebody who came from the provider just now."""
    acme.tokens = tokens
    client, browser = Client.register(using), Browser(using)
    sent = browser.press(browser.get(client.authorization_url()), "Continue with Acme")
    back = browser.get(acme.sign_in(sent.headers["location"]))
    page = browser.get(back.headers["location"])
    # what was allowed before is remembered
    code = callback(page if page.status == 303 else browser.press(page, "Allow"))["code"]
    token: str = client.exchange(code).json["access_token"]
    return token


def told(got: Answer) -> str:
    result = got.json["result"]
    assert not result.get("isError"), result
    text: str = result["content"][0]["text"]
    return text


def refused(got: Answer, said: str) -> None:
    result = got.json["result"]
    assert result["isError"]
    assert said in result["content"][0]["text"]


def test_a_tool_gets_the_persons_token(using: Deployment, acme: PlayedProvider) -> None:
    token = connected(using, acme)

    assert told(call_tool(using, token, "fingerprint", provider="acme")) == fingerprint(
        "upstream-token"
    )
    assert told(call_tool(using, token, "awaited")) == fingerprint("upstream-token")


def test_nobody_else_ever_sees_it(using: Deployment, acme: PlayedProvider, tables: Tables) -> None:
    with followed_log() as log:
        token = connected(using, acme, access_token="at-for-no-eye", refresh_token="rt-for-no-eye")
        got = call_tool(using, token, "fingerprint", provider="acme")

    for text in (log.text, got.text, str(got.headers), tables.everything()):
        assert "for-no-eye" not in text
        assert b"for-no-eye".hex() not in text


def test_without_the_operators_word_nothing_is_kept(
    using: Deployment, internet: Internet, configure: Configure, tables: Tables
) -> None:
    acme = PlayedProvider(internet)
    acme.claims = {"sub": "kept out", "email": "kept-out@acme.example"}
    configure(acme.configuration(allow={"anyone": True}))
    token = connected(using, acme)

    refused(call_tool(using, token, "fingerprint", provider="acme"), "gives tools no tokens")
    person = signin.people().find("kept-out@acme.example")
    assert person
    ids = [item["id"]["S"] for item in tables.items("UsersTable")]
    assert not [each for each in ids if each.startswith(f"upstream#{person.subject}")]


def test_whoever_has_a_password_has_no_token(using: Deployment, acme: PlayedProvider) -> None:
    token = Client.register(using).tokens()["access_token"]

    refused(
        call_tool(using, token, "fingerprint", provider="acme"), "has to sign in with Acme first"
    )
    refused(call_tool(using, token, "fingerprint", provider="x#y"), "no identity provider x#y")


@pytest.mark.parametrize(
    "client_secret", ["ssm:/gatehouse/acme", "secretsmanager:gatehouse/acme#client_secret"]
)
def test_a_token_that_ends_is_refreshed_and_kept(
    *,
    clock: time_machine.Traveller,
    using: Deployment,
    acme: PlayedProvider,
    configure: Configure,
    client_secret: str,
) -> None:
    configure(acme.configuration(client_secret=client_secret, allow={"anyone": True}))
    token = connected(using, acme, access_token="first", refresh_token="again", expires_in=600)
    acme.tokens = {"access_token": "second", "refresh_token": "and again", "expires_in": 600}

    clock.shift(539)
    assert told(call_tool(using, token, "fingerprint", provider="acme")) == fingerprint("first")
    clock.shift(1)
    for _ in range(2):
        assert told(call_tool(using, token, "fingerprint", provider="acme")) == fingerprint(
            "second"
        )

    asked = [form for form in acme.redeemed if form["grant_type"] == "refresh_token"]
    assert [form["refresh_token"] for form in asked] == ["again"]


def test_a_refresh_token_that_is_not_replaced_stays(
    clock: time_machine.Traveller, using: Deployment, acme: PlayedProvider
) -> None:
    token = connected(using, acme, access_token="first", refresh_token="again", expires_in=600)
    acme.tokens = {"access_token": "second", "expires_in": 600}
    for _ in range(2):
        clock.shift(600)
        told(call_tool(using, token, "fingerprint", provider="acme"))

    asked = [form for form in acme.redeemed if form["grant_type"] == "refresh_token"]
    assert [form["refresh_token"] for form in asked] == ["again", "again"]


def test_a_token_that_ended_for_good_sends_the_person_to_sign_in(
    clock: time_machine.Traveller, using: Deployment, acme: PlayedProvider, internet: Internet
) -> None:
    without = connected(using, acme, expires_in=600)
    clock.shift(600)
    refused(call_tool(using, without, "fingerprint", provider="acme"), "sign in again")

    token = connected(using, acme, refresh_token="again", expires_in=600)
    clock.shift(600)
    refusal = b'{"error":"invalid_grant"}'
    internet.publish(
        f"{acme.issuer}/token", answer(refusal, {"content_type": "application/json"}, status=400)
    )
    refused(call_tool(using, token, "fingerprint", provider="acme"), "sign in again")
    internet.publish(f"{acme.issuer}/token", answer(b"down", status=500))
    refused(call_tool(using, token, "fingerprint", provider="acme"), "does not answer")


def test_a_token_is_kept_for_ninety_days(
    clock: time_machine.Traveller, using: Deployment, acme: PlayedProvider
) -> None:
    connected(using, acme, expires_in=10**8)
    person = signin.people().find("grace@acme.example")
    assert person
    kept = providers.tool_tokens()
    clock.shift(90 * 86400 - 1)
    assert kept.access_token(person.subject, "acme") == "upstream-token"
    clock.shift(1)

    with pytest.raises(Exception, match="has to sign in"):
        kept.access_token(person.subject, "acme")


def test_nobodys_token_opens_in_the_place_of_anothers(
    using: Deployment, acme: PlayedProvider
) -> None:
    seal = providers.tool_tokens()._sealed
    sealed = seal.seal(b"a token", subject="one", provider="acme")

    assert seal.unseal(sealed, subject="one", provider="acme") == b"a token"
    for subject, provider in (("two", "acme"), ("one", "other")):
        with pytest.raises(AwsError):
            seal.unseal(sealed, subject=subject, provider=provider)


def test_a_server_without_providers_says_so(deployment: Deployment, using: Deployment) -> None:
    wiring.close()
    token = Client.register(using).tokens()["access_token"]

    refused(call_tool(using, token, "fingerprint", provider="acme"), "gives tools no tokens")
