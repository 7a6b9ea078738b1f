"""Clients that act for themselves: RFC 6749 section 4.4, MCP's oauth-client-credentials."""

import json
from typing import Any

import pytest

from gatehouse import wiring
from gatehouse.oauth.clients import Client as StoredClient
from tests.functions.actors import CALLBACK, Client, call_mcp
from tests.functions.deployment import MCP_URL, ORIGIN, Answer, Deployment, basic
from tests.functions.log_lines import counted, followed_log
from tests.functions.machines import Machine, key_machine, machine
from tests.functions.tables import Tables
from tests.functions.test_token import claims
from tests.signers import elliptic


@pytest.fixture
def robot(deployment: Deployment) -> Machine:
    return machine(deployment)


def whoami(deployment: Deployment, access_token: str) -> dict[str, Any]:
    headers = {
        "authorization": f"Bearer {access_token}",
        "mcp-protocol-version": "2025-11-25",
    }
    message = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "whoami", "arguments": {}},
    }
    answer = deployment.ask("POST", "/mcp/mcp", headers=headers, json_body=message)
    assert answer.status == 200, answer.text
    said: dict[str, Any] = answer.json["result"]["structuredContent"]
    return said


def granted(answer: Answer) -> dict[str, Any]:
    assert answer.status == 200, answer.text
    tokens: dict[str, Any] = answer.json
    return tokens


def test_a_machine_gets_a_token_for_itself(deployment: Deployment, robot: Machine) -> None:
    answer = robot.ask()

    tokens = granted(answer)
    assert answer.headers["cache-control"] == "no-store"
    assert set(tokens) == {"access_token", "token_type", "expires_in", "scope"}
    said = claims(tokens["access_token"])
    assert said["sub"] == said["client_id"] == robot.client_id
    assert (said["aud"], said["scope"]) == (MCP_URL, "mcp")
    assert whoami(deployment, tokens["access_token"]) == {
        "subject": robot.client_id,
        "email": None,
        "client_id": robot.client_id,
        "scopes": ["mcp"],
    }


def test_a_secret_may_come_by_basic_and_a_key_will_do(deployment: Deployment) -> None:
    by_basic = machine(deployment, token_endpoint_auth_method="client_secret_basic")
    header = basic(by_basic.client_id, by_basic.registration["client_secret"])
    form = {"grant_type": "client_credentials"}

    granted(deployment.ask("POST", "/token", headers={"authorization": header}, form=form))
    granted(key_machine(deployment).ask())


def test_the_token_can_be_revoked_and_ends_with_its_grant(
    deployment: Deployment, robot: Machine, tables: Tables
) -> None:
    token = granted(robot.ask())["access_token"]
    said = claims(token)

    (grant,) = [
        item for item in tables.items("GrantsTable") if item["grant_id"]["S"] == said["grant_id"]
    ]
    assert int(grant["expires_at"]["N"]) == said["exp"]
    assert {"email", "code", "refresh_token"}.isdisjoint(grant)
    wiring.grants().revoke(said["grant_id"], said["iat"])
    assert call_mcp(deployment, token).status == 401


@pytest.mark.parametrize(
    ("registered", "asked", "scope"),
    [
        (None, None, "mcp"),
        (None, "mcp", "mcp"),
        ("mcp", "mcp openid email", "mcp"),
        ("mcp", "openid", "mcp"),
        ("mcp", "mcp offline_access", "mcp"),
        ("mcp", "offline_access", "mcp"),
    ],
)
def test_it_gets_what_was_registered_and_asked_for(
    deployment: Deployment, registered: str | None, asked: str | None, scope: str
) -> None:
    robot = machine(deployment, scope=registered)

    assert granted(robot.ask(scope=asked))["scope"] == scope


def test_what_is_not_registered_is_not_given(deployment: Deployment) -> None:
    robot = machine(deployment)
    nothing = StoredClient(
        "nothing-registered",
        {**_stored(robot).metadata, "scope": "gone"},
        0,
        0,
        secret_hash=_stored(robot).secret_hash,
        added_by_operator=True,
    )
    wiring.client_store().add(nothing)
    other = Machine(deployment, {**robot.registration, "client_id": nothing.client_id})

    for asked in ("mcp", None):
        answer = other.ask(scope=asked)
        assert (answer.status, answer.json["error"]) == (400, "invalid_scope")


def _stored(robot: Machine) -> StoredClient:
    found = wiring.client_store().get(robot.client_id)
    assert found
    return found


