"""The section of the account page that lists where a person is signed in, and ends it."""

import re
from collections.abc import Iterator

import pytest
import time_machine

from gatehouse import wiring
from gatehouse.oauth.secret_values import digest
from gatehouse.signin.administration import (
    disable_person,
    enable_person,
    list_people,
    remove_person,
)
from gatehouse.wiring import signin
from tests.forms import read_forms, read_text
from tests.functions.actors import Browser
from tests.functions.deployment import Answer, Deployment
from tests.functions.residents import new_resident
from tests.functions.tables import Tables

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)
THIS, OTHERS = "Sign this one out", "Sign out all other browsers"


@pytest.fixture
def clock(deployment: Deployment) -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-03-02T08:05Z", tick=False) as clock:
        yield clock


@pytest.fixture
def email(clock: time_machine.Traveller) -> str:
    return new_resident()


def signed_in(
    deployment: Deployment, email: str, agent: str = FIREFOX, source_ip: str = "198.51.100.7"
) -> Browser:
    browser = Browser(deployment, source_ip=source_ip, headers={"user-agent": agent})
    assert email in browser.sign_in("/account", email).text
    return browser


def is_signed_in(browser: Browser) -> bool:
    return "Your account" in browser.get("/account").text


def listed(page: Answer) -> list[str]:
    items = re.findall(r"<li>(.*?)</li>", page.text, re.DOTALL)
    texts = [read_text(item).replace(f" {THIS}", "") for item in items]
    return [text.replace(" ,", ",") for text in texts]


def test_it_says_when_from_where_and_which_is_this_one(
    deployment: Deployment, clock: time_machine.Traveller, email: str
) -> None:
    first = signed_in(deployment, email)
    clock.shift(3600)
    signed_in(deployment, email, IPHONE, "2001:db8:1:2::3")

    assert listed(first.get("/account")) == [
        "Safari on iPhone Since 2 March 2026, 09:05 UTC, about 2001:db8:1::/48",
        "Firefox on Windows This browser Since 2 March 2026, 08:05 UTC, about 198.51.100.0/24",
    ]


@pytest.mark.parametrize("agent", ["", "curl/8.14.1", "<script>alert(1)</script>"])
def test_nothing_that_a_browser_says_of_itself_is_repeated(
    deployment: Deployment, email: str, agent: str
) -> None:
    browser = signed_in(deployment, email, agent)

    assert listed(browser.get("/account"))[0].startswith("A browser This browser Since")


def test_another_browser_is_signed_out(
    deployment: Deployment, clock: time_machine.Traveller, email: str
) -> None:
    here, there = signed_in(deployment, email), signed_in(deployment, email, IPHONE)

    gone = here.press(here.get("/account"), THIS)

    assert (gone.status, gone.headers["location"]) == (303, "/account")
    assert not is_signed_in(there)
    assert len(listed(here.get("/account"))) == 1


def test_all_others_are_signed_out_at_once(deployment: Deployment, email: str) -> None:
    here, *others = [signed_in(deployment, email) for _ in range(4)]
    somebody_else = signed_in(deployment, new_resident())

    done = here.press(here.get("/account"), OTHERS)

    assert "Every other browser is signed out." in read_text(done.text)
    assert [is_signed_in(each) for each in (here, somebody_else, *others)] == [
        True,
        True,
        *[False] * 3,
    ]
    assert len(listed(here.get("/account"))) == 1


def test_a_session_of_another_person_is_refused_like_one_that_never_was(
    deployment: Deployment, email: str
) -> None:
    mine, theirs = signed_in(deployment, email), signed_in(deployment, new_resident())
    cookie = theirs.cookies["__Host-gatehouse-session"]
    session = signin.people().session(digest(cookie))
    assert session

    form = read_forms(mine.get("/account").text)[0].fields | {"step": "end-session"}
    answers = [
        mine.post("/account", form | {"session": named})
        for named in (session.session_id, session.session_hash, "0" * 32, "")
    ]

    said = {(each.status, read_text(each.text)) for each in answers}
    assert [(status, "not signed in any more" in text) for status, text in said] == [(404, True)]
    assert is_signed_in(theirs)


