"""Consent: what a person is asked to allow, and what is remembered of it.

It is remembered by person, client, redirect host, resource and scope, and asked for again when any
of them grows (docs/decisions/0014).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gatehouse.oauth.authorization_request import AuthorizationRequest
from gatehouse.oauth.clients.redirect_uris import consent_host, goes_to_this_computer
from gatehouse.oauth.policy import Policy
from gatehouse.oauth.scopes import OFFLINE_ACCESS, ScopeCatalogue

if TYPE_CHECKING:
    from gatehouse.storage.contract.grants import ConsentStore, GrantStore


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person allowed a client, as it is stored. Times are epoch seconds.

    `allowed` has an entry for each redirect host, resource and scope, which names the grant that
    last gave it: whatever ends that grant ends the entry too. `written_with` is the grant of the
    last change.
    """

    subject: str
    client_id: str
    allowed: Mapping[str, str]
    written_with: str
    allowed_at: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class Permissions:
    """What a request asks for in words, apart from what was allowed before."""

    new: tuple[str, ...]
    allowed_before: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConsentMemory:
    """What is remembered of one person's consents to the client of one request.

    `consent` is what was found, if it has not expired; `live_grants` are those of the grants that
    it names for this request which still hold; `written_with` is what a change has to find.
    """

    request: AuthorizationRequest
    subject: str
    policy: Policy
    now: int
    consent: Consent | None
    live_grants: frozenset[str]
    written_with: str | None

    @property
    def permissions(self) -> Permissions:
        """What the person reads: all that the request would give, the included scopes too."""
        allowed = self.consent.allowed if self.consent else {}
        scopes = self.policy.scopes
        given = _scopes_given(self.request, scopes)
        before = {
            scope
            for scope in given
            if self.live_grants.issuperset(
                allowed.get(access, "") for access in _accesses(self.request, [scope])
            )
        }
        new = [scope for scope in given if scope not in before]
        return Permissions(scopes.words(new), scopes.words(before))

    @property
    def covers_request(self) -> bool:
        """Whether the person allowed all of this before."""
        return not self.permissions.new

    def extended(self, grant_id: str) -> Consent:
        """The same with all of the request allowed, for which there is the new grant."""
        request, now = self.request, self.now
        given = _accesses(request, _scopes_given(request, self.policy.scopes))
        return Consent(
            subject=self.subject,
            client_id=request.client.client_id,
            allowed={
                **(self.consent.allowed if self.consent else {}),
                **dict.fromkeys(given, grant_id),
            },
            written_with=grant_id,
            allowed_at=now,
            expires_at=now + self.policy.consent_lifetime,
        )


def is_local_client(request: AuthorizationRequest) -> bool:
    """Whether a domain answers for the client, but any program on the computer can pass for it.

    No document can tell those apart, and the MCP specification asks to warn. It is this request
    that counts: the client may go back to a website as well, which whoever asks leaves aside.
    """
    return request.client.domain is not None and goes_to_this_computer(
        request.destination.redirect_uri
    )


def recall(
    request: AuthorizationRequest,
    subject: str,
    *,
    consents: "ConsentStore",
    grants: "GrantStore",
    policy: Policy,
    now: int,
) -> ConsentMemory:
    """What is remembered of the person `subject` and the client of the request."""
    kept = policy.consent_lifetime > 0
    found = consents.get(subject, request.client.client_id) if kept else None
    consent = found if found and now < found.expires_at else None
    asked = _accesses(request, _scopes_given(request, policy.scopes))
    named = {consent.allowed[each] for each in asked if each in consent.allowed} if consent else ()
    return ConsentMemory(
        request,
        subject,
        policy,
        now,
        consent,
        live_grants=frozenset(each for each in named if _holds(each, grants, now)),
        written_with=found.written_with if found else None,
    )


def use_again(memory: ConsentMemory, grant_id: str, *, consents: "ConsentStore") -> bool:
    """Let what is remembered stand for a new grant; False if it has changed meanwhile."""
    if memory.consent is None:
        return False
    # being used makes no consent last longer
    consent = replace(
        memory.extended(grant_id),
        allowed_at=memory.consent.allowed_at,
        expires_at=memory.consent.expires_at,
    )
    return consents.replace(consent, written_with=memory.written_with)


def remember(memory: ConsentMemory, grant_id: str, *, consents: "ConsentStore") -> None:
    """Keep it in mind that the person allowed the request, for which there is a new grant.

    Where another change was quicker, that one stands: to be asked once too often does no harm.
    """
    if memory.policy.consent_lifetime:
        consents.replace(memory.extended(grant_id), written_with=memory.written_with)


def _holds(grant_id: str, grants: "GrantStore", now: int) -> bool:
    grant = grants.get(grant_id)
    # A grant that was revoked or ran out takes its consent along, and so does one whose code
    # nobody redeemed: what came to nothing is asked again
    return grant is not None and grant.revoked_at is None and now < grant.expires_at


def _scopes_given(request: AuthorizationRequest, scopes: ScopeCatalogue) -> tuple[str, ...]:
    """Every scope that the request would give: what it asks for and all that this includes."""
    given = set(scopes.reach(request.scopes))
    # A refresh token is what clients expect without asking for offline access, so it is said here
    if "refresh_token" in request.client.grant_types:
        given.add(OFFLINE_ACCESS)
    return scopes.known(given)


def _accesses(request: AuthorizationRequest, scopes: Iterable[str]) -> tuple[str, ...]:
    host = consent_host(request.destination.redirect_uri)
    return tuple(f"{host} {resource} {scope}" for scope in scopes for resource in request.resources)
