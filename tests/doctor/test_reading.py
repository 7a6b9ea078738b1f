"""How challenges, policies, addresses and profiles are read."""

import pytest

from cli.doctor.challenge import read_challenge
from cli.doctor.csp import may_lead_to
from cli.doctor.exchange import last_event
from cli.doctor.places import OF_ISSUER, RESOURCE_PLACES
from cli.doctor.profile import PHASES, filled, known_profiles, read
from cli.doctor.urls import covers

PAGE = "https://auth.example.com/authorize"


@pytest.mark.parametrize(
    ("header", "named"),
    [
        ('Bearer resource_metadata="https://a/b"', ["https://a/b"]),
        ('bearer realm="x, y", resource_metadata="https://a/b"', ["https://a/b"]),
        ('Basic realm="x", Bearer resource_metadata="https://a/b"', ["https://a/b"]),
        ("Bearer resource_metadata=https://a/b", ["https://a/b"]),
        (r'Bearer realm="a \"quoted\" b", resource_metadata="u"', ["u"]),
        ("Bearer", []),
    ],
)
def test_a_challenge_is_read(header: str, named: list[str]) -> None:
    challenge = read_challenge(header)

    assert challenge
    assert challenge.values("resource_metadata") == named


@pytest.mark.parametrize("header", ["", 'Basic realm="Bearer"', "Bearish x=1"])
def test_no_bearer_challenge(header: str) -> None:
    assert read_challenge(header) is None


@pytest.mark.parametrize(
    ("policy", "uri", "allowed"),
    [
        ("default-src 'none'", "https://claude.ai/cb", True),
        ("form-action 'self'", "https://claude.ai/cb", False),
        ("form-action 'self'", "https://auth.example.com/cb", True),
        ("form-action 'none'", "https://claude.ai/cb", False),
        ("form-action *", "https://claude.ai/cb", True),
        ("form-action *", "cursor://anysphere/cb", False),
        ("form-action https: cursor:", "cursor://anysphere/cb", True),
        ("form-action http:", "https://claude.ai/cb", True),
        ("form-action https://claude.ai", "https://claude.ai/cb", True),
        ("form-action https://claude.ai/other", "https://claude.ai/cb", True),
        ("form-action https://*.claude.ai", "https://api.claude.ai/cb", True),
        ("form-action https://*.claude.ai", "https://claude.ai/cb", False),
        ("form-action http://localhost:*", "http://localhost:3118/callback", True),
        ("form-action http://localhost", "http://localhost:3118/callback", False),
        ("form-action http://127.0.0.1:3118", "http://127.0.0.1:3118/callback", True),
        ("form-action https:, form-action 'self'", "https://claude.ai/cb", False),
        ("FORM-ACTION 'SELF'", "https://claude.ai/cb", False),
    ],
)
def test_a_policy_lets_a_redirect_through_or_not(policy: str, uri: str, *, allowed: bool) -> None:
    assert may_lead_to([policy], PAGE, uri) is allowed


@pytest.mark.parametrize(
    ("resource", "url", "covered"),
    [
        ("https://a.example", "https://a.example/mcp", True),
        ("https://a.example/", "https://a.example/mcp", True),
        ("https://A.example/mcp", "https://a.example/mcp", True),
        ("https://a.example/m", "https://a.example/mcp", False),
        ("https://a.example/mcp/x", "https://a.example/mcp", False),
        ("http://a.example", "https://a.example/mcp", False),
        ("https://a.example.evil", "https://a.example/mcp", False),
        ("https://[", "https://a.example/mcp", False),
        (7, "https://a.example/mcp", False),
    ],
)
def test_a_resource_covers_what_is_below_it(resource: object, url: str, *, covered: bool) -> None:
    assert covers(resource, url) is covered


def test_a_path_moves_behind_the_well_known_one() -> None:
    assert RESOURCE_PLACES["path"]("https://a.example/x/mcp") == (
        "https://a.example/.well-known/oauth-protected-resource/x/mcp"
    )
    assert {name: place("https://a.example/t/") for name, place in OF_ISSUER.items()} == {
        "oauth": "https://a.example/.well-known/oauth-authorization-server/t",
        "openid": "https://a.example/.well-known/openid-configuration/t",
        "openid_behind": "https://a.example/t/.well-known/openid-configuration",
    }


@pytest.mark.parametrize(
    ("stream", "data"),
    [
        ("event: message\ndata: {}\n\n", "{}"),
        ("data: 1\n\ndata: 2\n\n", "2"),
        ("data: a\r\ndata: b\r\n\r\n", "a\nb"),
        ("id: 1\ndata:\n\n: ping\n\n", ""),
    ],
)
def test_the_last_event_of_a_stream(stream: str, data: str) -> None:
    assert last_event(stream) == data


def test_every_profile_says_what_a_client_does() -> None:
    for name, profile in known_profiles().items():
        assert profile.name == name
        assert profile.registration["redirect_uris"]
        assert set(profile.patience) <= set(PHASES)
        assert profile.opens in ("GET", "POST")
        assert profile.secret in ("body", "raw", "encoded")


def test_what_no_profile_has_is_an_error() -> None:
    with pytest.raises(TypeError, match="qirks"):
        read('name = "x"\ncomes_back_to = "y"\nqirks = []\n[registration]\n')


def test_values_are_put_in_and_the_rest_left_as_it_is() -> None:
    given = {"scope": "{scopes}", "resource": "{resource}/", "redirect_uris": ["a"], "x": "{no}"}

    assert filled(given, scopes="a b", resource="https://r") == {
        "scope": "a b",
        "resource": "https://r/",
        "redirect_uris": ["a"],
        "x": "",
    }
