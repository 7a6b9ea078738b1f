"""Many callers at once, on the engine whose writes are atomic.

moto is not asked: it lets two conditional writes win.
"""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any, TypeVar

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from gatehouse.errors import InvalidGrant
from gatehouse.oauth.access_tokens import SigningKey
from gatehouse.oauth.clients import Client
from gatehouse.oauth.code_exchange import exchange_code
from gatehouse.oauth.grants import AuthorizationCode, Grant
from gatehouse.oauth.issuance import Issuance
from gatehouse.oauth.parameters import Parameters
from gatehouse.oauth.policy import Policy
from gatehouse.oauth.refresh import refresh
from gatehouse.oauth.secret_values import AuthorizationCodeValue, digest, new_identifier
from local.engines import Engines
from tests.stores import Stores

CALLERS = 50
NOW = 1_800_000_000
ISSUER = "https://mcp.example.com"
VERIFIER = "a-verifier-that-is-long-enough-for-rfc-7636-and-more"

_T = TypeVar("_T")


@pytest.fixture(autouse=True)
def atomic(engines: Engines) -> None:
    if engines.dynamodb.name != "dynoxide":
        pytest.skip("npm has no atomic engine for this machine, and moto is none")


class OneKey:
    """A signing key without a table."""

    def __init__(self) -> None:
        self._key = SigningKey("kid", generate_private_key(SECP256R1()))

    def signing_key(self) -> SigningKey:
        return self._key


KEYS = OneKey()
CLIENT = Client(
    "client",
    {
        "redirect_uris": ["https://a.example/cb"],
        "grant_types": ["authorization_code", "refresh_token"],
    },
    NOW,
    NOW,
    NOW + 10_000,
)


def at_once(call: Callable[[], _T]) -> list[_T | str]:
    """What each of fifty simultaneous calls came to; an error's log reason where it failed."""
    barrier = Barrier(CALLERS)

    def run(_: int) -> _T | str:
        barrier.wait()
        try:
            return call()
        except InvalidGrant as error:
            return error.reason

    with ThreadPoolExecutor(CALLERS) as pool:
        return list(pool.map(run, range(CALLERS)))


def new_code(stores: Stores) -> AuthorizationCodeValue:
    code = AuthorizationCodeValue.new(new_identifier())
    stores.grants().add(
        Grant(
            code.grant_id,
            CLIENT.client_id,
            "subject",
            "ada@example.com",
            ("mcp",),
            (f"{ISSUER}/mcp/mcp",),
            NOW,
            NOW + 60,
            AuthorizationCode(
                digest(str(code)), "https://a.example/cb", VERIFIER, "plain", NOW + 60
            ),
        )
    )
    return code


def endpoint(stores: Stores, now: int) -> Issuance:
    return Issuance(stores.grants(), KEYS, Policy(), ISSUER, now)


def exchange(stores: Stores, code: AuthorizationCodeValue) -> dict[str, Any]:
    parameters = Parameters([("code", str(code)), ("code_verifier", VERIFIER)])
    return exchange_code(parameters, CLIENT, endpoint(stores, NOW))


def rotate(stores: Stores, refresh_token: str, now: int = NOW) -> dict[str, Any]:
    parameters = Parameters([("refresh_token", refresh_token)])
    return refresh(parameters, CLIENT, endpoint(stores, now))


@pytest.mark.parametrize("round_", range(3))
def test_fifty_redemptions_of_one_code_give_one_success(stores: Stores, round_: int) -> None:
    code = new_code(stores)

    outcomes = at_once(lambda: exchange(stores, code))

    assert Counter(type(outcome) for outcome in outcomes) == {dict: 1, str: CALLERS - 1}
    # the rest are replays, so what the one was given is revoked
    grant = stores.grants().get(code.grant_id)
    assert grant is not None
    assert grant.revoked_at == NOW


@pytest.mark.parametrize("round_", range(3))
def test_fifty_refreshes_of_one_token_all_get_the_same_answer(stores: Stores, round_: int) -> None:
    first = exchange(stores, new_code(stores))["refresh_token"]

    outcomes = at_once(lambda: rotate(stores, first))

    (answer,) = {str(outcome) for outcome in outcomes}
    assert answer == str(outcomes[0])
    assert isinstance(outcomes[0], dict)
    assert rotate(stores, outcomes[0]["refresh_token"], NOW + 1)["access_token"]


def test_a_revocation_wins_over_fifty_refreshes(stores: Stores) -> None:
    code = new_code(stores)
    first = exchange(stores, code)["refresh_token"]

    def revoke_or_refresh() -> object:
        if revoker.pop() if revoker else False:
            stores.grants().revoke(code.grant_id, NOW)
            return "revoked"
        return rotate(stores, first)

    revoker = [True]
    at_once(revoke_or_refresh)

    grant = stores.grants().get(code.grant_id)
    assert grant is not None
    assert not grant.is_live(NOW)
    with pytest.raises(InvalidGrant):
        rotate(stores, first)


def test_fifty_people_with_one_address_become_one(stores: Stores) -> None:
    from gatehouse.signin.people import Person

    email = f"{new_identifier()}@example.com"

    outcomes = at_once(lambda: stores.people().add(Person(new_identifier(), email, "hash")))

    assert sorted(map(str, outcomes)) == ["False"] * (CALLERS - 1) + ["True"]


class Overtaken:
    """A store in front of the real one, in which others refresh just before this rotation."""

    def __init__(self, stores: Stores, others: Callable[[], object]) -> None:
        self._grants = stores.grants()
        self._others = others

    def __getattr__(self, name: str) -> Any:
        if name == "rotate":
            self._others()
        return getattr(self._grants, name)


def test_a_refresh_that_two_others_overtook_does_not_end_the_grant(stores: Stores) -> None:
    first = exchange(stores, new_code(stores))["refresh_token"]
    latest = [first]

    def others() -> None:
        for _ in range(2):
            latest.append(rotate(stores, latest[-1])["refresh_token"])

    overtaken = replace(endpoint(stores, NOW), grants=Overtaken(stores, others))
    with pytest.raises(InvalidGrant):
        refresh(Parameters([("refresh_token", first)]), CLIENT, overtaken)

    assert rotate(stores, latest[-1])["access_token"]


def test_a_rival_that_took_longer_than_the_grace_ends_no_session(stores: Stores) -> None:
    """It began a minute before this refresh, and its write came between our read and ours."""
    first = exchange(stores, new_code(stores))["refresh_token"]
    rivals: list[dict[str, Any]] = []
    grace = Policy().refresh_grace

    late = endpoint(stores, NOW + grace)
    overtaken = replace(
        late, grants=Overtaken(stores, lambda: rivals.append(rotate(stores, first, NOW)))
    )
    answer = refresh(Parameters([("refresh_token", first)]), CLIENT, overtaken)

    assert rivals == [answer]
    assert rotate(stores, answer["refresh_token"], NOW + grace)["access_token"]


@pytest.mark.parametrize(
    "policy",
    [
        Policy(access_token_lifetime=86400, refresh_token_lifetime=3600),
        Policy(access_token_lifetime=60, refresh_grace=600),
    ],
)
def test_a_grant_and_its_grace_fit_the_access_token(stores: Stores, policy: Policy) -> None:
    now = endpoint(stores, NOW)
    with_policy = replace(now, policy=policy)

    assert with_policy.refreshable_until >= NOW + policy.access_token_lifetime
    assert with_policy.refresh_grace <= policy.access_token_lifetime