@pytest.mark.parametrize(
    ("resources", "asked", "audience"),
    [
        ((), None, MCP_URL),
        ((), MCP_URL, MCP_URL),
        ((), f"{ORIGIN}/", ORIGIN),
        ((MCP_URL,), None, MCP_URL),
        ((MCP_URL,), MCP_URL, MCP_URL),
        ((ORIGIN,), None, ORIGIN),
        ((f"{ORIGIN}/",), ORIGIN, ORIGIN),
    ],
)
def test_the_token_is_for_what_it_asked_for_and_may_reach(
    deployment: Deployment, resources: tuple[str, ...], asked: str | None, audience: str
) -> None:
    robot = machine(deployment, resources=resources)

    assert claims(granted(robot.ask(resource=asked))["access_token"])["aud"] == audience


@pytest.mark.parametrize(
    ("resources", "asked"),
    [
        ((), "https://other.example"),
        ((MCP_URL,), ORIGIN),
        ((ORIGIN,), MCP_URL),
        (("https://gone.example",), None),
    ],
)
def test_it_gets_no_token_for_anything_else(
    deployment: Deployment, tables: Tables, resources: tuple[str, ...], asked: str | None
) -> None:
    robot = machine(deployment, resources=resources)
    before = tables.everything()

    answer = robot.ask(resource=asked)

    assert (answer.status, answer.json["error"]) == (400, "invalid_target")
    assert tables.everything() == before


# ---- Nobody lets himself in ----------------------------------------------------------------


@pytest.mark.parametrize(
    "method", ["client_secret_post", "client_secret_basic", "private_key_jwt", "none"]
)
def test_nobody_registers_for_it(deployment: Deployment, method: str) -> None:
    keys = {"jwks": elliptic().jwks} if method == "private_key_jwt" else {}
    document = {
        "grant_types": ["client_credentials"],
        "token_endpoint_auth_method": method,
        "redirect_uris": [CALLBACK],
        **keys,
    }

    answer = deployment.ask("POST", "/register", json_body=document)

    assert (answer.status, answer.json["error"]) == (400, "invalid_client_metadata")
    assert "only the operator adds clients for client_credentials" in answer.text


def test_a_client_that_registered_may_not_use_it(deployment: Deployment) -> None:
    client = Client.register(
        deployment,
        token_endpoint_auth_method="client_secret_post",
        grant_types=["client_credentials", "authorization_code"],
    )
    secret = client.registration["client_secret"]

    answer = client.token(grant_type="client_credentials", client_secret=secret)

    assert client.registration["grant_types"] == ["authorization_code"]
    assert (answer.status, answer.json["error"]) == (400, "unauthorized_client")


def test_not_even_one_whose_item_says_that_it_may(deployment: Deployment) -> None:
    """Two things keep strangers out, so that a mistake in one of them lets nobody in."""
    robot = machine(deployment)
    stored = _stored(robot)
    smuggled = StoredClient(
        "smuggled", stored.metadata, 0, 0, 4102444800, secret_hash=stored.secret_hash
    )
    wiring.client_store().add(smuggled)
    other = Machine(deployment, {**robot.registration, "client_id": smuggled.client_id})

    answer = other.ask()

    assert (answer.status, answer.json["error"]) == (400, "unauthorized_client")


@pytest.mark.parametrize("secret", [None, "", "wrong"])
def test_a_machine_proves_itself(robot: Machine, secret: str | None) -> None:
    answer = robot.token(grant_type="client_credentials", client_secret=secret)

    assert (answer.status, answer.json["error"]) == (401, "invalid_client")


def test_a_public_client_is_told_what_it_takes(client: Client) -> None:
    answer = client.token(grant_type="client_credentials")

    assert (answer.status, answer.json["error"]) == (401, "invalid_client")
    assert "client_secret_post" in answer.json["error_description"]


def test_a_machine_has_no_other_way_in(deployment: Deployment, robot: Machine) -> None:
    page = deployment.ask("GET", robot.authorization_url())
    refresh = robot.refresh("gtr_a.b.c", **robot.credentials())

    assert page.status == 400
    assert refresh.json["error"] == "unauthorized_client"


def test_a_machine_does_not_expire(robot: Machine, tables: Tables) -> None:
    granted(robot.ask())

    (item,) = [
        item for item in tables.items("ClientsTable") if item["client_id"]["S"] == robot.client_id
    ]
    assert "expires_at" not in item
    assert robot.registration["client_secret"] not in json.dumps(item)


def test_the_log_tells_of_it(robot: Machine) -> None:
    with followed_log() as log:
        token = granted(robot.ask())["access_token"]

    (line,) = log.lines
    assert (line["outcome"], counted(line)) == ("client_admitted", {"ClientAdmitted": 1})
    assert (line["client_id"], line["grant_id"]) == (robot.client_id, claims(token)["grant_id"])
    assert robot.registration["client_secret"] not in log.text
