"""The samples of docs/command.md, and the story that they tell."""

import json
import re
import shlex
from pathlib import Path
from typing import Final, NamedTuple

from cli.stack import now
from tests.cli.kept import DAY, DOCUMENT, client, document, grant, person
from tests.stores import Stores

PAGE: Final = Path(__file__).parents[2] / "docs" / "command.md"
AT: Final = "2026-03-01T12:00:00Z"
CHAT: Final = "3v7qyNAc0Q9iAhN5rXkHtw"
NOTES: Final = "N7pLr2XbVw5GzTc9QmYeKd"
CONNECTION: Final = "f3a1c09be472"
_BLOCK: Final = re.compile(r"```console\n\$ gatehouse (.*)\n((?:.*\n)*?)```\n")
_NEW: Final = re.compile(r"[A-Za-z0-9_.-]{22,}")


class Sample(NamedTuple):
    """A command as it is typed, and what it is said to print."""

    command: str
    printed: str

    @property
    def arguments(self) -> list[str]:
        return shlex.split(self.command)


def samples() -> list[Sample]:
    """Every sample of the page, in order."""
    return [Sample(*found) for found in _BLOCK.findall(PAGE.read_text())]


def without_ids(text: str) -> str:
    """The text with what is new each time at its length and no more."""
    return _NEW.sub(lambda found: "x" * len(found[0]), text)


def fill(stores: Stores) -> None:
    """What the stack of the page has at its beginning."""
    at = now()
    bob = person(stores, "bob@example.com", now=at - 40 * DAY)
    client(stores, CHAT, "Chat", now=at - 3 * DAY, redirect_uri="https://chat.example/callback")
    client(stores, NOTES, "Notes", now=at - 2 * DAY, redirect_uri="http://127.0.0.1/callback")
    document(stores, now=at - DAY)
    grant(stores, "5Jt8rWn3QeVb6ZyHc0PsKg", bob, CHAT, now=at - 3 * DAY)


def allow(stores: Stores) -> None:
    """What ada allows, once she is there."""
    ada, at = stores.people().find("ada@example.com"), now()
    assert ada
    grant(stores, "0a9wzKq2T7mXnB4uYc1LdA", ada, DOCUMENT, now=at - DAY)
    grant(stores, "Q2x6TfUw9NdLm4RkEj7VhB", ada, NOTES, now=at - 2 * DAY)


def log() -> str:
    """What the local stack logged of one connection."""
    lines = (
        ("12:00:03", "POST /register", 201, "registered"),
        ("12:00:04", "GET /oauth/authorize", 200, "sign_in_shown"),
        ("12:00:21", "POST /oauth/authorize", 303, "signed_in"),
        ("12:00:22", "GET /oauth/authorize", 200, "consent_shown"),
        ("12:00:30", "POST /oauth/authorize", 303, "code_issued"),
    )
    return "".join(
        json.dumps(
            {
                "timestamp": f"2026-03-01T{time}+00:00",
                "route": route,
                "status": status,
                "connection": CONNECTION,
                "client_id": CHAT,
                "outcome": outcome,
                "reason": "",
                "request_id": "1",
            }
        )
        + "\n"
        for time, route, status, outcome in lines
    )
