"""An API Gateway event (payload format 2.0) as a request."""

import base64
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from gatehouse import strict_json
from gatehouse.errors import InvalidRequest, RequestTooLarge
from gatehouse.parameters import Parameters
from gatehouse.story import Story

_FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = "application/json"
_LARGEST_BODY: Final = 64 * 1024


class Request(NamedTuple):
    """One HTTP request. Header names are lower-case, repeated headers joined with commas.

    `source_ip` is the address that asked API Gateway: a proxy's, where one stands in front.
    """

    method: str
    path: str
    query_string: str
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    body: bytes
    issuer: str
    story: Story
    source_ip: str

    @classmethod
    def from_event(cls, event: Mapping[str, Any], public_url: str) -> "Request":
        """Read an event; the issuer is `public_url`, or the host that API Gateway was asked at.

        `requestContext.domainName` is API Gateway's own word, not the client's Host header.
        """
        context = event["requestContext"]
        return cls(
            method=context["http"]["method"],
            path=event["rawPath"],
            query_string=event.get("rawQueryString", ""),
            headers=event.get("headers", {}),
            cookies=_cookies(event.get("cookies", ())),
            body=_body(event),
            issuer=public_url or f"https://{context['domainName']}",
            story=Story(),
            source_ip=context["http"].get("sourceIp", ""),
        )

    def query(self) -> Parameters:
        """The parameters of the query. Raises `InvalidRequest`."""
        return Parameters.parse(self.query_string)

    def form(self) -> Parameters:
        """The parameters of a form body (RFC 6749 appendix B). Raises `InvalidRequest`."""
        self._require_media_type(_FORM)
        try:
            return Parameters.parse(self.small_body().decode())
        except UnicodeDecodeError:
            raise InvalidRequest("The body is not UTF-8") from None

    def json(self) -> Any:
        """The value of a JSON body. Raises `InvalidRequest`."""
        self._require_media_type(_JSON)
        try:
            return strict_json.loads(self.small_body())
        except ValueError:
            raise InvalidRequest("The body is not valid JSON") from None

    def small_body(self) -> bytes:
        """The body, unless it is larger than any honest OAuth request."""
        if len(self.body) > _LARGEST_BODY:
            raise RequestTooLarge(f"The body is larger than {_LARGEST_BODY} bytes")
        return self.body

    def _require_media_type(self, expected: str) -> None:
        media_type = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != expected:
            raise InvalidRequest(f"The Content-Type must be {expected}")


def _cookies(pairs: list[str]) -> dict[str, str]:
    cookies: dict[str, str] = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        # the first one counts: browsers send the most specific path first (RFC 6265 section 5.4)
        # HTTP's own white space only: a wider one would let `\u2000__Host-x`, which any subdomain
        # may set, pass for `__Host-x`
        cookies.setdefault(name.strip(" \t"), value.strip(" \t"))
    return cookies


def _body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(body).encode()
    try:
        return base64.b64decode(body, validate=True)
    except ValueError:
        raise InvalidRequest("The body cannot be decoded") from None
