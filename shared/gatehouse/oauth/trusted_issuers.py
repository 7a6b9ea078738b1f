"""The identity providers whose assertions count here, and where they publish their keys."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from gatehouse.documents import Document, DocumentUnavailable, FetchDocument
from gatehouse.oauth.key_sets import Jwk
from gatehouse.oauth.remembered_documents import RememberedDocuments


def _fetch_nothing(url: str) -> Document:
    raise DocumentUnavailable("nothing is fetched here")


class TrustedIssuers:
    """The issuers that the operator trusts; what they publish is kept for the process."""

    def __init__(
        self, issuers: Collection[str] = (), fetch: FetchDocument = _fetch_nothing
    ) -> None:
        """`fetch` is needed where there are issuers."""
        self._issuers = frozenset(issuers)
        self._metadata = RememberedDocuments(fetch)
        self._key_sets = RememberedDocuments(fetch)

    def __contains__(self, issuer: str) -> bool:
        """Whether the issuer is one of them, character by character."""
        return issuer in self._issuers

    def keys(self, issuer: str, header: Mapping[str, Any], *, now: int) -> Sequence[Jwk]:
        """The keys of a trusted issuer that can have signed a JWT with this header.

        Raises `DocumentUnavailable`.
        """
        jwks_uri = self._jwks_uri(issuer, now)
        return self._key_sets.keys(jwks_uri, header, now=now)

    def _jwks_uri(self, issuer: str, now: int) -> str:
        failures = []
        for url in _metadata_urls(issuer):
            try:
                return _read_jwks_uri(self._metadata.get(url, now=now), issuer)
            except DocumentUnavailable as unavailable:
                failures.append(str(unavailable))
        raise DocumentUnavailable(f"no metadata of {issuer}: {'; '.join(failures)}")


def _metadata_urls(issuer: str) -> Iterator[str]:
    parts = urlsplit(issuer)
    origin, path = f"{parts.scheme}://{parts.netloc}", parts.path.removesuffix("/")
    # RFC 8414 section 3.1: between the host and the issuer's path
    yield f"{origin}/.well-known/oauth-authorization-server{path}"
    # OpenID Connect Discovery section 4: behind it
    yield f"{origin}{path}/.well-known/openid-configuration"


def _read_jwks_uri(metadata: Any, issuer: str) -> str:
    # RFC 8414 section 3.3, OpenID Connect Discovery section 4.3: the issuer must be identical
    if not isinstance(metadata, dict) or metadata.get("issuer") != issuer:
        raise DocumentUnavailable("it is another issuer's metadata")
    jwks_uri = metadata.get("jwks_uri")
    if not isinstance(jwks_uri, str) or not jwks_uri.startswith("https://"):
        raise DocumentUnavailable("it names no jwks_uri")
    return jwks_uri
