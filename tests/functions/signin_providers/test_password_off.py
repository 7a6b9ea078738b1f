"""Built-in sign-in turned off: the providers' buttons are all there is."""

import pytest

from tests.forms import read_form, read_forms, read_text
from tests.functions.actors import EMAIL, PASSWORD, Browser, Client
from tests.functions.signin_providers.conftest import Configure
from tests.functions.signin_providers.visiting import is_signed_in, signed_in
from tests.internet import Internet
from tests.providers.played import PlayedProvider


@pytest.fixture
def acme(internet: Internet, configure: Configure) -> PlayedProvider:
    acme = PlayedProvider(internet)
    configure(acme.configuration(allow={"anyone": True}), PASSWORD_SIGN_IN="false")
    return acme


def test_the_page_asks_for_no_password(
    browser: Browser, acme: PlayedProvider, client: Client
) -> None:
    for page in ("/account", client.authorization_url()):
        shown = browser.get(page).text
        buttons = [button for form in read_forms(shown) for button in form.buttons]
        assert buttons == ["Sign in with a passkey", "Continue with Acme"]
        assert "password" not in shown.partition("<main>")[2]
    assert "grace@acme.example" in signed_in(browser, acme)


def test_a_password_that_is_posted_all_the_same_signs_nobody_in(
    browser: Browser, acme: PlayedProvider
) -> None:
    form = read_form(browser.get("/account").text)
    typed = {"step": "sign-in", "email": EMAIL, "password": PASSWORD}

    answer = browser.post("/account", form.fields | typed)

    assert answer.status == 400
    assert "Passwords are not accepted here" in answer.text
    assert not is_signed_in(browser)


def test_a_page_without_password_and_providers_says_so(
    browser: Browser, configure: Configure
) -> None:
    configure(PASSWORD_SIGN_IN="false")

    assert "no way to sign in here" in read_text(browser.get("/account").text)
