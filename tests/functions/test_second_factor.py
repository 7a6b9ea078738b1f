"""A passkey after the password, and passkeys instead of it."""

from collections.abc import Iterator

import pytest
import time_machine

from gatehouse import wiring
from gatehouse.signin.administration import disable_person, enable_person, remove_person
from gatehouse.signin.invitations import offer_reset
from gatehouse.signin.people import change_password
from gatehouse.wiring import signin
from tests.authenticators import passkey_options
from tests.forms import read_form
from tests.functions.actors import Browser, Client, callback
from tests.functions.deployment import Answer, Deployment
from tests.functions.log_lines import counted, followed_log
from tests.functions.passkey_people import (
    ACCOUNT,
    PASSWORD,
    PasskeyPerson,
    confirm,
    sign_in_by_passkey,
)
from tests.functions.tables import Tables

ASKS = "Use your passkey"
TOO_LATE = "That took too long, or came from another browser."
SESSION, DEVICE = "__Host-gatehouse-session", "__Host-gatehouse-device"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-03-01T00:00Z", tick=False) as clock:
        yield clock


@pytest.fixture
def ada(deployment: Deployment, clock: time_machine.Traveller) -> PasskeyPerson:
    """Somebody who wants to be asked for their passkey after their password."""
    ada = PasskeyPerson.new(deployment)
    ada.add_passkey()
    assert ada.press("Ask for a passkey after my password").status == 303
    return ada


def is_signed_in(browser: Browser) -> bool:
    return "Signed in as" in browser.get(ACCOUNT).text


def fail(ada: PasskeyPerson, *, times: int) -> list[int]:
    """The statuses of as many wrong passwords, each from a new browser."""
    typed = {"email": ada.person.email, "password": "a guess"}
    browsers = [Browser(ada.deployment) for _ in range(times)]
    return [each.press(each.get(ACCOUNT), "Sign in", **typed).status for each in browsers]


def started_over(answer: Answer) -> bool:
    return answer.status == 400 and TOO_LATE in answer.text


def test_the_password_leads_to_the_passkey_and_that_to_the_client(
    ada: PasskeyPerson, client: Client
) -> None:
    url = client.authorization_url()
    browser, page = ada.give_password(url)
    assert page.status == 200
    assert ASKS in page.text

    signed_in = confirm(browser, page, ada.authenticator)

    assert signed_in.status == 303
    assert signed_in.headers["location"] == url
    assert callback(browser.press(browser.get(url), "Allow"))["code"]


def test_the_password_alone_opens_nothing(ada: PasskeyPerson, client: Client) -> None:
    browser, page = ada.give_password()

    assert not is_signed_in(browser)
    assert "Sign in" in browser.get(client.authorization_url()).text
    # nor does what stands for it, as a session
    browser.cookies["__Host-gatehouse-session"] = browser.cookies["__Host-gatehouse-pending"]
    assert not is_signed_in(browser)
    assert "Remove my password" not in page.text


def test_a_wrong_password_does_not_come_to_the_passkey(ada: PasskeyPerson) -> None:
    browser = Browser(ada.deployment)
    page = browser.get(ACCOUNT)

    answer = browser.press(page, "Sign in", email=ada.person.email, password="not theirs")

    assert ASKS not in answer.text
    assert "do not match" in answer.text


def test_the_page_asks_for_the_persons_own_passkeys_and_no_other(
    ada: PasskeyPerson, deployment: Deployment
) -> None:
    PasskeyPerson.new(deployment).add_passkey()
    _, page = ada.give_password()

    options = passkey_options(page.text, "get")

    (allowed,) = options["allowCredentials"]
    assert allowed["transports"] == ["hybrid", "internal"]
    assert options["userVerification"] == "required"


def test_an_authenticator_that_was_told_which_need_not_say_whose(ada: PasskeyPerson) -> None:
    browser, page = ada.give_password()
    ada.authenticator.tells_handle = False

    assert confirm(browser, page, ada.authenticator).status == 303


def test_another_persons_passkey_will_not_do(ada: PasskeyPerson, deployment: Deployment) -> None:
    eve = PasskeyPerson.new(deployment)
    eve.add_passkey()
    browser, page = ada.give_password()

    with followed_log() as log:
        answer = confirm(browser, page, eve.authenticator, allowCredentials=[])

    assert answer.status == 400
    assert "That passkey did not work here." in answer.text
    assert counted(log.lines[-1]) == {"SignInFailed": 1}
    assert not is_signed_in(browser)
    # the right one still does
    assert confirm(browser, answer, ada.authenticator).status == 303