def test_what_names_a_session_is_neither_its_cookie_nor_its_key(
    deployment: Deployment, email: str
) -> None:
    here, there = signed_in(deployment, email), signed_in(deployment, email)
    cookie = there.cookies["__Host-gatehouse-session"]

    text = here.get("/account").text

    assert cookie not in text
    assert digest(cookie) not in text


def test_a_form_that_another_site_posts_ends_nothing(deployment: Deployment, email: str) -> None:
    here, there = signed_in(deployment, email), signed_in(deployment, email)

    for step in ("end-session", "end-other-sessions"):
        assert here.post("/account", {"step": step, "csrf": "made up"}).status == 403

    assert is_signed_in(there)


def test_two_tabs_at_once_end_a_session_once(deployment: Deployment, email: str) -> None:
    here = signed_in(deployment, email)
    signed_in(deployment, email)
    first, second = here.get("/account"), here.get("/account")
    here.press(first, THIS)

    late = here.press(second, THIS)

    assert (late.status, is_signed_in(here)) == (404, True)


def test_a_tab_of_a_browser_that_was_signed_out_ends_nothing(
    deployment: Deployment, email: str
) -> None:
    here, there = signed_in(deployment, email), signed_in(deployment, email)
    open_tab = there.get("/account")
    here.press(here.get("/account"), OTHERS)

    assert there.press(open_tab, OTHERS).status == 303
    assert not is_signed_in(there)
    assert is_signed_in(here)


def test_this_browser_can_be_named_too(deployment: Deployment, email: str) -> None:
    here = signed_in(deployment, email)
    session = signin.people().session(digest(here.cookies["__Host-gatehouse-session"]))
    assert session
    form = read_forms(here.get("/account").text)[0].fields

    ended = here.post("/account", form | {"step": "end-session", "session": session.session_id})

    assert ended.status == 303
    assert not is_signed_in(here)


def test_an_expired_session_is_not_listed(
    deployment: Deployment, clock: time_machine.Traveller, email: str
) -> None:
    signed_in(deployment, email)
    clock.shift(43200)
    here = signed_in(deployment, email)

    assert len(listed(here.get("/account"))) == 1


# ---- What an operator does to people ---------------------------------------------------------


def test_who_is_disabled_is_signed_out_for_good_and_may_come_back(
    deployment: Deployment, email: str
) -> None:
    browser = signed_in(deployment, email)
    people = signin.people()

    assert disable_person(email.upper(), people=people, now=wiring.now())
    assert not is_signed_in(browser)
    page = browser.get("/account")
    assert (
        browser.press(page, "Sign in", email=email, password="correct horse battery").status == 400
    )

    assert enable_person(email, people=people)
    assert not is_signed_in(browser)
    signed_in(deployment, email)


def test_who_is_removed_leaves_nothing_behind(
    deployment: Deployment, email: str, tables: Tables
) -> None:
    browser = signed_in(deployment, email)
    person = signin.people().find(email)
    assert person

    assert remove_person(email, people=signin.people(), now=wiring.now())

    assert not is_signed_in(browser)
    kept = tables.everything()
    assert person.subject not in kept
    assert email not in kept
    assert remove_person(email, people=signin.people(), now=wiring.now()) is None


def test_nobody_is_disabled_who_is_not_there() -> None:
    people = signin.people()

    assert disable_person("nobody@example.com", people=people, now=1) is None
    assert enable_person("nobody@example.com", people=people) is None


def test_everybody_is_listed(email: str) -> None:
    listed = {person.email for person in list_people(people=signin.people())}

    assert {email, "ada@example.com"} <= listed
