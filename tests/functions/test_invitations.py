"""Links that the operator hands out: somebody new sets a password, or somebody another one."""

from collections.abc import Iterator

import pytest
import time_machine

from gatehouse import wiring
from gatehouse.oauth.secret_values import new_identifier
from gatehouse.signin.administration import disable_person, remove_person
from gatehouse.signin.invitations import LIFETIME, invitation_url, invite, offer_reset
from gatehouse.signin.people import NotAPerson, add_person
from gatehouse.wiring import signin
from tests.forms import read_form, read_text
from tests.functions.actors import PASSWORD, Browser
from tests.functions.deployment import ORIGIN, Answer, Deployment
from tests.functions.log_lines import counted, followed_log
from tests.functions.residents import new_resident
from tests.functions.tables import Tables

NEW = "another long password"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-03-01T12:00Z", tick=False) as clock:
        yield clock


@pytest.fixture
def browser(deployment: Deployment) -> Browser:
    return Browser(deployment)


def target(code: str | None) -> str:
    """The link of a code, without its origin."""
    assert code
    return invitation_url(ORIGIN, code).removeprefix(ORIGIN)


def offered_invitation(email: str) -> str | None:
    return invite(email, people=signin.people(), invitations=signin.invitations(), now=wiring.now())


def offered_reset(email: str) -> str | None:
    return offer_reset(
        email, people=signin.people(), invitations=signin.invitations(), now=wiring.now()
    )


def invited(email: str) -> str:
    return target(offered_invitation(email))


def reset(email: str) -> str:
    return target(offered_reset(email))


def newcomer() -> str:
    return f"{new_identifier().lower()}@example.com"


def set_password(browser: Browser, link: str, password: str = NEW) -> Answer:
    return browser.press(browser.get(link), "Set the password", **{"new-password": password})


def is_dead(answer: Answer) -> bool:
    return answer.status == 410 and "Ask whoever sent it to you" in read_text(answer.text)


def can_sign_in(deployment: Deployment, email: str, password: str) -> bool:
    browser = Browser(deployment)
    page = browser.get("/account")
    return browser.press(page, "Sign in", email=email, password=password).status == 303


def test_somebody_new_sets_a_password_and_is_signed_in(
    deployment: Deployment, browser: Browser
) -> None:
    email = newcomer()
    used = set_password(browser, invited(email.upper()))

    assert (used.status, used.headers["location"]) == (303, "/account")
    assert email in browser.get("/account").text
    assert can_sign_in(deployment, email, NEW)


def test_a_link_works_once(browser: Browser, deployment: Deployment) -> None:
    link = invited(newcomer())
    other = Browser(deployment)
    opened_before = other.get(link)
    set_password(browser, link)

    late = other.press(opened_before, "Set the password", **{"new-password": "a third one"})

    assert is_dead(late)
    assert is_dead(browser.get(link))


def test_a_link_that_is_only_looked_at_stays_good(browser: Browser, tables: Tables) -> None:
    link = invited(newcomer())
    before = tables.everything()
    for _ in range(3):
        assert browser.get(link).status == 200

    assert tables.everything() == before
    assert set_password(browser, link).status == 303


def test_a_link_expires(clock: time_machine.Traveller, browser: Browser) -> None:
    link = invited(newcomer())
    page = browser.get(link)
    clock.shift(LIFETIME)

    assert is_dead(browser.get(link))
    assert is_dead(browser.press(page, "Set the password", **{"new-password": NEW}))


def test_a_newer_link_makes_the_older_ones_of_the_address_worthless(browser: Browser) -> None:
    email = newcomer()
    older, newer = invited(email), invited(email)

    assert is_dead(browser.get(older))
    assert set_password(browser, newer).status == 303


def test_a_link_that_was_made_up_looks_like_one_that_was_used(browser: Browser) -> None:
    link = invited(newcomer())
    for made_up in (f"{link[:-1]}~", link.partition(".")[0], "/account/invitation"):
        assert is_dead(browser.get(made_up))
        assert browser.get(made_up).text == browser.get("/account/invitation?code=a.b").text

    assert browser.get(link).status == 200


def test_a_reset_sets_another_password_and_signs_out_every_browser(
    deployment: Deployment, browser: Browser
) -> None:
    email = new_resident()
    before = Browser(deployment)
    before.sign_in("/account", email)

    used = set_password(browser, reset(email))

    assert used.status == 303
    assert email in browser.get("/account").text
    assert email not in before.get("/account").text
    assert can_sign_in(deployment, email, NEW)
    assert not can_sign_in(deployment, email, PASSWORD)


