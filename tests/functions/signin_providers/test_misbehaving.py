"""A provider that misbehaves, and a browser that brings what it should not."""

import base64
import hmac
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.forms import read_text
from tests.functions.actors import Browser
from tests.functions.deployment import Answer, Deployment
from tests.functions.log_lines import counted, followed_log
from tests.functions.signin_providers.conftest import Configure
from tests.functions.signin_providers.visiting import (
    come_back,
    is_signed_in,
    sent_to,
    signed_in,
)
from tests.internet import Internet, answer, document
from tests.providers.played import SECRET, PlayedProvider, query_of
from tests.signers import elliptic, segment

NOW = 1_900_000_000


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def refused(browser: Browser, got: Answer, said: str, *, status: int = 400) -> None:
    """A page that says so, with nobody signed in."""
    assert (got.status, got.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert said in read_text(got.text)
    assert got.cookies == ()
    assert not is_signed_in(browser)


def unproven(browser: Browser, got: Answer) -> None:
    refused(browser, got, "does not prove who you are")
    # and a way back, to the page that the person came from
    assert 'href="/account"' in got.text


# ---- ID tokens that prove nothing ------------------------------------------------------------


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another client"},
        {"aud": ["another client"]},
        {"aud": None},
        {"aud": ["our client", "another client"]},
        {"aud": ["our client", "another client"], "azp": "another client"},
        {"azp": "another client"},
        {"nonce": "of another attempt"},
        {"nonce": None},
        {"nonce": 7},
        {"exp": NOW},
        {"exp": NOW - 3600},
        {"exp": None},
        {"exp": str(NOW + 60)},
        {"exp": True},
        {"iat": NOW + 31},
        {"iat": None},
        {"nbf": NOW + 31},
        {"nbf": "soon"},
        {"sub": None},
        {"sub": ""},
        {"sub": ["person-1"]},
    ],
    ids=str,
)
def test_an_id_token_that_says_something_else_proves_nothing(
    clock: time_machine.Traveller, browser: Browser, acme: PlayedProvider, claims: dict[str, Any]
) -> None:
    acme.claims = claims

    unproven(browser, come_back(browser, acme))


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": ["our client"]},
        {"aud": ["our client", "another client"], "azp": "our client"},
        {"iat": NOW + 30},
        {"nbf": NOW + 30},
        {"exp": NOW + 1},
        {"exp": NOW + 10**6, "iat": NOW - 300},
        {"exp": NOW + 60.5},
    ],
    ids=str,
)
def test_an_id_token_may_say_it_so(
    clock: time_machine.Traveller, browser: Browser, acme: PlayedProvider, claims: dict[str, Any]
) -> None:
    acme.claims = claims

    assert come_back(browser, acme).status == 303


def none_alg(acme: PlayedProvider, claims: dict[str, Any]) -> str:
    return f"{segment(json.dumps({'alg': 'none'}))}.{segment(json.dumps(claims))}."


def hs256_by_secret(acme: PlayedProvider, claims: dict[str, Any]) -> str:
    return _hs256(SECRET.encode(), acme, claims)


def hs256_by_public_key(acme: PlayedProvider, claims: dict[str, Any]) -> str:
    """The algorithm confusion: what everybody knows, taken for a secret."""
    return _hs256(acme.signer.public_pem, acme, claims)


def own_key(acme: PlayedProvider, claims: dict[str, Any]) -> str:
    forger = elliptic()
    return forger.sign(claims, jwk=forger.jwk, jku="https://evil.example/keys")


def cut_off(acme: PlayedProvider, claims: dict[str, Any]) -> str:
    return acme.signer.sign(claims)[:-4]


def other_type(acme: PlayedProvider, claims: dict[str, Any]) -> str:
    return acme.signer.sign(claims, typ="logout+jwt")


def oversize(acme: PlayedProvider, claims: dict[str, Any]) -> str:
    return acme.signer.sign(claims | {"filler": "x" * 20_000})


def _hs256(key: bytes, acme: PlayedProvider, claims: dict[str, Any]) -> str:
    header = {"alg": "HS256", "kid": acme.signer.kid}
    signed = f"{segment(json.dumps(header))}.{segment(json.dumps(claims))}"
    return f"{signed}.{segment(hmac.digest(key, signed.encode(), 'sha256'))}"


