"""Habits of real clients that take another setting, another clock or another gateway to show."""

import json
from pathlib import Path

import pytest
import time_machine

from gatehouse import wiring
from tests.functions.actors import Client, call_mcp
from tests.functions.deployment import MCP_URL, ORIGIN, Deployment
from tests.packaging.transformed import transformed
from tests.unit import registrations

METADATA = "/.well-known/oauth-authorization-server"
EVENTS = Path(__file__).parents[2] / "events"


def test_codex_is_not_told_of_iss_where_that_is_switched_off(
    deployment: Deployment, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """0.142 to 0.144 drop it, and then fail where it is advertised."""
    monkeypatch.setenv("ADVERTISE_ISS_PARAMETER", "false")
    wiring.close()
    try:
        document = deployment.ask("GET", METADATA).json
        returned = client.authorize()
    finally:
        monkeypatch.undo()
        wiring.close()

    assert document["authorization_response_iss_parameter_supported"] is False
    # it is sent all the same: whoever does not know it leaves it alone (RFC 6749 section 4.1.2)
    assert returned["iss"] == ORIGIN
    document = deployment.ask("GET", METADATA).json
    assert document["authorization_response_iss_parameter_supported"] is True


@pytest.mark.parametrize("client_name", ["Claude web", "ChatGPT"])
def test_claude_and_chatgpt_share_their_addresses_so_none_is_limited(
    deployment: Deployment, client_name: str
) -> None:
    for _ in range(30):
        client = Client.register(deployment, **registrations.EVERYBODY[client_name])
        secret = client.registration.get("client_secret")
        answer = client.refresh("gtr_a.b.c", client_secret=secret)
        assert (answer.status, answer.json["error"]) == (400, "invalid_grant")
    # what is limited is limited by route, for all callers together
    kinds = {resource["Type"] for resource in transformed()["Resources"].values()}
    assert not [kind for kind in kinds if "WAF" in kind or "UsagePlan" in kind]


def test_claude_registers_anew_for_each_connection_and_what_it_leaves_expires(
    deployment: Deployment,
) -> None:
    with time_machine.travel("2026-01-01T00:00Z", tick=False) as clock:
        left, kept = (Client.register(deployment, **registrations.CLAUDE_WEB) for _ in range(2))
        redirect_uri = registrations.CLAUDE_WEB["redirect_uris"][0]
        clock.shift(60 * 86400)
        kept.authorize(redirect_uri=redirect_uri)
        clock.shift(30 * 86400)

        asked = [
            deployment.ask("GET", each.authorization_url(redirect_uri=redirect_uri)).status
            for each in (left, kept)
        ]

    assert asked == [400, 200]


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_no_client_is_redirected_whatever_api_gateway_does_with_a_trailing_slash(
    deployment: Deployment, client: Client, method: str
) -> None:
    """What it does is not documented; some say 404, some that the route without it is taken.

    A route of its own cannot end in a slash, so both have to do: the local stack plays the first.
    """
    headers = {"authorization": f"Bearer {client.tokens()['access_token']}"}
    assert deployment.ask(method, "/mcp/mcp/", headers=headers).status == 404

    event = json.loads((EVENTS / f"{method.lower()}-mcp-mcp.json").read_text())
    plain = deployment.invoke(event)
    slashed = deployment.invoke(event | {"rawPath": "/mcp/mcp/"}, route_path="/mcp/mcp")

    assert slashed == plain
    assert slashed["statusCode"] == 401
    assert (
        f'resource_metadata="{ORIGIN}/.well-known/oauth-protected-resource/mcp/mcp"'
        in (slashed["headers"]["www-authenticate"])
    )


@pytest.mark.parametrize(
    "resource",
    [f"{MCP_URL}/", MCP_URL.upper().replace("/MCP/MCP", "/mcp/mcp"), f"{ORIGIN}:443/mcp/mcp"],
)
def test_claude_code_writes_the_resource_its_own_way_on_every_leg(
    deployment: Deployment, client: Client, resource: str
) -> None:
    code = client.authorize(resource=resource)["code"]
    tokens = client.exchange(code, resource=resource).json
    refreshed = client.refresh(tokens["refresh_token"], resource=resource)

    assert refreshed.status == 200
    assert call_mcp(deployment, refreshed.json["access_token"]).status == 200
