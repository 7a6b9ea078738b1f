"""People who come from npm's oidc-provider, on both sides' real pages, from client to tool call."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.judging import violations_everywhere
from tests.browser.loopback_site import LoopbackSite
from tests.browser.visitor import Visitor, visiting
from tests.clients.plain_client import PlainClient, whoami
from tests.clients.sign_in import new_http
from tests.providers.running import RunningProvider, stack_with_provider
from tests.running_stack import RunningStack

Both = tuple[RunningStack, RunningProvider]


@pytest.fixture(scope="module")
def both() -> Iterator[Both]:
    with stack_with_provider() as both:
        yield both


@pytest.fixture
def person(browser: Browser) -> Iterator[Visitor]:
    with visiting(browser) as visitor:
        yield visitor


def sign_in_there(person: Visitor, provider: RunningProvider, login: str) -> None:
    """The provider's own pages: who it is, and whether we may know."""
    expect(person.page).to_have_url(re.compile(f"{re.escape(provider.issuer)}/"))
    person.page.locator("input[name=login]").fill(login)
    person.page.locator("input[name=password]").fill("whatever")
    person.page.locator("button[type=submit]").click()
    person.page.get_by_role("button", name="Continue").click()


def test_somebody_connects_a_client_and_calls_a_tool(
    both: Both, person: Visitor, callback: LoopbackSite
) -> None:
    stack, provider = both
    with new_http(stack.url) as http:
        metadata = {"client_name": "Test", "redirect_uris": [callback.callback]}
        client = PlainClient(http, {**metadata, "token_endpoint_auth_method": "none"})
        person.open(client.authorization_url(callback.callback))
        person.press("Continue with OpenID")
        sign_in_there(person, provider, "grace")
        person.press("Allow")
        expect(person.heading("Connected")).to_be_visible()

        (arrival,) = callback.arrivals
        tokens = client.exchange(callback.callback, arrival["code"]).json()

        assert whoami(http, tokens["access_token"])["email"] == "grace@people.example"


def test_somebody_signs_out_here_and_there(both: Both, person: Visitor) -> None:
    stack, provider = both
    person.open(f"{stack.url}/account")
    person.press("Continue with OpenID")
    sign_in_there(person, provider, "linus")
    expect(person.page.get_by_text("linus@people.example")).to_be_visible()

    person.press("Sign out")
    # the provider asks, as it got no ID token that would show who left
    person.page.get_by_role("button", name="Yes, sign me out").click()

    expect(person.button("Continue with OpenID")).to_be_visible()
    assert person.page.url.startswith(f"{stack.url}/account")
    # nobody comes back without a word
    person.press("Continue with OpenID")
    expect(person.page.locator("input[name=login]")).to_be_visible()


def test_an_address_that_the_provider_did_not_verify_lets_nobody_in(
    both: Both, person: Visitor
) -> None:
    stack, provider = both
    person.open(f"{stack.url}/account")
    person.press("Continue with OpenID")
    sign_in_there(person, provider, "unverified")

    expect(person.heading("You cannot sign in here")).to_be_visible()
    person.page.get_by_role("link", name="Back to sign-in").click()
    expect(person.button("Continue with OpenID")).to_be_visible()


def test_somebody_who_changes_their_mind_there_finds_the_way_back(
    both: Both, person: Visitor
) -> None:
    stack, _ = both
    person.open(f"{stack.url}/account")
    person.press("Continue with OpenID")
    person.page.get_by_role("link", name="Cancel").click()

    expect(person.heading("You were not signed in")).to_be_visible()
    person.page.get_by_role("link", name="Back to sign-in").click()
    expect(person.button("Continue with OpenID")).to_be_visible()


def test_a_provider_that_is_gone_is_told_of(person: Visitor) -> None:
    with stack_with_provider() as (stack, provider):
        provider.process.kill()
        provider.process.wait()
        person.open(f"{stack.url}/account")
        person.press("Continue with OpenID")

        expect(person.heading("OpenID does not answer")).to_be_visible()
        person.page.get_by_role("link", name="Back to sign-in").click()
        expect(person.button("Continue with OpenID")).to_be_visible()


def test_axe_finds_nothing_on_the_pages_with_providers(both: Both, browser: Browser) -> None:
    stack, _ = both
    with visiting(browser, bypass_csp=True) as person:
        person.open(f"{stack.url}/account")
        assert violations_everywhere(person.page) == []

        person.press("Continue with OpenID")
        person.page.get_by_role("link", name="Cancel").click()
        expect(person.heading("You were not signed in")).to_be_visible()
        assert violations_everywhere(person.page) == []