def test_somebody_without_a_password_gets_one_by_a_reset(
    deployment: Deployment, browser: Browser
) -> None:
    email = new_resident(password=None)

    assert set_password(browser, reset(email)).status == 303
    assert can_sign_in(deployment, email, NEW)


def test_a_reset_of_somebody_who_was_removed_sets_nobodys_password(browser: Browser) -> None:
    email = new_resident()
    link = reset(email)
    remove_person(email, people=signin.people(), now=wiring.now())

    assert is_dead(browser.get(link))


def test_an_invitation_from_before_does_not_bring_back_who_was_removed(
    browser: Browser, tables: Tables
) -> None:
    email = newcomer()
    link = invited(email)
    assert add_person(email, PASSWORD, people=signin.people(), now=wiring.now())

    remove_person(email, people=signin.people(), now=wiring.now())

    assert is_dead(browser.get(link))
    assert email not in tables.everything()


def test_a_reset_lets_nobody_in_who_is_disabled(deployment: Deployment, browser: Browser) -> None:
    email = new_resident()
    link = reset(email)
    disable_person(email, people=signin.people(), now=wiring.now())

    assert is_dead(set_password(browser, link))
    assert not can_sign_in(deployment, email, NEW)


def test_nobody_is_invited_twice_or_reset_who_is_not_there() -> None:
    assert offered_invitation(new_resident()) is None
    assert offered_reset(newcomer()) is None
    with pytest.raises(NotAPerson, match="not an email address"):
        offered_invitation("nobody")


def test_an_invitation_takes_nobodys_place(browser: Browser, deployment: Deployment) -> None:
    """Somebody was added by hand between the invitation and its use."""
    email = newcomer()
    link = invited(email)
    add_person(email, PASSWORD, people=signin.people(), now=wiring.now())

    assert is_dead(set_password(browser, link))
    assert can_sign_in(deployment, email, PASSWORD)


def test_a_form_that_another_site_posts_sets_no_password(browser: Browser) -> None:
    """Else a stranger's invitation would sign people in as the stranger."""
    link = invited(newcomer())
    browser.get(link)

    forged = browser.post(link, {"step": "set-password", "new-password": NEW, "csrf": "made up"})

    assert forged.status == 400
    assert "out of date" in forged.text
    assert set_password(browser, link).status == 303


@pytest.mark.parametrize(
    ("password", "said"),
    [("", "8 to 1024"), ("short", "8 to 1024"), ("x" * 1025, "8 to 1024"), ("Password1", "first")],
)
def test_a_password_that_will_not_do_leaves_the_link_good(
    browser: Browser, password: str, said: str
) -> None:
    link = invited(newcomer())

    refused = set_password(browser, link, password)

    assert (refused.status, said in read_text(refused.text)) == (400, True)
    assert set_password(browser, link).status == 303


def test_the_rule_is_on_the_page_and_the_address_is_no_password(browser: Browser) -> None:
    email = newcomer()
    link = invited(email)

    assert "At least 8 characters" in read_text(browser.get(link).text)
    assert "Your email address is no password" in read_text(
        set_password(browser, link, email.upper()).text
    )


def test_two_tabs_of_one_link_both_work_until_one_is_used(browser: Browser) -> None:
    link = invited(newcomer())
    first, second = browser.get(link), browser.get(link)

    assert browser.press(first, "Set the password", **{"new-password": NEW}).status == 303
    assert is_dead(browser.press(second, "Set the password", **{"new-password": NEW}))


def test_the_code_is_in_no_log_no_table_and_no_referrer(browser: Browser, tables: Tables) -> None:
    link = invited(newcomer())
    secret = link.rpartition(".")[2]
    with followed_log() as written:
        page = browser.get(link)
        set_password(browser, link)
        dead = browser.get(link)

    assert secret not in written.text
    assert secret not in tables.everything()
    assert {page.headers["referrer-policy"], dead.headers["referrer-policy"]} == {"no-referrer"}
    assert [(line["outcome"], counted(line)) for line in written.lines] == [
        ("invitation_shown", {}),
        ("invitation_shown", {}),
        ("invitation_used", {"InvitationUsed": 1}),
        ("invitation_refused", {"InvitationRefused": 1}),
    ]


def test_a_code_that_is_sent_twice_is_an_error_page(browser: Browser) -> None:
    assert browser.get("/account/invitation?code=a&code=b").status == 400
    assert read_form(browser.get("/account/invitation?code=%ff").text).buttons == {}
