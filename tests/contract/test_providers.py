"""What storage promises of sign-in by identity providers, with many at once."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import TypeVar

import pytest

from gatehouse.oauth.secret_values import new_identifier, new_secret
from gatehouse.signin.administration import disable_person, remove_person
from gatehouse.signin.people import Person
from gatehouse.signin.providers.accounts import Identity, identity_hash, person_of
from gatehouse.signin.providers.arrival import Arrival, UpstreamTokens
from gatehouse.signin.providers.attempts import Secrets, new_attempt
from gatehouse.signin.providers.errors import NotAllowed
from gatehouse.signin.providers.provider import Allowed, Provider
from gatehouse.signin.providers.tool_tokens import KeptTokens
from local.engines import Engines
from tests.stores import Stores

CALLERS = 20
NOW = 1_800_000_000
PROVIDER = Provider(
    "acme", "Acme", "https://acme.example", "id", "ssm:/gatehouse/acme", allowed=Allowed(True)
)

_T = TypeVar("_T")


def at_once(calls: list[Callable[[], _T]]) -> list[_T]:
    """What each of many simultaneous calls came to."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], _T]) -> _T:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.fixture
def _atomic(engines: Engines) -> None:
    if engines.dynamodb.name != "dynoxide":
        pytest.skip("npm has no atomic engine for this machine, and moto is none")


def test_an_attempt_comes_back_as_it_was_kept(stores: Stores) -> None:
    attempt = new_attempt(
        Secrets(new_secret(), new_secret()),
        provider="acme",
        return_to="/account?x=y",
        asks_again=True,
        now=NOW,
    )
    stores.provider_attempts().add(attempt)

    assert stores.provider_attempts().find(attempt.state_hash) == attempt
    assert stores.provider_attempts().use(attempt.state_hash)
    assert stores.provider_attempts().find(attempt.state_hash) is None
    assert not stores.provider_attempts().use(attempt.state_hash)


@pytest.mark.usefixtures("_atomic")
def test_of_many_that_use_an_attempt_one_does(stores: Stores) -> None:
    attempt = new_attempt(
        Secrets(new_secret(), new_secret()),
        provider="acme",
        return_to="/account",
        asks_again=False,
        now=NOW,
    )
    stores.provider_attempts().add(attempt)
    each = [stores.provider_attempts() for _ in range(CALLERS)]

    used = at_once([lambda store=store: store.use(attempt.state_hash) for store in each])  # type: ignore[misc]

    assert Counter(used) == {True: 1, False: CALLERS - 1}


def test_an_identity_is_linked_to_one_person(stores: Stores) -> None:
    identities, name = stores.identities(), new_identifier()
    first = Identity(name, "one", "one@acme.example", "acme", NOW)
    other = Identity(name, "two", "two@acme.example", "acme", NOW)

    assert identities.link(first, instead_of=None)
    assert identities.link(first, instead_of=None)  # a retry of our own
    assert not identities.link(other, instead_of=None)
    assert not identities.link(other, instead_of="three")
    assert identities.find(name) == first
    # the person of then is gone
    assert identities.link(other, instead_of="one")
    assert identities.find(name) == other


@pytest.mark.usefixtures("_atomic")
def test_many_that_arrive_at_once_are_one_person(stores: Stores) -> None:
    email = f"{new_identifier().lower()}@acme.example"
    tokens = UpstreamTokens("token", None, None)
    arrival = Arrival(new_identifier(), email, frozenset(), tokens)
    each = [(stores.people(), stores.identities()) for _ in range(CALLERS)]

    people = at_once(
        [
            lambda people=people, identities=identities: person_of(  # type: ignore[misc]
                arrival, PROVIDER, people=people, identities=identities, now=NOW
            )
            for people, identities in each
        ]
    )

    (subject,) = {person.subject for person in people}
    kept = stores.people().find(email)
    assert kept
    assert kept.subject == subject


def test_tokens_are_kept_by_person_and_provider(stores: Stores) -> None:
    subject = new_identifier()
    tokens = KeptTokens(subject, "acme", b"\0key", b"\xfftokens", NOW, NOW + 1)
    stores.upstream_tokens().keep(tokens)

    assert stores.upstream_tokens().find(subject, "acme") == tokens
    assert stores.upstream_tokens().find(subject, "other") is None
    assert stores.upstream_tokens().find(new_identifier(), "acme") is None


def _someone_with_everything(stores: Stores) -> tuple[Person, Identity]:
    person = Person(new_identifier(), f"{new_identifier().lower()}@acme.example")
    identity = Identity(new_identifier(), person.subject, person.email, "acme", NOW)
    assert stores.people().add(person)
    assert stores.identities().link(identity, instead_of=None)
    for provider in ("acme", "other"):
        tokens = KeptTokens(person.subject, provider, b"\0key", b"\xfftokens", NOW, NOW + 1)
        stores.upstream_tokens().keep(tokens)
    return person, identity


def _tokens_of(person: Person, stores: Stores) -> list[KeptTokens | None]:
    return [stores.upstream_tokens().find(person.subject, each) for each in ("acme", "other")]


def test_whoever_is_removed_leaves_no_identity_and_no_tokens(stores: Stores) -> None:
    person, identity = _someone_with_everything(stores)

    remove_person(person.email, people=stores.people(), now=NOW)

    assert stores.identities().find(identity.identity_hash) is None
    assert _tokens_of(person, stores) == [None, None]


def test_whoever_is_disabled_leaves_no_tokens_and_is_known_by_the_identity(stores: Stores) -> None:
    person, identity = _someone_with_everything(stores)
    other, _ = _someone_with_everything(stores)

    disable_person(person.email, people=stores.people(), now=NOW)

    assert _tokens_of(person, stores) == [None, None]
    assert None not in _tokens_of(other, stores)
    # by another address they would be somebody new otherwise
    arrival = Arrival(
        new_identifier(), "new@acme.example", frozenset(), UpstreamTokens("token", None, None)
    )
    name = identity_hash(PROVIDER.issuer, arrival.subject)
    known = replace(identity, identity_hash=name)
    assert stores.identities().link(known, instead_of=None)
    with pytest.raises(NotAllowed):
        person_of(
            arrival, PROVIDER, people=stores.people(), identities=stores.identities(), now=NOW
        )
