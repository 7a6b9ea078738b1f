"""Every method there is: who answers it, in which eras, and what is known of it beforehand."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final, NamedTuple

from gatehouse.mcp import calling, lifecycle
from gatehouse.mcp.eras import ERAS, STANDING_ALONE, WITH_HANDSHAKE, Era
from gatehouse.mcp.jsonrpc import Call
from gatehouse.mcp.outcomes import Outcome
from gatehouse.mcp.registry import Registry
from gatehouse.mcp.registry.offers import Offer
from gatehouse.mcp.server import Server
from gatehouse.mcp.turn import Turn


def _nothing(server: Server, call: Call) -> Mapping[str, object]:
    return {}


def _none(server: Server, call: Call) -> Offer | None:
    return None


class Method(NamedTuple):
    """One method.

    named_by: the parameter that the header `Mcp-Name` repeats
    cached: whether a client may keep the result for a while
    asks: whether the client may be asked something before it gets the result
    offer_of: what of the server's a call of it leads to, which may need scopes
    headers_of: the values that further headers repeat, by the header's name
    needs: what the registry must have for the method to be there
    """

    name: str
    eras: tuple[Era, ...]
    respond: Callable[[Turn], Outcome]
    named_by: str = ""
    cached: bool = False
    asks: bool = False
    offer_of: Callable[[Server, Call], Offer | None] = _none
    headers_of: Callable[[Server, Call], Mapping[str, object]] = _nothing
    needs: tuple[str, ...] = ()


def _later(module: str, name: str) -> Callable[..., Any]:
    """A function of a module that is loaded when it is first called (docs/decisions/0007)."""

    def call(*arguments: object) -> Any:
        return getattr(import_module(f"gatehouse.mcp.{module}"), name)(*arguments)

    return call


_RESOURCES: Final = ("resources", "templates")
_ALL: Final = (
    Method("initialize", WITH_HANDSHAKE, lifecycle.initialize),
    Method("ping", WITH_HANDSHAKE, lifecycle.ping),
    Method("server/discover", STANDING_ALONE, lifecycle.discover, cached=True),
    Method("logging/setLevel", WITH_HANDSHAKE, lifecycle.set_level, needs=("has_messages",)),
    Method("tools/list", ERAS, calling.list_tools, cached=True),
    Method(
        "tools/call",
        ERAS,
        calling.call_tool,
        named_by="name",
        asks=True,
        offer_of=calling.called_tool,
        headers_of=calling.headers_of_call,
    ),
    Method(
        "resources/list", ERAS, _later("reading", "list_resources"), cached=True, needs=_RESOURCES
    ),
    Method(
        "resources/templates/list",
        ERAS,
        _later("reading", "list_templates"),
        cached=True,
        needs=_RESOURCES,
    ),
    Method(
        "resources/read",
        ERAS,
        _later("reading", "read_resource"),
        named_by="uri",
        asks=True,
        cached=True,
        offer_of=_later("reading", "read_one"),
        needs=_RESOURCES,
    ),
    Method(
        "prompts/list", ERAS, _later("prompting", "list_prompts"), cached=True, needs=("prompts",)
    ),
    Method(
        "prompts/get",
        ERAS,
        _later("prompting", "get_prompt"),
        named_by="name",
        asks=True,
        offer_of=_later("prompting", "named_prompt"),
        needs=("prompts",),
    ),
    Method(
        "completion/complete",
        ERAS,
        _later("completing", "complete"),
        offer_of=_later("completing", "completed_offer"),
        needs=("has_completions",),
    ),
    # SEP-2663, Streamable HTTP: Mcp-Name is the task's id
    Method(
        "tasks/get",
        STANDING_ALONE,
        _later("tasks.methods", "get_task"),
        named_by="taskId",
        needs=("has_tasks",),
    ),
    Method(
        "tasks/update",
        STANDING_ALONE,
        _later("tasks.methods", "update_task"),
        named_by="taskId",
        needs=("has_tasks",),
    ),
    Method(
        "tasks/cancel",
        STANDING_ALONE,
        _later("tasks.methods", "cancel_task"),
        named_by="taskId",
        needs=("has_tasks",),
    ),
)
_BY_NAME: Final = {method.name: method for method in _ALL}


def is_method(name: str) -> bool:
    """Whether MCP has a method of this name that we know, whatever the era."""
    return name in _BY_NAME


def offer_of(method: str, server: Server, call: Call) -> Offer | None:
    """The offer that a call of a method leads to, if there is one."""
    return _BY_NAME[method].offer_of(server, call) if method in _BY_NAME else None


def find_method(name: str, era: Era, registry: Registry) -> Method | None:
    """The method of this name, if the era has it and something is there for it."""
    method = _BY_NAME.get(name)
    if method is None or era not in method.eras:
        return None
    there = not method.needs or any(getattr(registry, need) for need in method.needs)
    return method if there else None
