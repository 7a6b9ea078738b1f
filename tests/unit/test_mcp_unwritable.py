"""What an offer makes of values that JSON has not: a mistake of the offer, told as one."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import pytest

from gatehouse.mcp import (
    Annotations,
    Completion,
    EmbeddedResource,
    Image,
    Message,
    ResourceLink,
    prompt,
    resource,
    tool,
)
from tests.unit.mcp_server import LEGACY, MODERN, body_of
from tests.unit.offering import REPORTED, asked, result, server_of

VERSIONS = [*LEGACY, MODERN]
# Of no type that they should be: nobody's code is checked before it runs
WRONG: Any = object()
FILE: Any = Path("notes.txt")


@tool()
def priority() -> Image:
    """Show a picture that matters an unknown lot."""
    return Image(b"", "image/png", annotations=Annotations(priority=math.nan))


@tool()
def kind() -> list[Image]:
    """Show a picture of no type."""
    return [Image(b"", "image/png"), Image(b"", WRONG)]


@tool()
def embedded() -> EmbeddedResource:
    """Show what is nowhere."""
    return EmbeddedResource(WRONG, "text")


@tool()
def deep() -> Image:
    """Show a picture that is for itself."""
    audience: list[Any] = []
    audience.append(audience)
    return Image(b"", "image/png", annotations=Annotations(audience=tuple(audience)))


@tool()
def link() -> ResourceLink:
    """Lead to a file by what is no URI."""
    return ResourceLink(FILE, "n")


def _bytes(typed: str) -> list[Any]:
    return [typed.encode()]


@resource("notes://embedded")
def somewhere() -> list[EmbeddedResource]:
    """What is nowhere."""
    return [EmbeddedResource(WRONG, "text")]


@resource("notes://{name}")
def note(name: Annotated[str, Completion(_bytes)]) -> list[EmbeddedResource]:
    """A note of no type."""
    return [EmbeddedResource("notes://x", name, WRONG)]


@prompt()
def nobody() -> Message:
    """Have something said by nobody."""
    return Message("Hello", role=WRONG)


@prompt()
def complete(word: Annotated[str, Completion(_bytes)]) -> str:
    """Complete with what is no text."""
    return word


SERVER = server_of(priority, kind, embedded, deep, link, somewhere, note, nobody, complete)
COMPLETED = {"name": "word", "value": "x"}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", ["priority", "kind", "embedded", "deep", "link"])
def test_of_a_tool_it_is_a_result_that_names_an_incident(name: str, version: str) -> None:
    REPORTED.clear()
    answer = asked(SERVER, "tools/call", {"name": name}, version=version)

    failed = result(answer)
    assert failed["isError"] is True
    require_incident(failed["content"][0]["text"], f"the tool {name}")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("method", "params", "whose"),
    [
        ("resources/read", {"uri": "notes://embedded"}, "the resource somewhere"),
        ("resources/read", {"uri": "notes://x"}, "the resource note"),
        ("prompts/get", {"name": "nobody"}, "the prompt nobody"),
        (
            "completion/complete",
            {"ref": {"type": "ref/prompt", "name": "complete"}, "argument": COMPLETED},
            "the prompt complete",
        ),
        (
            "completion/complete",
            {
                "ref": {"type": "ref/resource", "uri": "notes://{name}"},
                "argument": {"name": "name", "value": ""},
            },
            "the resource note",
        ),
    ],
)
def test_of_anything_else_it_is_an_error_that_names_one(
    version: str, method: str, params: Mapping[str, Any], whose: str
) -> None:
    REPORTED.clear()
    answer = asked(SERVER, method, dict(params), version=version)

    problem = body_of(answer)["error"]
    assert (answer.status, problem["code"]) == (200, -32603)
    require_incident(problem["message"], whose)


@pytest.mark.parametrize("version", VERSIONS)
def test_of_a_list_it_is_one_as_well(version: str) -> None:
    @tool()
    def estimate(seconds: float = math.nan) -> str:
        """Estimate, by a default that no client could be told."""
        return str(seconds)

    answer = asked(server_of(estimate), "tools/list", version=version)

    assert body_of(answer)["error"]["code"] == -32603
    require_incident(body_of(answer)["error"]["message"], "the list")


def require_incident(told: str, whose: str) -> None:
    """Fail unless whoever asked knows the number under which the cause is told, and no more."""
    ((said, cause),) = REPORTED
    number = said.removeprefix(f"{whose} failed, incident ")
    assert len(number) == 8
    assert told.endswith(f" failed; its operator finds the cause as incident {number}")
    assert isinstance(cause, TypeError | ValueError)
