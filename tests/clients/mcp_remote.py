"""mcp-remote, started by an app that knows stdio alone."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.clients.child import Child, child
from tests.clients.npm import NODE
from tests.clients.sign_in import new_http, sign_in
from tests.running_stack import RunningStack

_PROXY = Path(__file__).parent / "typescript" / "node_modules" / "mcp-remote" / "dist" / "proxy.js"
_HELLO = {
    "protocolVersion": "2025-06-18",
    "capabilities": {},
    "clientInfo": {"name": "an app that knows stdio", "version": "1"},
}


class App:
    """What the app says to mcp-remote, and is told."""

    def __init__(self, proxy: Child) -> None:
        self._proxy = proxy
        self._asked = 0
        self.initialized = self.ask("initialize", _HELLO)["result"]
        self._tell({"method": "notifications/initialized"})

    def ask(self, method: str, params: Any) -> Any:
        """The answer to a request."""
        self._asked += 1
        self._tell({"id": self._asked, "method": method, "params": params})
        return json.loads(self._proxy.wait_for('{"'))

    def whoami(self) -> Any:
        """The answer to a call of the tool."""
        return self.ask("tools/call", {"name": "whoami", "arguments": {}})

    def wait_for(self, words: str) -> None:
        """Wait until mcp-remote says this in its log."""
        while words not in self._proxy.wait_for("["):
            pass

    def _tell(self, message: dict[str, Any]) -> None:
        self._proxy.tell(json.dumps({"jsonrpc": "2.0", **message}))


@contextmanager
def connected_app(stack: RunningStack, path: str, transport: str, *, folder: Path) -> Iterator[App]:
    """The app after its person has signed in. mcp-remote keeps its tokens in `folder`."""
    # it would open a browser of this machine's otherwise
    environment: list[str | Path] = ["env", "BROWSER=true", f"MCP_REMOTE_CONFIG_DIR={folder}"]
    command = [*environment, NODE, _PROXY, f"{stack.url}{path}", "--transport", transport]
    with child(command) as proxy, new_http() as browser:
        callback = sign_in(proxy.wait_for(f"{stack.url}/oauth/authorize"))
        assert browser.get(callback).status_code == 200
        yield App(proxy)
