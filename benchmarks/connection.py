"""A connection from registration to tool call, request by request, as a client and a person do."""

import html
import json
import re
import time
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import parse_qs, urlencode, urlsplit

from benchmarks.subjects import CALLBACK, FORM, TOOL_CALL, VERIFIER, authorization, message

EMAIL, PASSWORD = "ada@example.com", "correct horse battery"


class Ask(Protocol):
    """Has a step's request answered; the handler's result."""

    def __call__(self, step: str, method: str, url: str, **sent: Any) -> Mapping[str, Any]: ...


def connect(ask: Ask) -> None:
    """Every step of a connection, in order."""
    # a name of its own each time: nothing here is to be answered from what was there before
    document = {"client_name": f"Bench {time.monotonic_ns()}", "redirect_uris": [CALLBACK]}
    body, json_header = json.dumps(document).encode(), (("content-type", "application/json"),)
    registered = ask("registration", "POST", "/register", body=body, headers=json_header)
    client_id = _member(registered, "client_id")
    tokens = _tokens(ask, client_id, _code(ask, client_id))
    form = {"grant_type": "refresh_token", "client_id": client_id, "refresh_token": tokens[1]}
    refreshed = ask("refresh", "POST", "/api/oauth/token", **_form(form))
    access_token = _member(refreshed, "access_token")
    ask("tool call", "POST", "/mcp/mcp", **message("tools/call", TOOL_CALL, access_token))


def _code(ask: Ask, client_id: str) -> str:
    """What the person's browser brings back."""
    url = f"/oauth/authorize?{urlencode(authorization(client_id))}"
    page = ask("authorization page", "GET", url)
    sign_in = {"step": "sign-in", "email": EMAIL, "password": PASSWORD, "csrf": _csrf(page)}
    signed_in = ask("sign-in", "POST", url, **_form(sign_in, _cookie(page)))
    consent = ask("consent page", "GET", url, headers=(("cookie", _cookie(signed_in)),))
    allow = {"step": "allow", "csrf": _csrf(consent)}
    allowed = ask("consent to code", "POST", url, **_form(allow, _cookie(signed_in)))
    (code,) = parse_qs(urlsplit(str(allowed["headers"]["location"])).query)["code"]
    return code


def _tokens(ask: Ask, client_id: str, code: str) -> tuple[str, str]:
    form = {
        "grant_type": "authorization_code",
        "client_id": client_id,
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }
    answer = ask("code exchange", "POST", "/api/oauth/token", **_form(form))
    return _member(answer, "access_token"), _member(answer, "refresh_token")


def _form(values: Mapping[str, str], cookie: str = "") -> dict[str, Any]:
    headers = (("content-type", FORM), *((("cookie", cookie),) if cookie else ()))
    return {"body": urlencode(values).encode(), "headers": headers}


def _csrf(page: Mapping[str, Any]) -> str:
    value, *_ = re.findall('name="csrf" value="([^"]*)"', page["body"])
    return html.unescape(value)


def _cookie(answer: Mapping[str, Any]) -> str:
    return "; ".join(str(cookie).partition(";")[0] for cookie in answer["cookies"])


def _member(answer: Mapping[str, Any], name: str) -> str:
    return str(json.loads(answer["body"])[name])
