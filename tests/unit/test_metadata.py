"""The discovery documents: RFC 8414 and RFC 9728."""

import pytest

from gatehouse.oauth import capabilities
from gatehouse.oauth.metadata import (
    authorization_server_metadata,
    protected_resource_metadata,
)
from gatehouse.oauth.policy import Policy
from gatehouse.oauth.resources import Resources
from gatehouse.oauth.scopes import SCOPES

ISSUER = "https://your-domain.com"
RESOURCES = Resources(ISSUER)


def test_the_authorization_server_says_what_the_seed_says() -> None:
    assert authorization_server_metadata(ISSUER, Policy()) == {
        "issuer": "https://your-domain.com",
        "authorization_endpoint": "https://your-domain.com/oauth/authorize",
        "token_endpoint": "https://your-domain.com/api/oauth/token",
        "registration_endpoint": "https://your-domain.com/api/oauth/register",
        "revocation_endpoint": "https://your-domain.com/api/oauth/revoke",
        "introspection_endpoint": "https://your-domain.com/api/oauth/introspect",
        "jwks_uri": "https://your-domain.com/.well-known/jwks.json",
        "scopes_supported": ["mcp", "offline_access"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": [
            "none",
            "client_secret_post",
            "client_secret_basic",
        ],
        "revocation_endpoint_auth_methods_supported": [
            "none",
            "client_secret_post",
            "client_secret_basic",
        ],
        "introspection_endpoint_auth_methods_supported": [
            "client_secret_post",
            "client_secret_basic",
        ],
        "code_challenge_methods_supported": ["S256", "plain"],
        "resource_parameter_supported": True,
        "authorization_response_iss_parameter_supported": True,
        "protected_resources": ["https://your-domain.com/mcp/mcp", "https://your-domain.com"],
    }


@pytest.mark.parametrize(
    ("member", "enforced"),
    [
        ("scopes_supported", SCOPES),
        ("response_types_supported", capabilities.RESPONSE_TYPES),
        ("response_modes_supported", capabilities.RESPONSE_MODES),
        ("grant_types_supported", capabilities.GRANT_TYPES),
        ("token_endpoint_auth_methods_supported", capabilities.TOKEN_ENDPOINT_AUTH_METHODS),
        (
            "revocation_endpoint_auth_methods_supported",
            capabilities.REVOCATION_ENDPOINT_AUTH_METHODS,
        ),
        (
            "introspection_endpoint_auth_methods_supported",
            capabilities.INTROSPECTION_ENDPOINT_AUTH_METHODS,
        ),
        ("code_challenge_methods_supported", capabilities.CODE_CHALLENGE_METHODS),
    ],
)
def test_what_is_advertised_is_what_is_enforced(member: str, enforced: tuple[str, ...]) -> None:
    assert authorization_server_metadata(ISSUER, Policy())[member] == list(enforced)


def test_the_policy_narrows_what_is_advertised() -> None:
    policy = Policy(code_challenge_methods=("S256",), advertise_iss_parameter=False)
    document = authorization_server_metadata(ISSUER, policy)
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["authorization_response_iss_parameter_supported"] is False


@pytest.mark.parametrize("path", ["", "/mcp/mcp"])
def test_each_resource_has_a_document_of_its_own(path: str) -> None:
    resource = RESOURCES.find(ISSUER + path)
    assert resource
    assert protected_resource_metadata(resource, RESOURCES) == {
        "resource": f"https://your-domain.com{path}",
        "authorization_servers": ["https://your-domain.com"],
        "scopes_supported": ["mcp"],
        "bearer_methods_supported": list(capabilities.BEARER_METHODS),
        "mcp_endpoints": ["https://your-domain.com/mcp/mcp"],
    }


@pytest.mark.parametrize("path", ["/", "/mcp", "/mcp/mcp/", "/mcp/sse", "/MCP/mcp", "x"])
def test_nothing_else_is_protected(path: str) -> None:
    assert RESOURCES.find(ISSUER + path) is None


def test_the_challenge_names_the_document_of_the_mcp_endpoint() -> None:
    url = "https://your-domain.com/.well-known/oauth-protected-resource/mcp/mcp"
    assert RESOURCES.mcp.metadata_url == url
