"""What storage promises of sessions, messages and slots of HTTP+SSE."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from gatehouse.oauth.secret_values import new_identifier
from gatehouse.sse.session import Message, Session, Slot
from gatehouse.storage.mailbox import DynamoDBMailboxStore
from tests.stores import Stores

NOW = 1_700_000_000


@pytest.fixture
def mailbox(stores: Stores) -> DynamoDBMailboxStore:
    return stores.mailbox()


@pytest.fixture
def session(mailbox: DynamoDBMailboxStore) -> Session:
    session = Session(new_identifier(), "a person", "a client", NOW)
    mailbox.open(session)
    return session


def new_slot(place: int = 0, person: str = "") -> Slot:
    return Slot(person or new_identifier(), place, new_identifier(), new_identifier(), NOW, NOW)


def at_once(work: list[Callable[[], object]]) -> list[object]:
    barrier = Barrier(len(work))

    def run(each: Callable[[], object]) -> object:
        barrier.wait()
        return each()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(run, work))


def test_a_session_is_kept_as_it_was_opened(
    mailbox: DynamoDBMailboxStore, session: Session
) -> None:
    assert mailbox.session(session.session_hash) == session
    assert mailbox.session("unknown") is None


def test_messages_are_read_in_order_and_from_where_one_left_off(
    mailbox: DynamoDBMailboxStore, session: Session
) -> None:
    key = session.session_hash
    places = [mailbox.post(key, text, after=0, expires_at=NOW) for text in ("a", "b", "c")]

    assert places == [1, 2, 3]
    assert mailbox.messages(key, after=1) == [Message(2, "b"), Message(3, "c")]
    assert mailbox.messages(key, after=3) == []


def test_messages_that_are_posted_at_once_leave_no_gap_and_none_is_lost(
    stores: Stores, session: Session
) -> None:
    key, texts = session.session_hash, [str(number) for number in range(8)]
    mailboxes = [stores.mailbox() for _ in texts]

    def post(number: int) -> Callable[[], object]:
        return lambda: mailboxes[number].post(key, texts[number], after=0, expires_at=NOW)

    assert sorted(map(str, at_once([post(number) for number in range(8)]))) == [
        str(place) for place in range(1, 9)
    ]
    messages = stores.mailbox().messages(key, after=0)
    assert [message.place for message in messages] == list(range(1, 9))
    assert sorted(message.text for message in messages) == texts


def test_the_last_place_only_ever_moves_on(mailbox: DynamoDBMailboxStore, session: Session) -> None:
    mailbox.advance(session.session_hash, place=3, version="2025-11-25")
    mailbox.advance(session.session_hash, place=2, version="2025-03-26")

    assert mailbox.session(session.session_hash) == replace(
        session, last_place=3, version="2025-11-25"
    )


def test_a_session_that_is_gone_does_not_come_back_by_a_message(
    mailbox: DynamoDBMailboxStore,
) -> None:
    mailbox.advance("gone", place=1, version="")

    assert mailbox.session("gone") is None


@pytest.mark.parametrize(("seen", "last"), [(5, 5), (1, 2), (2, 2)])
def test_resuming_pushes_the_expiry_back_and_believes_what_the_client_has_seen(
    mailbox: DynamoDBMailboxStore, session: Session, seen: int, last: int
) -> None:
    mailbox.advance(session.session_hash, place=2, version="")
    mailbox.resume(session.session_hash, place=seen, expires_at=NOW + 1)

    resumed = mailbox.session(session.session_hash)
    assert resumed == replace(session, expires_at=NOW + 1, last_place=last)


def test_a_free_slot_is_taken_once(stores: Stores) -> None:
    person = new_identifier()
    slots = [new_slot(person=person) for _ in range(6)]
    mailboxes = [stores.mailbox() for _ in slots]

    def take(number: int) -> Callable[[], object]:
        return lambda: mailboxes[number].take(slots[number], instead_of=None)

    taken = at_once([take(number) for number in range(6)])

    assert taken.count(True) == 1
    assert stores.mailbox().slots(person) == [slots[taken.index(True)]]


def test_a_slot_is_taken_from_whoever_has_it_and_from_nobody_else(
    mailbox: DynamoDBMailboxStore,
) -> None:
    first = new_slot()
    second, third = (replace(first, stream_id=new_identifier()) for _ in range(2))
    assert mailbox.take(first, instead_of=None)

    assert mailbox.take(second, instead_of=first)
    assert not mailbox.take(third, instead_of=first)
    assert (mailbox.holds(first), mailbox.holds(second)) == (False, True)


def test_a_slot_is_given_back_by_whoever_has_it(mailbox: DynamoDBMailboxStore) -> None:
    first = new_slot()
    second = replace(first, stream_id=new_identifier())
    mailbox.take(first, instead_of=None)
    mailbox.take(second, instead_of=first)

    mailbox.release(first)
    assert mailbox.slots(first.person_hash) == [second]
    mailbox.release(second)
    assert mailbox.slots(first.person_hash) == []
