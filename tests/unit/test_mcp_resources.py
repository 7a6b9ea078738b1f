"""Resources and resource templates."""

from dataclasses import dataclass
from typing import Any

import pytest

from gatehouse.mcp import (
    Annotations,
    Context,
    EmbeddedResource,
    Icon,
    NotFound,
    ToolError,
    resource,
    tool,
)
from gatehouse.mcp.scopes import ScopesMissing
from tests.unit.mcp_server import LEGACY, MODERN
from tests.unit.offering import REPORTED, asked, error, offer_of, result, server_of

every_version = pytest.mark.parametrize("version", [*LEGACY, MODERN])


@dataclass
class Note:
    """A note."""

    id: int
    text: str


@resource("notes://all", title="All notes", fresh_seconds=60)
def all_notes() -> list[Note]:
    """Every note there is."""
    return [Note(1, "é")]


@resource(
    "notes://{note_id}",
    mime_type="text/markdown",
    annotations=Annotations(audience=("user",), priority=0.5),
    icons=[Icon("https://example.com/i.png", "image/png", ("48x48",))],
)
def note(note_id: int, context: Context) -> str:
    """One note."""
    if note_id > 9:
        raise NotFound
    return f"{context.person.email}: {note_id}"


@resource("logo://small", mime_type="image/png", size=3)
def logo() -> bytes:
    """The logo."""
    return b"\x00\x01\x02"


@resource("parts://all")
def parts() -> list[EmbeddedResource]:
    """Several at once."""
    return [EmbeddedResource("parts://1", "one", "text/plain"), EmbeddedResource("parts://2", b"2")]


@resource("broken://all")
def broken() -> str:
    """Fail in a way nobody expected."""
    raise RuntimeError("the database password is hunter2")


@resource("busy://all")
def busy() -> str:
    """Fail in a way that a client may read of."""
    raise ToolError("Come back later")


@resource("secret://all", scope="notes:read")
def secret() -> str:
    """Not for everybody."""
    return "x"


SERVER = server_of(all_notes, note, logo, parts, broken, busy, secret)


def read(uri: object, version: str = MODERN) -> Any:
    return asked(SERVER, "resources/read", {"uri": uri}, version=version)


def test_a_resource_is_listed_with_what_was_said_of_it() -> None:
    listed = {each["name"]: each for each in result(asked(SERVER, "resources/list"))["resources"]}

    assert list(listed) == ["all_notes", "broken", "busy", "logo", "parts", "secret"]
    assert listed["all_notes"] == {
        "name": "all_notes",
        "title": "All notes",
        "description": "Every note there is.",
        "uri": "notes://all",
    }
    assert (listed["logo"]["mimeType"], listed["logo"]["size"]) == ("image/png", 3)


def test_a_template_is_listed_apart() -> None:
    (listed,) = result(asked(SERVER, "resources/templates/list"))["resourceTemplates"]

    assert listed == {
        "name": "note",
        "description": "One note.",
        "uriTemplate": "notes://{note_id}",
        "mimeType": "text/markdown",
        "annotations": {"audience": ["user"], "priority": 0.5},
        "icons": [
            {"src": "https://example.com/i.png", "mimeType": "image/png", "sizes": ["48x48"]}
        ],
    }


@pytest.mark.parametrize("version", ["2025-03-26", "2025-06-18"])
def test_icons_are_left_out_where_nobody_knows_them(version: str) -> None:
    listed = asked(SERVER, "resources/templates/list", version=version)
    assert "icons" not in result(listed)["resourceTemplates"][0]


@every_version
def test_capabilities_say_that_there_are_some(version: str) -> None:
    method = "server/discover" if version == MODERN else "initialize"
    hello = {
        "protocolVersion": version,
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    }
    reply = asked(SERVER, method, hello, version=version)
    assert result(reply)["capabilities"] == {
        "resources": {},
        "logging": {},
    }


