"""A tool that asks back, through the handler, with the key in the table."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx2
import mcp_types
import pytest
import time_machine
from mcp import Client as McpClient
from mcp.client.streamable_http import streamable_http_client
from pydantic import FileUrl

from gatehouse import wiring
from gatehouse.keys.request_states import LIFETIME
from local.seed import forget_request_state_keys
from local.template import Template
from tests.functions.actors import Client
from tests.functions.aws_calls import counted_calls
from tests.functions.deployment import MCP_URL, ORIGIN, Answer, Deployment
from tests.functions.httpx_transport import DeploymentTransport
from tests.functions.tables import Tables
from tests.invitations import add_invitations
from tests.running_stack import copy_of_project

PREFIX = "io.modelcontextprotocol/"
EVERYTHING: dict[str, Any] = {"elicitation": {}, "sampling": {}, "roots": {}}
REFUSED = {
    "code": -32602,
    "message": "Invalid or expired requestState; make the call again without it",
}


@pytest.fixture(scope="module")
def party(deployment: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """The same stack with the tools of `tests.invitations`."""
    project = add_invitations(copy_of_project(tmp_path_factory.mktemp("project")))
    return Deployment(Template(project / "template.yaml").resolve({"PublicUrl": ORIGIN}, {}))


@pytest.fixture(autouse=True)
def no_key(deployment: Deployment) -> Iterator[None]:
    """Nobody has asked anything, and no process knows a key."""
    forget_request_state_keys()
    wiring.close()
    yield
    forget_request_state_keys()
    wiring.close()


def call(
    deployment: Deployment,
    access_token: str,
    name: str = "invite",
    arguments: dict[str, Any] | None = None,
    capabilities: dict[str, Any] = EVERYTHING,
    **params: Any,
) -> Answer:
    """A tool call of a client of 2026-07-28."""
    meta = {
        f"{PREFIX}protocolVersion": "2026-07-28",
        f"{PREFIX}clientCapabilities": capabilities,
        f"{PREFIX}clientInfo": {"name": "test", "version": "1"},
    }
    sent = {"name": name, "arguments": {"party": "tea"} if arguments is None else arguments}
    headers = {
        "authorization": f"Bearer {access_token}",
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": "tools/call",
        "mcp-name": name,
    }
    message = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {**sent, **params, "_meta": meta},
    }
    return deployment.ask("POST", "/mcp/mcp", headers=headers, json_body=message)


def asked(answer: Answer) -> tuple[str, str]:
    """The key of the one question, and the state."""
    result = answer.json["result"]
    assert result["resultType"] == "input_required", result
    (key,) = result["inputRequests"]
    return key, result["requestState"]


def accept(key: str, **content: Any) -> dict[str, Any]:
    return {key: {"action": "accept", "content": content}}


def stored(tables: Tables) -> list[dict[str, Any]]:
    return [item for item in tables.items("KeysTable") if item["purpose"]["S"] != "signing"]


def test_a_tool_asks_twice_and_any_process_goes_on(
    party: Deployment, client: Client, tables: Tables
) -> None:
    token = client.tokens()["access_token"]
    guest, first = asked(call(party, token))
    wiring.close()  # a process that has not seen the call before
    colour, second = asked(
        call(party, token, requestState=first, inputResponses=accept(guest, name="Ada", meals=2))
    )
    wiring.close()
    told = call(party, token, requestState=second, inputResponses=accept(colour, value="red"))

    (content,) = told.json["result"]["content"]
    assert content["text"] == "Ada comes to tea in red for 2"
    (key,) = stored(tables)
    assert key["purpose"]["S"].startswith("request-state#")


def test_a_tool_that_asks_nothing_makes_no_key_and_looks_for_none(
    party: Deployment, client: Client, tables: Tables
) -> None:
    token = client.tokens()["access_token"]
    call(party, token, "whoami", {})
    with counted_calls() as calls:
        answer = call(party, token, "whoami", {})

    assert answer.json["result"]["isError"] is False
    assert calls == {"dynamodb GetItem": 1}
    assert stored(tables) == []


def test_a_warm_process_goes_on_without_a_call_more(party: Deployment, client: Client) -> None:
    token = client.tokens()["access_token"]
    key, state = asked(call(party, token))

    with counted_calls() as calls:
        asked(call(party, token, requestState=state, inputResponses=accept(key, name="Ada")))
    assert calls == {"dynamodb GetItem": 1}


def test_a_state_that_nobody_gave_out_is_refused_and_makes_no_key(
    party: Deployment, client: Client, tables: Tables
) -> None:
    answer = call(party, client.tokens()["access_token"], requestState="AQAAAr0AAAAA")

    assert (answer.status, answer.json["error"]) == (400, REFUSED)
    assert stored(tables) == []


def test_another_persons_client_or_call_has_no_use_for_a_state(
    party: Deployment, deployment: Deployment, client: Client
) -> None:
    token = client.tokens()["access_token"]
    key, state = asked(call(party, token))
    answers = accept(key, name="Ada")
    other_client = Client.register(deployment).tokens()["access_token"]

    refusals = [
        call(party, other_client, requestState=state, inputResponses=answers),
        call(party, token, arguments={"party": "war"}, requestState=state, inputResponses=answers),
        call(party, token, "whoami", {}, requestState=state),
        call(party, token, requestState=f"{state}-TAMPERED", inputResponses=answers),
    ]
    assert [(each.status, each.json["error"]) for each in refusals] == [(400, REFUSED)] * 4
    asked(call(party, token, requestState=state, inputResponses=answers))


def test_a_state_expires(party: Deployment, client: Client) -> None:
    with time_machine.travel("2026-03-01T00:00Z", tick=False) as clock:
        token = client.tokens()["access_token"]
        key, state = asked(call(party, token))
        clock.shift(LIFETIME)
        answer = call(party, token, requestState=state, inputResponses=accept(key, name="Ada"))

    assert (answer.status, answer.json["error"]) == (400, REFUSED)


def test_a_client_that_cannot_be_asked_learns_what_it_lacks(
    party: Deployment, client: Client, tables: Tables
) -> None:
    answer = call(party, client.tokens()["access_token"], capabilities={})

    assert (answer.status, answer.json["error"]["code"]) == (400, -32021)
    assert answer.json["error"]["data"] == {"requiredCapabilities": {"elicitation": {"form": {}}}}
    assert stored(tables) == []


async def elicited(
    context: Any, params: mcp_types.ElicitRequestParams
) -> mcp_types.ElicitResult | mcp_types.ErrorData:
    contents: dict[str, dict[str, str | int | float | bool | list[str] | None]] = {
        "Who comes?": {"name": "Ada", "meals": 3},
        "Which colour?": {"value": "blue"},
        "Sure?": {},
    }
    return mcp_types.ElicitResult(action="accept", content=contents[params.message])


async def sampled(
    context: Any, params: mcp_types.CreateMessageRequestParams
) -> mcp_types.CreateMessageResult | mcp_types.ErrorData:
    said = mcp_types.TextContent(type="text", text="To Ada!")
    return mcp_types.CreateMessageResult(role="assistant", content=said, model="a model")


async def listed(context: Any) -> mcp_types.ListRootsResult | mcp_types.ErrorData:
    root = mcp_types.Root(uri=FileUrl("file:///home/ada"), name="Home")
    return mcp_types.ListRootsResult(roots=[root])


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("invite", {"party": "tea"}, "Ada comes to tea in blue for 3"),
        ("toast", {}, "accept To Ada! ['Home']"),
    ],
)
def test_the_official_python_client_answers(
    party: Deployment, client: Client, name: str, arguments: dict[str, Any], told: str
) -> None:
    headers = {"authorization": f"Bearer {client.tokens()['access_token']}"}

    async def main() -> mcp_types.CallToolResult:
        async with (
            httpx2.AsyncClient(transport=DeploymentTransport(party), headers=headers) as http,
            McpClient(
                streamable_http_client(MCP_URL, http_client=http),
                elicitation_callback=elicited,
                sampling_callback=sampled,
                list_roots_callback=listed,
            ) as official,
        ):
            return await official.call_tool(name, arguments)

    result = asyncio.run(main())

    assert [block.text for block in result.content if block.type == "text"] == [told]
