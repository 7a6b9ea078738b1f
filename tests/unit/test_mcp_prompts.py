"""Prompts, and completion of arguments."""

import asyncio
import json
from collections.abc import Mapping
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatehouse.mcp import (
    Completion,
    Context,
    EmbeddedResource,
    Image,
    Message,
    ToolError,
    prompt,
    resource,
)
from gatehouse.mcp.scopes import ScopesMissing
from tests.unit.mcp_server import LEGACY, MODERN
from tests.unit.offering import REPORTED, asked, error, result, server_of

every_version = pytest.mark.parametrize("version", [*LEGACY, MODERN])


def cities(typed: str, given: Mapping[str, str], context: Context) -> list[str]:
    """Cities of a country, for whoever is signed in."""
    return [f"{given.get('country')}:{typed}:{context.person.email}"]


def numbers() -> list[str]:
    raise RuntimeError("hunter2")


@prompt(title="Review")
def review(
    code: Annotated[str, "What to review"],
    language: Annotated[str, "The language", Completion(["python", "perl", "rust"])] = "python",
    times: Annotated[int, Completion([str(n) for n in range(150)])] = 1,
    city: Annotated[str, Completion(cities)] = "",
    broken: Annotated[str, Completion(numbers)] = "",
) -> str:
    """Have code reviewed."""
    return f"Review {code} in {language}, {times + 1} times"


@prompt()
def conversation(context: Context) -> list[str | Image | Message]:
    """Begin a conversation."""
    return [
        f"I am {context.person.email}",
        Message("Hello", "assistant"),
        Image(b"x", "image/png"),
        Message(EmbeddedResource("a://b", "text"), "assistant"),
    ]


@prompt()
def crash() -> str:
    """Fail in a way nobody expected."""
    raise RuntimeError("hunter2")


@prompt()
def refuse() -> str:
    """Fail in a way that a client may read of."""
    raise ToolError("Not today")


@resource("notes://{owner}")
def note(owner: Annotated[str, Completion(["ada", "Bob", "adele"])]) -> str:
    """One note."""
    return owner


SERVER = server_of(review, conversation, crash, refuse, note)


def get(name: object, version: str = MODERN, /, **arguments: object) -> Any:
    params = {"name": name, "arguments": arguments}
    return asked(SERVER, "prompts/get", params, version=version)


def user(text: str) -> dict[str, Any]:
    return {"role": "user", "content": {"type": "text", "text": text}}


@every_version
def test_a_prompt_is_listed_with_its_arguments(version: str) -> None:
    *_, listed = result(asked(SERVER, "prompts/list", version=version))["prompts"]

    titled = {} if version == "2025-03-26" else {"title": "Review"}
    assert listed == {
        "name": "review",
        **titled,
        "description": "Have code reviewed.",
        "arguments": [
            {"name": "code", "description": "What to review", "required": True},
            {"name": "language", "description": "The language", "required": False},
            {"name": "times", "required": False},
            {"name": "city", "required": False},
            {"name": "broken", "required": False},
        ],
    }


@every_version
def test_text_is_the_users_message(version: str) -> None:
    answer = result(get("review", version, code="x", times="3"))

    assert answer["messages"] == [user("Review x in python, 4 times")]
    assert answer["description"] == "Have code reviewed."


def test_messages_have_content_of_any_kind_and_either_role() -> None:
    text, hello, image, embedded = result(get("conversation"))["messages"]

    assert text == user("I am p@example.com")
    assert hello == {"role": "assistant", "content": {"type": "text", "text": "Hello"}}
    assert image["content"] == {"type": "image", "data": "eA==", "mimeType": "image/png"}
    assert (embedded["role"], embedded["content"]["type"]) == ("assistant", "resource")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("nothing", {}),
        ("review", {}),
        ("review", {"code": 5}),
        ("review", {"code": "x", "times": "many"}),
        ("review", {"code": "x", "times": 3}),
        ("review", {"code": "x", "extra": "y"}),
        ("review", {"code": None}),
    ],
)
def test_what_no_prompt_takes_is_invalid(name: str, arguments: dict[str, object]) -> None:
    assert error(get(name, MODERN, **arguments))[:2] == (400, -32602)
    for version in LEGACY:
        assert error(get(name, version, **arguments))[:2] == (200, -32602)


@every_version
def test_a_mistake_is_an_incident_that_reveals_nothing(version: str) -> None:
    REPORTED.clear()
    reply = get("crash", version)

    assert error(reply)[:2] == (200, -32603)
    assert "hunter2" not in str(reply.body)
    assert REPORTED[0][0].startswith("the prompt crash failed, incident ")
    assert "Not today" in str(get("refuse", version).body)


PROMPT = {"type": "ref/prompt", "name": "review"}
TEMPLATE = {"type": "ref/resource", "uri": "notes://{owner}"}


def complete(ref: object, name: object, value: object, **more: object) -> Any:
    params = {"ref": ref, "argument": {"name": name, "value": value}, **more}
    return asked(SERVER, "completion/complete", params)


