"""The discovery documents: RFC 8414 for the authorization server, RFC 9728 for the resources."""

from typing import Any, Final

from gatehouse.oauth import capabilities
from gatehouse.oauth.policy import Policy
from gatehouse.oauth.resources import Resource, Resources
from gatehouse.oauth.scopes import ScopeCatalogue

AUTHORIZATION_PATH: Final = "/oauth/authorize"
TOKEN_PATH: Final = "/api/oauth/token"
REGISTRATION_PATH: Final = "/api/oauth/register"
REVOCATION_PATH: Final = "/api/oauth/revoke"
INTROSPECTION_PATH: Final = "/api/oauth/introspect"
JWKS_PATH: Final = "/.well-known/jwks.json"


def authorization_server_metadata(issuer: str, policy: Policy) -> dict[str, Any]:
    """The document of RFC 8414 section 2 for `issuer`, a URL without a trailing slash."""
    document = {
        "issuer": issuer,
        "authorization_endpoint": issuer + AUTHORIZATION_PATH,
        "token_endpoint": issuer + TOKEN_PATH,
        "registration_endpoint": issuer + REGISTRATION_PATH,
        "revocation_endpoint": issuer + REVOCATION_PATH,
        "introspection_endpoint": issuer + INTROSPECTION_PATH,
        "jwks_uri": issuer + JWKS_PATH,
        "scopes_supported": list(policy.scopes.supported),
        "response_types_supported": list(capabilities.RESPONSE_TYPES),
        "response_modes_supported": list(capabilities.RESPONSE_MODES),
        "grant_types_supported": list(policy.grant_types),
        "token_endpoint_auth_methods_supported": list(capabilities.TOKEN_ENDPOINT_AUTH_METHODS),
        "token_endpoint_auth_signing_alg_values_supported": list(capabilities.ASSERTION_ALGORITHMS),
        "revocation_endpoint_auth_methods_supported": list(
            capabilities.REVOCATION_ENDPOINT_AUTH_METHODS
        ),
        "revocation_endpoint_auth_signing_alg_values_supported": list(
            capabilities.ASSERTION_ALGORITHMS
        ),
        "introspection_endpoint_auth_methods_supported": list(
            capabilities.INTROSPECTION_ENDPOINT_AUTH_METHODS
        ),
        "introspection_endpoint_auth_signing_alg_values_supported": list(
            capabilities.ASSERTION_ALGORITHMS
        ),
        "code_challenge_methods_supported": list(policy.code_challenge_methods),
        "resource_parameter_supported": True,
        "prompt_values_supported": list(capabilities.PROMPT_VALUES),
        # RFC 9207 section 3; some releases of a client fail where this is true, so it can be off
        "authorization_response_iss_parameter_supported": policy.advertise_iss_parameter,
        # draft-ietf-oauth-client-id-metadata-document section 6
        "client_id_metadata_document_supported": policy.trusted_client_domains != (),
        # RFC 9728 section 4
        "protected_resources": list(Resources(issuer, policy.resources).identifiers),
    }
    # draft-ietf-oauth-identity-assertion-authz-grant: which issuers are trusted stays untold
    if policy.grant_profiles:
        document["authorization_grant_profiles_supported"] = list(policy.grant_profiles)
    return document


def protected_resource_metadata(
    resource: Resource, resources: Resources, scopes: ScopeCatalogue
) -> dict[str, Any]:
    """The document of RFC 9728 section 2 for one of `resources`."""
    return {
        "resource": resource.identifier,
        "authorization_servers": [resources.issuer],
        # MCP 2026-07-28, "Scope Selection Strategy": what is enough to begin with. Clients that
        # find more here ask for all of it at once
        "scopes_supported": list(scopes.default),
        "bearer_methods_supported": list(capabilities.BEARER_METHODS),
        "mcp_endpoints": _mcp_endpoints(resource, resources),
    }


def _mcp_endpoints(resource: Resource, resources: Resources) -> list[str]:
    # the origin stands for the MCP server; every other resource is an endpoint itself
    if resource.identifier != resources.issuer:
        return [resource.identifier]
    sse = [
        each for each in resources.identifiers if each == resources.sse(resources.issuer).identifier
    ]
    return [resources.mcp.identifier, *sse]
