"""An MCP server whose tools ask, and a client that calls them again with answers."""

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from gatehouse.keys.request_state_key import RequestStateKey
from gatehouse.keys.request_states import RequestStates
from gatehouse.mcp import Caller, Context, Person, prompt, resource, tool
from gatehouse.mcp.endpoint import answer
from gatehouse.mcp.questions import CannotAsk, Elicit, ListRoots, Sample
from gatehouse.mcp.registry import Registry
from gatehouse.mcp.registry.offers import MARK
from gatehouse.mcp.server import Reply, Server
from tests.unit.mcp_server import META, MODERN, body_of, result_of, tool_of

CALLER = Caller(Person("person-1", "p@example.com"), "client-1", ("mcp",))
EVERYTHING: dict[str, Any] = {
    "elicitation": {"form": {}, "url": {}},
    "sampling": {"tools": {}},
    "roots": {},
}
ACTED: list[str] = []


@dataclass(frozen=True)
class Guest:
    """Somebody who comes."""

    name: str
    meals: int = 1


@tool()
def invite(context: Context, party: str = "tea") -> str:
    """Invite somebody, if they are wanted."""
    guest = context.elicit("Who comes?", Guest, key="guest").value
    colour = context.elicit("Which colour?", Literal["red", "blue"], key="colour")
    ACTED.append(guest.name)
    return f"{guest.name} comes to {party} in {colour.value if colour.accepted else colour.action}"


@tool()
def swallow(context: Context) -> str:
    """Catch everything that a tool should not."""
    try:
        said = context.elicit("Sure?", bool).value
    except Exception:
        return "an exception was caught"
    return f"sure: {said}"


@tool()
def swallow_all(context: Context) -> str:
    """Catch even more."""
    with suppress(BaseException):
        context.elicit("Sure?", bool)
    raise RuntimeError("the answer is missing")


@tool()
def count(context: Context) -> str:
    """Ask the same until it is enough."""
    total = 0
    while context.elicit("One more?", bool).value:
        total += 1
    return f"{total} more"


@tool()
async def gather(context: Context) -> str:
    """Ask several things at once, in the way of asyncio."""

    async def ask(thing: str) -> str:
        return context.elicit(f"Which {thing}?", str, key=thing).value

    async with asyncio.TaskGroup() as tasks:
        asked = [tasks.create_task(ask(thing)) for thing in ("cake", "cup")]
    return " ".join(task.result() for task in asked)


@tool()
async def ask_async(context: Context) -> str:
    """Ask from a coroutine."""
    return str(context.elicit("Sure?", bool).value)


@tool()
def ask_everything(context: Context) -> str:
    """Ask the person, the model and the client at once."""
    guest, poem, roots = context.ask_all(
        Elicit("Who comes?", Guest, key="guest"),
        Sample("A poem", max_tokens=50, key="poem"),
        ListRoots(key="folders"),
    )
    return f"{guest.value.name}: {poem.text} ({roots[0].uri})"


@tool()
def visit(context: Context) -> str:
    """Send the person to a page."""
    return context.elicit_url("Your key, please", "https://example.com/key", key="page").action


@tool()
def with_tools(context: Context) -> str:
    """Let the model use tools."""
    return context.sample("Weather?", tools=[{"name": "weather", "inputSchema": {}}]).text


@tool()
def do_without(context: Context) -> str:
    """Ask only whom it can."""
    if not context.can_ask(Elicit("Sure?", bool)):
        return "did not ask"
    try:
        return context.sample("A poem").text
    except CannotAsk:
        return "no poem"


@prompt()
def letter(context: Context, to: str = "all") -> str:
    """Write a letter about what the person says."""
    return f"Write to {to} about {context.elicit('What about?', str, key='what').value}"


@resource("page://{number}")
def page(number: int, context: Context) -> str:
    """Ask before it is read."""
    return f"{number}: {context.elicit('Read it?', bool, key='read').value}"


TOOLS = (
    ask_async,
    ask_everything,
    count,
    do_without,
    gather,
    invite,
    swallow,
    swallow_all,
    visit,
    with_tools,
)


class KeysInMemory:
    """What `RequestStateKeyStore` promises."""

    def __init__(self) -> None:
        self._kept: dict[int, RequestStateKey] = {}

    def add(self, key: RequestStateKey) -> bool:
        return self._kept.setdefault(key.period, key) is key

    def all(self) -> list[RequestStateKey]:
        return list(self._kept.values())

    def remove(self, key: RequestStateKey) -> None:
        del self._kept[key.period]


class NotSealed:
    """Stands where KMS does; the context is kept as it would be."""

    def seal(self, plain: bytes, *, context: dict[str, str]) -> bytes:
        return json.dumps(context).encode() + plain

    def unseal(self, sealed: bytes, *, context: dict[str, str]) -> bytes:
        assert sealed.startswith(json.dumps(context).encode())
        return sealed.removeprefix(json.dumps(context).encode())


NOW = {"now": 1_900_000_000}
STATES = RequestStates(KeysInMemory(), NotSealed(), lambda: NOW["now"])
REPORTED: list[str] = []
SERVER = Server(
    "asking server",
    "1",
    Registry(
        tools={made.name: made for made in map(tool_of, TOOLS)},
        prompts={"letter": vars(letter)[MARK]},
        templates={"page": vars(page)[MARK]},
    ),
    lambda said, _error: REPORTED.append(said),
    request_states=lambda: STATES,
)


@dataclass
class Client:
    """A client of 2026-07-28 that goes on with one call."""

    tool: str
    arguments: dict[str, Any] = field(default_factory=dict)
    caller: Caller = CALLER
    capabilities: Any = field(default_factory=lambda: EVERYTHING)
    state: Any = None
    method: str = "tools/call"
    named_by: str = "name"

    def call(self, answers: Any = None, **params: Any) -> Reply:
        """The reply to the call, with what came of the call before and these answers."""
        meta = {**META, "io.modelcontextprotocol/clientCapabilities": self.capabilities}
        sent = {self.named_by: self.tool, "arguments": self.arguments, "_meta": meta, **params}
        if self.state is not None:
            sent.setdefault("requestState", self.state)
        if answers is not None:
            sent["inputResponses"] = answers
        message = {"jsonrpc": "2.0", "id": 1, "method": self.method, "params": sent}
        headers = {
            "mcp-protocol-version": MODERN,
            "mcp-method": self.method,
            "mcp-name": str(sent[self.named_by]),
        }
        reply = answer(SERVER, headers, json.dumps(message).encode(), self.caller)
        self.state = body_of(reply).get("result", {}).get("requestState", self.state)
        return reply

    def asked(self, answers: Any = None) -> dict[str, Any]:
        """What the server asks."""
        result = result_of(self.call(answers))
        assert result["resultType"] == "input_required", result
        requests = result["inputRequests"]
        assert isinstance(requests, dict)
        return requests

    def told(self, answers: Any = None) -> str:
        """The text of the result."""
        result = result_of(self.call(answers))
        assert result["resultType"] == "complete", result
        text = result["content"][0]["text"]
        assert isinstance(text, str)
        return text


def accept(**content: Any) -> dict[str, Any]:
    """The person filled in the form."""
    return {"action": "accept", "content": content}
