"""Signing out at the provider as well (OpenID Connect RP-Initiated Logout)."""

import pytest

from tests.functions.actors import PASSWORD, Browser, Client
from tests.functions.deployment import ORIGIN
from tests.functions.residents import new_resident
from tests.functions.signin_providers.conftest import Configure
from tests.functions.signin_providers.visiting import is_signed_in, signed_in
from tests.internet import Internet
from tests.providers.played import PlayedProvider, query_of


@pytest.fixture
def acme(internet: Internet, configure: Configure) -> PlayedProvider:
    acme = PlayedProvider(
        internet, metadata={"end_session_endpoint": "https://people.example/end?x=y"}
    )
    configure(acme.configuration(allow={"anyone": True}))
    return acme


def test_the_account_page_signs_out_at_the_provider_and_comes_back(
    browser: Browser, acme: PlayedProvider
) -> None:
    signed_in(browser, acme)

    left = browser.press(browser.get("/account"), "Sign out")

    assert left.status == 303
    assert left.headers["location"].startswith("https://people.example/end?")
    assert query_of(left.headers["location"]) == {
        "x": "y",
        "client_id": "our client",
        "post_logout_redirect_uri": f"{ORIGIN}/account",
    }
    assert not is_signed_in(browser)


def test_cognito_is_told_where_to_come_back_to_in_its_own_words(
    browser: Browser, internet: Internet, configure: Configure
) -> None:
    cognito = PlayedProvider(
        internet,
        "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_pool",
        metadata={"end_session_endpoint": "https://acme.auth.example/logout"},
    )
    configure(cognito.configuration(allow={"anyone": True}))
    signed_in(browser, cognito)

    left = browser.press(browser.get("/account"), "Sign out")

    assert query_of(left.headers["location"]) == {
        "client_id": "our client",
        "logout_uri": f"{ORIGIN}/account",
    }


def test_whoever_has_a_password_is_sent_nowhere(browser: Browser, acme: PlayedProvider) -> None:
    page = browser.sign_in("/account")

    assert browser.press(page, "Sign out").headers["location"] == "/account"


def test_a_provider_without_such_a_page_is_left_alone(
    browser: Browser, acme: PlayedProvider
) -> None:
    acme.metadata = {}
    acme.publish()
    signed_in(browser, acme)

    assert browser.press(browser.get("/account"), "Sign out").headers["location"] == "/account"


def test_a_provider_that_is_down_keeps_nobody_signed_in(
    browser: Browser, acme: PlayedProvider, configure: Configure, internet: Internet
) -> None:
    signed_in(browser, acme)
    configure(acme.configuration(allow={"anyone": True}))
    internet.forget(f"{acme.issuer}/.well-known/openid-configuration")

    left = browser.press(browser.get("/account"), "Sign out")

    assert left.headers["location"] == "/account"
    assert not is_signed_in(browser)


def test_a_provider_that_was_taken_away_keeps_nobody_signed_in(
    browser: Browser, acme: PlayedProvider, configure: Configure
) -> None:
    signed_in(browser, acme)
    configure()

    assert browser.press(browser.get("/account"), "Sign out").headers["location"] == "/account"
    assert not is_signed_in(browser)


def test_a_forged_form_signs_out_nowhere(browser: Browser, acme: PlayedProvider) -> None:
    signed_in(browser, acme)

    assert browser.post("/account", {"step": "sign-out", "csrf": "made up"}).status == 403
    assert is_signed_in(browser)


def test_another_account_for_a_client_is_chosen_without_leaving_the_provider(
    browser: Browser, acme: PlayedProvider, client: Client
) -> None:
    signed_in(browser, acme)
    consent = browser.get(client.authorization_url())

    left = browser.press(consent, "Use another account")

    assert left.headers["location"].startswith("/oauth/authorize?")


def test_whoever_changes_their_password_still_came_from_the_provider(
    browser: Browser, acme: PlayedProvider
) -> None:
    email = new_resident()
    acme.claims = {"sub": email, "email": email}
    signed_in(browser, acme)
    typed = {"current-password": PASSWORD, "new-password": "another long password"}
    assert browser.press(browser.get("/account"), "Change the password", **typed).status == 200

    left = browser.press(browser.get("/account"), "Sign out")

    assert left.headers["location"].startswith("https://people.example/end?")
