"""A client that knows tasks."""

from dataclasses import dataclass
from typing import Any, Final

from tests.functions.deployment import Answer, Deployment

EXTENSION: Final = "io.modelcontextprotocol/tasks"
_VERSION: Final = "2026-07-28"
_DECLARED: Final[dict[str, Any]] = {"extensions": {EXTENSION: {}}}


@dataclass
class TaskClient:
    """Calls tools, and asks for their tasks, with one access token."""

    deployment: Deployment
    access_token: str

    def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """The result of tools/call."""
        return self.result("tools/call", {"name": tool, "arguments": arguments})

    def task(self, tool: str, **arguments: Any) -> str:
        """The id of the task that a call goes on as."""
        made = self.call(tool, **arguments)
        assert made["resultType"] == "task", made
        return str(made["taskId"])

    def get(self, task_id: str) -> dict[str, Any]:
        return self.result("tasks/get", {"taskId": task_id})

    def cancel(self, task_id: str) -> dict[str, Any]:
        return self.result("tasks/cancel", {"taskId": task_id})

    def result(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        answer = self.ask(method, params)
        assert answer.status == 200, answer.text
        result: dict[str, Any] = answer.json["result"]
        return result

    def error(
        self, method: str, params: dict[str, Any], capabilities: dict[str, Any] = _DECLARED
    ) -> tuple[int, dict[str, Any]]:
        """The status and the error that a request is answered with."""
        answer = self.ask(method, params, capabilities)
        return answer.status, answer.json["error"]

    def ask(
        self, method: str, params: dict[str, Any], capabilities: dict[str, Any] = _DECLARED
    ) -> Answer:
        """One request of 2026-07-28."""
        meta = {
            "io.modelcontextprotocol/protocolVersion": _VERSION,
            "io.modelcontextprotocol/clientCapabilities": capabilities,
        }
        named = params.get("name") or params.get("taskId")
        return self.deployment.ask(
            "POST",
            "/mcp/mcp",
            headers={
                "authorization": f"Bearer {self.access_token}",
                "mcp-protocol-version": _VERSION,
                "mcp-method": method,
                **({"mcp-name": str(named)} if named else {}),
            },
            json_body={
                "jsonrpc": "2.0",
                "id": 1,
                "method": method,
                "params": {**params, "_meta": meta},
            },
        )