@pytest.mark.parametrize(
    ("ref", "name", "value", "values"),
    [
        (PROMPT, "language", "p", ["python", "perl"]),
        (PROMPT, "language", "", ["python", "perl", "rust"]),
        (PROMPT, "language", "PY", ["python"]),
        (PROMPT, "language", "x", []),
        (PROMPT, "code", "x", []),
        (TEMPLATE, "owner", "ad", ["ada", "adele"]),
        (TEMPLATE, "owner", "b", ["Bob"]),
    ],
)
def test_an_argument_is_completed(ref: object, name: str, value: str, values: list[str]) -> None:
    assert result(complete(ref, name, value))["completion"] == {
        "values": values,
        "total": len(values),
        "hasMore": False,
    }


def test_a_function_may_look_at_the_other_arguments_and_the_person() -> None:
    answer = complete(PROMPT, "city", "Ber", context={"arguments": {"country": "de"}})
    assert result(answer)["completion"]["values"] == ["de:Ber:p@example.com"]


def test_an_answer_holds_a_hundred_values_at_most() -> None:
    found = result(complete(PROMPT, "times", ""))["completion"]
    assert (len(found["values"]), found["total"], found["hasMore"]) == (100, 150, True)


@pytest.mark.parametrize(
    ("ref", "name", "value"),
    [
        (None, "code", ""),
        ("review", "code", ""),
        ({"type": "ref/prompt", "name": "x"}, "code", ""),
        ({"type": "ref/resource", "uri": "notes://ada"}, "owner", ""),
        ({"type": "ref/tool", "name": "review"}, "code", ""),
        ({"type": "ref/prompt", "name": ["review"]}, "code", ""),
        (PROMPT, "nothing", ""),
        (PROMPT, "code", 5),
        (PROMPT, ["code"], ""),
    ],
)
def test_what_nobody_offers_cannot_be_completed(ref: object, name: object, value: object) -> None:
    assert error(complete(ref, name, value))[:2] == (400, -32602)


def test_what_needs_a_scope_is_completed_for_nobody_without_it() -> None:
    @prompt(scope="secrets")
    def secret(name: Annotated[str, Completion(["a secret"])]) -> str:
        """A prompt for a few."""
        return name

    @resource("secrets://{name}", scope="secrets")
    def secrets(name: Annotated[str, Completion(["a secret"])]) -> str:
        """Resources for a few."""
        return name

    server = server_of(secret, secrets)
    for ref in (
        {"type": "ref/prompt", "name": "secret"},
        {"type": "ref/resource", "uri": "secrets://{name}"},
    ):
        params = {"ref": ref, "argument": {"name": "name", "value": ""}}
        with pytest.raises(ScopesMissing):
            asked(server, "completion/complete", params)


def test_a_completion_that_waits_is_waited_for() -> None:
    async def found(typed: str) -> list[str]:
        await asyncio.sleep(0)
        return [f"{typed}na"]

    @prompt()
    def greet(name: Annotated[str, Completion(found)]) -> str:
        """Greet somebody."""
        return name

    argument = {"name": "name", "value": "An"}
    params = {"ref": {"type": "ref/prompt", "name": "greet"}, "argument": argument}
    told = result(asked(server_of(greet), "completion/complete", params))["completion"]
    assert told == {"values": ["Anna"], "total": 1, "hasMore": False}


def test_a_mistake_in_a_completion_is_an_incident() -> None:
    reply = complete(PROMPT, "broken", "")
    assert error(reply)[1] == -32603
    assert "hunter2" not in str(reply.body)


def test_completion_is_offered_where_an_argument_can_be_completed() -> None:
    discovered = result(asked(SERVER, "server/discover"))["capabilities"]
    assert discovered == {"resources": {}, "prompts": {}, "completions": {}, "logging": {}}
    only = server_of(crash)
    assert result(asked(only, "server/discover"))["capabilities"] == {"prompts": {}}
    assert error(asked(only, "completion/complete"))[:2] == (404, -32601)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
NAMES = st.sampled_from(["review", "crash", "code", "owner", "notes://ada", "notes://{owner}"])
ARGUMENT = st.fixed_dictionaries({}, optional={"name": NAMES | JSON, "value": JSON})
REF = st.sampled_from([PROMPT, TEMPLATE]) | st.fixed_dictionaries(
    {"type": st.sampled_from(["ref/prompt", "ref/resource"])},
    optional={"name": NAMES | JSON, "uri": NAMES | JSON},
)
PARAMS = st.fixed_dictionaries(
    {},
    optional={
        "name": NAMES | JSON,
        "uri": NAMES | JSON,
        "arguments": st.dictionaries(st.sampled_from(["code", "times", "x"]), JSON) | JSON,
        "argument": ARGUMENT | JSON,
        "ref": REF | JSON,
        "context": st.fixed_dictionaries({"arguments": JSON}) | JSON,
        "cursor": JSON,
        "level": JSON,
    },
)
METHODS = [
    *("resources/list", "resources/templates/list", "resources/read"),
    *("prompts/list", "prompts/get", "completion/complete", "logging/setLevel"),
]


@given(st.sampled_from(METHODS), PARAMS, st.sampled_from([*LEGACY, MODERN]))
def test_any_request_gets_an_answer(method: str, params: dict[str, Any], version: str) -> None:
    reply = asked(SERVER, method, params, version=version)

    assert reply.status in ({200, 400, 404} if version == MODERN else {200})
    json.dumps(reply.body)
