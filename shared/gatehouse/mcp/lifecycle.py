"""How client and server get to know each other: the handshake, or one question.

The handshake is answered and forgotten: no session id is given out, so any process can answer the
next request.
"""

from collections.abc import Mapping
from typing import Any

from gatehouse.mcp.channel import LEVELS
from gatehouse.mcp.eras import NEGOTIABLE, SUPPORTED
from gatehouse.mcp.jsonrpc import INVALID_PARAMS, RpcError
from gatehouse.mcp.outcomes import Complete
from gatehouse.mcp.server import Server
from gatehouse.mcp.tasks import EXTENSION
from gatehouse.mcp.turn import Turn


def initialize(turn: Turn) -> Complete:
    """The version that both will speak, and what the server has.

    Raises `RpcError` where the client leaves out what it has to say.
    """
    _require_introduction(turn.call.params)
    # 2025-11-25, Lifecycle, "Version Negotiation": the same version back if it is supported,
    # else the latest that this handshake knows
    requested = turn.call.params["protocolVersion"]
    return Complete(
        {
            "protocolVersion": requested if requested in NEGOTIABLE else NEGOTIABLE[0],
            "capabilities": _capabilities(turn.server),
            "serverInfo": turn.server.info,
        }
    )


def _require_introduction(params: Mapping[str, Any]) -> None:
    # 2025-03-26 and later, Lifecycle, "Initialization": the request must contain all three
    info = params.get("clientInfo")
    told = [info.get("name"), info.get("version")] if isinstance(info, dict) else [None]
    if not isinstance(params.get("protocolVersion"), str):
        raise RpcError(INVALID_PARAMS, "initialize takes a protocolVersion")
    if not isinstance(params.get("capabilities"), dict):
        raise RpcError(INVALID_PARAMS, "initialize takes an object of capabilities")
    if not all(isinstance(each, str) for each in told):
        raise RpcError(INVALID_PARAMS, "initialize takes clientInfo with a name and a version")


def discover(turn: Turn) -> Complete:
    """Every version that can be spoken, and what the server has."""
    capabilities = _capabilities(turn.server)
    if turn.server.tasks and turn.server.registry.has_tasks:
        capabilities["extensions"] = {EXTENSION: {}}
    return Complete({"supportedVersions": list(SUPPORTED), "capabilities": capabilities})


def ping(turn: Turn) -> Complete:
    """That somebody is here."""
    return Complete({})


def set_level(turn: Turn) -> Complete:
    """Take note of a log level, which nothing can be kept of. Raises `RpcError` for no level."""
    if turn.call.params.get("level") not in LEVELS:
        raise RpcError(INVALID_PARAMS, f"The level is one of {', '.join(LEVELS)}")
    return Complete({})


def _capabilities(server: Server) -> dict[str, Any]:
    registry = server.registry
    offered = {
        "tools": registry.tools,
        "resources": registry.resources or registry.templates,
        "prompts": registry.prompts,
        "completions": registry.has_completions,
        "logging": registry.has_messages,
    }
    return {name: {} for name, there in offered.items() if there}
