"""Answers that every MCP client can read, whatever was asked."""

from typing import Any, Final

from tests.functions.deployment import Answer

# JSON-RPC's own, and those of MCP for headers, capabilities and versions; -32603 is a 5xx by
# another name
CODES: Final = {-32700, -32600, -32601, -32602, -32002, -32020, -32021, -32022}


def require_readable(answer: Answer) -> None:
    """Fail unless the answer is one by the specification, and none of a mistake of ours."""
    assert answer.status in {200, 202, 400, 403, 404}, answer.text
    assert bool(answer.text) is (answer.status != 202)
    for each in _responses(answer):
        require_response(each, refused=answer.status == 403)


def require_response(message: Any, *, refused: bool = False) -> None:
    """Fail unless this is a JSON-RPC response; of one who is `refused`, with any code."""
    assert message["jsonrpc"] == "2.0"
    assert isinstance(message["id"], str | int | None)
    assert ("result" in message) is not ("error" in message)
    if "error" in message:
        assert isinstance(message["error"]["message"], str)
        assert refused or message["error"]["code"] in CODES, message
        assert "incident" not in message["error"]["message"]


def _responses(answer: Answer) -> list[Any]:
    if not answer.text:
        return []
    return answer.json if isinstance(answer.json, list) else [answer.json]
