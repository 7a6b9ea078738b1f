"""What an OpenID provider publishes of itself (OpenID Connect Discovery)."""

import re
from typing import Any, Final, NamedTuple

from gatehouse.documents import DocumentUnavailable
from gatehouse.oauth.remembered_documents import RememberedDocuments

_URL: Final = re.compile(r"https://[!-~]{1,2000}")
_LOOPBACK_URL: Final = re.compile(r"http://(localhost|127\.0\.0\.1)[:/][!-~]{1,2000}")


class Metadata(NamedTuple):
    """Where the provider's endpoints are, and what it can do."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    end_session_endpoint: str | None
    sends_iss: bool
    prefers_post: bool


def discover(
    issuer: str, documents: RememberedDocuments, *, on_loopback: bool, now: int
) -> Metadata:
    """The metadata of `issuer`. Raises `DocumentUnavailable`, also for one that makes no sense."""
    # Discovery section 4.1: behind the issuer's path
    url = f"{issuer.removesuffix('/')}/.well-known/openid-configuration"
    document = documents.get(url, now=now)
    # section 4.3: the issuer must be identical, so that nobody speaks for another
    if not isinstance(document, dict) or document.get("issuer") != issuer:
        raise DocumentUnavailable("it is another issuer's metadata")
    read = _Endpoints(document, on_loopback=on_loopback)
    methods = document.get("token_endpoint_auth_methods_supported")
    return Metadata(
        authorization_endpoint=read.required("authorization_endpoint"),
        token_endpoint=read.required("token_endpoint"),
        jwks_uri=read.required("jwks_uri"),
        userinfo_endpoint=read.optional("userinfo_endpoint"),
        end_session_endpoint=read.optional("end_session_endpoint"),
        sends_iss=document.get("authorization_response_iss_parameter_supported") is True,
        # Discovery section 3: without the list it is Basic
        prefers_post=isinstance(methods, list) and "client_secret_basic" not in methods,
    )


class _Endpoints:
    def __init__(self, document: dict[str, Any], *, on_loopback: bool) -> None:
        self._document = document
        self._on_loopback = on_loopback

    def required(self, name: str) -> str:
        endpoint = self.optional(name)
        if endpoint is None:
            raise DocumentUnavailable(f"it names no {name} by an https URL")
        return endpoint

    def optional(self, name: str) -> str | None:
        url = self._document.get(name)
        if not isinstance(url, str):
            return None
        fits = _URL.fullmatch(url) or (self._on_loopback and _LOOPBACK_URL.fullmatch(url))
        # RFC 6749 section 3.1: an endpoint has no fragment
        return url if fits and "#" not in url else None