@pytest.mark.parametrize(
    "forge",
    [none_alg, hs256_by_secret, hs256_by_public_key, own_key, cut_off, other_type, oversize],
)
def test_an_id_token_that_the_provider_did_not_sign_so_proves_nothing(
    browser: Browser,
    acme: PlayedProvider,
    forge: Callable[[PlayedProvider, dict[str, Any]], str],
) -> None:
    location = sent_to(browser)
    honest = acme.make_id_token(query_of(location)["nonce"])
    payload = honest.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    acme.id_token = forge(acme, claims)

    unproven(browser, browser.get(acme.sign_in(location)))


@pytest.mark.parametrize("tokens", [{"id_token": None}, {"id_token": 7}, {"access_token": None}])
def test_a_token_response_without_a_token_proves_nothing(
    browser: Browser, acme: PlayedProvider, tokens: dict[str, Any]
) -> None:
    acme.tokens = tokens

    unproven(browser, come_back(browser, acme))


# ---- Keys that change ------------------------------------------------------------------------


def test_a_key_that_the_provider_changed_is_looked_up_once(
    clock: time_machine.Traveller, deployment: Deployment, acme: PlayedProvider, internet: Internet
) -> None:
    assert come_back(Browser(deployment), acme).status == 303
    clock.shift(31)
    acme.signer = elliptic("key-2")
    acme.publish()

    assert come_back(Browser(deployment), acme).status == 303
    assert internet.times_asked(f"{acme.issuer}/keys") == 2


def test_a_key_that_is_not_published_proves_nothing(
    clock: time_machine.Traveller, deployment: Deployment, acme: PlayedProvider, internet: Internet
) -> None:
    come_back(Browser(deployment), acme)
    clock.shift(31)
    acme.signer = elliptic("key-2")
    browser = Browser(deployment)

    for _ in range(3):
        unproven(browser, come_back(browser, acme))

    # whoever invents keys does not have us ask all the time
    assert internet.times_asked(f"{acme.issuer}/keys") == 2


def test_a_key_that_was_withdrawn_proves_nothing(
    clock: time_machine.Traveller, browser: Browser, acme: PlayedProvider, internet: Internet
) -> None:
    internet.publish(f"{acme.issuer}/keys", document(elliptic("another").jwks))

    unproven(browser, come_back(browser, acme))


# ---- State: forged, replayed, of another browser ---------------------------------------------


def out_of_date(browser: Browser, got: Answer) -> None:
    refused(browser, got, "This sign-in is out of date")
    # nobody is told where it would have led
    assert "href" not in got.text.partition("<main>")[2]


@pytest.mark.parametrize("state", [None, "", "forged", "x" * 2000, "ü", "\0"])
def test_a_state_that_nobody_was_given_is_refused(
    browser: Browser, acme: PlayedProvider, state: str | None
) -> None:
    out_of_date(browser, come_back(browser, acme, state=state))
    assert acme.redeemed == []


def test_a_state_is_used_once(deployment: Deployment, acme: PlayedProvider) -> None:
    browser = Browser(deployment)
    back = acme.sign_in(sent_to(browser))
    assert browser.get(back).status == 303
    browser.press(browser.get("/account"), "Sign out")

    out_of_date(browser, browser.get(back))
    assert len(acme.redeemed) == 1


def test_a_code_that_is_replayed_with_a_state_of_ones_own_is_refused(
    deployment: Deployment, acme: PlayedProvider
) -> None:
    victim, thief = Browser(deployment), Browser(deployment)
    code = query_of(acme.sign_in(sent_to(victim)))["code"]
    state = query_of(sent_to(thief))["state"]

    stolen = thief.get(f"/sign-in/callback/acme?{urlencode({'code': code, 'state': state})}")

    # the verifier is another one
    unproven(thief, stolen)


def test_another_browser_cannot_finish_it_nor_be_made_to(
    deployment: Deployment, acme: PlayedProvider
) -> None:
    """Login CSRF: a victim who is sent the attacker's answer stays who they are."""
    attacker, victim = Browser(deployment), Browser(deployment)
    back = acme.sign_in(sent_to(attacker))
    victim.get("/account")

    out_of_date(victim, victim.get(back))
    out_of_date(Browser(deployment), Browser(deployment).get(back))
    # and whoever began it still can
    assert attacker.get(back).status == 303


