"""What a person, a client and an operator find of grants, and end, on a real engine."""

from collections.abc import Iterator
from dataclasses import replace

from gatehouse.oauth.clients.client import Client
from gatehouse.oauth.clients.directory import ClientDirectory
from gatehouse.oauth.clients.document_clients import DocumentClients
from gatehouse.oauth.clients.kept_documents import KeptDocument
from gatehouse.oauth.consent import Consent
from gatehouse.oauth.ending import Ending
from gatehouse.oauth.grants import Grant, RefreshToken
from gatehouse.oauth.open_grants import open_grants
from gatehouse.oauth.policy import Policy
from gatehouse.oauth.secret_values import new_identifier
from gatehouse.storage.grants import DynamoDBGrantStore
from tests.contract.test_storage import FIRST, NOW, SECOND, new_grant
from tests.nothing_outside import nobody_asks
from tests.stores import Stores

HERE, THERE = "203.0.113.0/24", "198.51.100.0/24"


def a_grant(stores: Stores, subject: str, client_id: str = "client", **changes: object) -> Grant:
    """A live grant, as it is stored."""
    live = replace(new_grant(), subject=subject, client_id=client_id, code=None)
    grant: Grant = replace(live, **changes)  # type: ignore[arg-type]
    stores.grants().add(grant)
    return grant


def ending(stores: Stores, grants: DynamoDBGrantStore | None = None) -> Ending:
    return Ending(grants or stores.grants(), stores.consents(), NOW)


def is_ended(stores: Stores, grant: Grant) -> bool:
    stored = stores.grants().get(grant.grant_id)
    assert stored
    return stored.revoked_at == NOW


def remember(stores: Stores, subject: str, grant_id: str) -> Consent:
    consent = Consent(subject, "client", {"a.example r mcp": grant_id}, grant_id, NOW, NOW + 60)
    assert stores.consents().replace(consent, written_with=None)
    return consent


def test_a_persons_grants_are_theirs_alone_and_more_than_one_call_holds(stores: Stores) -> None:
    subject = new_identifier()
    theirs = {a_grant(stores, subject).grant_id for _ in range(101)}
    a_grant(stores, new_identifier())

    assert {grant.grant_id for grant in stores.grants().of_subject(subject)} == theirs
    assert list(stores.grants().of_subject(new_identifier())) == []


def test_all_grants_are_everybodys(stores: Stores) -> None:
    grants = [a_grant(stores, new_identifier()) for _ in range(3)]

    found = {grant.grant_id: grant for grant in stores.grants().all()}

    assert [found[grant.grant_id] for grant in grants] == grants


def test_where_tokens_are_asked_for_is_kept_until_another_place_is_known(stores: Stores) -> None:
    grants, grant = stores.grants(), new_grant()
    grants.add(grant)
    third = RefreshToken("family", "third", "second", NOW + 20)
    kept, end = grant.grant_id, NOW + 60

    grants.redeem_code(kept, "hash", refresh_token=FIRST, now=NOW, expires_at=end, origin=HERE)
    redeemed = grants.get(kept)
    unknown = grants.rotate(kept, SECOND, now=NOW, expires_at=end)
    elsewhere = grants.rotate(kept, third, now=NOW, expires_at=end, origin=THERE)

    assert redeemed
    assert unknown
    assert elsewhere
    assert [redeemed.origin, unknown.origin, elsewhere.origin] == [HERE, HERE, THERE]
    assert [redeemed.last_used_at, unknown.last_used_at] == [NOW, NOW + 10]


def test_a_consent_that_is_forgotten_is_told_once(stores: Stores) -> None:
    consent = remember(stores, new_identifier(), "grant")

    assert stores.consents().forget(consent.subject, "client") == consent
    assert stores.consents().forget(consent.subject, "client") is None


def test_clients_are_known_by_registration_and_by_document(stores: Stores) -> None:
    client = Client(new_identifier(), {"client_name": "Registered"}, NOW, NOW, NOW - 1)
    url, leased = (f"https://app.example/{new_identifier()}" for _ in range(2))
    documents = stores.client_documents()
    documents.lease(url, "lease", now=NOW, until=NOW + 10)
    read = KeptDocument.fetched(url, {"client_name": "Read"}, fresh_for=0, lifetime=90, now=NOW)
    documents.keep(read, "lease")
    documents.lease(leased, "lease", now=NOW, until=NOW + 10)
    stores.clients().add(client)
    published = DocumentClients(documents, nobody_asks, nobody_asks, lifetime=90)
    directory = ClientDirectory(stores.clients(), published, Policy())

    known = directory.known([client.client_id, url, leased, "unknown", url], now=NOW + 400)

    assert {client_id: each.name for client_id, each in known.items()} == {
        client.client_id: "Registered",
        url: "Read",
    }
    assert directory.known([], now=NOW) == {}


