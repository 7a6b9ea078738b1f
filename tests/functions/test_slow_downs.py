"""Failed sign-ins slow down the next ones, and nobody else's slow down a browser that is known."""

from collections import Counter
from collections.abc import Iterator

import pytest
import time_machine

from gatehouse import wiring
from gatehouse.signin import slow_downs
from gatehouse.wiring import signin
from tests.forms import read_text
from tests.functions.actors import PASSWORD, Browser, Client
from tests.functions.aws_calls import counted_calls
from tests.functions.deployment import Answer, Deployment
from tests.functions.log_lines import counted, followed_log
from tests.functions.residents import new_resident
from tests.functions.tables import Tables

A_MINUTE, A_DAY = 60, 86400
HERE, NEXT_DOOR, ELSEWHERE = "198.51.100.7", "198.51.100.200", "203.0.113.7"


@pytest.fixture
def clock(deployment: Deployment) -> Iterator[time_machine.Traveller]:
    # a day of each test's own: what others failed at is forgotten
    with time_machine.travel("2026-03-01T01:00Z", tick=False) as clock:
        yield clock


@pytest.fixture
def email(clock: time_machine.Traveller) -> str:
    return new_resident()


def sign_in(browser: Browser, email: str, password: str = PASSWORD) -> Answer:
    page = browser.get("/account")
    return browser.press(page, "Sign in", email=email, password=password)


def guess(deployment: Deployment, email: str, times: int, source_ip: str = HERE) -> list[int]:
    """The statuses of as many wrong guesses, each from a new browser."""
    return [
        sign_in(Browser(deployment, source_ip=source_ip), email, "a guess").status
        for _ in range(times)
    ]


def stranger(deployment: Deployment, source_ip: str = HERE) -> Browser:
    return Browser(deployment, source_ip=source_ip)


def test_five_tries_are_free_and_the_next_one_waits_whatever_it_is(
    deployment: Deployment, email: str
) -> None:
    assert guess(deployment, email, 5) == [400] * 5

    slowed = sign_in(stranger(deployment), email)

    assert (slowed.status, slowed.headers["retry-after"]) == (429, "60")
    assert "Try again in 1 minute." in read_text(slowed.text)
    assert email in slowed.text  # nobody has to type it again


