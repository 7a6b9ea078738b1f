"""GET: a stream of events (HTML, "Server-sent events"), from the mailbox to the client."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from gatehouse.mcp.caller import Caller
from gatehouse.oauth.secret_values import new_identifier
from gatehouse.sse.session import LIFETIME, EventId, Session, Slot, person_hash

if TYPE_CHECKING:
    from gatehouse.storage.contract.mcp import MailboxStore

STREAMS_PER_PERSON: Final = 5
MESSAGE_PATH: Final = "/mcp/message"
SESSION_PARAMETER: Final = "sessionId"

# Seconds. CloudFront gives a silent origin up to a minute
_KEEP_ALIVE: Final = 15
# What is left of the function's time when a stream is closed: DynamoDB may take twelve of them
_SPARE: Final = 15.0
# In milliseconds, when to come back after the end; browsers wait three seconds
_RETRY: Final = b"retry: 500\n"
_FIRST_PAUSE: Final = 0.05
_LONGEST_PAUSE: Final = 1.0
_SLOWER: Final = 1.5
_ATTEMPTS: Final = 5


class TooManyStreams(Exception):
    """Other streams of the same person took the slot each time."""


class Stream(NamedTuple):
    """A stream that may begin: after which event, and in which slot."""

    after: EventId
    slot: Slot


def open_stream(
    caller: Caller,
    last_event_id: str,
    *,
    mailbox: "MailboxStore",
    now: int,
    ends_at: int,
) -> Stream:
    """The stream of whoever asks: of the session that `last_event_id` is from, or of a new one.

    It takes the slot of its own session, or a free one, or that of the person's oldest stream,
    which then ends: Lambda is not told when a client hangs up, so the oldest is the likeliest to
    have nobody at its end. Raises `TooManyStreams`.
    """
    after = EventId.parse(last_event_id)
    session = mailbox.session(after.session_hash) if after else None
    # somebody else's session is as good as none
    if after is None or session is None or not session.is_open_to(caller, now):
        after, session = EventId.new(), None
    slot = _take_slot(caller, after.session_hash, mailbox=mailbox, now=now, ends_at=ends_at)
    expires_at = now + LIFETIME
    if session:
        mailbox.resume(session.session_hash, place=after.place, expires_at=expires_at)
    else:
        subject, client_id = caller.person.subject, caller.client_id
        mailbox.open(Session(after.session_hash, subject, client_id, expires_at))
    return Stream(after, slot)


def events(
    stream: Stream,
    *,
    mailbox: "MailboxStore",
    now: Callable[[], int],
    sleep: Callable[[float], None],
    remaining: Callable[[], float],
    is_allowed: Callable[[], bool],
) -> Iterator[bytes]:
    """The events, until `remaining` seconds are few, nobody is allowed, or the slot is another's.

    What is not sent by then stays in the mailbox for the next stream.
    """
    after, slot, checked_at, pause = stream.after, stream.slot, now(), _FIRST_PAUSE
    path = f"{MESSAGE_PATH}?{SESSION_PARAMETER}={after.session_id}"
    try:
        # 2024-11-05, Transports: the endpoint comes first
        yield _RETRY + _event("endpoint", path, after)
        while remaining() > _SPARE:
            messages = mailbox.messages(slot.session_hash, after=after.place)
            for message in messages:
                after = after._replace(place=message.place)
                yield _event("message", message.text, after)
            if now() - checked_at >= _KEEP_ALIVE:
                if not (mailbox.holds(slot) and is_allowed()):
                    return
                checked_at = now()
                yield b": still here\n\n"
            pause = _FIRST_PAUSE if messages else min(pause * _SLOWER, _LONGEST_PAUSE)
            sleep(pause)
    finally:
        mailbox.release(slot)


def _take_slot(
    caller: Caller, session_hash: str, *, mailbox: "MailboxStore", now: int, ends_at: int
) -> Slot:
    person = person_hash(caller.person.subject)
    for _ in range(_ATTEMPTS):
        slots = mailbox.slots(person)
        before = _to_replace(slots, session_hash, now)
        place = before.place if before else _free_place(slots)
        slot = Slot(person, place, new_identifier(), session_hash, now, ends_at)
        if mailbox.take(slot, instead_of=before):
            return slot
    raise TooManyStreams


def _to_replace(slots: list[Slot], session_hash: str, now: int) -> Slot | None:
    """The slot to take from whoever has it; None if one is free."""
    own = [slot for slot in slots if slot.session_hash == session_hash]
    over = [slot for slot in slots if slot.expires_at <= now]
    if own or over:
        return (own or over)[0]
    return min(slots, key=lambda slot: slot.opened_at) if len(slots) >= STREAMS_PER_PERSON else None


def _free_place(slots: list[Slot]) -> int:
    return min(set(range(STREAMS_PER_PERSON)) - {slot.place for slot in slots})


def _event(name: str, text: str, event_id: EventId) -> bytes:
    # JSON has no line breaks of its own, and the path is ours
    return f"event: {name}\nid: {event_id}\ndata: {text}\n\n".encode()