# ---- Found by the operator -------------------------------------------------------------------


def test_open_grants_are_found_by_person_by_client_and_all(stores: Stores) -> None:
    ada, bea, app, other = (new_identifier() for _ in range(4))
    first, second = a_grant(stores, ada, app), a_grant(stores, ada, other)
    third = a_grant(stores, bea, app)
    waiting = a_grant(stores, bea, app, code=new_grant().code)
    for over in ({"revoked_at": NOW - 1}, {"expires_at": NOW}):
        a_grant(stores, ada, app, **over)

    def found(**whose: str) -> set[str]:
        return {grant.grant_id for grant in open_grants(stores.grants(), now=NOW, **whose)}

    assert found(subject=ada) == {first.grant_id, second.grant_id}
    assert found(client_id=app) == {first.grant_id, third.grant_id, waiting.grant_id}
    assert found(subject=ada, client_id=app) == {first.grant_id}
    assert found() >= {each.grant_id for each in (first, second, third, waiting)}


# ---- Ended -----------------------------------------------------------------------------------


def test_a_client_is_ended_for_everybody_and_its_consents_forgotten(stores: Stores) -> None:
    client_id, ada = new_identifier(), new_identifier()
    grants = [a_grant(stores, each, client_id) for each in (ada, new_identifier())]
    kept = a_grant(stores, ada)
    named = grants[0].grant_id
    consent = Consent(ada, client_id, {"a.example r mcp": named}, named, NOW, NOW + 60)
    stores.consents().replace(consent, written_with=None)

    assert ending(stores).end_all_of_client(client_id) == 2

    assert [is_ended(stores, grant) for grant in (*grants, kept)] == [True, True, False]
    assert stores.consents().get(ada, client_id) is None


def test_one_grant_is_ended_once(stores: Stores) -> None:
    grant, other = (a_grant(stores, new_identifier()) for _ in range(2))

    assert ending(stores).end_grant(grant.grant_id)
    assert not ending(stores).end_grant(grant.grant_id)
    assert not ending(stores).end_grant("unknown")
    assert [is_ended(stores, each) for each in (grant, other)] == [True, False]


class Busy(DynamoDBGrantStore):
    """Each time that somebody has looked, another grant appears, as often as it is told."""

    def __init__(self, stores: Stores, times: int) -> None:
        super().__init__(stores.table("GrantsTable"))
        self._stores, self._times = stores, times
        self.appeared: list[Grant] = []

    def of_subject(self, subject: str) -> Iterator[Grant]:
        yield from list(super().of_subject(subject))
        if len(self.appeared) < self._times:
            self.appeared.append(a_grant(self._stores, subject))


def test_what_is_allowed_while_all_is_ended_is_ended_as_well(stores: Stores) -> None:
    subject, grants = new_identifier(), Busy(stores, times=2)
    first = a_grant(stores, subject)

    assert ending(stores, grants).end_all_of_person(subject) == 3

    assert all(is_ended(stores, grant) for grant in (first, *grants.appeared))


def test_whoever_allows_without_pause_keeps_nobody_waiting(stores: Stores) -> None:
    subject, grants = new_identifier(), Busy(stores, times=1000)
    a_grant(stores, subject)

    ending(stores, grants).end_all_of_person(subject)

    assert len(grants.appeared) < 10


class Behind(DynamoDBGrantStore):
    """An index that is not there yet."""

    def of_subject(self, subject: str) -> Iterator[Grant]:
        del subject
        return iter(())


def test_a_grant_that_no_index_has_yet_is_ended_by_its_consent(stores: Stores) -> None:
    subject = new_identifier()
    grant = a_grant(stores, subject)
    remember(stores, subject, grant.grant_id)

    ended = ending(stores, Behind(stores.table("GrantsTable"))).end_connection(subject, "client")

    assert ended == 1
    assert is_ended(stores, grant)
