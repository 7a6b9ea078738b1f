"""Whose account somebody at a provider signs in to, and who may."""

from typing import Any

import pytest

from gatehouse import wiring
from gatehouse.signin.people import Person, add_person
from gatehouse.wiring import signin
from tests.functions.actors import EMAIL, PASSWORD, Browser
from tests.functions.deployment import Answer, Deployment
from tests.functions.passkey_people import PasskeyPerson
from tests.functions.residents import new_resident
from tests.functions.signin_providers.conftest import Configure
from tests.functions.signin_providers.visiting import come_back, is_signed_in, sent_to, signed_in
from tests.functions.tables import Tables
from tests.internet import Internet
from tests.providers.played import PlayedProvider

_NUMBERS = iter(range(10**6))


def new_email(domain: str = "acme.example") -> str:
    return f"person-{next(_NUMBERS)}@{domain}"


def someone(provider: PlayedProvider, email: str | None = None, **claims: Any) -> str:
    """Somebody new signs in at the provider from now on; their address."""
    email = email or new_email()
    provider.claims = {"sub": email, "email": email, **claims}
    return email


def arrives(deployment: Deployment, provider: PlayedProvider) -> Answer:
    return come_back(Browser(deployment), provider)


def refused(answer: Answer, said: str) -> None:
    assert answer.status in (400, 403), answer.text
    assert said in answer.text
    assert "location" not in answer.headers


def subject_of(email: str) -> str:
    person = signin.people().find(email)
    assert person
    return person.subject


@pytest.fixture
def closed(internet: Internet, configure: Configure) -> PlayedProvider:
    """A provider without lists: for the people of the directory."""
    provider = PlayedProvider(internet)
    configure(provider.configuration())
    return provider


# ---- Linked by verified address, and by nothing else -----------------------------------------


def test_a_person_of_the_directory_is_found_by_the_verified_address(
    browser: Browser, closed: PlayedProvider
) -> None:
    before = subject_of(EMAIL)
    someone(closed, EMAIL.upper())

    assert EMAIL in signed_in(browser, closed)
    assert subject_of(EMAIL) == before


@pytest.mark.parametrize("verified", [False, None, "true", 1, "yes"])
def test_an_address_that_is_not_verified_is_nobodys(
    deployment: Deployment, acme: PlayedProvider, verified: object
) -> None:
    someone(acme, EMAIL, email_verified=verified)

    refused(arrives(deployment, acme), "does not say that it verified")


@pytest.mark.parametrize("email", [None, "", "no address", "@acme.example", 7, "a@b\n.example"])
def test_what_is_no_address_is_nobodys(
    deployment: Deployment, acme: PlayedProvider, email: object
) -> None:
    acme.claims = {"sub": new_email(), "email": email}
    acme.userinfo = {"sub": acme.claims["sub"]}

    refused(arrives(deployment, acme), "does not say that it verified")


def test_whoever_is_known_stays_the_same_person_whatever_becomes_of_the_address(
    deployment: Deployment, acme: PlayedProvider
) -> None:
    email = someone(acme)
    assert arrives(deployment, acme).status == 303
    acme.claims |= {"email": EMAIL, "email_verified": False}

    browser = Browser(deployment)

    # not the person whose address it is by now
    assert email in signed_in(browser, acme)


def test_another_subject_with_the_same_address_is_the_same_person(
    deployment: Deployment, acme: PlayedProvider
) -> None:
    email = someone(acme)
    arrives(deployment, acme)
    before = subject_of(email)
    someone(acme, email, sub="another name of theirs")

    assert email in signed_in(Browser(deployment), acme)
    assert subject_of(email) == before


def test_the_same_subject_of_another_issuer_is_somebody_else(
    deployment: Deployment, internet: Internet, acme: PlayedProvider, configure: Configure
) -> None:
    email = someone(acme, sub="one")
    arrives(deployment, acme)
    other = PlayedProvider(internet)
    configure(other.configuration(allow={"anyone": True}))
    elsewhere = someone(other, sub="one")

    page = signed_in(Browser(deployment), other)

    assert elsewhere in page
    assert email not in page


def test_a_new_person_has_no_password(deployment: Deployment, acme: PlayedProvider) -> None:
    email = someone(acme)
    arrives(deployment, acme)

    person = signin.people().find(email)

    assert person
    assert person.password_hash is None
    tried = Browser(deployment)
    tried.press(tried.get("/account"), "Sign in", email=email, password=PASSWORD)
    assert not is_signed_in(tried)


