"""Many callers at once, on the engine whose writes are atomic.

moto is not asked: it lets two conditional writes win.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any, TypeVar

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from gatehouse.documents import Document
from gatehouse.errors import InvalidGrant, InvalidToken
from gatehouse.oauth.clients.client import Client
from gatehouse.oauth.clients.configuration import ManagedClient, managed_client, update_client
from gatehouse.oauth.clients.directory import ClientDirectory
from gatehouse.oauth.clients.registration import register_client
from gatehouse.oauth.grants import AuthorizationCode, Grant
from gatehouse.oauth.policy import Policy
from gatehouse.oauth.secret_values import AuthorizationCodeValue, digest, new_identifier
from gatehouse.oauth.single_use import SingleUse
from gatehouse.oauth.token_endpoint.code_exchange import exchange_code
from gatehouse.oauth.token_endpoint.identity_assertions import exchange_assertion
from gatehouse.oauth.token_endpoint.issuance import Issuance
from gatehouse.oauth.token_endpoint.refresh import refresh
from gatehouse.oauth.tokens.access_tokens import SigningKey
from gatehouse.oauth.tokens.revocation import revoke_token
from gatehouse.oauth.trusted_issuers import TrustedIssuers
from gatehouse.parameters import Parameters
from gatehouse.story import Story
from local.engines import Engines
from tests.nothing_outside import NO_ASSERTIONS, NO_DOCUMENTS
from tests.signers import elliptic
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
        "token_endpoint_auth_method": "none",
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
    return Issuance(stores.grants(), KEYS, NO_ASSERTIONS, Policy(), ISSUER, now)


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


def register(stores: Stores, document: dict[str, Any]) -> dict[str, Any]:
    return register_client(
        document,
        clients=stores.clients(),
        policy=Policy(),
        issuer=ISSUER,
        now=NOW,
        story=Story(),
    )


def test_fifty_registrations_of_one_public_client_become_one_that_nobody_manages(
    stores: Stores,
) -> None:
    document = {"redirect_uris": ["https://a.example/cb"], "client_name": new_identifier()}

    answers = at_once(lambda: register(stores, document))

    registered = [answer for answer in answers if isinstance(answer, dict)]
    assert len(registered) == CALLERS
    (client_id,) = {answer["client_id"] for answer in registered}
    # one was told how to manage it, and cannot any more
    (first,) = [answer for answer in registered if "registration_access_token" in answer]
    with pytest.raises(InvalidToken):
        managed_client_of(stores, first)
    client = stores.clients().get(client_id)
    assert client is not None
    assert client.registration_token_hash is None


def managed_client_of(stores: Stores, registration: dict[str, Any]) -> ManagedClient:
    return managed_client(
        registration["client_id"],
        f"Bearer {registration['registration_access_token']}",
        clients=stores.clients(),
        now=NOW,
        story=Story(),
    )


def change(stores: Stores, registration: dict[str, Any], document: dict[str, Any]) -> object:
    """The changed registration, or the reason why it was too late for that."""
    try:
        managed = managed_client_of(stores, registration)
        return update_client(
            managed,
            document,
            clients=stores.clients(),
            policy=Policy(),
            issuer=ISSUER,
            now=NOW,
            story=Story(),
        )
    except InvalidToken as error:
        return error.reason


@pytest.mark.parametrize("round_", range(3))
def test_nobody_is_given_a_client_that_its_registrant_changes_meanwhile(
    stores: Stores, round_: int
) -> None:
    document = {"redirect_uris": ["https://a.example/cb"], "client_name": new_identifier()}
    attacker = register(stores, document)
    evil = document | {"client_id": attacker["client_id"], "redirect_uris": ["https://evil.x"]}
    attackers = [True]

    def change_or_register() -> object:
        if attackers.pop() if attackers else False:
            return change(stores, attacker, evil)
        return register(stores, document)

    answers = at_once(change_or_register)

    for answer in answers:
        if isinstance(answer, dict):
            client = stores.clients().get(answer["client_id"])
            assert client is not None
            assert list(client.redirect_uris) == answer["redirect_uris"]


def revoke(stores: Stores, token: str) -> None:
    parameters = Parameters([("client_id", CLIENT.client_id), ("token", token)])
    revoke_token(
        parameters,
        None,
        clients=ClientDirectory(OneClient(), NO_DOCUMENTS, Policy()),
        assertions=NO_ASSERTIONS,
        grants=stores.grants(),
        find_key=lambda _: None,
        issuer=ISSUER,
        now=NOW,
        story=Story(),
    )


class OneClient:
    """A client without a table."""

    def get(self, client_id: str) -> Client | None:
        return CLIENT if client_id == CLIENT.client_id else None

    def get_all(self, client_ids: Sequence[str]) -> list[Client]:
        return [CLIENT] if CLIENT.client_id in client_ids else []

    def note_use(self, client_id: str, now: int, expires_at: int) -> None: ...


def test_a_revocation_at_the_endpoint_wins_over_fifty_refreshes(stores: Stores) -> None:
    first = exchange(stores, new_code(stores))["refresh_token"]
    revokers = [True] * 5

    def revoke_or_refresh() -> object:
        if revokers.pop() if revokers else False:
            revoke(stores, first)
            return "revoked"
        return rotate(stores, first)

    outcomes = at_once(revoke_or_refresh)

    rotations = [answer["refresh_token"] for answer in outcomes if isinstance(answer, dict)]
    for token in (first, *rotations):
        with pytest.raises(InvalidGrant):
            rotate(stores, token)


def test_fifty_people_with_one_address_become_one(stores: Stores) -> None:
    from gatehouse.signin.people import Person

    email = f"{new_identifier()}@example.com"

    outcomes = at_once(lambda: stores.people().add(Person(new_identifier(), email, "hash")))

    assert sorted(map(str, outcomes)) == ["False"] * (CALLERS - 1) + ["True"]


def test_of_fifty_uses_at_once_one_is_the_first(stores: Stores) -> None:
    use = new_identifier()

    outcomes = at_once(lambda: stores.replays().first_time(use, now=NOW, expires_at=NOW + 60))

    assert Counter(outcomes) == {True: 1, False: CALLERS - 1}


ISSUER_OF_ASSERTIONS = "https://idp.example"
SIGNER = elliptic()


def fetch(url: str) -> Document:
    """What the identity provider publishes."""
    metadata = {"issuer": ISSUER_OF_ASSERTIONS, "jwks_uri": f"{ISSUER_OF_ASSERTIONS}/jwks.json"}
    return Document(SIGNER.jwks if url.endswith("/jwks.json") else metadata, 3600)


def test_of_fifty_uses_of_one_assertion_at_once_one_gets_a_token(stores: Stores) -> None:
    claims = {
        "iss": ISSUER_OF_ASSERTIONS,
        "sub": "ada",
        "aud": ISSUER,
        "client_id": CLIENT.client_id,
        "resource": f"{ISSUER}/mcp/mcp",
        "jti": new_identifier(),
        "iat": NOW,
        "exp": NOW + 300,
    }
    assertion = SIGNER.sign(claims, typ="oauth-id-jag+jwt")
    trusted = TrustedIssuers([ISSUER_OF_ASSERTIONS], fetch)

    def exchange_it() -> dict[str, Any]:
        issuance = replace(
            endpoint(stores, NOW),
            assertions=replace(NO_ASSERTIONS, single_use=SingleUse(stores.replays())),
            trusted_issuers=trusted,
        )
        return exchange_assertion(Parameters([("assertion", assertion)]), CLIENT, issuance)

    outcomes = at_once(exchange_it)

    refusals = Counter(each for each in outcomes if isinstance(each, str))
    assert refusals == {"assertion: it was used before": CALLERS - 1}


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
    assert policy.retry_grace <= policy.access_token_lifetime
