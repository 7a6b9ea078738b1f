"""What one MCP server is made of, and what it answers with."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from gatehouse.mcp.caller import Caller
from gatehouse.mcp.registry import Registry

if TYPE_CHECKING:
    from gatehouse.mcp.carriers import Carrier
    from gatehouse.mcp.request_state import RequestStates
    from gatehouse.mcp.tasks.tasks import Tasks

Report = Callable[[str, BaseException], None]
ProviderToken = Callable[[str, str], str]
Reach = Callable[[Iterable[str]], frozenset[str]]


def _no_request_states() -> "RequestStates":
    raise RuntimeError("this server has nothing that seals the state of a call that asks")


@dataclass(frozen=True, slots=True)
class Server:
    """What is served, and how the server introduces itself.

    `report` is told of every tool that failed by a mistake of its own: the incident and the error.
    `reach` tells which scopes a caller has who was given some: a broad one may include others.
    `request_states` gives what seals the state of a call that asks something, when one does.
    `tasks` gives what tasks are kept in and run by; without it, every call is answered at once.
    `provider_token` gives tools the token of a person (a subject) at an identity provider (its id).
    `page_size` is how many a list holds before it goes on with a cursor.
    """

    name: str
    version: str
    registry: Registry
    report: Report
    reach: Reach = frozenset
    request_states: Callable[[], "RequestStates"] = _no_request_states
    tasks: "Callable[[], Tasks] | None" = None
    provider_token: ProviderToken | None = None
    page_size: int = 100

    @property
    def info(self) -> dict[str, str]:
        """How the server introduces itself."""
        return {"name": self.name, "version": self.version}


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a POST; without a body it only says that the message was taken.

    `method` is for the log, and empty for one that the server does not have. `events` are
    notifications that go before the answer.
    """

    status: int
    body: dict[str, Any] | list[dict[str, Any]] | None = None
    method: str = ""
    events: tuple[dict[str, Any], ...] = ()


class McpServer(Protocol):
    """What every way in asks: the built-in server, or a whole one that somebody brings."""

    def answer(
        self, headers: Mapping[str, str], body: bytes, caller: Caller, carrier: "Carrier"
    ) -> Reply:
        """Answer one POST, with what `carrier` takes, for whoever the access token stands for.

        Header names are lower-case. Before anything has run it may raise what its ways in know to
        answer, as where the caller needs a scope.
        """

    def run_task(self, task_id: str) -> str:
        """Run a task of this server to its end; what came of it, for the log."""
