"""A response, as API Gateway wants its result (payload format 2.0)."""

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

# A function's WWW-Authenticate is reported to leave API Gateway under another name, so a challenge
# goes out twice and the template's integrations write it back.
_CHALLENGE_COPY: Final = "x-gatehouse-challenge"

NO_STORE: Final = {"cache-control": "no-store"}


class Response(NamedTuple):
    """One HTTP response. `outcome` and `reason` are for the log.

    `stream` is the body of one that goes out bit by bit (gatehouse/streaming.py).
    """

    status: int
    body: str = ""
    headers: Mapping[str, str] = MappingProxyType({})
    cookies: tuple[str, ...] = ()
    is_base64: bool = False
    outcome: str = "ok"
    reason: str = ""
    stream: Iterator[bytes] | None = None

    def with_cookie(self, set_cookie: str) -> "Response":
        """The same response with one more `Set-Cookie` value."""
        return self._replace(cookies=(*self.cookies, set_cookie))

    def to_result(self, extra_headers: Mapping[str, str]) -> dict[str, Any]:
        """What the handler returns to API Gateway."""
        headers = {**extra_headers, **self.headers}
        if "www-authenticate" in headers:
            headers[_CHALLENGE_COPY] = headers["www-authenticate"]
        result: dict[str, Any] = {
            "statusCode": self.status,
            "headers": headers,
            "body": self.body if self.stream is None else self.stream,
            "isBase64Encoded": self.is_base64,
        }
        if self.cookies:
            result["cookies"] = list(self.cookies)
        return result


def json_response(
    status: int,
    value: object,
    *,
    headers: Mapping[str, str] = NO_STORE,
    outcome: str = "ok",
    reason: str = "",
) -> Response:
    """A JSON answer, not to be stored unless `headers` say otherwise."""
    return Response(
        status,
        compact_json(value),
        {"content-type": "application/json", **headers},
        outcome=outcome,
        reason=reason,
    )


def compact_json(value: object) -> str:
    """JSON without a space that it does not need, on one line."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def redirect_response(location: str, *, outcome: str = "ok", reason: str = "") -> Response:
    """A redirect that turns a POST into a GET (RFC 9700 section 4.12)."""
    return Response(303, headers={"location": location, **NO_STORE}, outcome=outcome, reason=reason)
