"""A server whose operator added tools with scopes of their own: notes, to read and to write."""

from pathlib import Path

READ = "Read your notes"
WRITE = "Write and delete your notes"
SHARE = "Show your notes to others"

SCOPES = f'''
from gatehouse.oauth.scopes import Scope, ScopeCatalogue

CATALOGUE = ScopeCatalogue(
    scopes=(
        Scope("mcp", "Use this server's tools on your behalf"),
        Scope("notes:read", "{READ}"),
        Scope("notes:write", "{WRITE}", includes=("notes:read",)),
        Scope("notes:share", "{SHARE}"),
    ),
    minimum=("mcp",),
)
'''

TOOLS = '''
from gatehouse.mcp import Context, tool

NOTES = []

@tool(read_only=True, scope="notes:read")
def read_notes() -> list[str]:
    """Read all notes."""
    return NOTES

@tool(scope="notes:write")
def write_note(text: str, context: Context) -> str:
    """Write a note."""
    NOTES.append(text)
    return f"{context.person.email} wrote {text}"

@tool(scope=("notes:write", "notes:share"))
def publish_note(text: str) -> str:
    """Write a note for everybody."""
    NOTES.append(text)
    return text
'''


def add_notes(project: Path) -> Path:
    """Add the tools and their scopes to a copy of the project."""
    (project / "functions" / "mcp" / "tools" / "notes.py").write_text(TOOLS)
    (project / "shared" / "gatehouse_scopes.py").write_text(SCOPES)
    return project
