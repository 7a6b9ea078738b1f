"""tools/list and tools/call, alike in every protocol version but for what a result may carry."""

import json
import secrets
from typing import Any

from gatehouse.mcp import versions
from gatehouse.mcp.bad_arguments import BadArguments
from gatehouse.mcp.context import Context
from gatehouse.mcp.jsonrpc import INVALID_PARAMS, Call, RpcError
from gatehouse.mcp.scopes import require_scopes
from gatehouse.mcp.server import Server
from gatehouse.mcp.tools import Tool, ToolError


def list_tools(server: Server, call: Call, context: Context, version: str) -> dict[str, Any]:
    """The tools, all on one page. Raises `RpcError` for a cursor, as none was given out."""
    if call.params.get("cursor") is not None:
        raise RpcError(INVALID_PARAMS, "Invalid cursor")
    return {"tools": [_describe(tool, version) for tool in server.tools.values()]}


def call_tool(server: Server, call: Call, context: Context, version: str) -> dict[str, Any]:
    """The result of one tool.

    Raises `RpcError` for a tool that does not exist, and `ScopesMissing` before one is run.
    """
    name, arguments = call.params.get("name"), call.params.get("arguments")
    arguments = {} if arguments is None else arguments
    if not isinstance(name, str) or not isinstance(arguments, dict):
        raise RpcError(INVALID_PARAMS, "tools/call takes a name and an object of arguments")
    tool = server.tools.get(name)
    if tool is None:
        raise RpcError(INVALID_PARAMS, f"Unknown tool: {name}")
    require_scopes(server, [call], context.caller)
    try:
        return _result(tool, tool.call(arguments, context), version)
    except BadArguments as error:
        if not versions.tells_the_model_of_bad_arguments(version):
            raise RpcError(INVALID_PARAMS, f"Invalid arguments: {error}") from None
        return _failure(f"Invalid arguments: {error}")
    except ToolError as error:
        return _failure(str(error))
    except (Exception, SystemExit) as error:
        incident = secrets.token_hex(4)
        server.report(f"the tool {name} failed, incident {incident}", error)
        return _failure(f"The tool failed; its operator finds the cause as incident {incident}")


def _describe(tool: Tool, version: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": tool.name,
        "description": tool.description,
        "inputSchema": tool.signature.input_schema,
        "annotations": dict(tool.annotations),
    }
    if versions.has_structured_content(version):
        if tool.title:
            described["title"] = tool.title
        if tool.signature.output_schema:
            described["outputSchema"] = tool.signature.output_schema
    return described


def _result(tool: Tool, value: object, version: str) -> dict[str, Any]:
    if not tool.codec.is_structured:
        text = value if isinstance(value, str) else _json(value)
        return {"content": [_text(text)], "isError": False}
    structured = tool.codec.structured(value)
    # Clients that know no structured content read the same as text
    text = _json(structured)
    if not versions.has_structured_content(version):
        return {"content": [_text(text)], "isError": False}
    return {"content": [_text(text)], "structuredContent": structured, "isError": False}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _failure(message: str) -> dict[str, Any]:
    return {"content": [_text(message)], "isError": True}


def _text(text: str) -> dict[str, str]:
    return {"type": "text", "text": text}
