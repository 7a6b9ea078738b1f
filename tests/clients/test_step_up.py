"""The official clients meet a tool that needs more than they were given first.

They talk to a copy of the project whose operator added tools with scopes of their own.
"""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.clients.child import child
from tests.clients.npm import NODE
from tests.clients.plain_client import PlainClient, call
from tests.clients.sign_in import new_http, sign_in
from tests.clients.test_python_client import ERAS, Computer, Mode, connected
from tests.clients.test_typescript_client import CLIENT
from tests.notes import add_notes
from tests.running_stack import USER, RunningStack, copy_of_project, running_stack

STEP_UP = CLIENT.with_name("step_up.mjs")
CALLBACK = "http://127.0.0.1:3032/callback"


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    root = add_notes(copy_of_project(tmp_path_factory.mktemp("project")))
    with running_stack(root=root) as stack:
        yield stack


@pytest.mark.parametrize(("mode", "version"), ERAS)
def test_the_python_client_steps_up_without_registering_anew(
    notes: RunningStack, mode: Mode, version: str
) -> None:
    async def main() -> None:
        computer = Computer()
        async with connected(notes, computer, mode) as (client, _):
            assert client.session.protocol_version == version
            assert "write_note" in [tool.name for tool in (await client.list_tools()).tools]
            assert computer.tokens
            assert computer.tokens.scope == "mcp offline_access"
            first = computer.registration

            result = await client.call_tool("write_note", {"text": "a note"})

            assert not result.is_error
            assert result.content[0].text == f"{USER} wrote a note"  # type: ignore[union-attr]
            assert computer.sign_ins == 2
            assert computer.registration == first
            assert computer.tokens.scope == "mcp notes:write offline_access"
            # what it may do now includes this, so nobody is asked again
            read = await client.call_tool("read_notes", {})
            assert not read.is_error
            assert computer.sign_ins == 2

    asyncio.run(main())


@pytest.mark.parametrize(("mode", "version"), ERAS)
def test_the_python_client_keeps_what_it_had_when_it_steps_up_again(
    notes: RunningStack, mode: Mode, version: str
) -> None:
    async def main() -> None:
        computer = Computer()
        async with connected(notes, computer, mode) as (client, _):
            assert client.session.protocol_version == version
            await client.call_tool("read_notes", {})
            await client.call_tool("publish_note", {"text": "for all"})
            assert computer.sign_ins == 3
            assert not (await client.call_tool("read_notes", {})).is_error
            assert computer.sign_ins == 3
            assert computer.tokens
            assert computer.tokens.scope == (
                "mcp notes:read notes:write notes:share offline_access"
            )

    asyncio.run(main())


def run_typescript(notes: RunningStack, *grant_types: str) -> tuple[dict[str, Any], int]:
    """What the TypeScript client said, and how often the person was at the browser."""
    with child([NODE, STEP_UP, notes.mcp_url, CALLBACK, *grant_types]) as client:
        visits = 0
        while True:
            line = json.loads(client.wait_for("{"))
            if "authorizationUrl" not in line:
                client.finish()
                return line, visits
            client.tell(sign_in(line["authorizationUrl"]))
            visits += 1


def test_the_typescript_client_steps_up_without_registering_anew(notes: RunningStack) -> None:
    said, visits = run_typescript(notes, "authorization_code")

    assert said["before"]["scope"] == "mcp"
    assert said["written"] == f"{USER} wrote a note"
    assert said["after"] == {"scope": "mcp notes:write", "clientId": said["before"]["clientId"]}
    assert said["whoami"]["scopes"] == ["mcp", "notes:write"]
    assert visits == 2


def test_the_typescript_client_with_a_refresh_token_refreshes_instead_and_stays_connected(
    notes: RunningStack,
) -> None:
    """typescript-sdk issue 2255: up to 1.32 it never asks the person. Nothing else may break."""
    said, visits = run_typescript(notes, "authorization_code", "refresh_token")

    assert "403 after trying upscoping" in said["problem"]
    assert said["after"] == said["before"]
    assert said["whoami"]["email"] == USER
    assert visits == 1


def test_the_challenge_of_a_403_reaches_the_client(notes: RunningStack) -> None:
    """Past an API Gateway that renames the header."""
    with new_http(notes.url) as http:
        access_token = plain_token(http)
        answer = call(
            http, access_token, "tools/call", {"name": "write_note", "arguments": {"text": "x"}}
        )

    assert answer.status_code == 403
    challenge = answer.headers["www-authenticate"]
    assert 'error="insufficient_scope"' in challenge
    assert 'scope="mcp notes:write"' in challenge
    assert f'resource_metadata="{notes.url}/.well-known/oauth-protected-resource' in challenge


def plain_token(http: httpx2.Client) -> str:
    client = PlainClient(http, {"redirect_uris": [CALLBACK]})
    return str(client.connect(CALLBACK)["access_token"])
