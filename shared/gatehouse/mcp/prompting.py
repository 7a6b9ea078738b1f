"""prompts/list and prompts/get."""

from typing import Any

from gatehouse.mcp.blocks import content_blocks
from gatehouse.mcp.content import Message
from gatehouse.mcp.eras import Era
from gatehouse.mcp.incidents import internal_error
from gatehouse.mcp.jsonrpc import INTERNAL_ERROR, INVALID_PARAMS, Call, RpcError, clipped
from gatehouse.mcp.listing import list_page, listed
from gatehouse.mcp.markers import described_by
from gatehouse.mcp.outcomes import Complete
from gatehouse.mcp.registry.prompts import Prompt
from gatehouse.mcp.registry.tools import ToolError
from gatehouse.mcp.schemas.bad_arguments import BadArguments
from gatehouse.mcp.server import Server
from gatehouse.mcp.turn import Turn


def list_prompts(turn: Turn) -> Complete:
    """The prompts, page by page. Raises `RpcError` for a bad cursor."""
    return list_page(turn, "prompts", turn.server.registry.prompts, _describe)


def named_prompt(server: Server, call: Call) -> Prompt | None:
    """The prompt that a call names, if there is one."""
    name = call.params.get("name")
    return server.registry.prompts.get(name) if isinstance(name, str) else None


def get_prompt(turn: Turn) -> Complete:
    """A prompt's messages. Raises `RpcError` for one that does not exist, and bad arguments."""
    server, call, context, era = turn
    name, arguments = call.params.get("name"), call.params.get("arguments")
    arguments = {} if arguments is None else arguments
    if not isinstance(name, str) or not isinstance(arguments, dict):
        raise RpcError(INVALID_PARAMS, "prompts/get takes a name and an object of arguments")
    prompt = server.registry.prompts.get(name)
    if prompt is None:
        raise RpcError(INVALID_PARAMS, f"Unknown prompt: {clipped(name)}")
    # the schema of GetPromptRequest: every argument is a string
    if not all(isinstance(value, str) for value in arguments.values()):
        raise RpcError(INVALID_PARAMS, "Invalid arguments: each is a string")
    try:
        messages = _messages(prompt.call(arguments, context), era)
    except BadArguments as error:
        raise RpcError(INVALID_PARAMS, f"Invalid arguments: {error}") from None
    except ToolError as error:
        raise RpcError(INTERNAL_ERROR, str(error)) from None
    except (Exception, SystemExit) as error:
        raise internal_error(server, prompt, error) from None
    return Complete({"description": prompt.description, "messages": messages})


def _describe(prompt: Prompt, era: Era) -> dict[str, Any]:
    arguments = [_argument(prompt, name, hint) for name, hint in prompt.hints.items()]
    return listed(prompt, era, arguments=arguments or None)


def _argument(prompt: Prompt, name: str, hint: object) -> dict[str, Any]:
    description = described_by(hint)
    told = {"description": description} if description else {}
    return {"name": name, **told, "required": name not in prompt.defaults}


def _messages(value: object, era: Era) -> list[dict[str, Any]]:
    several = value if isinstance(value, list | tuple) else [value]
    return [written for each in several for written in _written(each, era)]


def _written(value: object, era: Era) -> list[dict[str, Any]]:
    role, content = (value.role, value.content) if isinstance(value, Message) else ("user", value)
    return [{"role": role, "content": block} for block in content_blocks(content, era)]
