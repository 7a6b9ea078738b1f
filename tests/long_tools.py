"""A server whose operator added tools that run as tasks."""

from collections.abc import Callable
from pathlib import Path

from tests.notes import add_notes

# What happens to a task while the tool `interrupted` runs.
MEANWHILE: list[Callable[[], None]] = []
# What `delete` asks about
FILES = {"count": 3}

TOOLS = '''
import os
import time
from pathlib import Path

from gatehouse.mcp import Annotations, Context, Image, ResourceLink, ToolError, tool
from gatehouse.mcp.jsonrpc import INTERNAL_ERROR, RpcError
from gatehouse.mcp.questions import Elicit

@tool(task="optional")
def compute(a: int, context: Context) -> dict[str, str]:
    """Compute for long."""
    context.progress(1, a)
    return {"person": context.person.email, "client": context.client_id, "a": str(a)}

@tool(task="required")
def refuse() -> str:
    """Refuse after a while."""
    raise ToolError("Not today")

@tool(task="optional")
def crash() -> str:
    """Fail in a way nobody expected."""
    raise RuntimeError("the database password is hunter2")

@tool(task="optional")
def describe(size: int) -> str:
    """Return that many characters."""
    return "x" * size

@tool(task="optional")
def repeat(text: str) -> str:
    """Return the text."""
    return text

@tool(task="optional", scope="notes:read")
def search_notes(word: str) -> str:
    """Search all notes."""
    return f"nothing about {word}"

@tool(task="optional")
def interrupted(context: Context) -> str:
    """Do what the test wants done meanwhile."""
    from tests.long_tools import MEANWHILE

    context.progress(1, 2, "begun")
    for happen in MEANWHILE:
        happen()
    if context.cancelled:
        return "stopped early"
    context.progress(2, 2)
    return "done"

@tool(task="optional")
def ask(context: Context) -> str:
    """Ask two things, and then another one."""
    who, sure = context.ask_all(Elicit("Who?", str, key="who"), Elicit("Sure?", bool, key="sure"))
    where = context.elicit("Where?", str, key="where")
    return f"{who.value} {sure.value} {where.value}"

@tool(task="optional")
def delete(context: Context) -> str:
    """Delete files, whose number changes while it asks."""
    from tests.long_tools import FILES

    context.elicit(f"Delete {FILES['count']} files?", bool, key="sure").value
    where = context.elicit("Where?", str, key="where").value
    return f"deleted {FILES['count']} {where}"

@tool(task="optional")
def number() -> float:
    """A number that JSON has not."""
    return float("nan")

@tool(task="optional")
def picture() -> Image:
    """A picture that matters as much as no number says."""
    return Image(b"", "image/png", annotations=Annotations(priority=float("nan")))

@tool(task="optional")
def link() -> ResourceLink:
    """Lead to a file by what is no URI."""
    return ResourceLink(Path("notes"), "notes")

@tool(task="optional")
def explain() -> str:
    """End in an error of the protocol that no JSON explains."""
    raise RpcError(INTERNAL_ERROR, "It went wrong", {"why": Path("notes")})

@tool(task="optional")
def wait(context: Context) -> str:
    """Wait until the task is cancelled."""
    context.progress(1, message="waiting")
    while not context.cancelled:
        time.sleep(0.05)
    print("the tool saw that it was cancelled", flush=True)
    return "stopped"

@tool(task="optional")
def end_the_process() -> str:
    """Be killed, as for too much memory."""
    os._exit(1)
'''


def add_long_tools(project: Path) -> Path:
    """Add the tools to a copy of the project, which gets the notes and their scopes as well."""
    (project / "functions" / "mcp" / "tools" / "long.py").write_text(TOOLS)
    return add_notes(project)
