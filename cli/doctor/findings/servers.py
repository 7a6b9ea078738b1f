"""Authorization server metadata (RFC 8414)."""

from collections.abc import Iterator
from typing import Final

from cli.doctor.findings.finding import Finding, numbers
from cli.doctor.steps.metadata import issuer_of
from cli.doctor.urls import is_safe_endpoint, only_a_slash_apart
from cli.doctor.visit import Visit, texts

_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint")
_OPTIONAL: Final = ("registration_endpoint", "revocation_endpoint", "jwks_uri")


def server_metadata(visit: Visit) -> Iterator[Finding]:
    """It is there."""
    if not visit.server_exchange and not visit.is_open:
        yield Finding(
            "server_metadata_missing",
            f"There is no authorization server metadata for the issuer {issuer_of(visit)}.",
            f"Serve a JSON document at {visit.server_places['oauth'].url}.",
            clauses=("RFC 8414 section 3", "MCP authorization, metadata discovery"),
            clients=visit.everybody,
            seen_in=numbers(*visit.server_places.values()),
        )
        absent = [each for each in visit.root_endpoints.values() if each.status == 404]
        if absent:
            paths = ", ".join(each.url for each in absent)
            yield Finding(
                "root_endpoints_missing",
                f"Clients then fall back to paths at the root, which are not there: {paths}.",
                "Serve the metadata; for clients of 2025-03-26 answer at these paths as well.",
                clauses=("MCP 2025-03-26 authorization, fallbacks without metadata discovery",),
                seen_in=numbers(*absent),
            )


def issuer(visit: Visit) -> Iterator[Finding]:
    """`issuer` is the string that the URL was made of."""
    if not visit.server_exchange:
        return
    expected, said = issuer_of(visit), visit.server.get("issuer")
    if said == expected:
        return
    slash = only_a_slash_apart(said, expected)
    yield Finding(
        "issuer_slash" if slash else "issuer_mismatch",
        f"The metadata's issuer is {said}, but it was looked up for {expected}"
        + (": they differ by a slash at the end." if slash else "."),
        "Write one issuer everywhere, without a slash at the end: in authorization_servers, in "
        "the metadata, in the iss of answers and of tokens.",
        clauses=("RFC 8414 section 3.3",),
        clients=tuple(p.name for p in visit.profiles if not p.has("ignores_the_issuer")),
        seen_in=numbers(visit.resource_exchange, visit.server_exchange),
    )


def endpoints(visit: Visit) -> Iterator[Finding]:
    """The endpoints are there, by https."""
    if not visit.server_exchange:
        return
    missing = [name for name in _ENDPOINTS if not isinstance(visit.server.get(name), str)]
    if missing:
        yield Finding(
            "endpoint_missing",
            f"The authorization server metadata has no {' and no '.join(missing)}.",
            "Add the URL of each endpoint.",
            clauses=("RFC 8414 section 2",),
            clients=visit.everybody,
            seen_in=numbers(visit.server_exchange),
        )
    named = [name for name in (*_ENDPOINTS, *_OPTIONAL) if name in visit.server]
    unsafe = [name for name in named if not is_safe_endpoint(visit.server[name])]
    unsafe = [name for name in unsafe if name not in missing]
    if unsafe:
        yield Finding(
            "endpoint_not_https",
            f"{unsafe[0]} is {visit.server[unsafe[0]]}, which is no https URL.",
            "Name every endpoint by its whole public https URL.",
            clauses=("RFC 8414 section 2", "MCP authorization, communication security"),
            seen_in=numbers(visit.server_exchange),
        )
    if not isinstance(visit.server.get("response_types_supported"), list):
        yield Finding(
            "response_types_missing",
            "The metadata has no response_types_supported.",
            'Add "response_types_supported": ["code"].',
            clauses=("RFC 8414 section 2",),
            clients=visit.clients("refuses_nulls"),
            seen_in=numbers(visit.server_exchange),
        )


def pkce_method(visit: Visit) -> Iterator[Finding]:
    """PKCE by S256 is listed: a client must not go on otherwise."""
    methods = texts(visit.server.get("code_challenge_methods_supported"))
    if visit.server_exchange and "S256" not in methods:
        yield Finding(
            "pkce_not_listed",
            "The metadata does not list S256 in code_challenge_methods_supported, and clients "
            "take that for a server without PKCE.",
            'Add "code_challenge_methods_supported": ["S256"], and check the challenge.',
            clauses=("MCP authorization, authorization code protection", "RFC 7636"),
            clients=visit.everybody,
            seen_in=numbers(visit.server_exchange),
        )


def public_clients(visit: Visit) -> Iterator[Finding]:
    """`none` is listed, as most MCP clients can keep no secret."""
    methods = texts(visit.server.get("token_endpoint_auth_methods_supported"))
    if visit.server_exchange and "none" not in methods:
        yield Finding(
            "none_not_listed",
            "The metadata does not list none in token_endpoint_auth_methods_supported (left out "
            "means client_secret_basic only), so clients without a secret see no way in.",
            "List none, and let public clients in by PKCE alone.",
            clauses=("RFC 8414 section 2", "OAuth 2.1 section 2.1"),
            clients=tuple(
                dict.fromkeys((*_without_secret(visit), *visit.clients("documents_need_none")))
            ),
            seen_in=numbers(visit.server_exchange),
        )


def ways_to_an_id(visit: Visit) -> Iterator[Finding]:
    """A client that nobody knows yet gets an id somehow."""
    documents = visit.server.get("client_id_metadata_document_supported") is True
    if visit.server_exchange and not documents and "registration_endpoint" not in visit.server:
        yield Finding(
            "no_way_to_register",
            "The metadata has no registration_endpoint, and client ID metadata documents are not "
            "supported: only clients that were set up by hand get in.",
            "Name the registration_endpoint in the metadata (RFC 7591), or read client ID "
            "metadata documents and say so.",
            clauses=("MCP authorization, client registration approaches",),
            clients=visit.everybody,
            seen_in=numbers(visit.server_exchange),
        )


def _without_secret(visit: Visit) -> tuple[str, ...]:
    method = "token_endpoint_auth_method"
    return tuple(p.name for p in visit.profiles if p.registration.get(method) == "none")
