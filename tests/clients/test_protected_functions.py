"""The official Python client at the servers of docs/examples, in both protocol eras."""

import asyncio
from collections.abc import Iterator

import pytest
from mcp import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.sse import sse_client
from mcp.shared.auth import OAuthClientMetadata
from mcp.types import TextContent
from pydantic import AnyUrl

from tests.clients.test_python_client import ERAS, Computer, Mode, connected
from tests.examples import project_with_examples, project_with_whole_server
from tests.running_stack import USER, RunningStack, running_stack

# Where each is, its tool, the argument of that, and what it answers.
Server = tuple[str, str, str, str]
SERVERS = [
    ("/notes/mcp", "write_note", "text", f"{USER} notes: milk"),
    ("/memos/mcp", "write_memo", "text", f"{USER} minutes: milk"),
]
IN_PLACE = ("/mcp/mcp", "lend_book", "title", f"{USER} borrows milk")


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    root = project_with_examples(tmp_path_factory.mktemp("project"))
    with running_stack(root=root) as stack:
        yield stack


@pytest.fixture(scope="module")
def replaced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    root = project_with_whole_server(tmp_path_factory.mktemp("project"))
    with running_stack(root=root) as stack:
        yield stack


@pytest.mark.parametrize(("mode", "version"), ERAS)
@pytest.mark.parametrize("server", SERVERS)
def test_it_goes_from_nothing_to_a_tool_result(
    extended: RunningStack, server: Server, mode: Mode, version: str
) -> None:
    goes_to_a_tool_result(extended, server, mode, version)


@pytest.mark.parametrize(("mode", "version"), ERAS)
def test_so_it_does_where_a_whole_server_is_in_place_of_the_built_in_one(
    replaced: RunningStack, mode: Mode, version: str
) -> None:
    goes_to_a_tool_result(replaced, IN_PLACE, mode, version)


def test_and_by_http_sse(replaced: RunningStack) -> None:
    _, tool, argument, said = IN_PLACE
    url = f"{replaced.url}/mcp/sse"

    async def main() -> None:
        computer = Computer()
        metadata = OAuthClientMetadata(redirect_uris=[AnyUrl("http://127.0.0.1:3030/callback")])
        auth = OAuthClientProvider(
            url, metadata, computer, computer.open_browser, computer.callback
        )
        async with Client(sse_client(url, auth=auth), mode="legacy") as client:
            assert [each.name for each in (await client.list_tools()).tools] == [tool]
            (content,) = (await client.call_tool(tool, {argument: "milk"})).content
            assert isinstance(content, TextContent)
            assert content.text == said

    asyncio.run(main())


def goes_to_a_tool_result(stack: RunningStack, server: Server, mode: Mode, version: str) -> None:
    path, tool, argument, said = server

    async def main() -> None:
        computer = Computer()
        url = stack.url + path
        async with connected(stack, computer, mode, mcp_url=url) as (client, _):
            assert client.session.protocol_version == version
            assert [each.name for each in (await client.list_tools()).tools] == [tool]
            (content,) = (await client.call_tool(tool, {argument: "milk"})).content
            assert isinstance(content, TextContent)
            assert content.text == said
        assert computer.sign_ins == 1
        assert computer.challenges == [f"{stack.url}/.well-known/oauth-protected-resource{path}"]

    asyncio.run(main())