def test_an_attempt_is_for_its_provider(
    browser: Browser, internet: Internet, configure: Configure
) -> None:
    """RFC 9700 section 4.4: the mix-up of two providers, of which one is hostile."""
    honest, hostile = PlayedProvider(internet), PlayedProvider(internet)
    configure(
        honest.configuration(id="honest", name="Honest", allow={"anyone": True}),
        hostile.configuration(id="hostile", name="Hostile", allow={"anyone": True}),
    )
    back = honest.sign_in(sent_to(browser, name="Honest"))

    out_of_date(browser, browser.get(back.replace("/honest", "/hostile")))
    assert hostile.redeemed == []


def test_an_attempt_lasts_ten_minutes(
    clock: time_machine.Traveller, browser: Browser, acme: PlayedProvider
) -> None:
    first, second = sent_to(browser), sent_to(browser)
    clock.shift(599)
    assert browser.get(acme.sign_in(first)).status == 303
    browser.press(browser.get("/account"), "Sign out")
    clock.shift(1)

    out_of_date(browser, browser.get(acme.sign_in(second)))


@pytest.mark.parametrize(
    ("advertised", "iss", "is_good"),
    [
        (False, None, True),
        (False, "ours", True),
        (False, "https://evil.example", False),
        (True, None, False),
        (True, "ours", True),
        (True, "https://evil.example", False),
    ],
)
def test_an_answer_that_names_its_issuer_names_the_right_one(
    *,
    browser: Browser,
    internet: Internet,
    configure: Configure,
    advertised: bool,
    iss: str | None,
    is_good: bool,
) -> None:
    acme = PlayedProvider(
        internet, metadata={"authorization_response_iss_parameter_supported": advertised}
    )
    configure(acme.configuration(allow={"anyone": True}))

    got = come_back(browser, acme, iss=acme.issuer if iss == "ours" else iss)

    if is_good:
        assert got.status == 303
    else:
        unproven(browser, got)
        assert acme.redeemed == []


def test_a_parameter_that_is_repeated_is_refused(browser: Browser, acme: PlayedProvider) -> None:
    back = acme.sign_in(sent_to(browser))

    assert browser.get(f"{back}&code=another").status == 400
    assert acme.redeemed == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.text(max_size=60)
    | st.lists(
        st.tuples(
            st.sampled_from(["state", "code", "iss", "error", "x"]),
            st.text(max_size=20, alphabet=st.characters(exclude_categories=["Cs"])),
        ),
        max_size=4,
    ).map(urlencode)
)
def test_whatever_is_sent_back_is_answered_with_a_page(
    browser: Browser, acme: PlayedProvider, query: str
) -> None:
    browser.get("/account")
    target = f"/sign-in/callback/acme?{quote(query, safe='=&%+')}"

    assert browser.get(target).status == 400
    assert acme.redeemed == []


def test_a_provider_that_the_stack_does_not_have_is_not_found(
    browser: Browser, acme: PlayedProvider
) -> None:
    for name in ("other", "%2e%2e", "ACME", "acme%2fx"):
        assert browser.get(f"/sign-in/callback/{name}?state=x&code=y").status == 404


# ---- A provider that says no, that is down, or slow ------------------------------------------


@pytest.mark.parametrize("error", ["access_denied", "server_error", "<script>", "x" * 500])
def test_an_error_of_the_provider_leads_back_to_sign_in(
    browser: Browser, acme: PlayedProvider, error: str
) -> None:
    with followed_log() as log:
        got = come_back(browser, acme, code=None, error=error, error_description="<b>words</b>")

    refused(browser, got, "Acme did not sign you in")
    assert 'href="/account"' in got.text
    assert "words" not in got.text
    # what a stranger words stays out of the log
    assert "words" not in log.text
    assert "script" not in log.text


def test_an_answer_with_nothing_in_it_proves_nothing(
    browser: Browser, acme: PlayedProvider
) -> None:
    unproven(browser, come_back(browser, acme, code=None))


def unavailable(browser: Browser, got: Answer) -> None:
    refused(browser, got, "Acme does not answer", status=424)
    assert "Back to sign-in" in got.text


