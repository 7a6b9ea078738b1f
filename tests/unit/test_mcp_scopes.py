"""Tools with scopes, seen from the MCP server alone: what needs what, before anything runs."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from gatehouse.mcp import Caller, Person, tool
from gatehouse.mcp.endpoint import answer
from gatehouse.mcp.registry import Registry
from gatehouse.mcp.registry.loading import load_registry
from gatehouse.mcp.scopes import ScopesMissing
from gatehouse.mcp.server import Reply, Server
from tests.unit.mcp_server import LEGACY, META, MODERN, error_of, request, tool_of

RAN: list[str] = []


@tool()
def plain() -> str:
    """Need nothing."""
    RAN.append("plain")
    return "done"


@tool(scope="read")
def read() -> str:
    """Need one scope."""
    RAN.append("read")
    return "done"


@tool(scope=["write", "share"])
def publish() -> str:
    """Need two scopes."""
    RAN.append("publish")
    return "done"


def reach(scopes: Iterable[str]) -> frozenset[str]:
    """`write` includes `read`."""
    given = frozenset(scopes)
    return given | {"read"} if "write" in given else given


TOOLS = {made.name: made for made in map(tool_of, (plain, publish, read))}
SERVER = Server("test", "1", Registry(tools=TOOLS), lambda *_: None, reach)


def sent(body: object, *scopes: str, **headers: str) -> Reply:
    RAN.clear()
    caller = Caller(Person("person", None), "client", scopes)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return answer(SERVER, named, json.dumps(body).encode(), caller)


def call(name: object, call_id: object = 1) -> dict[str, Any]:
    return request("tools/call", {"name": name}, call_id)


def modern_call(name: str) -> dict[str, Any]:
    return request("tools/call", {"name": name, "_meta": META})


@pytest.mark.parametrize(
    ("scope", "scopes"),
    [
        ((), ()),
        ("", ()),
        ("a", ("a",)),
        ("a b", ("a", "b")),
        (["a", "b"], ("a", "b")),
        (("a:b",), ("a:b",)),
    ],
)
def test_a_tool_names_one_scope_or_several(scope: Any, scopes: tuple[str, ...]) -> None:
    def anything() -> str:
        """Do anything."""
        return ""

    assert tool_of(tool(scope=scope)(anything)).scopes == scopes


@pytest.mark.parametrize(
    ("name", "scopes", "needed"),
    [
        ("plain", (), None),
        ("read", (), ("read",)),
        ("read", ("share",), ("read",)),
        ("read", ("read",), None),
        ("read", ("write",), None),
        ("publish", ("write",), ("write", "share")),
        ("publish", ("read", "share"), ("write", "share")),
        ("publish", ("write", "share"), None),
    ],
)
@pytest.mark.parametrize("version", [*LEGACY, MODERN])
def test_a_call_needs_all_the_scopes_of_its_tool(
    version: str, name: str, scopes: tuple[str, ...], needed: tuple[str, ...] | None
) -> None:
    headers = {"mcp_protocol_version": version, "mcp_method": "tools/call", "mcp_name": name}
    message = modern_call(name) if version == MODERN else call(name)
    if needed is None:
        assert sent(message, *scopes, **headers).status == 200
        assert [name] == RAN
        return
    with pytest.raises(ScopesMissing) as missing:
        sent(message, *scopes, **headers)
    assert missing.value.needed == needed
    assert RAN == []


def test_in_a_batch_nothing_runs_before_all_of_it_may() -> None:
    batch = [call("plain", 1), call("read", 2), call("publish", 3)]

    with pytest.raises(ScopesMissing) as missing:
        sent(batch, "read", "write")
    assert RAN == []
    assert missing.value.needed == ("read", "write", "share")

    assert sent(batch, "write", "share").status == 200
    assert RAN == ["plain", "read", "publish"]


@pytest.mark.parametrize(
    "other", [7, {"jsonrpc": "2.0"}, call(7), call("no such tool"), request("no/such")]
)
def test_what_runs_nothing_needs_nothing(other: Any) -> None:
    assert sent([other, call("plain", 2)]).status == 200
    assert RAN == ["plain"]


@pytest.mark.parametrize(
    ("name", "header"), [("publish", "plain"), ("plain", "publish"), ("publish", "")]
)
def test_a_modern_call_that_is_malformed_is_told_so_first(name: str, header: str) -> None:
    headers = {"mcp_protocol_version": MODERN, "mcp_method": "tools/call", "mcp_name": header}
    status, code, _ = error_of(sent(modern_call(name), **headers))

    assert (status, code) == (400, -32020)
    assert RAN == []


def test_every_scope_is_one_that_a_caller_can_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "scoped_tools"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "one.py").write_text(
        "from gatehouse.mcp import tool\n"
        "@tool(scope='notes:write')\n"
        "def write() -> str:\n"
        "    '''Write.'''\n"
        "    return ''\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))

    assert load_registry("scoped_tools", scopes=["notes:write"]).tools.keys() == {"write"}
    with pytest.raises(TypeError, match="write needs a scope that does not exist: notes:write"):
        load_registry("scoped_tools", scopes=["notes"])
    with pytest.raises(TypeError, match="does not exist"):
        load_registry("scoped_tools")
    for name in [name for name in sys.modules if name.startswith("scoped_tools")]:
        del sys.modules[name]
