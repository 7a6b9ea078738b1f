"""tools/list and tools/call, alike in every protocol version but for what a result may carry."""

from collections.abc import Mapping
from typing import Any

from gatehouse.mcp.blocks import content_blocks, json_text, text_block
from gatehouse.mcp.eras import Era
from gatehouse.mcp.incidents import incident_of
from gatehouse.mcp.jsonrpc import INVALID_PARAMS, Call, RpcError, clipped
from gatehouse.mcp.listing import list_page, listed
from gatehouse.mcp.outcomes import Complete, Outcome
from gatehouse.mcp.registry.tools import Tool, ToolError
from gatehouse.mcp.schemas.bad_arguments import BadArguments
from gatehouse.mcp.server import Server
from gatehouse.mcp.turn import Turn


def list_tools(turn: Turn) -> Complete:
    """The tools, page by page. Raises `RpcError` for a cursor that was not given out."""
    return list_page(turn, "tools", turn.server.registry.tools, _describe)


def scopes_of_call(server: Server, call: Call) -> tuple[str, ...]:
    """What the called tool needs; nothing where there is no such tool."""
    name = call.params.get("name")
    tool = server.registry.tools.get(name) if isinstance(name, str) else None
    return tool.scopes if tool else ()


def call_tool(turn: Turn) -> Outcome:
    """The result of one tool, or its task. Raises `RpcError` for a tool that does not exist."""
    tool, arguments = _called(turn)
    if tool.task != "never":
        # loaded here: most tools are answered at once (docs/decisions/0007)
        from gatehouse.mcp.tasks.creation import make_task

        made = make_task(turn, tool, arguments)
        if made is not None:
            return made
    return run_tool(turn, tool, arguments)


def _called(turn: Turn) -> tuple[Tool, dict[str, Any]]:
    name, arguments = turn.call.params.get("name"), turn.call.params.get("arguments")
    arguments = {} if arguments is None else arguments
    if not isinstance(name, str) or not isinstance(arguments, dict):
        raise RpcError(INVALID_PARAMS, "tools/call takes a name and an object of arguments")
    tool = turn.server.registry.tools.get(name)
    if tool is None:
        raise RpcError(INVALID_PARAMS, f"Unknown tool: {clipped(name)}")
    return tool, arguments


def run_tool(turn: Turn, tool: Tool, arguments: dict[str, Any]) -> Complete:
    """The result of a tool. Raises the `RpcError` that it raises; whatever else it does is one."""
    server, _, context, era = turn
    try:
        return Complete(_result(tool, tool.call(arguments, context), era))
    except BadArguments as error:
        if not era.tells_the_model_of_bad_arguments:
            raise RpcError(INVALID_PARAMS, f"Invalid arguments: {error}") from None
        return failure(f"Invalid arguments: {error}")
    except ToolError as error:
        return failure(str(error))
    except RpcError:
        raise
    except (Exception, SystemExit) as error:
        return failure(incident_of(server, tool, error))


def headers_of_call(server: Server, call: Call) -> Mapping[str, object]:
    """The arguments that headers repeat, by the header's name; nothing where there is no tool."""
    name, arguments = call.params.get("name"), call.params.get("arguments")
    tool = server.registry.tools.get(name) if isinstance(name, str) else None
    if tool is None or not isinstance(arguments, dict):
        return {}
    return {header: arguments.get(argument) for argument, header in tool.headers.items()}


def _describe(tool: Tool, era: Era) -> dict[str, Any]:
    output = tool.signature.output_schema if era.has_structured_content else None
    return listed(
        tool,
        era,
        inputSchema=tool.input_schema or tool.signature.input_schema,
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


def failure(message: str) -> Complete:
    """A result that tells the model what went wrong."""
    return Complete({"content": [text_block(message)], "isError": True})
