"""Sign-in by GitHub, whose API tells who it is."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.functions.actors import Browser
from tests.functions.deployment import ORIGIN, Answer, Deployment
from tests.functions.signin_providers.conftest import Configure
from tests.functions.signin_providers.visiting import is_signed_in, sent_to
from tests.internet import Internet, answer, document
from tests.providers.played import SECRET, query_of

API = "https://api.github.com"
CONFIGURATION = {
    "id": "github",
    "type": "github",
    "name": "GitHub",
    "client_id": "our client",
    "client_secret": "ssm:/gatehouse/acme",
}


class GitHub:
    """GitHub as its documentation describes it."""

    def __init__(self, internet: Internet) -> None:
        self.internet = internet
        self.redeemed: list[dict[str, str]] = []
        self.token: dict[str, Any] = {"access_token": "gho_token", "token_type": "bearer"}
        internet.publish("https://github.com/login/oauth/access_token", self._redeem)
        self.tell("/user", {"login": "grace", "id": 583231, "email": None})
        self.tell(
            "/user/emails?per_page=100",
            [
                {"email": "old@acme.example", "primary": False, "verified": True},
                {"email": "Octocat@acme.example", "primary": True, "verified": True},
            ],
        )
        self.tell("/user/orgs?per_page=100", [{"login": "acme", "id": 1}])

    def tell(self, path: str, value: object) -> None:
        def reply(handler: BaseHTTPRequestHandler) -> None:
            assert handler.headers["authorization"] == "Bearer gho_token"
            assert handler.headers["user-agent"]  # GitHub refuses whoever has none
            document(value)(handler)

        self.internet.publish(f"{API}{path}", reply)

    def _redeem(self, handler: BaseHTTPRequestHandler) -> None:
        assert handler.headers["accept"] == "application/json"
        self.redeemed.append(query_of(f"?{handler.body.decode()}"))  # type: ignore[attr-defined]
        document(self.token)(handler)


@pytest.fixture
def github(internet: Internet, configure: Configure) -> GitHub:
    configure({**CONFIGURATION, "allow": {"anyone": True}})
    return GitHub(internet)


def come_back(browser: Browser, code: str = "code") -> Answer:
    asked = query_of(sent_to(browser, name="GitHub"))
    return browser.get(f"/sign-in/callback/github?code={code}&state={asked['state']}")


def test_the_button_leads_to_github_with_pkce(browser: Browser, github: GitHub) -> None:
    location = sent_to(browser, name="GitHub")

    asked = query_of(location)
    parts = urlsplit(location)
    assert (parts.netloc, parts.path) == ("github.com", "/login/oauth/authorize")
    assert asked["redirect_uri"] == f"{ORIGIN}/sign-in/callback/github"
    assert (asked["scope"], asked["code_challenge_method"]) == ("read:user user:email", "S256")


def test_the_primary_address_is_who_it_is(browser: Browser, github: GitHub) -> None:
    back = come_back(browser)

    assert back.status == 303
    assert "octocat@acme.example" in browser.get(back.headers["location"]).text
    (form,) = github.redeemed
    assert (form["client_id"], form["client_secret"]) == ("our client", SECRET)
    assert len(form["code_verifier"]) == 43


def test_the_number_says_who_it_is_whatever_the_address(
    deployment: Deployment, github: GitHub
) -> None:
    come_back(Browser(deployment))
    changed = [{"email": "new@acme.example", "primary": True, "verified": False}]
    github.tell("/user/emails?per_page=100", changed)
    browser = Browser(deployment)

    back = come_back(browser)

    assert "octocat@acme.example" in browser.get(back.headers["location"]).text


@pytest.mark.parametrize(
    "emails",
    [
        [],
        [{"email": "a@acme.example", "primary": True, "verified": False}],
        [{"email": "a@acme.example", "primary": False, "verified": True}],
        [{"email": "a@acme.example", "primary": True, "verified": "true"}],
        ["a@acme.example"],
    ],
)
def test_an_address_that_is_not_primary_and_verified_is_nobodys(
    browser: Browser, github: GitHub, emails: list[Any]
) -> None:
    github.tell("/user", {"id": 1})
    github.tell("/user/emails?per_page=100", emails)

    assert come_back(browser).status == 403
    assert not is_signed_in(browser)


@pytest.mark.parametrize(("organisation", "status"), [("acme", 303), ("another", 403)])
def test_organisations_are_the_groups_of_github(
    browser: Browser, github: GitHub, configure: Configure, organisation: str, status: int
) -> None:
    configure({**CONFIGURATION, "allow": {"groups": [organisation]}})

    assert "read:org" in query_of(sent_to(browser, name="GitHub"))["scope"]
    assert come_back(browser).status == status


@pytest.mark.parametrize(
    "token",
    [
        # GitHub refuses with 200
        {"error": "bad_verification_code", "error_description": "The code has expired."},
        {},
        {"access_token": ""},
        ["gho_token"],
    ],
)
def test_a_code_that_github_refuses_proves_nothing(
    browser: Browser, github: GitHub, token: Any
) -> None:
    github.token = token

    assert come_back(browser).status == 400
    assert not is_signed_in(browser)


@pytest.mark.parametrize("user", [{}, {"id": "583231"}, {"id": True}, [], None])
def test_a_user_without_a_number_is_nobody(browser: Browser, github: GitHub, user: Any) -> None:
    github.tell("/user", user)

    assert come_back(browser).status == 400


def refusing() -> Callable[[BaseHTTPRequestHandler], None]:
    return answer(b'{"message":"Bad"}', {"content_type": "application/json"}, status=403)


@pytest.mark.parametrize("path", ["/user", "/user/emails?per_page=100"])
def test_an_api_that_refuses_or_is_down_signs_nobody_in(
    browser: Browser, github: GitHub, internet: Internet, path: str
) -> None:
    internet.publish(f"{API}{path}", refusing())
    assert come_back(browser).status == 400
    internet.publish(f"{API}{path}", answer(b"down", status=502))
    assert come_back(browser).status == 424
    assert not is_signed_in(browser)
