"""The events of `events/`, handed to the handlers as `sam local invoke` does."""

import json
from pathlib import Path

import pytest

from tests.functions.deployment import Deployment
from tests.functions.streams import Streams

EVENTS = Path(__file__).parents[2] / "events"

EXPECTED = {
    "GET /.well-known/oauth-authorization-server": 200,
    "GET /.well-known/oauth-authorization-server/{path+}": 200,
    "GET /.well-known/oauth-protected-resource": 200,
    "GET /.well-known/oauth-protected-resource/{path+}": 200,
    "GET /.well-known/jwks.json": 200,
    "POST /register": 201,
    "POST /api/oauth/register": 201,
    # the ids in these are placeholders: an unknown client, a token that is none
    "GET /oauth/authorize": 400,
    "POST /oauth/authorize": 400,
    "GET /authorize": 400,
    "POST /authorize": 400,
    "GET /account": 200,
    # the form is nobody's
    "POST /account": 400,
    # a link that never was one
    "GET /account/invitation": 410,
    "POST /account/invitation": 410,
    # of a provider that this stack does not have
    "GET /sign-in/callback/{provider}": 404,
    "POST /token": 401,
    "POST /api/oauth/token": 401,
    "GET /register/{client_id}": 401,
    "PUT /register/{client_id}": 401,
    "DELETE /register/{client_id}": 401,
    "GET /api/oauth/register/{client_id}": 401,
    "PUT /api/oauth/register/{client_id}": 401,
    "DELETE /api/oauth/register/{client_id}": 401,
    "POST /api/oauth/revoke": 401,
    "POST /api/oauth/introspect": 401,
    "POST /mcp/mcp": 401,
    "GET /mcp/mcp": 401,
    "DELETE /mcp/mcp": 401,
}
ROUTED = sorted(set(EVENTS.glob("*.json")) - set(EVENTS.glob("stream-*")))


@pytest.mark.parametrize("file", ROUTED, ids=lambda file: file.stem)
def test_an_event_is_answered(deployment: Deployment, file: Path) -> None:
    event = json.loads(file.read_text())
    if "routeKey" not in event:  # of a schedule, which wants no answer
        assert deployment.invoke(event) is None
        return
    expected = 204 if event["routeKey"].startswith("OPTIONS") else EXPECTED[event["routeKey"]]

    assert deployment.invoke(event)["statusCode"] == expected


@pytest.mark.parametrize("file", sorted(EVENTS.glob("stream-*")), ids=lambda file: file.stem)
def test_an_event_of_the_functions_url_is_answered(streams: Streams, file: Path) -> None:
    result = streams.invoke_streaming(json.loads(file.read_text()))

    assert result["statusCode"] == 401
    assert result["headers"]["www-authenticate"].startswith("Bearer realm=")


CHALLENGED = [route for route, status in EXPECTED.items() if status == 401]


@pytest.mark.parametrize("key", CHALLENGED)
def test_a_challenge_survives_api_gateway(deployment: Deployment, key: str) -> None:
    """RFC 9110 section 15.5.2: a 401 has one, whichever function it comes from."""
    method, path = key.replace("{client_id}", "unknown").split(" ")

    answer = deployment.ask(
        method, path, headers={"authorization": "Basic eDp5"}, form={"grant_type": "refresh_token"}
    )

    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith(("Basic realm=", "Bearer realm="))