def test_an_identity_is_kept_under_a_hash_and_found_by_its_person(
    deployment: Deployment, acme: PlayedProvider, tables: Tables
) -> None:
    email = someone(acme, sub="a very telling name")
    arrives(deployment, acme)

    (item,) = [
        each
        for each in tables.items("UsersTable")
        if each["id"]["S"].startswith("identity#") and each["email"]["S"] == email
    ]

    assert item["subject"]["S"] == subject_of(email)
    assert "a very telling name" not in tables.everything()


def test_whoever_was_removed_and_added_again_is_a_new_person(
    deployment: Deployment, acme: PlayedProvider, tables: Tables
) -> None:
    email = someone(acme)
    arrives(deployment, acme)
    before = subject_of(email)
    tables.delete("UsersTable", id=f"person#{email}")

    assert email in signed_in(Browser(deployment), acme)
    assert subject_of(email) != before
    # and is known by that from then on
    acme.claims |= {"email_verified": False}
    assert arrives(deployment, acme).status == 303


def test_a_disabled_person_signs_in_by_no_provider(
    deployment: Deployment, acme: PlayedProvider
) -> None:
    email = someone(acme)
    signin.people().add(Person("subject-of-disabled", email, disabled_at=1))

    refused(arrives(deployment, acme), "no access to this server")


def test_a_session_tells_whom_its_person_came_from(
    deployment: Deployment, acme: PlayedProvider, tables: Tables
) -> None:
    email = someone(acme)
    arrives(deployment, acme)

    (session,) = [
        each
        for each in tables.items("UsersTable")
        if each["id"]["S"].startswith("session#") and each["email"]["S"] == email
    ]

    assert session["provider"]["S"] == "acme"


# ---- Who may ---------------------------------------------------------------------------------


def test_without_lists_only_people_of_the_directory_sign_in(
    deployment: Deployment, closed: PlayedProvider
) -> None:
    email = someone(closed)
    refused(arrives(deployment, closed), "no access to this server")
    assert signin.people().find(email) is None

    add_person(email, "a-long-password", people=signin.people(), now=wiring.now())

    assert arrives(deployment, closed).status == 303


@pytest.mark.parametrize(
    ("allow", "claims", "is_allowed"),
    [
        ({"domains": ["acme.example"]}, {"email": "a@ACME.example"}, True),
        ({"domains": ["acme.example"]}, {"email": "a@sub.acme.example"}, False),
        ({"domains": ["acme.example"]}, {"email": "a@notacme.example"}, False),
        ({"domains": ["acme.example"]}, {"email": "acme.example@evil.example"}, False),
        ({"domains": ["acme.example"]}, {"email": "a@acme.example@evil.example"}, False),
        (
            {"domains": ["acme.example"]},
            {"email": "a@acme.example", "email_verified": False},
            False,
        ),
        ({"emails": ["Ann@acme.example"]}, {"email": "ann@acme.example"}, True),
        ({"emails": ["ann@acme.example"]}, {"email": "anne@acme.example"}, False),
        ({"groups": ["staff"]}, {"groups": ["staff", "x"]}, True),
        ({"groups": ["staff"]}, {"groups": "staff"}, True),
        ({"groups": ["staff"]}, {"groups": ["Staff"]}, False),
        ({"groups": ["staff"]}, {"groups": [["staff"]]}, False),
        ({"groups": ["staff"]}, {}, False),
        ({"groups": ["staff"], "emails": ["x@acme.example"]}, {"email": "x@acme.example"}, True),
    ],
)
def test_the_lists_say_who_may(
    *,
    deployment: Deployment,
    internet: Internet,
    configure: Configure,
    tables: Tables,
    allow: dict[str, Any],
    claims: dict[str, Any],
    is_allowed: bool,
) -> None:
    acme = PlayedProvider(internet)
    configure(acme.configuration(allow=allow))
    email = someone(acme, **claims)
    acme.userinfo = {"sub": email}
    before = tables.count("UsersTable")

    answer = arrives(deployment, acme)

    if is_allowed:
        assert answer.status == 303
    else:
        refused(answer, "no access to this server")
        assert tables.count("UsersTable") == before  # nothing was written


def test_whoever_leaves_the_lists_is_kept_out_at_the_next_sign_in(
    deployment: Deployment, internet: Internet, configure: Configure
) -> None:
    acme = PlayedProvider(internet)
    configure(acme.configuration(allow={"groups": ["staff"]}))
    someone(acme, groups=["staff"])
    assert arrives(deployment, acme).status == 303

    acme.claims |= {"groups": []}

    refused(arrives(deployment, acme), "no access to this server")


