"""Documents of clients: what their store promises, and many who want the same one at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier, Event, Lock

import pytest

from gatehouse.documents import Document, DocumentUnavailable, FetchDocument, host_of
from gatehouse.errors import ClientDocumentUnavailable, OAuthError, UnreadClientDocument
from gatehouse.oauth.clients.document_clients import DocumentClients
from gatehouse.oauth.clients.fetch_limit import MOST_FETCHES, WINDOW
from gatehouse.oauth.clients.kept_documents import KeptDocument
from gatehouse.storage.client_documents import DynamoDBClientDocumentStore
from gatehouse.storage.contract.clients import ClientDocumentStore
from local.engines import Engines
from tests.stores import Stores

CALLERS = 50
NOW = 1_800_000_000
DAY = 86400
LIFETIME = 90 * DAY
PATIENCE = 30
METADATA = {"client_name": "Test", "redirect_uris": ["https://app.example.com/cb"]}
_NUMBERS = count()


@pytest.fixture
def url() -> str:
    return f"https://host-{next(_NUMBERS)}.example.com/client.json"


@pytest.fixture
def atomic(engines: Engines) -> None:
    if engines.dynamodb.name != "dynoxide":
        pytest.skip("npm has no atomic engine for this machine, and moto is none")


def described(url: str) -> Document:
    return Document({"client_id": url, **METADATA}, 600)


def no_pause(_: float) -> None:
    raise AssertionError("nobody else is fetching")


def just_fetched(url: str, now: int) -> KeptDocument:
    return KeptDocument.fetched(url, METADATA, fresh_for=600, lifetime=LIFETIME, now=now)


def reader(
    documents: ClientDocumentStore, fetch: FetchDocument, pause: Callable[[float], None]
) -> DocumentClients:
    return DocumentClients(documents, fetch, pause, lifetime=LIFETIME)


# ---- The store -------------------------------------------------------------------------------


def test_a_document_comes_back_as_it_was_kept(stores: Stores, url: str) -> None:
    documents = stores.client_documents()
    kept = just_fetched(url, NOW)
    assert documents.get(url) is None

    documents.lease(url, "mine", now=NOW, until=NOW + 10)
    documents.keep(kept, "mine")

    assert documents.get(url) == kept


def test_a_lease_is_one_callers_until_it_ends(stores: Stores, url: str) -> None:
    documents = stores.client_documents()

    assert documents.lease(url, "first", now=NOW, until=NOW + 10).lease == "first"
    assert documents.lease(url, "second", now=NOW + 9, until=NOW + 19).lease == "first"
    assert documents.lease(url, "second", now=NOW + 10, until=NOW + 20).lease == "second"


def test_a_fresh_document_is_not_leased(stores: Stores, url: str) -> None:
    documents = stores.client_documents()
    documents.lease(url, "mine", now=NOW, until=NOW + 10)
    documents.keep(just_fetched(url, NOW), "mine")

    fresh = documents.lease(url, "another", now=NOW + 599, until=NOW + 609)
    stale = documents.lease(url, "another", now=NOW + 600, until=NOW + 610)

    assert (fresh.lease, fresh.metadata) == (None, METADATA)
    assert (stale.lease, stale.metadata) == ("another", METADATA)


def test_whoever_lost_the_lease_changes_nothing(stores: Stores, url: str) -> None:
    documents = stores.client_documents()
    documents.lease(url, "slow", now=NOW, until=NOW + 10)
    documents.lease(url, "quick", now=NOW + 10, until=NOW + 20)
    before = documents.get(url)

    documents.keep(just_fetched(url, NOW), "slow")
    documents.postpone(url, "slow", retry_at=NOW + 60)
    documents.drop(url, "slow")

    assert documents.get(url) == before


def test_a_document_that_is_postponed_stays_without_its_lease(stores: Stores, url: str) -> None:
    documents = stores.client_documents()
    kept = just_fetched(url, NOW)
    documents.lease(url, "first", now=NOW, until=NOW + 10)
    documents.keep(kept, "first")
    documents.lease(url, "second", now=NOW + 600, until=NOW + 610)

    documents.postpone(url, "second", retry_at=NOW + 660)

    after = documents.get(url)
    assert after
    assert (after.metadata, after.expires_at) == (METADATA, kept.expires_at)
    assert (after.lease, after.leased_until, after.retry_at) == (None, 0, NOW + 660)


def test_nothing_stays_of_a_document_that_is_dropped(stores: Stores, url: str) -> None:
    documents = stores.client_documents()
    documents.lease(url, "mine", now=NOW, until=NOW + 10)

    documents.drop(url, "mine")

    assert documents.get(url) is None


def test_fetches_are_counted_by_name_and_window(stores: Stores, url: str) -> None:
    documents = stores.client_documents()

    def admitted(counted: str, now: int) -> bool:
        return documents.admit_fetch(counted, now=now, limit=2, seconds=5)

    assert [admitted(url, NOW + second) for second in (0, 2, 4)] == [True, True, False]
    assert admitted(f"another.{url}", NOW + 4)
    assert admitted(url, NOW + 5)


def test_a_proof_is_remembered_until_it_ends(stores: Stores, url: str) -> None:
    key_sets = stores.client_documents()
    longest = f"{url}?{'x' * 2048}"

    for jwks_uri in (url, longest):
        assert not key_sets.has_proven(jwks_uri, now=NOW)
        key_sets.note_proof(jwks_uri, expires_at=NOW + 20)
        key_sets.note_proof(jwks_uri, expires_at=NOW + 10)  # by a process that is behind

        assert key_sets.has_proven(jwks_uri, now=NOW + 19)
        assert not key_sets.has_proven(jwks_uri, now=NOW + 20)


# ---- Many at once ----------------------------------------------------------------------------


class Crowd:
    """Callers that all ask before the one who fetches is answered."""

    def __init__(self, waiting: int) -> None:
        self.fetched: list[str] = []
        self.looks = 0
        self._waiting = waiting
        self._lock = Lock()
        self._all_wait = Event()
        self._is_over = Event()

    def fetch(self, url: str) -> Document:
        self.fetched.append(url)
        assert self._all_wait.wait(PATIENCE)
        return described(url)

    def fail(self, url: str) -> Document:
        self.fetch(url)
        raise DocumentUnavailable("down")

    def pause(self, _: float) -> None:
        with self._lock:
            self.looks += 1
            if self.looks == self._waiting:
                self._all_wait.set()
        assert self._is_over.wait(PATIENCE)

    def ask(self, find: Callable[[], str]) -> str:
        try:
            return find()
        except OAuthError as error:
            return error.code
        finally:
            self._all_wait.set()
            self._is_over.set()


def at_once(call: Callable[[int], str]) -> list[str]:
    barrier = Barrier(CALLERS)

    def run(number: int) -> str:
        barrier.wait()
        return call(number)

    with ThreadPoolExecutor(CALLERS) as pool:
        return list(pool.map(run, range(CALLERS)))


@pytest.mark.usefixtures("atomic")
def test_of_many_who_want_a_document_one_fetches_it_and_all_get_it(
    stores: Stores, url: str
) -> None:
    crowd = Crowd(waiting=CALLERS - 1)

    def find(_: int) -> str:
        published = reader(stores.client_documents(), crowd.fetch, crowd.pause)
        return crowd.ask(lambda: published.find(url, now=NOW, accepts_stale=False).client_id)

    assert at_once(find) == [url] * CALLERS
    assert crowd.fetched == [url]


@pytest.mark.usefixtures("atomic")
def test_of_many_who_want_a_document_that_cannot_be_had_one_tries(stores: Stores, url: str) -> None:
    crowd = Crowd(waiting=CALLERS - 1)

    def find(_: int) -> str:
        published = reader(stores.client_documents(), crowd.fail, crowd.pause)
        return crowd.ask(lambda: published.find(url, now=NOW, accepts_stale=True).client_id)

    assert at_once(find) == ["invalid_client"] * CALLERS  # nobody was let in before
    assert crowd.fetched == [url]
    assert crowd.looks == CALLERS - 1  # once each, and not until their patience ends
    assert stores.client_documents().get(url) is None


@pytest.mark.usefixtures("atomic")
def test_those_who_were_let_in_do_not_wait_for_a_stale_document(stores: Stores, url: str) -> None:
    documents = stores.client_documents()
    documents.lease(url, "mine", now=NOW - 600, until=NOW)
    documents.keep(just_fetched(url, NOW - 600), "mine")
    fetched: list[str] = []
    others = Barrier(CALLERS)

    def fetch(url: str) -> Document:
        fetched.append(url)
        others.wait(PATIENCE)
        return described(url)

    def find(_: int) -> str:
        published = reader(stores.client_documents(), fetch, no_pause)
        client = published.find(url, now=NOW, accepts_stale=True)
        if client.issued_at < NOW:  # the older copy, while the fetch is under way
            others.wait(PATIENCE)
        return client.client_id

    assert at_once(find) == [url] * CALLERS
    assert fetched == [url]


@pytest.mark.usefixtures("atomic")
def test_a_host_is_asked_so_often_and_no_oftener_however_many_come(
    stores: Stores, url: str
) -> None:
    fetched: list[str] = []

    def fetch(url: str) -> Document:
        fetched.append(url)
        return described(url)

    def find(number: int) -> str:
        published = reader(stores.client_documents(), fetch, no_pause)
        document = url.replace(".com", f".com:{8000 + number}").replace("client", str(number))
        try:
            return published.find(document, now=NOW, accepts_stale=True).client_id
        except UnreadClientDocument as error:
            return error.code

    answers = at_once(find)

    assert len(fetched) == MOST_FETCHES
    assert answers.count("invalid_client") == CALLERS - MOST_FETCHES


def test_a_document_that_was_kept_a_moment_ago_is_taken_at_once(stores: Stores, url: str) -> None:
    class Overtaken(DynamoDBClientDocumentStore):
        def get(self, url: str) -> KeptDocument | None:
            seen = super().get(url)
            reader(stores.client_documents(), described, no_pause).find(
                url, now=NOW, accepts_stale=False
            )
            return seen

    slow = Overtaken(stores.client_documents()._table)

    def fetch(url: str) -> Document:
        raise AssertionError(url)

    found = reader(slow, fetch, no_pause).find(url, now=NOW, accepts_stale=False)

    assert found.client_id == url


def test_a_fetch_that_ends_without_a_word_delays_others_for_seconds_only(
    stores: Stores, url: str
) -> None:
    """The process that had the lease is gone, as when a function is killed."""
    documents = stores.client_documents()
    documents.lease(url, "dead", now=NOW, until=NOW + 10)
    looks: list[float] = []
    published = reader(documents, described, looks.append)

    with pytest.raises(UnreadClientDocument):
        published.find(url, now=NOW + 9, accepts_stale=True)

    assert published.find(url, now=NOW + 10, accepts_stale=True).client_id == url


def test_nobody_waits_for_long_for_another_one_to_fetch(stores: Stores, url: str) -> None:
    """Each who waits holds an execution, for a server that a stranger may have made slow."""
    documents = stores.client_documents()
    documents.lease(url, "slow", now=NOW, until=NOW + 10)
    looks: list[float] = []

    with pytest.raises(UnreadClientDocument):
        reader(documents, described, looks.append).find(url, now=NOW, accepts_stale=False)

    assert sum(looks) == 1.5


def test_a_document_that_was_good_is_known_for_longer_than_it_serves(
    stores: Stores, url: str
) -> None:
    documents = stores.client_documents()
    fetched: list[str] = []

    def down(url: str) -> Document:
        fetched.append(url)
        raise DocumentUnavailable("down")

    reader(documents, described, no_pause).find(url, now=NOW, accepts_stale=False)
    for _ in range(MOST_FETCHES):  # others there were made up
        documents.admit_fetch(
            host_of(url) or "", now=NOW + LIFETIME - 1, limit=MOST_FETCHES, seconds=WINDOW
        )
    published = reader(documents, down, no_pause)
    with pytest.raises(ClientDocumentUnavailable):
        published.find(url, now=NOW + LIFETIME - 1, accepts_stale=True)
    assert fetched == [url]
    with pytest.raises(UnreadClientDocument):
        published.find(url, now=NOW + LIFETIME, accepts_stale=True)
    assert documents.get(url) is None
