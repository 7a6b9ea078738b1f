"""tools/list and tools/call, alike in every protocol version but for what a result may carry."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from gatehouse.mcp.blocks import content_blocks, failure, json_text, text_block
from gatehouse.mcp.eras import Era
from gatehouse.mcp.incidents import incident_of
from gatehouse.mcp.jsonrpc import INVALID_PARAMS, Call, RpcError, clipped
from gatehouse.mcp.listing import list_page, listed
from gatehouse.mcp.outcomes import Complete, Outcome
from gatehouse.mcp.registry.tools import Tool, ToolError
from gatehouse.mcp.schemas.bad_arguments import BadArguments
from gatehouse.mcp.server import Server
from gatehouse.mcp.turn import Turn

_T = TypeVar("_T")


def list_tools(turn: Turn) -> Complete:
    """The tools, page by page. Raises `RpcError` for a cursor that was not given out."""
    return list_page(turn, "tools", turn.server.registry.tools, _describe)


def called_tool(server: Server, call: Call) -> Tool | None:
    """The tool that a call names, if there is one."""
    name = call.params.get("name")
    return server.registry.tools.get(name) if isinstance(name, str) else None


def call_tool(turn: Turn) -> Outcome:
    """The result of one tool, or its task. Raises `RpcError` for a tool that does not exist."""
    tool, arguments = _called(turn)
    tasks = None
    if tool.task != "never":
        # loaded here: most tools are answered at once (docs/decisions/0007)
        from gatehouse.mcp.tasks.creation import make_task, tasks_for

        tasks = tasks_for(turn, tool)
    # SEP-2663, Task Creation: the call itself asks what is asked before, and becomes a task then
    found = _asked_first(turn, tool, arguments)
    if isinstance(found, Complete):
        return found
    if tasks:
        return make_task(turn, tool, tasks(), arguments, found)
    return run_tool(turn, tool, arguments, found)


def _asked_first(turn: Turn, tool: Tool, arguments: dict[str, Any]) -> dict[str, Any] | Complete:
    """What the tool has to know before it begins, or the result where that ended in one."""
    asking = tool.asking_first
    if asking is None:
        return {}
    return _outcome(turn, tool, lambda: asking.find_out(arguments, turn.context))


def _called(turn: Turn) -> tuple[Tool, dict[str, Any]]:
    name, arguments = turn.call.params.get("name"), turn.call.params.get("arguments")
    arguments = {} if arguments is None else arguments
    if not isinstance(name, str) or not isinstance(arguments, dict):
        raise RpcError(INVALID_PARAMS, "tools/call takes a name and an object of arguments")
    tool = turn.server.registry.tools.get(name)
    if tool is None:
        raise RpcError(INVALID_PARAMS, f"Unknown tool: {clipped(name)}")
    return tool, arguments


def run_tool(
    turn: Turn, tool: Tool, arguments: dict[str, Any], found: Mapping[str, Any]
) -> Complete:
    """The result of a tool, given what was found out before it.

    Raises the `RpcError` that it raises; whatever else it does is a result.
    """

    def respond() -> Complete:
        asked_first = tool.asking_first.read(found) if tool.asking_first else {}
        return Complete(_result(tool, tool.call(arguments, turn.context, asked_first), turn.era))

    return _outcome(turn, tool, respond)


def _outcome(turn: Turn, tool: Tool, respond: Callable[[], _T]) -> _T | Complete:
    """What `respond` returns, or the result that tells what it raised. Raises `RpcError`."""
    try:
        return respond()
    except BadArguments as error:
        if not turn.era.tells_the_model_of_bad_arguments:
            raise RpcError(INVALID_PARAMS, f"Invalid arguments: {error}") from None
        return failure(f"Invalid arguments: {error}")
    except ToolError as error:
        return failure(str(error))
    except RpcError:
        raise
    except (Exception, SystemExit) as error:
        return failure(incident_of(turn.server, tool, error))


def headers_of_call(server: Server, call: Call) -> Mapping[str, object]:
    """The arguments that headers repeat, by the header's name; nothing where there is no tool."""
    tool, arguments = called_tool(server, call), call.params.get("arguments")
    if tool is None or not isinstance(arguments, dict):
        return {}
    return {header: arguments.get(argument) for argument, header in tool.headers.items()}


def _describe(tool: Tool, era: Era) -> dict[str, Any]:
    output = tool.schemas.output_schema if era.has_structured_content else None
    return listed(
        tool,
        era,
        inputSchema=tool.input_schema or tool.schemas.input_schema,
        outputSchema=output,
        annotations=dict(tool.annotations),
    )


def _result(tool: Tool, value: object, era: Era) -> dict[str, Any]:
    if not tool.codec.is_structured:
        return {"content": content_blocks(value, era), "isError": False}
    structured = tool.codec.structured(value)
    # Clients that know no structured content read the same as text
    text = json_text(structured)
    if not era.has_structured_content:
        return {"content": [text_block(text)], "isError": False}
    return {"content": [text_block(text)], "structuredContent": structured, "isError": False}
