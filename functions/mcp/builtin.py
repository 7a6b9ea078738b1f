"""The built-in MCP server: everything in `tools/`, for whichever function it is asked through."""

from typing import Final

from gatehouse import __version__, wiring
from gatehouse.log.failures import log_failure
from gatehouse.mcp.registry.loading import load_registry
from gatehouse.mcp.server import Server
from gatehouse.provider_tokens import provider_token

SCOPES: Final = wiring.settings().policy.scopes
SERVER: Final = Server(
    wiring.settings().server_name,
    __version__,
    # one whose scope is not in the catalogue keeps the function from starting
    load_registry("tools", scopes=SCOPES.names),
    log_failure,
    SCOPES.reach,
    request_states=wiring.request_states,
    tasks=wiring.tasks,
    provider_token=provider_token,
)
