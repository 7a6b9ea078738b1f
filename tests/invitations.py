"""A server whose operator added a tool that asks back."""

from pathlib import Path

TOOLS = '''
from dataclasses import dataclass
from typing import Literal

from gatehouse.mcp import Context, tool
from gatehouse.mcp.questions import Elicit, ListRoots, Sample

INVITED = []

@dataclass(frozen=True)
class Guest:
    name: str
    meals: int = 1

@tool()
def invite(party: str, context: Context) -> str:
    """Invite somebody to a party."""
    guest = context.elicit("Who comes?", Guest).value
    colour = context.elicit("Which colour?", Literal["red", "blue"]).value
    INVITED.append(guest.name)
    return f"{guest.name} comes to {party} in {colour} for {guest.meals}"

@tool()
def toast(context: Context) -> str:
    """Let the model write a toast in the person's folders."""
    sure, text, roots = context.ask_all(Elicit("Sure?"), Sample("A toast"), ListRoots())
    return f"{sure.action} {text.text} {[root.name for root in roots]}"
'''


def add_invitations(project: Path) -> Path:
    """Add the tool to a copy of the project."""
    (project / "functions" / "mcp" / "tools" / "invitations.py").write_text(TOOLS)
    return project