def test_a_provider_that_is_down_when_somebody_leaves_is_told_of(
    browser: Browser, acme: PlayedProvider, internet: Internet
) -> None:
    internet.forget(f"{acme.issuer}/.well-known/openid-configuration")

    with followed_log() as log:
        got = browser.press(browser.get("/account"), "Continue with Acme")

    unavailable(browser, got)
    assert counted(log.lines[-1]) == {"ProviderUnavailable": 1}


def too_large(_: Internet) -> Any:
    return document({"id_token": "x" * 300_000})


def broken(_: Internet) -> Any:
    return answer(b"down", status=500)


def busy(_: Internet) -> Any:
    return answer(b'{"error":"busy"}', {"content_type": "application/json"}, status=503)


def redirecting(_: Internet) -> Any:
    return answer(b"", {"location": "https://evil.example/token"}, status=307)


def not_json(_: Internet) -> Any:
    return answer(b"<html>", {"content_type": "text/html"})


def half_json(_: Internet) -> Any:
    return answer(b'{"id_token": ', {"content_type": "application/json"})


def hanging(internet: Internet) -> Any:
    def reply(handler: Any) -> None:
        # says nothing until nobody waits any more
        handler.connection.settimeout(5)
        handler.rfile.read(1)

    return reply


@pytest.mark.parametrize("endpoint", ["token", "keys", "me"])
@pytest.mark.parametrize(
    "reply", [too_large, broken, busy, redirecting, not_json, half_json, hanging]
)
def test_an_endpoint_that_is_down_or_slow_is_told_of(
    *,
    browser: Browser,
    acme: PlayedProvider,
    internet: Internet,
    monkeypatch: pytest.MonkeyPatch,
    endpoint: str,
    reply: Callable[[Internet], Any],
) -> None:
    monkeypatch.setattr("gatehouse.wiring.providers._SECONDS", 1.0)
    acme.claims = {"email": None}
    internet.publish(f"{acme.issuer}/{endpoint}", reply(internet))

    unavailable(browser, come_back(browser, acme))


def test_a_provider_that_is_back_is_asked_again(
    clock: time_machine.Traveller, browser: Browser, acme: PlayedProvider, internet: Internet
) -> None:
    internet.forget(f"{acme.issuer}/.well-known/openid-configuration")
    browser.press(browser.get("/account"), "Continue with Acme")
    acme.publish()
    clock.shift(30)

    assert "grace@acme.example" in signed_in(browser, acme)


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": None},
        {"token_endpoint": "http://acme.example/token"},
        {"token_endpoint": "http://localhost:4700/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "https://acme.example/authorize#x"},
        {"jwks_uri": ["https://acme.example/keys"]},
    ],
    ids=str,
)
def test_metadata_that_makes_no_sense_leads_nowhere(
    browser: Browser, internet: Internet, configure: Configure, metadata: dict[str, Any]
) -> None:
    acme = PlayedProvider(internet, metadata=metadata)
    configure(acme.configuration(allow={"anyone": True}))

    got = browser.press(browser.get("/account"), "Continue with Acme")

    unavailable(browser, got)


def test_an_endpoint_in_our_own_network_is_not_asked(
    browser: Browser, internet: Internet, configure: Configure
) -> None:
    internet.names["inside.example"] = ["169.254.169.254"]
    acme = PlayedProvider(internet, metadata={"token_endpoint": "https://inside.example/token"})
    configure(acme.configuration(allow={"anyone": True}))

    unavailable(browser, come_back(browser, acme))


def test_a_code_that_the_provider_refuses_proves_nothing(
    browser: Browser, acme: PlayedProvider
) -> None:
    unproven(browser, come_back(browser, acme, code="invented"))


# ---- The log ---------------------------------------------------------------------------------


def test_the_log_tells_each_step_and_no_secret(browser: Browser, acme: PlayedProvider) -> None:
    with followed_log() as log:
        location = sent_to(browser)
        back = acme.sign_in(location)
        browser.get(back)
        browser.get(back)

    steps = [counted(line) for line in log.lines[1:]]
    assert steps == [{"SentToProvider": 1}, {"SignedIn": 1}, {"SignInRefused": 1}]
    asked = query_of(location)
    secrets = [asked["state"], asked["nonce"], query_of(back)["code"], SECRET, "upstream-token"]
    assert [each for each in secrets if each in log.text] == []
    assert "grace@acme.example" not in log.text
