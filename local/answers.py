"""A function's result as an HTTP answer: API Gateway's payload format 2.0, the way back.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
import binascii
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from local.declared import ResponseParameter

# API Gateway frames its answers itself.
_FRAMING_HEADERS: Final = frozenset({"connection", "content-length", "transfer-encoding"})
# Reported for HTTP APIs, documented for REST APIs only; it is why the template maps it back.
_REMAPPED: Final = {"www-authenticate": "x-amzn-remapped-www-authenticate"}
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_HEADER_SOURCE: Final = "$response.header."
_WITHOUT_BODY: Final = frozenset({204, 304})


class MalformedResult(Exception):
    """The function's result is no HTTP answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer. Header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    cookies: tuple[str, ...] = ()


def message(status: int, text: str) -> Answer:
    """An answer of API Gateway's own."""
    body = json.dumps({"message": text}, separators=(",", ":")).encode()
    return Answer(status, {"content-type": "application/json"}, body)


def from_result(result: Any) -> Answer:
    """The answer that a function's result stands for. Raises `MalformedResult`."""
    if not isinstance(result, dict) or "statusCode" not in result:
        text = result if isinstance(result, str) else json.dumps(result)
        return Answer(200, {"content-type": "application/json"}, text.encode(errors="replace"))
    status = _status(result["statusCode"])
    body = b"" if status in _WITHOUT_BODY else _body(result)
    headers = _headers(result.get("headers") or {})
    if body and "content-type" not in headers:
        headers["content-type"] = "text/plain;charset=utf-8"  # reported, not documented
    cookies = result.get("cookies") or []
    if not isinstance(cookies, list):
        raise MalformedResult("cookies is no list")
    return Answer(status, headers, body, tuple(_header_value(cookie) for cookie in cookies))


def changed(answer: Answer, parameters: Iterable[ResponseParameter]) -> Answer:
    """The answer after an integration's response parameters for its status code.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
    A header that a source names and the answer lacks changes nothing; AWS does not say.
    """
    status, headers = answer.status, dict(answer.headers)
    for parameter in parameters:
        action, _, target = parameter.destination.partition(":")
        name = target.removeprefix("header.").lower()
        value = _source(parameter.source, answer.headers)
        if action == "remove":
            headers.pop(name, None)
        elif value is None:
            continue
        elif target == "statuscode":
            status = _status(value)
        elif action == "append" and name in headers:
            headers[name] = f"{headers[name]},{value}"
        else:
            headers[name] = value
    return Answer(status, headers, answer.body, answer.cookies)


def _source(source: str, headers: Mapping[str, str]) -> str | None:
    if source.startswith(_HEADER_SOURCE):
        return headers.get(source.removeprefix(_HEADER_SOURCE).lower())
    return source


def _status(value: Any) -> int:
    try:
        status = int(value)
    except (TypeError, ValueError):
        status = 0
    if not 200 <= status <= 599:
        raise MalformedResult(f"statusCode is {value!r}")
    return status


def _body(result: Mapping[str, Any]) -> bytes:
    body = result.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise MalformedResult("body is no string")
    if not result.get("isBase64Encoded"):
        return body.encode(errors="replace")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedResult("body is not base64") from None


def _headers(given: Any) -> dict[str, str]:
    if not isinstance(given, dict):
        raise MalformedResult("headers is no map")
    headers: dict[str, str] = {}
    for given_name, value in given.items():
        name = given_name.lower()
        if not _HEADER_NAME.fullmatch(name):
            raise MalformedResult(f"{given_name!r} is no header name")
        if name not in _FRAMING_HEADERS:
            headers[_REMAPPED.get(name, name)] = _header_value(value)
    return headers


def _header_value(value: Any) -> str:
    if isinstance(value, bool):
        value = json.dumps(value)
    if not isinstance(value, str | int | float):
        raise MalformedResult(f"{value!r} is no header value")
    text = str(value).strip()
    if any(character in text for character in "\r\n\0"):
        raise MalformedResult("a header value has more than one line")
    return text
