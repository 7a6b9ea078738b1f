"""Who is signed in."""

from dataclasses import dataclass

from gatehouse.mcp import Context, tool


@dataclass(frozen=True)
class Identity:
    """The signed-in person, and the client that acts for them."""

    subject: str
    email: str | None
    client_id: str
    scopes: tuple[str, ...]


@tool(title="Who am I", read_only=True, open_world=False)
def whoami(context: Context) -> Identity:
    """Tell who is signed in to this server, through which client and with which scopes."""
    person = context.person
    return Identity(person.subject, person.email, context.client_id, context.scopes)