def test_the_wait_doubles_with_each_failure_up_to_a_quarter_of_an_hour(
    deployment: Deployment, clock: time_machine.Traveller, email: str
) -> None:
    guess(deployment, email, 5)
    waits = []
    for _ in range(6):
        wait = int(sign_in(stranger(deployment), email).headers["retry-after"])
        waits.append(wait // A_MINUTE)
        clock.shift(wait - 1)
        assert guess(deployment, email, 1) == [429]
        clock.shift(1)
        assert guess(deployment, email, 1) == [400]

    assert waits == [1, 2, 4, 8, 15, 15]


def test_after_the_wait_the_right_password_counts_and_clears_the_failures(
    deployment: Deployment, clock: time_machine.Traveller, email: str
) -> None:
    guess(deployment, email, 5)
    clock.shift(A_MINUTE)

    assert sign_in(stranger(deployment), email).status == 303
    assert guess(deployment, email, 5) == [400] * 5


def test_failures_are_forgotten_the_next_day(
    deployment: Deployment, clock: time_machine.Traveller, email: str
) -> None:
    guess(deployment, email, 5)
    clock.shift(A_DAY)

    assert guess(deployment, email, 5) == [400] * 5


def test_a_network_is_slowed_down_together_and_others_are_not(
    deployment: Deployment, email: str
) -> None:
    guess(deployment, email, 5)

    assert sign_in(stranger(deployment, NEXT_DOOR), email).status == 429
    assert sign_in(stranger(deployment, ELSEWHERE), email).status == 303


def test_a_neighbour_who_fails_slows_down_their_own_account_alone(
    deployment: Deployment, email: str
) -> None:
    guess(deployment, email, 5)

    assert sign_in(stranger(deployment), new_resident()).status == 303


def test_nothing_tells_which_addresses_exist(
    deployment: Deployment, clock: time_machine.Traveller, email: str
) -> None:
    nobody = email.replace("@", "@nobody.")
    told = {}
    for address in (email, nobody):
        answers = [sign_in(stranger(deployment), address, "a guess") for _ in range(6)]
        told[address] = [
            (each.status, each.headers.get("retry-after"), read_text(each.text)) for each in answers
        ]

    assert told[email] == told[nobody]


def test_a_browser_that_signed_in_before_is_slowed_down_by_its_own_failures_alone(
    deployment: Deployment, clock: time_machine.Traveller, email: str
) -> None:
    browser = stranger(deployment)
    sign_in(browser, email)
    del browser.cookies["__Host-gatehouse-session"]
    guess(deployment, email, 20)
    assert sign_in(stranger(deployment), email).status == 429

    assert sign_in(browser, email).status == 303

    del browser.cookies["__Host-gatehouse-session"]
    assert [sign_in(browser, email, "a guess").status for _ in range(6)] == [400] * 5 + [429]


def test_what_a_browser_is_known_by_is_worth_nothing_at_another_account(
    deployment: Deployment, email: str
) -> None:
    browser, other = stranger(deployment), new_resident()
    sign_in(browser, other)
    del browser.cookies["__Host-gatehouse-session"]
    guess(deployment, email, 5)

    assert sign_in(browser, email).status == 429


def test_a_browser_stays_known_to_each_of_the_accounts_it_is_used_for(
    deployment: Deployment, email: str
) -> None:
    browser, other = stranger(deployment), new_resident()
    for each in (email, other):
        sign_in(browser, each)
        del browser.cookies["__Host-gatehouse-session"]
    guess(deployment, email, 5)

    assert sign_in(browser, email).status == 303


def test_what_a_browser_is_known_by_signs_nobody_in_and_is_not_stored(
    deployment: Deployment, email: str, tables: Tables
) -> None:
    browser = stranger(deployment)
    sign_in(browser, email)
    del browser.cookies["__Host-gatehouse-session"]

    assert email not in browser.get("/account").text
    assert browser.cookies["__Host-gatehouse-device"] not in tables.everything()


def failed_before(counter: slow_downs.Counter, times: int) -> None:
    for _ in range(times):
        signin.attempts().count(counter, now=wiring.now())


def test_one_network_that_tries_many_accounts_is_slowed_down(
    deployment: Deployment, email: str
) -> None:
    """A hundred an hour, as many people may share one."""
    here, there = "192.0.2.1", "192.0.3.1"
    _, network, _ = slow_downs.strange_browsers("somebody", "192.0.2.0/24", now=wiring.now())
    failed_before(network, 99)

    assert guess(deployment, "one@spray.example", 1, here) == [400]
    assert guess(deployment, "two@spray.example", 1, here) == [429]
    assert sign_in(stranger(deployment, here), email).status == 429
    assert sign_in(stranger(deployment, there), email).status == 303


def test_many_networks_that_try_one_account_are_slowed_down(
    deployment: Deployment, email: str
) -> None:
    """A hundred a day (NIST SP 800-63B), but for browsers that are known."""
    known = stranger(deployment)
    sign_in(known, email)
    del known.cookies["__Host-gatehouse-session"]
    _, _, account = slow_downs.strange_browsers(email, "somewhere", now=wiring.now())
    failed_before(account, 99)

    assert guess(deployment, email, 1, "10.0.1.1") == [400]
    assert guess(deployment, email, 1, "10.0.2.1") == [429]
    assert sign_in(stranger(deployment, "10.0.3.1"), email).status == 429
    assert sign_in(known, email).status == 303


def test_many_known_browsers_are_no_way_around_a_hundred_a_day(
    deployment: Deployment, email: str
) -> None:
    """Somebody who had the password could have made any number of browsers known before."""
    known = [stranger(deployment), stranger(deployment)]
    for browser in known:
        assert sign_in(browser, email).status == 303
        del browser.cookies["__Host-gatehouse-session"]
    _, together = slow_downs.known_browser(email, "whichever", now=wiring.now())
    failed_before(together, 99)

    assert [sign_in(each, email, "a guess").status for each in known] == [400, 429]
    # which slows down no other
    assert sign_in(stranger(deployment), email).status == 303


@pytest.mark.parametrize(
    ("forwarded", "proof", "is_believed"),
    [
        ("203.0.113.9", "local", True),
        # what the browser itself sent stands before
        ("198.51.100.7, 203.0.113.9", "local", True),
        ("203.0.113.9", None, False),
        ("203.0.113.9", "guessed", False),
    ],
)
def test_behind_cloudfront_it_is_the_browsers_network_and_nobody_elses_word(
    deployment: Deployment, email: str, forwarded: str, proof: str | None, is_believed: bool
) -> None:
    edge = "192.0.4.77"
    guess(deployment, email, 5, "203.0.113.250")
    headers = {"x-forwarded-for": forwarded, **({"x-gatehouse-edge": proof} if proof else {})}
    browser = Browser(deployment, source_ip=edge, headers=headers)

    assert sign_in(browser, email).status == (429 if is_believed else 303)


def test_the_authorization_endpoint_slows_down_as_well(
    deployment: Deployment, client: Client, email: str
) -> None:
    guess(deployment, email, 5)
    browser = stranger(deployment)
    page = browser.get(client.authorization_url())

    slowed = browser.press(page, "Sign in", email=email, password=PASSWORD)

    assert slowed.status == 429
    assert "to continue with" in read_text(slowed.text)


def test_it_is_told_and_counted(deployment: Deployment, email: str) -> None:
    guess(deployment, email, 5)
    with followed_log() as written:
        sign_in(stranger(deployment), email)

    line = written.lines[-1]
    assert (line["level"], line["outcome"]) == ("WARNING", "sign_in_slowed")
    assert counted(line) == {"SignInSlowed": 1}
    assert email not in written.text


def test_a_password_that_nobody_can_have_is_not_even_counted(
    deployment: Deployment, email: str
) -> None:
    for _ in range(6):
        assert sign_in(stranger(deployment), email, "x" * 1025).status == 400

    assert sign_in(stranger(deployment), email).status == 303


def test_an_address_that_grows_in_its_canonical_form_is_nobodys_and_no_failure_of_ours(
    deployment: Deployment, clock: time_machine.Traveller
) -> None:
    assert sign_in(stranger(deployment), "\U0001d160" * 254).status == 400


# ---- What it costs ---------------------------------------------------------------------------


def calls_of(browser: Browser, email: str, password: str) -> Counter[str]:
    page = browser.get("/account")
    with counted_calls() as calls:
        browser.press(page, "Sign in", email=email, password=password)
    return calls


READ, WRITE, PUT = "dynamodb BatchGetItem", "dynamodb UpdateItem", "dynamodb PutItem"


def test_a_sign_in_is_one_read_and_two_writes(deployment: Deployment, email: str) -> None:
    browser = stranger(deployment)

    assert calls_of(browser, email, PASSWORD) == {READ: 1, PUT: 2}


def test_a_failure_is_one_read_and_a_write_for_each_counter(
    deployment: Deployment, email: str
) -> None:
    known = stranger(deployment)
    sign_in(known, email)
    del known.cookies["__Host-gatehouse-session"]

    assert calls_of(stranger(deployment), email, "a guess") == {READ: 1, WRITE: 3}
    assert calls_of(known, email, "a guess") == {READ: 1, WRITE: 2}


def test_who_is_slowed_down_costs_a_read(deployment: Deployment, email: str) -> None:
    guess(deployment, email, 5)

    assert calls_of(stranger(deployment), email, PASSWORD) == {READ: 1}
