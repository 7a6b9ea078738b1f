"""The built-in MCP server: every tool, resource and prompt in the files of one package."""

from collections.abc import Mapping

from gatehouse import __version__, wiring
from gatehouse.log.failures import log_failure
from gatehouse.mcp.caller import Caller
from gatehouse.mcp.carriers import Carrier
from gatehouse.mcp.endpoint import answer
from gatehouse.mcp.registry.loading import load_registry
from gatehouse.mcp.scopes import ScopesMissing
from gatehouse.mcp.server import McpServer, Reply, Server
from gatehouse.oauth.scopes import ScopeCatalogue
from gatehouse.oauth.tokens.bearer import insufficient_scope
from gatehouse.provider_tokens import provider_token


def built_in_server(package: str) -> McpServer:
    """The server of what the files of `package` offer.

    Raises `TypeError` for what no client could call, as where a scope is not in the catalogue: the
    function does not start.
    """
    settings = wiring.settings()
    scopes = settings.policy.scopes
    server = Server(
        settings.server_name,
        __version__,
        load_registry(package, scopes=scopes.names),
        log_failure,
        scopes.reach,
        request_states=wiring.request_states,
        tasks=wiring.tasks,
        provider_token=provider_token,
    )
    return _BuiltInServer(server, scopes)


class _BuiltInServer:
    """Keeps the promise of `McpServer`."""

    def __init__(self, server: Server, scopes: ScopeCatalogue) -> None:
        self._server = server
        self._scopes = scopes

    def answer(
        self, headers: Mapping[str, str], body: bytes, caller: Caller, carrier: Carrier
    ) -> Reply:
        try:
            return answer(self._server, headers, body, caller, carrier)
        except ScopesMissing as missing:
            needed = (*self._scopes.minimum, *missing.needed)
            raise insufficient_scope(caller.scopes, needed, self._scopes) from None

    def run_task(self, task_id: str) -> str:
        from gatehouse.mcp.tasks.running import run_task

        return run_task(self._server, wiring.tasks(), task_id)
