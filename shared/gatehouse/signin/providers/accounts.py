"""Whose account here it is that somebody at a provider signs in to."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gatehouse.errors import Unavailable
from gatehouse.oauth.secret_values import digest, new_identifier
from gatehouse.signin.people import Person
from gatehouse.signin.providers.arrival import Arrival
from gatehouse.signin.providers.errors import AddressNotVerified, NotAllowed
from gatehouse.signin.providers.provider import Provider

if TYPE_CHECKING:
    from gatehouse.storage.contract.people import PeopleStore
    from gatehouse.storage.contract.providers import IdentityStore


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody at a provider, and the person that they are here. `linked_at` is epoch seconds.

    `email` is the person's address here, by which they are found; at the provider it may change.
    """

    identity_hash: str
    subject: str
    email: str
    provider: str
    linked_at: int


def identity_hash(issuer: str, subject: str) -> str:
    """Under what an identity is kept. A subject is unique to its issuer alone (Core section 2)."""
    return digest(f"{issuer}\n{subject}")


def person_of(
    arrival: Arrival,
    provider: Provider,
    *,
    people: "PeopleStore",
    identities: "IdentityStore",
    now: int,
) -> Person:
    """The person who arrived: known by the identity, or else by the verified address.

    Whoever is neither becomes a person if the provider's lists allow it. Raises `NotAllowed` and
    `AddressNotVerified`, before anything is written.
    """
    _require_allowed(arrival, provider)
    name = identity_hash(provider.issuer, arrival.subject)
    known = identities.find(name)
    person = people.find(known.email) if known else None
    if known and person and person.subject == known.subject:
        return _enabled(person)
    # unknown, or the person of then was removed
    person = _person_with_address(arrival, provider, people, now)
    identity = Identity(name, person.subject, person.email, provider.id, now)
    if not identities.link(identity, instead_of=known.subject if known else None):
        raise Unavailable("somebody else linked the same identity at the same time")
    return person


def _require_allowed(arrival: Arrival, provider: Provider) -> None:
    allowed = provider.allowed
    if allowed is None or allowed.anyone:
        return
    domain = (arrival.email or "").rpartition("@")[2]
    is_listed = (
        arrival.email in allowed.emails
        or domain in allowed.domains
        or not arrival.groups.isdisjoint(allowed.groups)
    )
    if not is_listed:
        raise NotAllowed("in none of the provider's lists")


def _person_with_address(
    arrival: Arrival, provider: Provider, people: "PeopleStore", now: int
) -> Person:
    if arrival.email is None:
        raise AddressNotVerified("nobody is known by the identity, and no address is verified")
    person = people.find(arrival.email)
    if person is not None:
        return _enabled(person)
    if provider.allowed is None:
        raise NotAllowed("nobody in the directory has the address")
    new = Person(new_identifier(), arrival.email, created_at=now)
    if people.add(new):
        return new
    # of two that come at once, one is added: it is both
    added = people.find(arrival.email)
    if added is None:
        raise Unavailable("a person was added and removed at the same time")
    return _enabled(added)


def _enabled(person: Person) -> Person:
    if person.disabled_at is not None:
        raise NotAllowed("the person is disabled")
    return person
