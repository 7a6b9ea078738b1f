"""The official TypeScript client."""

import json
from pathlib import Path
from typing import Any

from tests.clients.child import child
from tests.clients.npm import NODE
from tests.clients.sign_in import sign_in
from tests.running_stack import USER, RunningStack

CLIENT = Path(__file__).parent / "typescript" / "client.mjs"
CALLBACK = "http://127.0.0.1:3031/callback"
METHOD_NOT_FOUND = -32601


def assert_it_found_out(said: dict[str, Any]) -> None:
    assert said["protocolVersion"] == "2025-11-25"
    assert said["tools"] == ["current_time", "text_statistics", "whoami"]
    assert said["whoami"]["email"] == USER
    assert said["whoami"]["client_id"] == said["clientId"]
    # The answer to its GET after `initialize` that it takes for "no stream here"
    assert said["streamStatus"] == 405
    assert said["errors"] == []
    assert said["unknownMethod"] == METHOD_NOT_FOUND


def test_it_goes_from_nothing_to_a_tool_result_and_renews_its_token(stack: RunningStack) -> None:
    with child([NODE, CLIENT, stack.mcp_url, CALLBACK]) as client:
        authorization = json.loads(client.wait_for('{"authorizationUrl"'))
        client.tell(sign_in(authorization["authorizationUrl"]))
        first = json.loads(client.wait_for('{"first"'))["first"]
        renewed = json.loads(client.wait_for('{"renewed"'))["renewed"]
        said = client.finish()

    assert_it_found_out(first)
    assert_it_found_out(renewed)
    assert renewed["refreshToken"] != first["refreshToken"]
    assert renewed["clientId"] == first["clientId"]
    assert said.count("authorizationUrl") == 1