def test_what_another_browser_was_asked_is_of_no_use(ada: PasskeyPerson) -> None:
    browser, page = ada.give_password()
    other, page_of_other = ada.give_password()
    answer = ada.authenticator.get(passkey_options(page.text, "get"))

    assert started_over(Browser(ada.deployment).press(page, ASKS, passkey=answer))
    assert started_over(other.press(page, ASKS, passkey=answer))
    assert other.press(page_of_other, ASKS, passkey=answer).status == 400
    assert not is_signed_in(other)
    assert browser.press(page, ASKS, passkey=answer).status == 303


def test_five_minutes_are_enough(ada: PasskeyPerson, clock: time_machine.Traveller) -> None:
    browser, page = ada.give_password()
    clock.shift(300)

    assert started_over(confirm(browser, page, ada.authenticator))
    assert not is_signed_in(browser)


def test_a_password_counts_for_one_passkey(ada: PasskeyPerson) -> None:
    browser, page = ada.give_password()
    cookie = browser.cookies["__Host-gatehouse-pending"]
    assert confirm(browser, page, ada.authenticator).status == 303
    assert browser.cookies["__Host-gatehouse-pending"] == ""

    thief = Browser(ada.deployment, {"__Host-gatehouse-pending": cookie})

    assert started_over(confirm(thief, page, ada.authenticator))


def test_who_is_disabled_meanwhile_does_not_get_in(ada: PasskeyPerson, tables: Tables) -> None:
    browser, page = ada.give_password()
    tables.set_attribute("UsersTable", "disabled_at", 1, id=f"person#{ada.person.email}")

    assert started_over(confirm(browser, page, ada.authenticator))


def test_the_passkey_alone_does_as_well(ada: PasskeyPerson) -> None:
    assert sign_in_by_passkey(Browser(ada.deployment), ada.authenticator).status == 303


def test_a_person_may_change_their_mind(ada: PasskeyPerson) -> None:
    assert ada.press("Do not ask for a passkey after my password").status == 303

    _, answer = ada.give_password()

    assert answer.status == 303


def test_whoever_removes_their_last_passkey_is_asked_for_none(ada: PasskeyPerson) -> None:
    assert ada.press("Remove").status == 303

    assert not ada.now.password_needs_passkey
    _, answer = ada.give_password()
    assert answer.status == 303


# ---- Another password, and slow-downs --------------------------------------------------------


def test_a_password_that_is_another_one_by_now_is_followed_by_no_passkey(
    ada: PasskeyPerson,
) -> None:
    browser, page = ada.give_password()
    assert change_password(ada.person.email, "another-long-password", people=signin.people())

    assert started_over(confirm(browser, page, ada.authenticator))
    assert not is_signed_in(browser)


def test_a_sign_in_that_waits_is_void_once_its_person_was_disabled(ada: PasskeyPerson) -> None:
    browser, page = ada.give_password()
    disable_person(ada.person.email, people=signin.people(), now=wiring.now())
    enable_person(ada.person.email, people=signin.people())

    assert started_over(confirm(browser, page, ada.authenticator))


def test_a_removed_password_voids_what_waits_and_signs_out_other_browsers(
    ada: PasskeyPerson,
) -> None:
    browser, page = ada.give_password()
    other = Browser(ada.deployment)
    sign_in_by_passkey(other, ada.authenticator)

    assert ada.press("Remove my password").status == 303

    assert started_over(confirm(browser, page, ada.authenticator))
    assert (is_signed_in(ada.browser), is_signed_in(other)) == (True, False)


def test_a_reset_is_no_way_around_the_passkey(ada: PasskeyPerson) -> None:
    code = offer_reset(
        ada.person.email,
        people=signin.people(),
        invitations=signin.invitations(),
        now=wiring.now(),
    )
    assert code
    browser = Browser(ada.deployment)
    link = browser.get(f"/account/invitation?code={code}")

    done = browser.press(link, "Set the password", **{"new-password": "another-long-password"})

    assert (done.status, done.headers["location"]) == (303, ACCOUNT)
    assert not is_signed_in(browser)
    assert SESSION not in browser.cookies
    assert DEVICE not in browser.cookies
    typed = {"email": ada.person.email, "password": "another-long-password"}
    asked = browser.press(browser.get(ACCOUNT), "Sign in", **typed)
    assert ASKS in asked.text
    assert confirm(browser, asked, ada.authenticator).status == 303


def test_a_browser_is_known_once_the_passkey_was_given(ada: PasskeyPerson) -> None:
    browser, page = ada.give_password()
    assert DEVICE not in browser.cookies

    confirm(browser, page, ada.authenticator)

    assert browser.cookies[DEVICE]


def test_failures_are_forgotten_for_both_and_not_for_the_password_alone(
    ada: PasskeyPerson,
) -> None:
    assert fail(ada, times=4) == [400] * 4
    browser, page = ada.give_password()
    assert fail(ada, times=2) == [400, 429]

    assert confirm(browser, page, ada.authenticator).status == 303

    assert fail(ada, times=5) == [400] * 5


