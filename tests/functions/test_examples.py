"""The functions of docs/examples, pasted into the template as their page says."""

from typing import Any

import pytest

from gatehouse import wiring
from local.template import Template
from tests.examples import RESOURCES, project_with_examples
from tests.functions.actors import EMAIL, Client
from tests.functions.deployment import MCP_URL, ORIGIN, Answer, Deployment

TOOLS = {"/notes/mcp": "write_note", "/memos/mcp": "write_memo"}


@pytest.fixture(scope="module")
def examples(deployment: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    folder = project_with_examples(tmp_path_factory.mktemp("project"))
    return Deployment(Template(folder / "template.yaml").resolve({"PublicUrl": ORIGIN}, {}))


def call(
    deployment: Deployment,
    path: str,
    access_token: str | None,
    method: str,
    params: dict[str, Any],
) -> Answer:
    """One MCP request of a 2025-11-25 client."""
    headers = {
        "accept": "application/json, text/event-stream",
        "mcp-protocol-version": "2025-11-25",
    }
    if access_token:
        headers["authorization"] = f"Bearer {access_token}"
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    return deployment.ask("POST", path, headers=headers, json_body=message)


@pytest.mark.parametrize("path", RESOURCES)
def test_its_tool_knows_who_is_signed_in(examples: Deployment, client: Client, path: str) -> None:
    access_token = client.tokens(resource=ORIGIN + path)["access_token"]
    called = {"name": TOOLS[path], "arguments": {"text": "milk"}}

    for _ in range(2):  # the second call finds the function warm
        answer = call(examples, path, access_token, "tools/call", called)
        assert answer.status == 200, answer.text
        said = answer.json["result"]["content"][0]["text"]
        assert said in (f"{EMAIL} notes: milk", f"{EMAIL} minutes: milk")


@pytest.mark.parametrize("path", RESOURCES)
def test_nobody_else_gets_in(examples: Deployment, client: Client, path: str) -> None:
    other = client.tokens(resource=MCP_URL)["access_token"]
    document = f"{ORIGIN}/.well-known/oauth-protected-resource{path}"

    for access_token in (None, other):
        answer = call(examples, path, access_token, "tools/list", {})
        assert answer.status == 401
        assert f'resource_metadata="{document}"' in answer.headers["www-authenticate"]


@pytest.mark.parametrize("path", RESOURCES)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_client_that_wants_a_stream_or_ends_a_session_is_not_left_waiting(
    examples: Deployment, client: Client, path: str, method: str
) -> None:
    headers = {
        "authorization": f"Bearer {client.tokens(resource=ORIGIN + path)['access_token']}",
        "accept": "text/event-stream",
    }

    assert examples.ask(method, path, headers=headers).status == 405


@pytest.mark.parametrize("path", RESOURCES)
def test_a_browser_may_call_it(examples: Deployment, path: str) -> None:
    assert examples.ask("OPTIONS", path).status == 204


def test_its_parameter_is_that_of_the_stack() -> None:
    assert set(RESOURCES) <= set(wiring.settings().policy.resources)
