"""The discovery documents: RFC 8414, RFC 9728, RFC 7517."""

import pytest

from gatehouse import wiring
from gatehouse.oauth import capabilities
from gatehouse.oauth.metadata import authorization_server_metadata
from tests.functions.actors import Client
from tests.functions.deployment import MCP_URL, ORIGIN, Deployment

METADATA = "/.well-known/oauth-authorization-server"
RESOURCE = "/.well-known/oauth-protected-resource"


def test_the_authorization_server_describes_itself(deployment: Deployment) -> None:
    document = deployment.ask("GET", METADATA).json

    # the document itself is spelled out in tests/unit/test_metadata.py
    assert document == authorization_server_metadata(ORIGIN, wiring.settings().policy)


@pytest.mark.parametrize("path", ["/mcp/mcp", "/mcp", "/anything/else"])
def test_it_does_so_with_a_path_behind_it_as_mcp_remote_asks(
    deployment: Deployment, path: str
) -> None:
    assert deployment.ask("GET", METADATA + path).json == deployment.ask("GET", METADATA).json


def test_every_advertised_endpoint_answers(deployment: Deployment) -> None:
    document = deployment.ask("GET", METADATA).json

    for name, url in document.items():
        if name.endswith("_endpoint"):
            method = "GET" if name == "authorization_endpoint" else "POST"
            assert 400 <= deployment.ask(method, url.removeprefix(ORIGIN)).status < 404, name


@pytest.mark.parametrize("path", ["", "/mcp/mcp"])
def test_each_protected_resource_has_a_document_of_its_own(
    deployment: Deployment, path: str
) -> None:
    document = deployment.ask("GET", RESOURCE + path).json

    assert document == {
        "resource": ORIGIN + path,
        "authorization_servers": [ORIGIN],
        "scopes_supported": ["mcp"],
        "bearer_methods_supported": ["header"],
        "mcp_endpoints": [MCP_URL],
    }


@pytest.mark.parametrize(
    "path",
    [
        f"{RESOURCE}/mcp",
        f"{RESOURCE}/mcp/mcp/",
        f"{RESOURCE}/elsewhere",
        "/.well-known/openid-configuration",
        "/.well-known/openid-configuration/mcp/mcp",
        "/mcp/mcp/.well-known/openid-configuration",
    ],
)
def test_an_unknown_well_known_path_is_a_plain_404(deployment: Deployment, path: str) -> None:
    assert deployment.ask("GET", path).status == 404


def test_metadata_may_be_cached_for_minutes_but_not_for_days(deployment: Deployment) -> None:
    Client.register(deployment).tokens()  # without any key the JWKS is not to be kept

    for path in (METADATA, RESOURCE, "/.well-known/jwks.json"):
        assert deployment.ask("GET", path).headers["cache-control"] == "public, max-age=300"


def test_the_published_keys_hold_no_private_member(deployment: Deployment) -> None:
    Client.register(deployment).tokens()

    keys = deployment.ask("GET", "/.well-known/jwks.json").json["keys"]

    assert keys
    for key in keys:
        assert set(key) == {"kty", "crv", "x", "y", "use", "alg", "kid"}
        assert key["alg"] == capabilities.SIGNING_ALGORITHM
