"""Which pages may call the MCP endpoint."""

import pytest

from gatehouse.errors import WrongOrigin
from gatehouse.http.origins import require_origin
from gatehouse.http.request import Request


def asked_by(origin: str | None) -> Request:
    event = {
        "rawPath": "/mcp/mcp",
        "requestContext": {"domainName": "x.example.com", "http": {"method": "POST"}},
        "headers": {} if origin is None else {"origin": origin},
    }
    return Request.from_event(event, "")


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "https://app.example.com",
        "https://app.example.com:8443",
        "http://localhost",
        "http://localhost:6274",
        "http://127.0.0.1:3000",
        "http://[::1]:3000",
        "HTTP://LOCALHOST:1",
        "vscode-webview://1a2b3c",
        "chrome-extension://abcdef",
        "tauri://localhost",
    ],
)
def test_a_page_with_a_name_of_its_own_may_call(origin: str | None) -> None:
    require_origin(asked_by(origin))


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example.com",
        "http://evil.example.com:3000",
        "http://localhost.evil.example.com",
        "http://127.0.0.1.evil.example.com",
        "http://127.0.0.2",
        "http://localhost@evil.example.com",
        "http://[::1",
        "http://[::2]:1",
        "null",
        "",
        "localhost",
        "http://",
        "http://localhost, http://evil.example.com",
        "https://a.example.com/path",
        "http://localhost\u2000",
    ],
)
def test_a_page_that_came_without_tls_or_without_a_name_may_not(origin: str) -> None:
    with pytest.raises(WrongOrigin):
        require_origin(asked_by(origin))
