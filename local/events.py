"""An HTTP request as a function sees it: API Gateway's payload format 2.0.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
import re
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from local.account import ACCOUNT_ID
from local.routes import Match

_API_ID: Final = "local"
_PLAIN_TYPES: Final = frozenset({"application/javascript", "application/json", "application/xml"})
# About the connection to API Gateway, not about the request (RFC 9110 section 7.6.1)
_CONNECTION_HEADERS: Final = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request. `path` is as it was sent, header names are lower-case."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    protocol: str
    source_ip: str

    @property
    def decoded_path(self) -> str:
        """The path as API Gateway passes it on: HTTP APIs are reported to decode it."""
        return unquote(self.path, errors="replace")


def event(request: Request, match: Match, *, port: int) -> dict[str, Any]:
    """The event for a request; what a request does not have, the event does not either."""
    now = time.time()
    request_id = str(uuid.uuid4())
    headers = _headers(request, port, now)
    query = _query_parameters(request.query)
    optional = {
        "cookies": _cookies(request.headers),
        "queryStringParameters": query,
        "pathParameters": dict(match.path_parameters),
    }
    return {
        "version": "2.0",
        "routeKey": match.route.key,
        "rawPath": request.decoded_path,
        "rawQueryString": request.query,
        "headers": headers,
        **{name: value for name, value in optional.items() if value},
        "requestContext": {
            **_identity(match.route.key, headers.get("host", ""), request_id, now),
            "http": {
                "method": request.method,
                "path": request.decoded_path,
                "protocol": request.protocol,
                "sourceIp": request.source_ip,
                "userAgent": headers.get("user-agent", ""),
            },
        },
        **_body(headers.get("content-type", ""), request.body),
    }


def _identity(route_key: str, host: str, request_id: str, now: float) -> dict[str, Any]:
    domain = re.sub(r":\d+$", "", host)
    return {
        "accountId": ACCOUNT_ID,
        "apiId": _API_ID,
        "domainName": domain,
        "domainPrefix": domain.partition(".")[0],
        "requestId": request_id,
        "routeKey": route_key,
        "stage": "$default",
        "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "timeEpoch": int(now * 1000),
    }


def _headers(request: Request, port: int, now: float) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in request.headers:
        # Cookies are a member of their own
        if name not in _CONNECTION_HEADERS and name != "cookie":
            joined[name] = f"{joined[name]},{value}" if name in joined else value
    forwarded_for = joined.get("x-forwarded-for")
    return {
        **joined,
        "content-length": str(len(request.body)),
        "x-amzn-trace-id": f"Root=1-{int(now):08x}-{uuid.uuid4().hex[:24]}",
        "x-forwarded-for": f"{forwarded_for}, {request.source_ip}"
        if forwarded_for
        else request.source_ip,
        "x-forwarded-port": str(port),
        "x-forwarded-proto": "http",
    }


def _cookies(headers: Iterable[tuple[str, str]]) -> list[str]:
    lines = [value for name, value in headers if name == "cookie"]
    cookies = (cookie.strip(" \t") for line in lines for cookie in line.split(";"))
    return [cookie for cookie in cookies if cookie]


def _query_parameters(query: str) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, errors="replace"):
        parameters[name] = f"{parameters[name]},{value}" if name in parameters else value
    return parameters


def _body(content_type: str, body: bytes) -> dict[str, Any]:
    """Text arrives as it is; a form is not text to API Gateway."""
    if not body:
        return {"isBase64Encoded": False}
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type.startswith("text/") or media_type in _PLAIN_TYPES:
        try:
            return {"body": body.decode(), "isBase64Encoded": False}
        except UnicodeDecodeError:
            pass  # what AWS does with it is not documented; nothing is lost this way
    return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
