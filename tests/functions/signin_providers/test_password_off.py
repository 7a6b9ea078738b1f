"""Built-in sign-in turned off: the providers' buttons are all there is."""

import pytest

from gatehouse import wiring
from gatehouse.oauth.secret_values import new_identifier
from gatehouse.signin.invitations import invitation_url, invite
from gatehouse.signin.people import find_person
from gatehouse.wiring import signin
from tests.forms import read_form, read_forms, read_text
from tests.functions.actors import EMAIL, PASSWORD, Browser, Client
from tests.functions.deployment import Deployment
from tests.functions.passkey_people import PasskeyPerson, sign_in_by_passkey
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
        assert buttons == ["Continue with Acme", "Sign in with a passkey"]
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


def test_the_account_page_has_no_section_about_passwords(
    browser: Browser, acme: PlayedProvider
) -> None:
    acme.claims = {"sub": EMAIL, "email": EMAIL}
    page = signed_in(browser, acme)
    shown = read_form(page)

    for step in ("change-password", "remove-password"):
        typed = {"step": step, "current-password": PASSWORD, "new-password": "another long one"}
        assert (
            "Passwords are not accepted here" in browser.post("/account", shown.fields | typed).text
        )
    assert 'type="password"' not in page
    assert "my password" not in page
    assert find_person(EMAIL, PASSWORD, people=signin.people())


def test_a_link_of_the_operators_is_refused_and_stays_good(
    browser: Browser, acme: PlayedProvider, configure: Configure
) -> None:
    email = f"{new_identifier().lower()}@example.com"
    code = invite(email, people=signin.people(), invitations=signin.invitations(), now=wiring.now())
    link = invitation_url("", str(code))

    for answer in (browser.get(link), browser.post(link, {"step": "set-password"})):
        assert answer.status == 403
        assert "this server accepts none" in read_text(answer.text)
    configure(PASSWORD_SIGN_IN="true")
    assert browser.get(link).status == 200


def test_a_passkey_signs_in_as_ever(
    deployment: Deployment, browser: Browser, configure: Configure
) -> None:
    ada = PasskeyPerson.new(deployment)
    ada.add_passkey()
    configure(PASSWORD_SIGN_IN="false")

    assert sign_in_by_passkey(browser, ada.authenticator).status == 303
    assert is_signed_in(browser)
