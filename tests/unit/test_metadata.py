"""The discovery documents: RFC 8414 and RFC 9728."""

import pytest

from gatehouse.oauth import capabilities
from gatehouse.oauth.metadata import (
    authorization_server_metadata,
    protected_resource_metadata,
)
from gatehouse.oauth.policy import Policy
from gatehouse.oauth.resources import Resources
from gatehouse.oauth.scopes import Scope, ScopeCatalogue

ISSUER = "https://your-domain.com"
RESOURCES = Resources(ISSUER)
ALGORITHMS = [
    *("ES256", "ES384", "ES512", "EdDSA"),
    *("PS256", "PS384", "PS512"),
    *("RS256", "RS384", "RS512"),
]


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
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "token_endpoint_auth_methods_supported": [
            "none",
            "client_secret_post",
            "client_secret_basic",
            "private_key_jwt",
        ],
        "token_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "revocation_endpoint_auth_methods_supported": [
            "none",
            "client_secret_post",
            "client_secret_basic",
            "private_key_jwt",
        ],
        "revocation_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "introspection_endpoint_auth_methods_supported": [
            "client_secret_post",
            "client_secret_basic",
            "private_key_jwt",
        ],
        "introspection_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "code_challenge_methods_supported": ["S256", "plain"],
        "resource_parameter_supported": True,
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "authorization_response_iss_parameter_supported": True,
        "client_id_metadata_document_supported": True,
        "protected_resources": ["https://your-domain.com/mcp/mcp", "https://your-domain.com"],
    }


@pytest.mark.parametrize(
    ("member", "enforced"),
    [
        ("scopes_supported", Policy().scopes.supported),
        ("prompt_values_supported", capabilities.PROMPT_VALUES),
        ("response_types_supported", capabilities.RESPONSE_TYPES),
        ("response_modes_supported", capabilities.RESPONSE_MODES),
        ("grant_types_supported", Policy().grant_types),
        ("token_endpoint_auth_methods_supported", capabilities.TOKEN_ENDPOINT_AUTH_METHODS),
        (
            "token_endpoint_auth_signing_alg_values_supported",
            tuple(capabilities.ASSERTION_ALGORITHMS),
        ),
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
    policy = Policy(
        code_challenge_methods=("S256",), advertise_iss_parameter=False, trusted_client_domains=()
    )
    document = authorization_server_metadata(ISSUER, policy)
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["authorization_response_iss_parameter_supported"] is False
    assert document["client_id_metadata_document_supported"] is False


def test_assertions_are_advertised_where_an_issuer_of_them_is_trusted() -> None:
    policy = Policy(trusted_issuers=("https://idp.example",))
    document = authorization_server_metadata(ISSUER, policy)
    assert document["grant_types_supported"] == list(capabilities.GRANT_TYPES)
    profiles = ["urn:ietf:params:oauth:grant-profile:id-jag"]
    assert document["authorization_grant_profiles_supported"] == profiles
    assert "idp.example" not in str(document)


@pytest.mark.parametrize("path", ["", "/mcp/mcp"])
def test_each_resource_has_a_document_of_its_own(path: str) -> None:
    resource = RESOURCES.find(ISSUER + path)
    assert resource
    assert protected_resource_metadata(resource, RESOURCES, Policy().scopes) == {
        "resource": f"https://your-domain.com{path}",
        "authorization_servers": ["https://your-domain.com"],
        "scopes_supported": ["mcp"],
        "bearer_methods_supported": list(capabilities.BEARER_METHODS),
        "mcp_endpoints": ["https://your-domain.com/mcp/mcp"],
    }


def test_a_resource_lists_what_is_enough_to_begin_with_and_the_server_lists_all() -> None:
    scopes = ScopeCatalogue(
        (Scope("mcp", "Connect"), Scope("read", "Read"), Scope("write", "Write", ("read",))),
        minimum=("mcp",),
        default=("mcp", "read"),
    )
    resource = protected_resource_metadata(RESOURCES.mcp, RESOURCES, scopes)
    server = authorization_server_metadata(ISSUER, Policy(scopes=scopes))

    assert resource["scopes_supported"] == ["mcp", "read"]
    assert server["scopes_supported"] == ["mcp", "read", "write", "offline_access"]


@pytest.mark.parametrize("path", ["/", "/mcp", "/mcp/mcp/", "/mcp/sse", "/MCP/mcp", "x"])
def test_nothing_else_is_protected(path: str) -> None:
    assert RESOURCES.find(ISSUER + path) is None


def test_the_challenge_names_the_document_of_the_mcp_endpoint() -> None:
    url = "https://your-domain.com/.well-known/oauth-protected-resource/mcp/mcp"
    assert RESOURCES.mcp.metadata_url == url


def test_declared_resources_are_listed_and_described() -> None:
    policy = Policy(resources=("/notes/mcp", "https://notes.example.org/mcp"))
    listed = authorization_server_metadata(ISSUER, policy)["protected_resources"]
    assert listed[2:] == [f"{ISSUER}/notes/mcp", "https://notes.example.org/mcp"]
    resources = Resources(ISSUER, policy.resources)
    for identifier in listed[2:]:
        resource = resources.find(identifier)
        assert resource
        document = protected_resource_metadata(resource, resources, Policy().scopes)
        assert (document["resource"], document["mcp_endpoints"]) == (identifier, [identifier])
        assert document["authorization_servers"] == [ISSUER]
