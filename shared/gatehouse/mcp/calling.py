"""tools/list and tools/call, alike in every protocol version but for what a result may carry."""

import json
import secrets
from typing import Any

from gatehouse.mcp.eras import Era
from gatehouse.mcp.jsonrpc import (
    INVALID_PARAMS,
    MISSING_REQUIRED_CLIENT_CAPABILITY,
    Call,
    RpcError,
)
from gatehouse.mcp.outcomes import Complete
from gatehouse.mcp.registry.tools import Tool, ToolError
from gatehouse.mcp.rounds import CannotAsk, Interrupted
from gatehouse.mcp.schemas.bad_arguments import BadArguments
from gatehouse.mcp.server import Server
from gatehouse.mcp.turn import Turn


def list_tools(turn: Turn) -> Complete:
    """The tools, all on one page. Raises `RpcError` for a cursor, as none was given out."""
    if turn.call.params.get("cursor") is not None:
        raise RpcError(INVALID_PARAMS, "Invalid cursor")
    return Complete(
        {"tools": [_describe(tool, turn.era) for tool in turn.server.registry.tools.values()]}
    )


def scopes_of_call(server: Server, call: Call) -> tuple[str, ...]:
    """What the called tool needs; nothing where there is no such tool."""
    name = call.params.get("name")
    tool = server.registry.tools.get(name) if isinstance(name, str) else None
    return tool.scopes if tool else ()


def call_tool(turn: Turn) -> Complete:
    """The result of one tool. Raises `RpcError` for a tool that does not exist."""
    server, call, context, era = turn
    name, arguments = call.params.get("name"), call.params.get("arguments")
    arguments = {} if arguments is None else arguments
    if not isinstance(name, str) or not isinstance(arguments, dict):
        raise RpcError(INVALID_PARAMS, "tools/call takes a name and an object of arguments")
    tool = server.registry.tools.get(name)
    if tool is None:
        raise RpcError(INVALID_PARAMS, f"Unknown tool: {name}")
    try:
        return Complete(_result(tool, tool.call(arguments, context), era))
    except BadArguments as error:
        if not era.tells_the_model_of_bad_arguments:
            raise RpcError(INVALID_PARAMS, f"Invalid arguments: {error}") from None
        return _failure(f"Invalid arguments: {error}")
    except CannotAsk as error:
        # 2026-07-28: MissingRequiredClientCapabilityError, where the client could declare more
        if error.required is not None:
            raise RpcError(
                MISSING_REQUIRED_CLIENT_CAPABILITY,
                str(error),
                {"requiredCapabilities": error.required},
            ) from None
        return _failure(str(error))
    except ToolError as error:
        return _failure(str(error))
    except (Exception, SystemExit) as error:
        # what a tool's `finally` makes of being interrupted is no mistake of its own
        if context.round and context.round.is_open:
            raise Interrupted from None
        incident = secrets.token_hex(4)
        server.report(f"the tool {name} failed, incident {incident}", error)
        return _failure(f"The tool failed; its operator finds the cause as incident {incident}")


def _describe(tool: Tool, era: Era) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": tool.name,
        "description": tool.description,
        "inputSchema": tool.signature.input_schema,
        "annotations": dict(tool.annotations),
    }
    if era.has_structured_content:
        if tool.title:
            described["title"] = tool.title
        if tool.signature.output_schema:
            described["outputSchema"] = tool.signature.output_schema
    return described


def _result(tool: Tool, value: object, era: Era) -> dict[str, Any]:
    if not tool.codec.is_structured:
        text = value if isinstance(value, str) else _json(value)
        return {"content": [_text(text)], "isError": False}
    structured = tool.codec.structured(value)
    # Clients that know no structured content read the same as text
    text = _json(structured)
    if not era.has_structured_content:
        return {"content": [_text(text)], "isError": False}
    return {"content": [_text(text)], "structuredContent": structured, "isError": False}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _failure(message: str) -> Complete:
    return Complete({"content": [_text(message)], "isError": True})


def _text(text: str) -> dict[str, str]:
    return {"type": "text", "text": text}
