"""Sign-in by an OpenID provider that behaves, from the button to the tool call."""

from urllib.parse import urlsplit

import pytest

from tests.forms import read_form, read_forms
from tests.functions.actors import Browser, Client, call_tool, callback
from tests.functions.deployment import ORIGIN, Deployment
from tests.functions.signin_providers.conftest import Configure
from tests.functions.signin_providers.visiting import (
    come_back,
    is_signed_in,
    sent_to,
    signed_in,
)
from tests.internet import Internet
from tests.providers.played import PlayedProvider, query_of


def test_a_button_leads_to_the_provider_with_all_that_binds_the_answer(
    browser: Browser, acme: PlayedProvider
) -> None:
    location = sent_to(browser)

    asked = query_of(location)
    assert urlsplit(location)._replace(query="").geturl() == f"{acme.issuer}/authorize"
    assert asked["tenant"] == "one"  # a query of the endpoint's own stays
    assert asked["redirect_uri"] == f"{ORIGIN}/sign-in/callback/acme"
    assert (asked["response_type"], asked["client_id"]) == ("code", "our client")
    assert asked["scope"] == "openid email profile"
    assert asked["code_challenge_method"] == "S256"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    assert "prompt" not in asked


def test_whoever_comes_back_is_signed_in_where_they_came_from(
    browser: Browser, acme: PlayedProvider
) -> None:
    assert "grace@acme.example" in signed_in(browser, acme)


def test_somebody_connects_a_client_and_calls_a_tool(
    deployment: Deployment, browser: Browser, acme: PlayedProvider, client: Client
) -> None:
    page = browser.get(client.authorization_url())
    assert "to continue with" in page.text
    sent = browser.press(page, "Continue with Acme")
    back = browser.get(acme.sign_in(sent.headers["location"]))
    consent = browser.get(back.headers["location"])
    code = callback(browser.press(consent, "Allow"))["code"]
    token = client.exchange(code).json["access_token"]

    told = call_tool(deployment, token, "whoami").json["result"]["structuredContent"]

    assert told["email"] == "grace@acme.example"


def test_nothing_that_is_stored_is_enough_for_a_sign_in(
    browser: Browser, acme: PlayedProvider, deployment: Deployment
) -> None:
    """The browser holds what the nonce and the code verifier are made of."""
    asked = query_of(sent_to(browser))
    again = query_of(sent_to(browser))

    assert asked["state"] != again["state"]
    assert asked["nonce"] != again["nonce"]
    thief = Browser(deployment)
    assert thief.get(f"/sign-in/callback/acme?code=code&state={asked['state']}").status == 400


def test_claims_that_the_id_token_lacks_are_asked_for(
    browser: Browser, acme: PlayedProvider
) -> None:
    acme.claims = {"email": None, "email_verified": None}
    acme.userinfo = {"sub": "person-1", "email": "told@acme.example", "email_verified": True}

    assert "told@acme.example" in signed_in(browser, acme)


def test_what_is_told_of_somebody_else_counts_for_nothing(
    browser: Browser, acme: PlayedProvider
) -> None:
    acme.claims = {"email": None, "email_verified": None}
    acme.userinfo = {"sub": "person-2", "email": "told@acme.example", "email_verified": True}

    assert come_back(browser, acme).status == 400
    assert not is_signed_in(browser)


def test_several_providers_are_several_buttons(
    browser: Browser, internet: Internet, configure: Configure
) -> None:
    first, second = PlayedProvider(internet), PlayedProvider(internet)
    configure(
        first.configuration(allow={"anyone": True}),
        second.configuration(id="other", name="Other & Co", allow={"anyone": True}),
    )

    page = browser.get("/account")
    offered = {button for form in read_forms(page.text) for button in form.buttons}
    assert {"Continue with Acme", "Continue with Other & Co"} < offered
    sent = browser.press(page, "Continue with Other & Co").headers["location"]
    assert sent.startswith(f"{second.issuer}/authorize")
    back = browser.get(second.sign_in(sent))
    assert back.status == 303


def test_whoever_has_to_prove_it_again_has_to_at_the_provider(
    browser: Browser, acme: PlayedProvider, client: Client
) -> None:
    signed_in(browser, acme)
    location = sent_to(browser, client.authorization_url(prompt="login"))

    asked = query_of(location)
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")
    back = browser.get(acme.sign_in(location)).headers["location"]
    assert "prompt" not in back
    assert "Allow" in read_form(browser.get(back).text).buttons


def test_a_proof_of_long_ago_is_none(browser: Browser, acme: PlayedProvider) -> None:
    client_page = Client.register(browser.deployment).authorization_url(prompt="login")
    acme.claims = {"auth_time": 1_000_000_000}

    back = browser.get(acme.sign_in(sent_to(browser, client_page)))

    assert back.status == 400
    assert not is_signed_in(browser)


def test_a_form_that_another_site_posts_leads_nowhere(
    browser: Browser, acme: PlayedProvider
) -> None:
    browser.get("/account")

    forged = browser.post("/account", {"step": "provider", "provider": "acme", "csrf": "made up"})

    assert forged.status == 400
    assert "location" not in forged.headers


def test_a_provider_that_is_not_offered_leads_nowhere(
    browser: Browser, acme: PlayedProvider
) -> None:
    form = read_form(browser.get("/account").text)

    answer = browser.post("/account", form.fields | {"step": "provider", "provider": "other"})

    assert answer.status == 400
    assert "not offered any more" in answer.text


def test_a_secret_may_be_a_member_of_one_in_secrets_manager(
    browser: Browser, internet: Internet, configure: Configure
) -> None:
    acme = PlayedProvider(internet)
    reference = "secretsmanager:gatehouse/acme#client_secret"
    configure(acme.configuration(client_secret=reference, allow={"anyone": True}))

    assert come_back(browser, acme).status == 303


@pytest.mark.parametrize(
    "reference", ["ssm:/gatehouse/missing", "secretsmanager:gatehouse/acme#missing"]
)
def test_a_secret_that_is_missing_is_our_own_failure(
    browser: Browser, internet: Internet, configure: Configure, reference: str
) -> None:
    acme = PlayedProvider(internet)
    configure(acme.configuration(client_secret=reference, allow={"anyone": True}))

    assert come_back(browser, acme).status == 503
