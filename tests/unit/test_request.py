"""API Gateway events (payload format 2.0) as requests, and their cookies."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatehouse.errors import InvalidRequest, RequestTooLarge
from gatehouse.http.cookies import clear_cookie, cookie_name, set_cookie
from gatehouse.http.request import Request

FORM = "application/x-www-form-urlencoded"


def event(**members: Any) -> dict[str, Any]:
    """The least that API Gateway sends."""
    context = {
        "domainName": "abc.execute-api.eu-central-1.amazonaws.com",
        "http": {"method": "POST", "path": "/token"},
        "requestId": "request-1",
    }
    return {"rawPath": "/token", "routeKey": "POST /token", "requestContext": context, **members}


def read(public_url: str = "", **members: Any) -> Request:
    return Request.from_event(event(**members), public_url)


def posted(content_type: str, body: str | bytes, *, encoded: bool = True) -> Request:
    content = body.encode() if isinstance(body, str) else body
    return read(
        headers={"content-type": content_type},
        body=base64.b64encode(content).decode() if encoded else content.decode(),
        isBase64Encoded=encoded,
    )


def test_the_least_event_is_a_request_without_anything() -> None:
    request = read()
    assert (dict(request.headers), dict(request.cookies)) == ({}, {})


def test_the_issuer_is_the_public_url_or_the_host_of_api_gateway() -> None:
    assert read("https://mcp.example.com").issuer == "https://mcp.example.com"
    spoofed = {"host": "evil.com", "x-forwarded-host": "evil.com"}
    assert read(headers=spoofed).issuer == "https://abc.execute-api.eu-central-1.amazonaws.com"


def test_the_query_is_read() -> None:
    assert read(rawQueryString="a=1%202&b=").query().get("a") == "1 2"


def test_headers_that_were_repeated_stay_joined() -> None:
    assert read(headers={"mcp-method": "a,b"}).headers["mcp-method"] == "a,b"


@pytest.mark.parametrize("encoded", [True, False])
@pytest.mark.parametrize("content_type", [FORM, f"{FORM};charset=UTF-8", f" {FORM.upper()} ; x"])
def test_a_form_is_read_whether_or_not_it_arrives_in_base64(
    content_type: str, encoded: bool
) -> None:
    form = posted(content_type, "grant_type=x&state=%C3%A9", encoded=encoded).form()
    assert list(form) == [("grant_type", "x"), ("state", "é")]


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/json", f"x/{FORM}", f"{FORM}x"]
)
def test_a_form_of_another_media_type_is_refused(content_type: str) -> None:
    with pytest.raises(InvalidRequest, match="Content-Type"):
        posted(content_type, "a=1").form()
    with pytest.raises(InvalidRequest, match="Content-Type"):
        read(body="a=1").form()


@pytest.mark.parametrize("body", [b"\xff", b"a=\xc3", b"a=%FF"])
def test_a_form_that_is_not_utf8_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidRequest):
        posted(FORM, body).form()


def test_json_is_read() -> None:
    assert posted("application/json; charset=utf-8", '{"a": "é"}').json() == {"a": "é"}


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b"[" * 50_000, b"9" * 5_000, "{}".encode("utf-16")]
)
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidRequest, match="not valid JSON"):
        posted("application/json", body).json()


def test_json_of_another_media_type_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="Content-Type"):
        posted("text/json", "{}").json()


def test_a_body_of_64_kilobytes_is_read_and_a_larger_one_refused() -> None:
    largest = json.dumps("x" * (64 * 1024 - 2))
    assert posted("application/json", largest).json()
    for read_body in (
        posted(FORM, largest + " ").form,
        posted("application/json", largest + " ").json,
    ):
        with pytest.raises(RequestTooLarge) as refused:
            read_body()
        assert refused.value.status == 413


@pytest.mark.parametrize("body", ["!", "YQ", "YQ==\n\n!"])
def test_a_body_that_is_no_base64_is_refused(body: str) -> None:
    with pytest.raises(InvalidRequest, match="cannot be decoded"):
        read(body=body, isBase64Encoded=True)


def test_a_body_that_is_not_even_ascii_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="cannot be decoded"):
        read(body="é", isBase64Encoded=True)


@given(st.binary(max_size=100))
def test_any_body_arrives_byte_for_byte(body: bytes) -> None:
    assert posted("application/octet-stream", body).body == body


def test_cookies_are_read_by_name_and_the_first_one_counts() -> None:
    cookies = read(cookies=["a=1", "__Host-b=x=y", " c = 2 ", "a=3", "flag", "d="]).cookies
    assert cookies == {"a": "1", "__Host-b": "x=y", "c": "2", "flag": "", "d": ""}


def test_a_cookie_on_https_is_bound_to_the_host() -> None:
    request = read("https://mcp.example.com")
    assert cookie_name(request, "browser") == "__Host-browser"
    cookie = set_cookie(request, "browser", "v")
    assert cookie == "__Host-browser=v; Path=/; HttpOnly; SameSite=Lax; Secure"


def test_a_cookie_on_the_local_stack_is_a_plain_one() -> None:
    request = read("http://localhost:3000")
    assert cookie_name(request, "browser") == "browser"
    assert set_cookie(request, "browser", "v") == "browser=v; Path=/; HttpOnly; SameSite=Lax"


def test_a_cookie_is_cleared_under_the_attributes_it_was_set_with() -> None:
    cleared = clear_cookie(read("https://mcp.example.com"), "browser")
    assert cleared == "__Host-browser=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0"