def test_an_address_and_that_it_is_verified_are_of_one_source(
    deployment: Deployment, internet: Internet, configure: Configure
) -> None:
    acme = PlayedProvider(internet)
    configure(acme.configuration(allow={"groups": ["staff"]}))
    email = someone(acme, email_verified=None)
    # asked for the groups alone
    acme.userinfo = {"sub": email, "groups": ["staff"], "email": EMAIL, "email_verified": True}

    refused(arrives(deployment, acme), "does not say that it verified")


def test_groups_come_from_the_claim_that_is_configured(
    deployment: Deployment, internet: Internet, configure: Configure
) -> None:
    acme = PlayedProvider(internet)
    claim = "https://acme.example/roles"
    configure(acme.configuration(allow={"groups": ["staff"]}, groups_claim=claim))
    someone(acme)
    acme.claims[claim] = ["staff"]

    assert arrives(deployment, acme).status == 303


@pytest.mark.parametrize(
    ("verified", "email", "is_allowed"),
    [
        (None, "a@acme.example", True),
        (False, "b@acme.example", False),
        (None, "c@other.example", False),
        (None, "d@sub.acme.example", False),
    ],
)
def test_a_domain_of_the_operators_counts_as_verified_where_the_provider_says_nothing(
    *,
    deployment: Deployment,
    internet: Internet,
    configure: Configure,
    verified: bool | None,
    email: str,
    is_allowed: bool,
) -> None:
    acme = PlayedProvider(internet)
    configure(acme.configuration(allow={"anyone": True}, verified_domains=["acme.example"]))
    someone(acme, email, email_verified=verified)

    assert (arrives(deployment, acme).status == 303) is is_allowed


@pytest.mark.parametrize(
    ("claims", "is_allowed"),
    [
        ({"email": "one@gmail.com"}, True),
        ({"email": "one@acme.example", "hd": "acme.example"}, True),
        # an address elsewhere that Google verified once, perhaps of somebody who left since
        ({"email": "two@acme.example"}, False),
    ],
)
def test_of_google_an_address_counts_that_google_answers_for(
    deployment: Deployment,
    internet: Internet,
    configure: Configure,
    claims: dict[str, Any],
    is_allowed: bool,
) -> None:
    google = PlayedProvider(internet, "https://accounts.google.com")
    configure(google.configuration(allow={"anyone": True}))
    someone(google, **claims)

    assert (arrives(deployment, google).status == 303) is is_allowed


# ---- Two at once -----------------------------------------------------------------------------


def test_two_tabs_at_once_both_sign_in(browser: Browser, acme: PlayedProvider) -> None:
    someone(acme)
    first, second = sent_to(browser), sent_to(browser)

    assert browser.get(acme.sign_in(second)).status == 303
    assert browser.get(acme.sign_in(first)).status == 303
    assert is_signed_in(browser)


def test_two_browsers_that_come_at_once_leave_one_person(
    deployment: Deployment, acme: PlayedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = someone(acme)
    first, second = Browser(deployment), Browser(deployment)
    people = signin.people()
    add = people.add

    def add_late(person: Person) -> bool:
        """Somebody else is added between the look and the write."""
        monkeypatch.setattr(people, "add", add)
        assert come_back(second, acme).status == 303
        return add(person)

    monkeypatch.setattr(people, "add", add_late)

    assert come_back(first, acme).status == 303
    assert is_signed_in(first)
    assert is_signed_in(second)
    assert subject_of(email)


# ---- One sign-in like the others --------------------------------------------------------------


def test_a_passkey_after_the_password_is_not_asked_for_after_a_provider(
    deployment: Deployment, browser: Browser, acme: PlayedProvider
) -> None:
    ada = PasskeyPerson.new(deployment)
    ada.add_passkey()
    assert ada.press("Ask for a passkey after my password").status == 303
    someone(acme, ada.person.email)

    assert ada.person.email in signed_in(browser, acme)


def test_a_browser_that_came_from_a_provider_is_listed_and_ended_like_any(
    deployment: Deployment, browser: Browser, acme: PlayedProvider
) -> None:
    someone(acme)
    browser.source_ip = "203.0.113.7"
    page = signed_in(browser, acme)
    elsewhere = Browser(deployment)
    signed_in(elsewhere, acme)

    assert "203.0.113.0/24" in page
    assert browser.press(browser.get("/account"), "Sign out all other browsers").status < 400
    assert is_signed_in(browser)
    assert not is_signed_in(elsewhere)


def test_a_browser_is_known_to_an_account_that_has_a_password(
    deployment: Deployment, browser: Browser, acme: PlayedProvider
) -> None:
    someone(acme)
    signed_in(browser, acme)
    assert "__Host-gatehouse-device" not in browser.cookies

    of_a_resident = Browser(deployment)
    someone(acme, new_resident())
    signed_in(of_a_resident, acme)
    assert "__Host-gatehouse-device" in of_a_resident.cookies
