"""Passkeys: added on the account page, and taken for a sign-in only as WebAuthn has it."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatehouse import base64url
from gatehouse.wiring import signin
from tests.authenticators import (
    BACKED_UP,
    BACKUP_ELIGIBLE,
    PRESENT,
    VERIFIED,
    Authenticator,
    passkey_options,
)
from tests.functions.actors import Browser, Client, callback
from tests.functions.aws_calls import counted_calls
from tests.functions.deployment import ORIGIN, Answer, Deployment
from tests.functions.log_lines import counted, followed_log
from tests.functions.passkey_people import ACCOUNT, PasskeyPerson, sign_in_by_passkey
from tests.functions.tables import Tables

REFUSED = "That passkey did not work here."
NOT_ADDED = "That passkey could not be added."


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-03-01T00:00Z", tick=False) as clock:
        yield clock


@pytest.fixture
def ada(deployment: Deployment, clock: time_machine.Traveller) -> PasskeyPerson:
    """Somebody with one passkey."""
    ada = PasskeyPerson.new(deployment)
    assert ada.add_passkey().status == 303
    return ada


@pytest.fixture
def stranger(deployment: Deployment) -> Browser:
    """A browser that has never been here."""
    return Browser(deployment)


def refused(answer: Answer) -> bool:
    return (
        answer.status == 400 and REFUSED in answer.text and "-session=" not in str(answer.cookies)
    )


# ---- Adding ----------------------------------------------------------------------------------


def test_a_passkey_that_was_added_is_shown_with_its_dates(
    ada: PasskeyPerson, clock: time_machine.Traveller, stranger: Browser
) -> None:
    page = ada.browser.get(ACCOUNT).text
    assert "Laptop" in page
    assert "Added on 1 March 2026" in page
    assert "not used yet" in page

    clock.shift(86_400 / 4)
    sign_in_by_passkey(stranger, ada.authenticator)

    assert "last used on 1 March 2026" in stranger.get(ACCOUNT).text


@pytest.mark.parametrize("algorithm", ["EdDSA", "RS256"])
def test_other_algorithms_do_as_well(
    deployment: Deployment, stranger: Browser, algorithm: str
) -> None:
    person = PasskeyPerson.new(deployment)
    person.authenticator.algorithm = algorithm

    assert person.add_passkey().status == 303

    assert sign_in_by_passkey(stranger, person.authenticator).status == 303


def test_the_page_asks_for_a_passkey_that_is_two_factors_and_new(ada: PasskeyPerson) -> None:
    options = passkey_options(ada.browser.get(ACCOUNT).text, "create")

    assert options["rp"]["id"] == "mcp.example.com"
    assert base64url.decode(options["user"]["id"]) == ada.person.subject.encode()
    assert options["authenticatorSelection"] == {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
    }
    assert options["attestation"] == "none"
    (known,) = options["excludeCredentials"]
    assert base64url.decode(known["id"]) == ada.authenticator.credentials[0].credential_id


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"flags": PRESENT}, id="nobody was verified"),
        pytest.param({"flags": VERIFIED}, id="nobody was there"),
        pytest.param({"origin": "https://mcp.example.com:8443"}, id="another port"),
        pytest.param({"origin": "https://evil.mcp.example.com"}, id="a host below"),
        pytest.param({"origin": "http://mcp.example.com"}, id="without TLS"),
        pytest.param({"cross_origin": True}, id="inside another site's page"),
        pytest.param({"algorithm": "ES384"}, id="an algorithm that was not asked for"),
    ],
)
def test_a_passkey_is_not_added_by(deployment: Deployment, told: dict[str, Any]) -> None:
    person = PasskeyPerson.new(deployment)
    person.authenticator = Authenticator(**{"origin": ORIGIN, **told})

    answer = person.add_passkey()

    assert answer.status == 400
    assert NOT_ADDED in answer.text
    assert person.now.passkeys == ()


def test_a_passkey_is_not_added_for_another_host(ada: PasskeyPerson) -> None:
    assert ada.add_passkey(rp={"id": "example.com"}).status == 400


def test_what_was_made_is_added_once_and_in_the_browser_it_was_made_in(
    deployment: Deployment, ada: PasskeyPerson
) -> None:
    other = PasskeyPerson.new(deployment)
    page, page_of_other = ada.browser.get(ACCOUNT), other.browser.get(ACCOUNT)
    made = ada.authenticator.create(passkey_options(page.text, "create"))

    assert other.post_passkey(made, page=page_of_other).status == 400
    assert ada.post_passkey(made, page=page).status == 303
    assert ada.post_passkey(made, page=page).status == 400
    assert other.now.passkeys == ()
    assert len(ada.now.passkeys) == 2


def test_a_credential_that_somebody_has_is_nobody_elses(
    deployment: Deployment, ada: PasskeyPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = PasskeyPerson.new(deployment)
    theirs = ada.authenticator.credentials[0].credential_id
    page = other.browser.get(ACCOUNT)
    options = passkey_options(page.text, "create")
    with monkeypatch.context() as patch:
        patch.setattr("tests.authenticators.secrets.token_bytes", lambda _: theirs)
        made = other.authenticator.create(options)

    assert other.post_passkey(made, page=page).status == 400
    assert other.now.passkeys == ()


def test_a_person_has_ten_at_most(ada: PasskeyPerson) -> None:
    for _ in range(9):
        page = ada.browser.get(ACCOUNT)
        assert ada.add_passkey().status == 303
    made = ada.authenticator.create(passkey_options(page.text, "create"))

    assert ada.post_passkey(made, page=page).status == 400
    assert "Add a passkey" not in ada.browser.get(ACCOUNT).text
    assert len(ada.now.passkeys) == 10


def test_whom_somebody_else_signs_in_may_have_none(deployment: Deployment, tables: Tables) -> None:
    person = PasskeyPerson.new(deployment)
    page = person.browser.get(ACCOUNT)
    made = person.authenticator.create(passkey_options(page.text, "create"))
    tables.remove_attribute("UsersTable", "password_hash", id=f"person#{person.person.email}")

    assert "Passkeys" not in person.browser.get(ACCOUNT).text
    assert person.post_passkey(made, page=page).status == 400
    assert person.now.passkeys == ()


def test_how_one_signs_in_is_changed_soon_after_signing_in(
    ada: PasskeyPerson, clock: time_machine.Traveller
) -> None:
    clock.shift(900)

    answer = ada.press("Remove my password")

    assert answer.status == 400
    assert "sign out and sign in again" in answer.text
    assert ada.now.password_hash


def test_a_name_is_kept_short_and_on_one_line_and_is_no_markup(deployment: Deployment) -> None:
    person = PasskeyPerson.new(deployment)
    person.add_passkey(name="<b>\n\tmy " + "x" * 200)

    page = person.browser.get(ACCOUNT).text

    assert "&lt;b&gt; my xxx" in page
    assert "x" * 60 not in page


# ---- Signing in ------------------------------------------------------------------------------


def test_a_passkey_alone_leads_to_the_consent_page_and_the_code(
    ada: PasskeyPerson, stranger: Browser, client: Client
) -> None:
    url = client.authorization_url(prompt="login")

    signed_in = sign_in_by_passkey(stranger, ada.authenticator, url)

    assert signed_in.status == 303
    page = stranger.get(signed_in.headers["location"])
    assert ada.person.email in page.text
    assert callback(stranger.press(page, "Allow"))["code"]


def test_a_sign_in_by_passkey_is_two_reads_and_four_writes(
    ada: PasskeyPerson, stranger: Browser
) -> None:
    """The passkey and its person; the challenge, its use, the session and the known browser."""
    page = stranger.get(ACCOUNT)
    answer = ada.authenticator.get(passkey_options(page.text, "offer"))

    with counted_calls() as calls:
        assert stranger.press(page, "Sign in with a passkey", passkey=answer).status == 303

    assert calls == {"dynamodb GetItem": 2, "dynamodb PutItem": 3, "dynamodb UpdateItem": 1}


def test_a_page_that_offers_it_asks_for_nothing(stranger: Browser) -> None:
    with counted_calls() as calls:
        stranger.get(ACCOUNT)

    assert calls == {}


def test_the_script_is_let_in_where_there_is_a_use_for_it(
    ada: PasskeyPerson, stranger: Browser, client: Client
) -> None:
    consent = ada.browser.get(client.authorization_url())
    with_it = [stranger.get(ACCOUNT), ada.browser.get(ACCOUNT)]

    assert "script" not in consent.text + consent.headers["content-security-policy"]
    for page in with_it:
        (script,) = re.findall(r"<script[^>]*>(.*?)</script>", page.text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"script-src 'sha256-{digest}';" in page.headers["content-security-policy"]


def test_a_get_changes_nothing(ada: PasskeyPerson, stranger: Browser, tables: Tables) -> None:
    before = tables.everything()

    ada.browser.get(ACCOUNT)
    stranger.get(ACCOUNT)

    assert tables.everything() == before


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"flags": PRESENT}, id="nobody was verified"),
        pytest.param({"flags": VERIFIED}, id="nobody was there"),
        pytest.param({"origin": "https://mcp.example.com:8443"}, id="another port"),
        pytest.param({"origin": "https://evil.mcp.example.com"}, id="a host below"),
        pytest.param({"origin": "https://phish.example"}, id="another site"),
        pytest.param({"cross_origin": True}, id="inside another site's page"),
        pytest.param({"tells_handle": False}, id="it does not say whose it is"),
        pytest.param({"signed": 0}, id="a counter that stands still, as of a copy"),
        pytest.param({"signed": None}, id="a counter that is gone"),
        pytest.param({"flags": PRESENT | VERIFIED | BACKUP_ELIGIBLE}, id="it may be copied now"),
        pytest.param({"flags": PRESENT | VERIFIED | BACKED_UP}, id="it is backed up"),
    ],
)
def test_nobody_is_signed_in_by_a_passkey_when(
    ada: PasskeyPerson, stranger: Browser, told: dict[str, Any]
) -> None:
    sign_in_by_passkey(Browser(ada.deployment), ada.authenticator)

    with followed_log() as log:
        answer = sign_in_by_passkey(stranger, ada.authenticator.copy(**told))

    assert refused(answer)
    assert log.lines[-1]["outcome"] == "passkey_refused"
    assert log.lines[-1]["reason"]
    assert counted(log.lines[-1]) == {"SignInFailed": 1}
    # whereas the one that it is a copy of still does
    assert sign_in_by_passkey(stranger, ada.authenticator).status == 303


def test_a_passkey_signs_for_this_host_alone(ada: PasskeyPerson, stranger: Browser) -> None:
    assert refused(sign_in_by_passkey(stranger, ada.authenticator, rpId="phish.example"))


def test_an_answer_counts_once_and_in_its_browser_and_for_its_page(
    ada: PasskeyPerson, stranger: Browser
) -> None:
    page, other = stranger.get(ACCOUNT), Browser(ada.deployment)
    authenticator = ada.authenticator.copy(signed=None)
    answer = ada.authenticator.get(passkey_options(page.text, "offer"))
    stolen = other.press(other.get(ACCOUNT), "Sign in with a passkey", passkey=answer)
    registering = passkey_options(ada.browser.get(ACCOUNT).text, "create")["challenge"]

    assert refused(stolen)
    assert refused(sign_in_by_passkey(stranger, authenticator, challenge=registering))
    assert stranger.press(page, "Sign in with a passkey", passkey=answer).status == 303
    assert refused(stranger.press(page, "Sign in with a passkey", passkey=answer))


def test_a_passkey_that_does_not_count_has_its_answer_taken_once_too(
    deployment: Deployment, stranger: Browser
) -> None:
    person = PasskeyPerson.new(deployment)
    person.authenticator.signed = None
    person.add_passkey()
    page = stranger.get(ACCOUNT)
    answer = person.authenticator.get(passkey_options(page.text, "offer"))

    assert stranger.press(page, "Sign in with a passkey", passkey=answer).status == 303
    assert refused(stranger.press(page, "Sign in with a passkey", passkey=answer))


def test_a_challenge_grows_old(
    ada: PasskeyPerson, stranger: Browser, clock: time_machine.Traveller
) -> None:
    page = stranger.get(ACCOUNT)
    answer = ada.authenticator.get(passkey_options(page.text, "offer"))
    clock.shift(900)

    assert refused(stranger.press(page, "Sign in with a passkey", passkey=answer))


def test_a_challenge_of_ones_own_making_is_none(ada: PasskeyPerson, stranger: Browser) -> None:
    for challenge in (bytes(56), b"", b"short", bytes(32)):
        made = base64url.encode(challenge)
        assert refused(sign_in_by_passkey(stranger, ada.authenticator, challenge=made))


def test_a_passkey_is_its_persons(
    deployment: Deployment, ada: PasskeyPerson, stranger: Browser
) -> None:
    """Whoever says that their key is hers has to show hers."""
    eve = PasskeyPerson.new(deployment)
    eve.add_passkey()
    (hers,), (own,) = ada.authenticator.credentials, eve.authenticator.credentials
    page = stranger.get(ACCOUNT)
    answer = json.loads(eve.authenticator.get(passkey_options(page.text, "offer")))
    forged = base64url.encode(hers.credential_id)
    for changes in (
        {"id": forged, "rawId": forged},
        {"response": answer["response"] | {"userHandle": base64url.encode(hers.user_handle)}},
        {
            "id": forged,
            "rawId": forged,
            "response": {**answer["response"], "userHandle": base64url.encode(hers.user_handle)},
        },
    ):
        told = json.dumps(answer | changes)
        assert refused(stranger.press(page, "Sign in with a passkey", passkey=told))
    assert own.user_handle == eve.person.subject.encode()


@pytest.mark.parametrize("gone", ["disabled", "removed", "another of that address"])
def test_nobody_signs_in_who_is(
    ada: PasskeyPerson, stranger: Browser, tables: Tables, gone: str
) -> None:
    key, listed = f"person#{ada.person.email}", ada.now.passkeys
    match gone:
        case "disabled":
            tables.set_attribute("UsersTable", "disabled_at", 1, id=key)
        case "removed":
            tables.delete("UsersTable", id=key)
        case _:
            tables.delete("UsersTable", id=key)
            other = PasskeyPerson.named(ada.deployment, ada.person.email)
            assert signin.passkeys().list_for(other.person, listed)

    assert refused(sign_in_by_passkey(stranger, ada.authenticator))


def test_a_passkey_that_was_removed_signs_nobody_in(
    ada: PasskeyPerson, stranger: Browser, tables: Tables
) -> None:
    ada.add_passkey("Phone")
    kept = [item for item in tables.items("UsersTable") if item["id"]["S"].startswith("passkey#")]
    first = ada.authenticator.credentials[0]
    assert ada.press("Remove", passkey_id=ada.now.passkeys[0]).status == 303

    only_first = ada.authenticator.copy(credentials=[first])
    assert "Laptop" not in ada.browser.get(ACCOUNT).text
    assert refused(sign_in_by_passkey(stranger, only_first))
    # nor does what a crash left behind
    tables.put("UsersTable", *kept)
    assert refused(sign_in_by_passkey(stranger, only_first))
    assert sign_in_by_passkey(stranger, ada.authenticator).status == 303


def test_a_form_of_another_site_adds_and_signs_in_nobody(
    ada: PasskeyPerson, stranger: Browser
) -> None:
    options = passkey_options(stranger.get(ACCOUNT).text, "offer")
    answer = ada.authenticator.get(options)
    forged = {"csrf": "made up", "step": "passkey", "passkey": answer}

    assert stranger.post(ACCOUNT, forged).status == 400
    assert ada.browser.post(ACCOUNT, {**forged, "step": "add-passkey"}).status == 403
    for step in ("remove-passkey", "ask-passkey", "ask-no-passkey", "remove-password"):
        form = {"csrf": "made up", "step": step, "passkey_id": ada.now.passkeys[0]}
        assert ada.browser.post(ACCOUNT, form).status == 403
    assert ada.now.passkeys
    assert ada.now.password_hash
    assert not ada.now.password_needs_passkey


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_is_posted_is_refused_and_no_failure(
    ada: PasskeyPerson, data: st.DataObject
) -> None:
    browser = Browser(ada.deployment)
    page = browser.get(ACCOUNT)
    honest = ada.authenticator.get(passkey_options(page.text, "offer"))
    made = ada.authenticator.create(passkey_options(ada.browser.get(ACCOUNT).text, "create"))
    ada.authenticator.credentials.pop()
    posted = data.draw(st.text(max_size=20) | _broken(honest) | _broken(made))

    assert refused(browser.press(page, "Sign in with a passkey", passkey=posted))
    answer = ada.post_passkey(posted, page=ada.browser.get(ACCOUNT))
    assert answer.status == 400
    assert NOT_ADDED in answer.text


def _broken(answer: str) -> st.SearchStrategy[str]:
    """The answer with one member of it gone, or something else."""
    whole = json.loads(answer)
    junk = st.none() | st.integers() | st.text(max_size=8) | st.lists(st.integers(), max_size=2)

    @st.composite
    def broken(draw: st.DrawFn) -> str:
        copy = json.loads(answer)
        inside = draw(st.booleans())
        target = copy["response"] if inside else copy
        needed = [name for name in target if name not in ("transports", "type")]
        name = draw(st.sampled_from(sorted(needed)))
        if draw(st.booleans()):
            del target[name]
        else:
            target[name] = draw(junk)
        # the library takes an `id` that is left out, as it says what `rawId` says
        copy.setdefault("id", None)
        return json.dumps(copy)

    return broken().filter(lambda text: json.loads(text) != whole)


def test_nothing_that_is_stored_signs_anybody_in(ada: PasskeyPerson, tables: Tables) -> None:
    """A public key and its id, under the id's hash."""
    (passkey,) = signin.passkeys().get_all(ada.now.passkeys)

    assert passkey.credential_id == ada.authenticator.credentials[0].credential_id
    assert passkey.subject == ada.person.subject
    assert passkey.transports == ("hybrid", "internal")
    assert (passkey.backup_eligible, passkey.backed_up) == (False, False)
    assert ada.browser.cookies["__Host-gatehouse-session"] not in tables.everything()