@every_version
@pytest.mark.parametrize(
    ("uri", "contents"),
    [
        ("notes://3", {"mimeType": "text/markdown", "text": "p@example.com: 3"}),
        ("logo://small", {"mimeType": "image/png", "blob": "AAEC"}),
        ("notes://all", {"mimeType": "application/json", "text": '[{"id": 1, "text": "é"}]'}),
    ],
)
def test_the_content_is_what_the_function_gives(
    version: str, uri: str, contents: dict[str, str]
) -> None:
    assert result(read(uri, version))["contents"] == [{"uri": uri, **contents}]


def test_a_resource_may_have_several_contents() -> None:
    assert result(read("parts://all"))["contents"] == [
        {"uri": "parts://1", "mimeType": "text/plain", "text": "one"},
        {"uri": "parts://2", "blob": "Mg=="},
    ]


def test_how_long_it_may_be_kept_is_up_to_the_resource() -> None:
    kept, fresh = result(read("notes://all")), result(read("logo://small"))

    assert (kept["ttlMs"], kept["cacheScope"]) == (60_000, "private")
    assert (fresh["ttlMs"], fresh["cacheScope"]) == (0, "private")
    assert "ttlMs" not in result(read("notes://all", "2025-11-25"))


NOWHERE = ["notes://x", "notes://10", "notes://", "no such thing", "notes://1/2", "NOTES://1"]


@pytest.mark.parametrize("uri", NOWHERE)
def test_a_uri_that_leads_to_nothing_is_told_with_the_code_of_its_era(uri: str) -> None:
    assert error(read(uri)) == (400, -32602, {"uri": uri})
    for version in LEGACY:
        assert error(read(uri, version)) == (200, -32002, {"uri": uri})


@pytest.mark.parametrize("uri", [None, 5, [], {}])
def test_a_uri_is_text(uri: object) -> None:
    for version in LEGACY:
        assert error(read(uri, version))[:2] == (200, -32602)


@every_version
def test_a_mistake_is_an_incident_that_reveals_nothing(version: str) -> None:
    REPORTED.clear()
    reply = read("broken://all", version)

    assert error(reply)[:2] == (200, -32603)
    assert "hunter2" not in str(reply.body)
    ((said, _),) = REPORTED
    assert said.rpartition(" ")[2] in str(reply.body)
    assert said.startswith("the resource broken failed, incident ")


def test_what_the_client_may_know_is_told_to_it() -> None:
    assert "Come back later" in str(read("busy://all").body)


def test_a_resource_may_need_a_scope() -> None:
    with pytest.raises(ScopesMissing) as missing:
        read("secret://all")
    assert missing.value.needed == ("notes:read",)


def test_the_header_repeats_the_uri() -> None:
    headers = {"mcp-name": "notes://2"}
    reply = asked(SERVER, "resources/read", {"uri": "notes://1"}, headers=headers)
    assert error(reply)[:2] == (400, -32020)


@tool()
def nothing() -> str:
    """Be the only tool."""
    return ""


@pytest.mark.parametrize(
    "method", ["resources/list", "resources/templates/list", "resources/read", "prompts/list"]
)
def test_where_nothing_is_registered_the_method_is_not_there(method: str) -> None:
    assert error(asked(server_of(nothing), method, {"uri": "x"}))[:2] == (404, -32601)


def test_a_uri_that_nobody_would_write_is_not_looked_for() -> None:
    @resource("any://{name}")
    def anything(name: str) -> str:
        """Anything at all."""
        return name

    server = server_of(anything)
    for length, status in ((8000, 200), (9000, 400)):
        reply = asked(server, "resources/read", {"uri": f"any://{'x' * length}"})
        assert reply.status == status


def test_template_and_function_must_fit() -> None:
    @resource("a://{x}/{y}")
    def one(x: str) -> str:
        """Take half of it."""
        return x

    @resource("a://{x*}")
    def two(x: str) -> str:
        """Have a template that nobody understands."""
        return x

    with pytest.raises(TypeError, match="one takes x, and its URI tells x, y"):
        offer_of(one).check()
    with pytest.raises(TypeError, match=r"two: .* is not understood"):
        offer_of(two).check()
