"""The official Python client of the 1.x line, by each of its transports."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.clients.child import child
from tests.clients.python_client_1 import CALLBACK, command
from tests.clients.sign_in import sign_in
from tests.running_stack import USER, RunningStack


def assert_it_found_out(said: dict[str, Any]) -> None:
    assert said["tools"] == ["current_time", "text_statistics", "whoami"]
    assert said["whoami"]["email"] == USER
    assert said["whoami"]["client_id"] == said["clientId"]


@pytest.mark.parametrize(("transport", "path"), [("http", "/mcp/mcp"), ("sse", "/mcp/sse")])
def test_it_goes_from_nothing_to_a_tool_result_and_renews_its_token(
    stack: RunningStack, transport: str, path: str
) -> None:
    url = f"{stack.url}{path}"
    with child(command("client.py", transport, url, CALLBACK)) as client:
        authorization = json.loads(client.wait_for('{"authorizationUrl"'))["authorizationUrl"]
        client.tell(sign_in(authorization))
        connected = json.loads(client.wait_for('{"connected"'))["connected"]
        first = json.loads(client.wait_for('{"first"'))["first"]
        renewed = json.loads(client.wait_for('{"renewed"'))["renewed"]
        said = client.finish()

    asked = parse_qs(urlsplit(authorization).query)
    # the scope is that of the challenge
    assert (asked["resource"], asked["scope"]) == ([url], ["mcp"])
    assert connected["client"].startswith("1.")
    assert connected["protocol"] == "2025-11-25"
    assert_it_found_out(first)
    assert_it_found_out(renewed)
    assert renewed["refreshToken"] != first["refreshToken"]
    assert renewed["clientId"] == first["clientId"]
    assert said.count("authorizationUrl") == 1
