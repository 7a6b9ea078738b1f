"""Sessions of HTTP+SSE: whose they are, and what is kept of them."""

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from gatehouse.mcp.caller import Caller
from gatehouse.oauth.secret_values import digest, new_secret

# How long what nobody fetched is kept for a stream that comes back.
LIFETIME: Final = 3600
_EVENT_ID: Final = re.compile(r"([A-Za-z0-9_-]{43})\.([0-9]{1,15})")


@dataclass(frozen=True, slots=True)
class Session:
    """What a client's streams have in common, one after the other.

    It belongs to the person and the client who opened it. Every message up to `last_place` is
    there or was; there may be one or two beyond. `version` is what `initialize` agreed on.
    """

    session_hash: str
    subject: str
    client_id: str
    expires_at: int
    last_place: int = 0
    version: str = ""

    def is_open_to(self, caller: Caller, now: int) -> bool:
        """Whether this is the session of whoever asks, and still lives."""
        owner = (self.subject, self.client_id)
        return owner == (caller.person.subject, caller.client_id) and now < self.expires_at


@dataclass(frozen=True, slots=True)
class Slot:
    """One of the few streams that a person may have; the newest `stream_id` holds it."""

    person_hash: str
    place: int
    stream_id: str
    session_hash: str
    opened_at: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class Message:
    """A message to the client, at its place in the order of its session."""

    place: int
    text: str


class EventId(NamedTuple):
    """The id of an event: what `Last-Event-ID` brings back.

    The session's id is a secret of 256 random bits, of which storage keeps the hash.
    """

    session_id: str
    place: int

    def __str__(self) -> str:
        return f"{self.session_id}.{self.place}"

    @property
    def session_hash(self) -> str:
        return digest(self.session_id)

    @classmethod
    def new(cls) -> "EventId":
        """The id before the first message of a new session."""
        return cls(new_secret(), 0)

    @classmethod
    def parse(cls, value: str) -> "EventId | None":
        """The parts of an id; None if it was never one of ours."""
        parts = _EVENT_ID.fullmatch(value)
        return cls(parts[1], int(parts[2])) if parts else None


def person_hash(subject: str) -> str:
    """What a person's slots are kept under."""
    return digest(subject)
