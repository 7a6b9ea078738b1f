"""The section of the account page where people change their password."""

import pytest
import time_machine

from gatehouse import wiring
from gatehouse.signin.sessions import start_session
from gatehouse.wiring import signin
from tests.forms import read_forms, read_text
from tests.functions.actors import PASSWORD, Browser
from tests.functions.deployment import Answer, Deployment
from tests.functions.log_lines import counted, followed_log
from tests.functions.residents import new_resident

NEW = "another long password"
BUTTON = "Change the password"


@pytest.fixture
def email(deployment: Deployment) -> str:
    return new_resident()


@pytest.fixture
def browser(deployment: Deployment, email: str) -> Browser:
    browser = Browser(deployment)
    browser.sign_in("/account", email)
    return browser


def change(
    browser: Browser, current: str = PASSWORD, new: str = NEW, page: Answer | None = None
) -> Answer:
    typed = {"current-password": current, "new-password": new}
    return browser.press(page or browser.get("/account"), BUTTON, **typed)


def test_a_new_password_takes_the_place_of_the_old_one(
    deployment: Deployment, browser: Browser, email: str
) -> None:
    changed = change(browser)

    assert changed.status == 200
    assert "Your password is changed" in read_text(changed.text)
    other = Browser(deployment)
    page = other.get("/account")
    assert other.press(page, "Sign in", email=email, password=PASSWORD).status == 400
    assert other.press(page, "Sign in", email=email, password=NEW).status == 303


def test_it_signs_out_every_other_browser_and_copies_of_this_ones_cookie(
    deployment: Deployment, browser: Browser, email: str
) -> None:
    other, copy = Browser(deployment), Browser(deployment, dict(browser.cookies))
    other.sign_in("/account", email)
    assert email in copy.get("/account").text

    change(browser)

    assert email in browser.get("/account").text
    assert email not in other.get("/account").text
    assert email not in copy.get("/account").text


def test_the_page_that_says_so_has_forms_that_work(browser: Browser) -> None:
    changed = change(browser)

    assert change(browser, current=NEW, new="a third password", page=changed).status == 200


def test_a_wrong_current_password_changes_nothing_and_counts_as_a_failed_sign_in(
    browser: Browser,
) -> None:
    with followed_log() as written:
        refused = change(browser, current="not the password")

    assert refused.status == 400
    assert "not your current password" in read_text(refused.text)
    assert counted(written.lines[-1]) == {"SignInFailed": 1}
    assert change(browser).status == 200


def test_whoever_guesses_it_in_a_browser_that_was_left_open_is_slowed_down(
    browser: Browser,
) -> None:
    # a wait ends at the end of an hour at the latest, which is not near
    with time_machine.travel(wiring.now() // 3600 * 3600 + 300, tick=False):
        for _ in range(5):
            assert change(browser, current="a guess").status == 400

        slowed = change(browser)

    assert (slowed.status, slowed.headers["retry-after"]) == (429, "60")
    assert "Try again in 1 minute." in read_text(slowed.text)


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("short", "8 to 1024"),
        ("x" * 1025, "8 to 1024"),
        ("iloveyou", "first that everybody tries"),
    ],
)
def test_a_password_that_will_not_do_is_refused_in_words(
    browser: Browser, new: str, said: str
) -> None:
    refused = change(browser, new=new)

    assert (refused.status, said in read_text(refused.text)) == (400, True)


def test_a_form_of_another_site_or_of_another_tab_from_before_changes_nothing(
    browser: Browser,
) -> None:
    old_tab = browser.get("/account")
    forged = browser.post(
        "/account",
        {
            "step": "change-password",
            "csrf": "made up",
            "current-password": PASSWORD,
            "new-password": NEW,
        },
    )
    change(browser)

    assert forged.status == 403
    assert change(browser, current=NEW, new="a third password", page=old_tab).status == 403


def test_somebody_without_a_password_is_told_how_to_get_one(browser: Browser) -> None:
    person = signin.people().find(new_resident(password=None))
    assert person
    cookie, _ = start_session(person, people=signin.people(), now=wiring.now(), lifetime=60)
    browser.cookies["__Host-gatehouse-session"] = cookie

    page = browser.get("/account")

    assert "You sign in without a password" in read_text(page.text)
    assert all(BUTTON not in form.buttons for form in read_forms(page.text))
    form = read_forms(page.text)[0].fields | {"step": "change-password", "new-password": NEW}
    assert browser.post("/account", form).status == 400
