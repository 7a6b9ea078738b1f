"""Client ID metadata documents (draft-ietf-oauth-client-id-metadata-document).

The `client_id` is an https URL, and what the client is stands in a document at that URL: which of
them are read, and what is made of one.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from gatehouse.documents import host_of
from gatehouse.errors import InvalidClientDocument, OAuthError
from gatehouse.oauth import capabilities
from gatehouse.oauth.clients.redirect_uris import is_registrable
from gatehouse.oauth.key_sets import has_private_key, verifying_keys
from gatehouse.oauth.policy import Policy

_SCHEME: Final = "https://"
_LONGEST: Final = 512  # it is part of every token and of every log line that tells of the client

# Section 3: a host and a path, and neither user information nor a fragment. A query is discouraged
# there and refused here: one document would be any number of clients. The domain is a name, which
# is shown and counted, and so has one spelling: no address, no port 443 nor any below 1000.
_URL: Final = re.compile(
    r"https://(?:[A-Za-z0-9-]+\.)+[A-Za-z][A-Za-z0-9-]*(?::[1-9][0-9]{3,4})?"
    r"(?P<path>/(?:[A-Za-z0-9\-._~:/@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*)"
)
_DOT_SEGMENT: Final = re.compile(r"/(\.|%2e){1,2}(?=/|$)", re.IGNORECASE)

_KEYS: Final = ("jwks", "jwks_uri")
# What of a document is kept. No page shows the rest.
_KEPT: Final = (*("client_name", "redirect_uris", "grant_types", "response_types"),)
_TEXTS: Final = ("scope", "application_type")
_LONGEST_TEXT: Final = 200
_MOST_REDIRECT_URIS: Final = 32
# Nobody publishes that they may do what is the operator's to give.
_GRANT_TYPES: Final = tuple(
    each for each in capabilities.GRANT_TYPES if each not in capabilities.OPERATOR_GRANT_TYPES
)
_NARROWED: Final = {
    "grant_types": _GRANT_TYPES,
    "response_types": capabilities.RESPONSE_TYPES,
}
AUTH_METHODS: Final = "token_endpoint_auth_methods_supported"


def names_document(client_id: str) -> bool:
    """Whether a client that calls itself so means to be described by a document."""
    return client_id.startswith(_SCHEME)


def is_document_url(client_id: str) -> bool:
    """Whether a document may be read from there, and so whether one may be kept under that name."""
    match = _URL.fullmatch(client_id) if len(client_id) <= _LONGEST else None
    return (
        match is not None
        and host_of(client_id) is not None
        and not _DOT_SEGMENT.search(match["path"])
    )


def domain_of(url: str) -> str:
    """Who answers for the document at `url`: its host, and its port if it names one."""
    return url.removeprefix(_SCHEME).partition("/")[0].lower()


def require_readable(client_id: str, policy: Policy) -> None:
    """Raise `InvalidClientDocument` unless this server reads the document of that name."""
    # Section 8.9: whom to trust is the operator's choice
    if policy.trusted_client_domains == ():
        raise InvalidClientDocument("Client ID metadata documents are not read here", reason="off")
    if not is_document_url(client_id):
        raise InvalidClientDocument(
            "A client_id that is a URL has a host name and a path, and no query, fragment, dot"
            " segments or default port",
            reason="not the URL of a document",
        )
    if not policy.trusts_client_domain(domain_of(client_id)):
        raise InvalidClientDocument(
            "Client ID metadata documents of that domain are not accepted here",
            reason="domain not trusted",
        )


def check_client_document(document: object, url: str) -> dict[str, Any]:
    """The metadata of the client whose document was read from `url`, narrowed to what we do.

    Documents are written for every server there is, so what is not known here is left out. Raises
    `InvalidClientDocument` where a document breaks a rule or nothing that we could serve is left.
    """
    if not isinstance(document, Mapping):
        raise _invalid("it is no JSON object")
    # Section 4: character by character
    if document.get("client_id") != url:
        raise _invalid("its client_id is not the URL that it is at")
    # The MCP specification asks for a name, which the person is shown
    if not isinstance(document.get("client_name"), str) or not document["client_name"].strip():
        raise _invalid("it has no client_name")
    _require_no_secrets(document)
    keys = _usable_keys(document)
    methods = _auth_methods(document, has_keys=bool(keys))
    wanted = {name: document[name] for name in _KEPT if name in document}
    wanted |= {name: document[name] for name in _TEXTS if _is_short_text(document.get(name))}
    for name, supported in _NARROWED.items():
        wanted |= _narrowed(document, name, supported)
    can_sign = capabilities.KEY_METHOD in methods
    wanted |= keys if can_sign else {}
    wanted |= {
        "redirect_uris": _redirect_uris(document),
        "token_endpoint_auth_method": capabilities.KEY_METHOD if can_sign else "none",
    }
    # loaded here, with pydantic: a document that was kept has been checked
    from gatehouse.oauth.clients.metadata import check_client_metadata

    try:
        checked = check_client_metadata(wanted, grant_types=_GRANT_TYPES)
        return checked | {"token_endpoint_auth_method": methods[0], AUTH_METHODS: methods}
    except OAuthError as error:
        raise _invalid(error.description) from None


def _require_no_secrets(document: Mapping[str, Any]) -> None:
    # Section 4.1: there is no way to share a secret, and a document is for everybody to read
    for name in ("client_secret", "client_secret_expires_at"):
        if name in document:
            raise _invalid(f"it has a {name}")
    if has_private_key(document.get("jwks")):
        raise _invalid("its jwks holds a private or symmetric key")


def _usable_keys(document: Mapping[str, Any]) -> dict[str, Any]:
    """The member that has the client's keys, of those that we can verify with; maybe none."""
    if keys := verifying_keys(document.get("jwks")):
        return {"jwks": {"keys": keys}}
    jwks_uri = document.get("jwks_uri")
    is_url = isinstance(jwks_uri, str) and jwks_uri.startswith(_SCHEME)
    return {"jwks_uri": jwks_uri} if is_url else {}


