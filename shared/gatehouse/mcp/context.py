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

    @property
    def scopes(self) -> tuple[str, ...]:
        """What the client was given."""
        return self.caller.scopes

    @property
    def cancelled(self) -> bool:
        """Whether the client cancelled the task that this is: a long tool asks now and then.

        Nothing that a cancelled tool returns is seen by anybody.
        """
        return self.channel.cancelled

    def report(self, message: str) -> None:
        """Say how far the task is: its client and the person may see it. Each costs a write.

        Nothing happens in a call that is answered at once.
        """
        self.channel.report(message)