def test_who_has_to_wait_is_not_asked_for_a_passkey_and_may_use_one(ada: PasskeyPerson) -> None:
    fail(ada, times=5)

    browser, answer = ada.give_password()

    assert answer.status == 429
    assert sign_in_by_passkey(browser, ada.authenticator).status == 303


def test_a_passkey_that_is_refused_slows_nobody_down(ada: PasskeyPerson) -> None:
    browser, page = ada.give_password()
    for _ in range(6):
        page = browser.press(page, ASKS, passkey="{}")
        assert page.status == 400

    assert ASKS in ada.give_password()[1].text


def test_the_current_password_does_in_place_of_a_recent_sign_in(
    ada: PasskeyPerson, clock: time_machine.Traveller
) -> None:
    clock.shift(3600)
    typed = {"current-password": PASSWORD, "new-password": "another-long-password"}

    assert ada.press("Change the password", **typed).status == 200

    assert ada.now.owes_passkey


def test_the_current_password_makes_no_sign_in_recent(
    ada: PasskeyPerson, clock: time_machine.Traveller
) -> None:
    """Whoever finds a signed-in browser and knows the password has no passkey all the same."""
    clock.shift(3600)
    typed = {"current-password": PASSWORD, "new-password": "another-long-password"}
    assert ada.press("Change the password", **typed).status == 200

    for button in ("Do not ask for a passkey after my password", "Remove", "Remove my password"):
        refused = ada.press(button)

        assert refused.status == 400
        assert "You signed in a while ago." in refused.text

    assert ada.add_passkey("Phone").status == 400
    assert ada.now.owes_passkey


def test_who_is_removed_leaves_no_passkey_and_nothing_that_waits(
    ada: PasskeyPerson, tables: Tables
) -> None:
    ada.give_password()

    assert remove_person(ada.person.email, people=signin.people(), now=wiring.now())

    kept = tables.everything()
    assert ada.person.subject not in kept
    assert ada.person.email not in kept


# ---- Without a password ----------------------------------------------------------------------


def test_without_a_password_passkeys_are_the_way_in(ada: PasskeyPerson) -> None:
    assert "Add another one first" in ada.browser.get(ACCOUNT).text

    assert ada.press("Remove my password").status == 303

    assert ada.now.password_hash is None
    _, answer = ada.give_password()
    assert "do not match" in answer.text
    assert sign_in_by_passkey(Browser(ada.deployment), ada.authenticator).status == 303


def test_the_only_way_in_is_not_removed(ada: PasskeyPerson) -> None:
    ada.press("Remove my password")

    answer = ada.press("Remove")

    assert answer.status == 400
    assert "This is your only way to sign in." in answer.text
    assert ada.add_passkey("Phone").status == 303
    assert ada.press("Remove").status == 303
    assert ada.press("Remove").status == 400
    assert len(ada.now.passkeys) == 1


@pytest.mark.parametrize("step", ["ask-passkey", "remove-password"])
def test_it_takes_a_passkey_to_do_without_a_password(deployment: Deployment, step: str) -> None:
    person = PasskeyPerson.new(deployment)
    form = read_form(person.browser.get(ACCOUNT).text)

    answer = person.browser.post(ACCOUNT, form.fields | {"step": step})

    assert answer.status == 400
    assert "Add a passkey first" in answer.text
    assert person.now.password_hash
    assert not person.now.password_needs_passkey


def test_a_password_that_the_operator_gives_is_a_way_in_again(ada: PasskeyPerson) -> None:
    ada.press("Remove my password")

    assert change_password(ada.person.email, "a-password-of-theirs", people=signin.people())

    _, answer = ada.give_password()
    assert answer.status == 303


def test_a_browser_that_was_signed_out_meanwhile_changes_no_way_in(ada: PasskeyPerson) -> None:
    """Such as that of a thief, whose form is being checked while the person ends all sessions."""
    before, passkeys = ada.now, signin.passkeys()
    assert change_password(ada.person.email, "another-long-password", people=signin.people())

    assert not passkeys.list_for(before, (*before.passkeys, "another"))
    assert not passkeys.list_for(before, ())
    assert not passkeys.ask_after_password(before, asked=False)
    assert not passkeys.remove_password(before)

    assert (ada.now.passkeys, ada.now.owes_passkey) == (before.passkeys, True)


def test_no_two_changes_leave_a_person_without_a_way_in(ada: PasskeyPerson) -> None:
    """Each finds the person as they were when it was asked for, or is not made."""
    before, passkeys = ada.now, signin.passkeys()

    assert passkeys.list_for(before, ())
    assert not passkeys.remove_password(before)
    assert not passkeys.ask_after_password(before, asked=True)

    assert ada.add_passkey().status == 303
    again = ada.now
    assert passkeys.remove_password(again)
    assert not passkeys.list_for(again, ())