def _is_short_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_TEXT


def _auth_methods(document: Mapping[str, Any], *, has_keys: bool) -> list[str]:
    """The methods that the client may use here, the one that it prefers first."""
    preferred = document.get("token_endpoint_auth_method") or "none"
    # Section 4.1
    if not isinstance(preferred, str) or preferred.startswith("client_secret"):
        raise _invalid("its token_endpoint_auth_method is one with a shared secret")
    others = document.get(AUTH_METHODS)
    offered = [preferred, *(others if isinstance(others, list) else ())]
    methods = [method for method in offered if method in _supported_methods(has_keys=has_keys)]
    if methods:
        return list(dict.fromkeys(methods))
    # Clients that would rather sign come without where no server asks them to, or where they
    # publish no key. One whose keys are of no use to us is not taken at its bare word
    asks = capabilities.KEY_METHOD in capabilities.TOKEN_ENDPOINT_AUTH_METHODS
    if preferred == capabilities.KEY_METHOD and not (asks and any(map(document.get, _KEYS))):
        return ["none"]
    raise _invalid("none of its token_endpoint_auth_method is supported")


def _supported_methods(*, has_keys: bool) -> tuple[str, ...]:
    unavailable = (*capabilities.SECRET_METHODS, *(() if has_keys else (capabilities.KEY_METHOD,)))
    supported = capabilities.TOKEN_ENDPOINT_AUTH_METHODS
    return tuple(each for each in supported if each not in unavailable)


def _narrowed(
    document: Mapping[str, Any], name: str, supported: tuple[str, ...]
) -> dict[str, list[str]]:
    listed = document.get(name)
    # What is no list is for the check to refuse, what is empty means nothing (RFC 7591 section 2)
    if not isinstance(listed, list) or not listed:
        return {}
    narrowed = [value for value in supported if value in listed]
    if not narrowed:
        raise _invalid(f"its {name} has none of: {', '.join(supported)}")
    return {name: narrowed}


def _redirect_uris(document: Mapping[str, Any]) -> list[str]:
    listed = document.get("redirect_uris")
    uris = listed if isinstance(listed, list) else []
    kept = [uri for uri in uris if isinstance(uri, str) and is_registrable(uri)]
    if not kept:
        raise _invalid("it has no redirect_uris that could be used")
    return kept[:_MOST_REDIRECT_URIS]


def _invalid(problem: str) -> InvalidClientDocument:
    return InvalidClientDocument(f"The client's metadata document is not valid: {problem}")
