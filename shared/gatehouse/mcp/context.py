"""What a tool may know about the call it answers."""

from dataclasses import dataclass, field

from gatehouse.mcp.caller import Caller, Person
from gatehouse.mcp.channel import Channel


@dataclass(frozen=True, slots=True)
class Context:
    """Ask for it with a parameter of this type; clients do not see that parameter."""

    caller: Caller
    channel: Channel = field(default_factory=Channel)

    @property
    def person(self) -> Person:
        """Who is signed in."""
        return self.caller.person

    @property
    def client_id(self) -> str:
        """The client that acts for the person."""
        return self.caller.client_id

    def progress(
        self, progress: float, total: float | None = None, message: str | None = None
    ) -> None:
        """Tell how far the call is, if the client asked: each time a larger number."""
        self.channel.progress(progress, total, message)

    def log(self, level: str, data: object, *, logger: str | None = None) -> None:
        """Tell the client's log, if it asked for messages of this level: `info`, `warning`, …

        `data` is anything that JSON can say, and nothing that the client may not know.
        """
        self.channel.log(level, data, logger)

    @property
    def scopes(self) -> tuple[str, ...]:
        """What the client was given."""
        return self.caller.scopes
