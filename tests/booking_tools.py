"""A server whose operator added tools that ask before they begin."""

from pathlib import Path

# How often a function that asks came to its end, and what the tools did.
FOUND: list[str] = []
DONE: list[str] = []
TABLES = {"free": 3}

TOOLS = '''
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from gatehouse.mcp import AskedFirst, Context, tool

@dataclass(frozen=True)
class Guest:
    """Somebody who comes."""

    name: str
    day: date

def who_comes(place: str, context: Context) -> Guest:
    """Ask for the guest, and for nobody at the door."""
    from tests.booking_tools import FOUND, TABLES

    if place == "nowhere":
        raise RuntimeError("the door is locked with 4711")
    question = f"Who takes one of {TABLES['free']} tables?"
    guest = context.elicit(question, Guest, key="guest").value
    FOUND.append(guest.name)
    return guest

@tool(task="optional")
def book(guest: Annotated[Guest, AskedFirst(who_comes)], place: str = "garden") -> str:
    """Book a table."""
    from tests.booking_tools import DONE

    DONE.append(guest.name)
    return f"{guest.name} has a table in the {place} on a {guest.day:%A}"

@tool(task="required")
def book_later(place: str, guest: Annotated[Guest, AskedFirst(who_comes)]) -> str:
    """Book a table, as a task only."""
    return book(guest, place)

@tool(task="optional")
def book_and_ask(
    guest: Annotated[Guest, AskedFirst(who_comes)], context: Context, place: str = "garden"
) -> str:
    """Book a table, and ask what for."""
    return f"{guest.name}: {context.elicit('What for?', str, key='guest').value}"

def swallow(context: Context) -> str:
    """Take no interruption for one."""
    with suppress(BaseException):
        return context.elicit("Who?", str, key="who").value
    return "nobody"

@tool(task="optional")
def greet_whom(name: Annotated[str, AskedFirst(swallow)]) -> str:
    """Greet whoever it is."""
    return f"Hello, {name}"
'''


def add_booking_tools(project: Path) -> Path:
    """Add the tools to a copy of the project."""
    (project / "functions" / "mcp" / "tools" / "booking.py").write_text(TOOLS)
    return project
