"""Browser clients: the Fetch standard, and OAuth 2.1 section 7.13."""

import pytest

from tests.functions.actors import Client
from tests.functions.deployment import Deployment

CALLED_BY_BROWSERS = [
    ("GET", "/.well-known/oauth-authorization-server"),
    ("GET", "/.well-known/oauth-authorization-server/mcp/mcp"),
    ("GET", "/.well-known/oauth-protected-resource"),
    ("GET", "/.well-known/oauth-protected-resource/mcp/mcp"),
    ("GET", "/.well-known/oauth-protected-resource/unknown"),
    ("GET", "/.well-known/jwks.json"),
    ("POST", "/register"),
    ("POST", "/api/oauth/register"),
    ("POST", "/token"),
    ("POST", "/api/oauth/token"),
    ("GET", "/register/x"),
    ("PUT", "/register/x"),
    ("DELETE", "/register/x"),
    ("GET", "/api/oauth/register/x"),
    ("PUT", "/api/oauth/register/x"),
    ("DELETE", "/api/oauth/register/x"),
    ("POST", "/api/oauth/revoke"),
    ("POST", "/mcp/mcp"),
    ("GET", "/mcp/mcp"),
    ("DELETE", "/mcp/mcp"),
]


@pytest.mark.parametrize(("method", "path"), CALLED_BY_BROWSERS)
def test_every_answer_can_be_read_errors_included(
    deployment: Deployment, method: str, path: str
) -> None:
    headers = deployment.ask(method, path, headers={"origin": "https://app.example.com"}).headers

    assert headers["access-control-allow-origin"] == "*"
    assert headers["access-control-expose-headers"] == "Mcp-Session-Id, WWW-Authenticate"
    assert "access-control-allow-credentials" not in headers


@pytest.mark.parametrize(("method", "path"), CALLED_BY_BROWSERS)
def test_every_route_answers_its_preflight(deployment: Deployment, method: str, path: str) -> None:
    asked = {
        "origin": "https://app.example.com",
        "access-control-request-method": method,
        "access-control-request-headers": "authorization,mcp-protocol-version",
    }
    answer = deployment.ask("OPTIONS", path, headers=asked)

    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert method in answer.headers["access-control-allow-methods"]
    assert answer.headers["access-control-allow-headers"].split(", ") == [
        "Authorization",
        "Content-Type",
        "Last-Event-ID",
        "MCP-Protocol-Version",
        "Mcp-Method",
        "Mcp-Name",
        "Mcp-Session-Id",
        # Mcp-Param-*, whose names are the tools' own
        "*",
    ]


@pytest.mark.parametrize("path", ["/oauth/authorize", "/authorize"])
def test_the_authorization_endpoint_has_no_cors(
    deployment: Deployment, client: Client, path: str
) -> None:
    target = client.authorization_url().replace("/oauth/authorize", path)

    for answer in (
        deployment.ask("OPTIONS", target),
        deployment.ask("GET", target),
        deployment.ask("GET", path),
        deployment.ask("POST", target, form={"step": "allow"}),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_introspection_has_no_cors(deployment: Deployment) -> None:
    """It takes a secret, which no page of a browser keeps."""
    for method in ("OPTIONS", "POST"):
        answer = deployment.ask(method, "/api/oauth/introspect")
        assert not [name for name in answer.headers if name.startswith("access-control")]
