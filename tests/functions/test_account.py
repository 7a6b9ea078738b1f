"""The account page: what a person sees of their account, and ends."""

import pytest

from gatehouse import wiring
from gatehouse.signin.people import add_person
from gatehouse.wiring import signin
from tests.forms import read_form
from tests.functions.actors import EMAIL, Browser
from tests.functions.deployment import Deployment
from tests.functions.tables import Tables


@pytest.fixture
def browser(deployment: Deployment) -> Browser:
    return Browser(deployment)


def test_whoever_is_not_signed_in_is_asked_to(browser: Browser) -> None:
    page = browser.get("/account")

    assert page.status == 200
    assert read_form(page.text).action == "/account"
    assert "to continue with" not in page.text


def test_a_person_signs_in_and_out_on_the_page_itself(browser: Browser) -> None:
    page = browser.sign_in("/account")

    assert EMAIL in page.text
    left = browser.press(page, "Sign out")
    assert left.status == 303
    assert "Email" in browser.get(left.headers["location"]).text


def test_a_session_of_the_authorization_endpoint_is_one_here(browser: Browser) -> None:
    browser.sign_in("/account")

    assert EMAIL in browser.get("/account").text


def test_a_form_that_another_site_posts_changes_nothing(browser: Browser) -> None:
    browser.sign_in("/account")

    forged = browser.post("/account", {"step": "sign-out", "csrf": "made up"})

    assert forged.status == 403
    assert EMAIL in browser.get("/account").text


def test_a_button_that_the_page_does_not_have_is_refused(browser: Browser) -> None:
    browser.sign_in("/account")

    assert browser.post("/account", {"step": "delete-everything"}).status == 403


def test_a_person_who_is_removed_is_signed_in_nowhere(
    deployment: Deployment, tables: Tables
) -> None:
    email, password = "gone@example.com", "a-long-password"
    add_person(email, password, people=signin.people(), now=wiring.now())
    browser = Browser(deployment)
    assert email in browser.sign_in("/account", email, password).text

    tables.delete("UsersTable", id=f"person#{email}")

    assert email not in browser.get("/account").text
