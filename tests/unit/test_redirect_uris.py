"""Redirect URIs: what may be registered, what matches, and what a person is shown."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatehouse.errors import InvalidRedirectUri
from gatehouse.oauth.redirect_uris import (
    consent_host,
    display_host,
    goes_to_this_computer,
    is_registered,
    require_registrable,
    with_parameters,
)


@pytest.mark.parametrize(
    "uri",
    [
        "https://claude.ai/api/mcp/auth_callback",
        "https://chatgpt.com/connector/oauth/abc-123",
        "https://example.com",
        "https://example.com:8443/cb?tenant=a&b=c",
        "https://[2001:db8::1]/cb",
        "http://localhost:3118/callback",
        "http://127.0.0.1/",
        "http://127.0.0.1:33418/",
        "http://[::1]:3000/cb",
        "cursor://anysphere.cursor-mcp/oauth/callback",
        "vscode://vscode.github-authentication/did-authenticate",
        "com.example.app:/cb",
        "com.example.app:/oauth2redirect/provider",
    ],
)
def test_a_uri_that_real_clients_use_may_be_registered(uri: str) -> None:
    require_registrable(uri)


@pytest.mark.parametrize(
    "uri",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "javascript://claude.ai/%0aalert(1)",
        "data:text/html,x",
        "data://text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:https://claude.ai/x",
        "view-source:https://claude.ai/",
        "intent://x#Intent;end",
        "mailto:a@b.example",
        "ws://localhost/",
        "ftp://example.com/",
    ],
)
def test_a_scheme_that_runs_or_renders_something_is_refused(uri: str) -> None:
    with pytest.raises(InvalidRedirectUri):
        require_registrable(uri)


@pytest.mark.parametrize(
    "uri",
    [
        "http://example.com/cb",
        "http://127.0.0.1.evil.com/cb",
        "http://localhost.evil.com/cb",
        "http://localhost@evil.com/cb",
        "http://localhost:1@evil.com/cb",
        "http://evil.com/@localhost",
        "http://evil.com?http://localhost/",
        "http://localhost./cb",
        "http://127.1/cb",
        "http://2130706433/cb",
        "http://0x7f000001/cb",
        "http://0.0.0.0/cb",
        "http://[::ffff:127.0.0.1]/cb",
        "http:/localhost/cb",
        "http:localhost/cb",
        "http:///localhost/cb",
    ],
)
def test_plain_http_is_refused_everywhere_but_on_a_loopback_host(uri: str) -> None:
    with pytest.raises(InvalidRedirectUri):
        require_registrable(uri)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "callback",
        "/callback",
        "//example.com/callback",
        "?code=1",
        "https:",
        "https://",
        "https:/example.com/cb",
        "https:example.com",
        "https:///cb",
        "https://:443/cb",
        "https://example.com/cb#",
        "https://example.com/cb#fragment",
        "https://user@example.com/cb",
        "https://user:secret@example.com/cb",
        "cursor://user@host/cb",
        "https://example.com\\@evil.com/cb",
        "https:\\\\example.com/cb",
        "https://example.com/a b",
        " https://example.com/cb",
        "https://example.com/cb ",
        "https://example.com/cb\n",
        "https://exa\tmple.com/cb",
        "https://example.com/\x00",
        "https://example.com/\x7f",
        "https://exämple.com/cb",
        "https://example.com/\N{FULLWIDTH SOLIDUS}",
        'https://example.com/"onload="x',
        "https://example.com/<script>",
        "https://example.com:99999/cb",
        "https://example.com:port/cb",
        "https://[::1/cb",
        "https://[not-an-address]/cb",
        "app:cb",
        "app:/cb",
        "app:///cb",
        "https://example.com/" + "a" * 2048,
    ],
)
def test_what_is_no_absolute_uri_of_safe_characters_is_refused(uri: str) -> None:
    with pytest.raises(InvalidRedirectUri):
        require_registrable(uri)


@pytest.mark.parametrize(
    "uri",
    ["http://evil.com[::1]/cb", "http://[::1].evil.com/cb", "http://[::1]evil.com:80/cb"],
)
def test_a_host_around_a_loopback_address_is_no_loopback_host(uri: str) -> None:
    with pytest.raises(InvalidRedirectUri):
        require_registrable(uri)
    assert not is_registered(uri, ["http://[::1]/cb"])


@settings(max_examples=200)
@given(st.text(max_size=60) | st.text("htps:/[]@%.#?\\ 1:localevi", max_size=40))
def test_any_text_is_either_registrable_or_refused(uri: str) -> None:
    try:
        require_registrable(uri)
    except InvalidRedirectUri:
        return
    assert uri.isascii()
    assert "#" not in uri
    assert urlsplit(uri).scheme
    assert is_registered(uri, [uri])


@pytest.mark.parametrize(
    "presented",
    [
        "https://claude.ai/api/mcp/auth_callback/",
        "https://claude.ai/api/mcp/auth_callback?x=1",
        "https://claude.ai/api/mcp/auth_callback?",
        "https://claude.ai/api/mcp/auth_callback#",
        "https://claude.ai/api/mcp/AUTH_CALLBACK",
        "https://claude.ai/api/mcp/../mcp/auth_callback",
        "https://claude.ai/api/mcp/%61uth_callback",
        "https://CLAUDE.AI/api/mcp/auth_callback",
        "HTTPS://claude.ai/api/mcp/auth_callback",
        "https://claude.ai:443/api/mcp/auth_callback",
        "https://claude.ai.evil.com/api/mcp/auth_callback",
        "https://claude.ai@evil.com/api/mcp/auth_callback",
        "http://claude.ai/api/mcp/auth_callback",
        "",
    ],
)
def test_an_https_uri_matches_to_the_letter_only(presented: str) -> None:
    registered = "https://claude.ai/api/mcp/auth_callback"
    assert is_registered(registered, ["http://localhost/", registered])
    assert not is_registered(presented, [registered])


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
@pytest.mark.parametrize("registered_port", ["", ":3118"])
@pytest.mark.parametrize("presented_port", ["", ":1", ":50123"])
def test_a_loopback_redirect_may_come_back_on_another_port(
    host: str, registered_port: str, presented_port: str
) -> None:
    rest = "/callback?tenant=a"
    presented = f"http://{host}{presented_port}{rest}"
    assert is_registered(presented, [f"http://{host}{registered_port}{rest}"])


@pytest.mark.parametrize(
    "presented",
    [
        "http://localhost:5/callback/",
        "http://localhost:5/callback/x",
        "http://localhost:5/callback?x=1",
        "http://localhost:5/callback?",
        "http://localhost:5/callback#x",
        "http://localhost:5/Callback",
        "http://localhost:5/",
        "http://localhost:5",
        "http://127.0.0.1:5/callback",
        "http://[::1]:5/callback",
        "https://localhost:5/callback",
        "HTTP://localhost:5/callback",
        "http://localhost:99999/callback",
        "http://localhost:x/callback",
        "http://localhost:5 /callback",
        "http://x@localhost:5/callback",
        "http://localhost:1@evil.com/callback",
        "http://localhost@evil.com/callback",
        "http://localhost.evil.com:5/callback",
        "http://evil.com:5/callback",
        "http://evil.com/http://localhost:5/callback",
        "http://localhost:5\\@evil.com/callback",
        "http://localhost:5//evil.com/callback",
    ],
)
def test_nothing_but_the_port_of_a_loopback_redirect_is_free(presented: str) -> None:
    assert not is_registered(presented, ["http://localhost:3118/callback"])


@pytest.mark.parametrize(
    "registered",
    ["https://localhost:1/cb", "https://127.0.0.1:1/cb", "cursor://localhost:1/cb"],
)
def test_the_port_is_free_for_plain_http_only(registered: str) -> None:
    assert is_registered(registered, [registered])
    assert not is_registered(registered.replace(":1/", ":2/"), [registered])


@settings(max_examples=150)
@given(st.text("htp:/localhost127.0[]@evil.com?#%\\ ", max_size=40))
def test_whatever_matches_a_loopback_redirect_goes_to_that_host(rest: str) -> None:
    presented = f"http://localhost{rest}"
    if is_registered(presented, ["http://localhost/cb"]):
        parts = urlsplit(presented)
        assert (parts.hostname, parts.username) == ("localhost", None)
        assert (parts.path, parts.query, parts.fragment) == ("/cb", "", "")


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("https://claude.ai/api/mcp/auth_callback", "claude.ai"),
        ("https://claude.ai.evil.com/claude.ai", "claude.ai.evil.com"),
        ("https://evil.com?https://claude.ai/", "evil.com"),
        ("https://example.com:8443/cb", "example.com:8443"),
        ("http://localhost:3118/callback", "http://localhost:3118"),
        ("http://[::1]:3118/callback", "http://[::1]:3118"),
        ("cursor://anysphere.cursor-mcp/oauth/callback", "cursor://anysphere.cursor-mcp"),
        ("com.example.app:/cb", "com.example.app:"),
    ],
)
def test_a_person_is_shown_the_host_that_gets_the_code(uri: str, shown: str) -> None:
    assert display_host(uri) == shown


@pytest.mark.parametrize(
    ("uri", "local"),
    [
        ("http://127.0.0.1/cb", True),
        ("http://localhost:1/cb", True),
        ("https://localhost/cb", True),
        ("cursor://anysphere.cursor-mcp/cb", True),
        ("com.example.app:/cb", True),
        ("https://claude.ai/cb", False),
        ("https://localhost.evil.com/cb", False),
    ],
)
def test_a_redirect_to_this_computer_is_known_as_one(uri: str, local: bool) -> None:
    assert goes_to_this_computer(uri) is local


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("https://h.example/a", "https://h.example/b?c", True),
        ("https://h.example/a", "https://h.example:8443/a", False),
        ("https://h.example/a", "https://i.example/a", False),
        ("http://127.0.0.1:1/a", "http://127.0.0.1:2/a", True),
        ("http://127.0.0.1/a", "http://127.0.0.1:2/a", True),
        ("http://127.0.0.1/a", "http://localhost/a", False),
        ("http://[::1]:1/a", "http://[::1]/a", True),
        ("http://LOCALHOST/a", "http://localhost:1/a", True),
        ("https://localhost:1/a", "https://localhost:2/a", False),
        ("https://localhost/a", "http://localhost/a", False),
        ("cursor://host/a", "cursor://other/a", False),
        ("com.example.app:/a", "com.example.other:/a", False),
    ],
)
def test_consent_is_for_a_host_whatever_the_port_of_loopback_is(
    first: str, second: str, same: bool
) -> None:
    assert (consent_host(first) == consent_host(second)) is same


@pytest.mark.parametrize(
    ("uri", "redirect"),
    [
        ("https://h.example/cb", "https://h.example/cb?code=a+b%26c"),
        ("https://h.example/cb?x=1&y", "https://h.example/cb?x=1&y&code=a+b%26c"),
        ("com.example.app:/cb", "com.example.app:/cb?code=a+b%26c"),
    ],
)
def test_parameters_are_added_to_a_query_that_is_kept(uri: str, redirect: str) -> None:
    assert with_parameters(uri, {"code": "a b&c"}) == redirect


@settings(max_examples=60)
@given(st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=20), min_size=1))
def test_parameters_reach_the_client_as_they_are(parameters: dict[str, str]) -> None:
    redirect = with_parameters("https://h.example/cb?kept=1", parameters)
    pairs = parse_qsl(urlsplit(redirect).query, keep_blank_values=True)
    assert pairs == [("kept", "1"), *parameters.items()]
    assert redirect.isascii()
    assert redirect.isprintable()
