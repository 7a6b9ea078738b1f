"""The MCP endpoint of the small server: one tool, in both eras."""

from typing import TYPE_CHECKING, Any

from tests.doctor.small_server import CORS, RESOURCE, Asked, Given

if TYPE_CHECKING:
    from tests.doctor.small_server import SmallServer

TOOL = {
    "name": "tell_time",
    "inputSchema": {"type": "object", "properties": {}},
    "annotations": {"readOnlyHint": True},
}
RESULTS: dict[str, dict[str, Any]] = {
    "initialize": {
        "protocolVersion": "2025-11-25",
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "small", "version": "1"},
    },
    "tools/list": {"tools": [TOOL], "ttlMs": 1, "cacheScope": "private"},
    "tools/call": {"content": [{"type": "text", "text": "the person's own"}]},
    "server/discover": {"supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}}},
}


class McpEndpoint:
    """Lets in whoever has a token for it."""

    def __init__(self, server: "SmallServer") -> None:
        self._server = server

    def post(self, asked: Asked) -> Given:
        if not self._is_let_in(asked.token):
            return self._challenge()
        message = asked.message
        if "id" not in message:
            return Given(202, headers=CORS)
        modern = "_meta" in message["params"]
        result = RESULTS.get(message["method"])
        if result is None:
            error = {"code": -32601, "message": "Method not found"}
            body = {"jsonrpc": "2.0", "id": message["id"], "error": error}
            return Given(404 if modern else 200, body, CORS)
        if modern:
            result = {"resultType": "complete", **result}
        return Given(200, {"jsonrpc": "2.0", "id": message["id"], "result": result}, CORS)

    def get(self, asked: Asked) -> Given:
        return Given(405, headers=CORS) if self._is_let_in(asked.token) else self._challenge()

    def _is_let_in(self, token: str) -> bool:
        switches = self._server.switches
        if "open" in switches or (token and "any_token" in switches):
            return True
        if "unsigned_tokens" in switches and token.endswith("."):
            return True
        grant, resource = self._server.oauth.access_tokens.get(token, (None, ""))
        if grant is None or (grant.revoked and "tokens_last" not in switches):
            return False
        ours = (self._server.url, self._server.origin)
        return "any_audience" in switches or resource.rstrip("/") in ours

    def _challenge(self) -> Given:
        document = f"{self._server.origin}{RESOURCE}/mcp"
        challenge = f'Bearer resource_metadata="{document}", scope="mcp"'
        return Given(401, {"error": "invalid_token"}, {**CORS, "www-authenticate": challenge})
