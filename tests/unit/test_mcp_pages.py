"""Lists in pages."""

from collections.abc import Callable
from typing import Any

import pytest

from gatehouse.mcp import prompt, resource, tool
from gatehouse.mcp.server import Server
from tests.unit.mcp_server import LEGACY, MODERN
from tests.unit.offering import asked, error, result, server_of

NAMES = ["a", "b", "c", "é", "日本"]


def numbered(decorate: Callable[[str], Any], size: int) -> Server:
    def made(name: str) -> Callable[..., object]:
        def function() -> str:
            """Do something."""
            return name

        marked: Callable[..., object] = decorate(name)(function)
        return marked

    return server_of(*map(made, NAMES), page_size=size)


KINDS = {
    "tools": ("tools/list", lambda name: tool(name=name)),
    "resources": ("resources/list", lambda name: resource(f"a://{name}", name=name)),
    "prompts": ("prompts/list", lambda name: prompt(name=name)),
}


def pages(server: Server, kind: str, method: str, version: str) -> list[list[str]]:
    found: list[list[str]] = []
    params: dict[str, Any] = {}
    while True:
        page = result(asked(server, method, params, version=version))
        found.append([each["name"] for each in page[kind]])
        if "nextCursor" not in page:
            return found
        params = {"cursor": page["nextCursor"]}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("version", [*LEGACY, MODERN])
@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (2, [["a", "b"], ["c", "é"], ["日本"]]),
        (3, [["a", "b", "c"], ["é", "日本"]]),
        (5, [NAMES]),
        (100, [NAMES]),
    ],
)
def test_a_list_goes_on_where_it_ended(
    kind: str, version: str, size: int, expected: list[list[str]]
) -> None:
    method, decorate = KINDS[kind]
    assert pages(numbered(decorate, size), kind, method, version) == expected


@pytest.mark.parametrize(
    "cursor", ["", "x", "a", "YQ", "YQ=", "YQ==\n", " YQ==", 5, [], {}, "Wg=="]
)
def test_a_cursor_that_was_not_given_out_is_invalid(cursor: object) -> None:
    server = numbered(lambda name: tool(name=name), 2)
    assert error(asked(server, "tools/list", {"cursor": cursor}))[:2] == (400, -32602)


def test_a_cursor_is_good_at_every_process() -> None:
    one, other = (numbered(lambda name: tool(name=name), 2) for _ in range(2))
    cursor = result(asked(one, "tools/list"))["nextCursor"]
    following = result(asked(other, "tools/list", {"cursor": cursor}))
    assert [each["name"] for each in following["tools"]] == ["c", "é"]
