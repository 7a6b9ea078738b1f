"""The official Python client at the functions of docs/examples, in both protocol eras."""

import asyncio
from collections.abc import Iterator

import pytest
from mcp.types import TextContent

from tests.clients.test_python_client import ERAS, Computer, Mode, connected
from tests.examples import project_with_examples
from tests.running_stack import USER, RunningStack, running_stack

# Where each is, its tool, and what that answers.
SERVERS = [
    ("/notes/mcp", "write_note", f"{USER} notes: milk"),
    ("/memos/mcp", "write_memo", f"{USER} minutes: milk"),
]


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    root = project_with_examples(tmp_path_factory.mktemp("project"))
    with running_stack(root=root) as stack:
        yield stack


@pytest.mark.parametrize(("mode", "version"), ERAS)
@pytest.mark.parametrize("server", SERVERS)
def test_it_goes_from_nothing_to_a_tool_result(
    extended: RunningStack, server: tuple[str, str, str], mode: Mode, version: str
) -> None:
    path, tool, said = server

    async def main() -> None:
        computer = Computer()
        url = extended.url + path
        async with connected(extended, computer, mode, mcp_url=url) as (client, _):
            assert client.session.protocol_version == version
            assert [each.name for each in (await client.list_tools()).tools] == [tool]
            (content,) = (await client.call_tool(tool, {"text": "milk"})).content
            assert isinstance(content, TextContent)
            assert content.text == said
        assert computer.sign_ins == 1
        assert computer.challenges == [f"{extended.url}/.well-known/oauth-protected-resource{path}"]

    asyncio.run(main())
