"""Multi round trips (2026-07-28, MRTR): a tool asks, and runs again with the answer."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatehouse.mcp import Caller, Person
from gatehouse.mcp.endpoint import answer
from tests.unit.asking_server import (
    ACTED,
    CALLER,
    EVERYTHING,
    NOW,
    REPORTED,
    SERVER,
    Client,
    accept,
)
from tests.unit.mcp_server import CONTEXT, LEGACY, body_of, error_of, result_of

GUEST = {
    "method": "elicitation/create",
    "params": {
        "mode": "form",
        "message": "Who comes?",
        "requestedSchema": {
            "type": "object",
            "properties": {
                "name": {"type": "string", "title": "Name"},
                "meals": {"type": "integer", "title": "Meals", "default": 1},
            },
            "required": ["name"],
        },
    },
}
SAMPLED = {"role": "assistant", "content": {"type": "text", "text": "Tea"}, "model": "a model"}
ROOTS = {"roots": [{"uri": "file:///home", "name": "Home"}]}
INVALID_PARAMS, MISSING_CAPABILITY = -32602, -32021
REFUSED = (400, INVALID_PARAMS, "Invalid or expired requestState; make the call again without it")


@pytest.fixture(autouse=True)
def nothing_done() -> None:
    ACTED.clear()
    REPORTED.clear()


def test_a_tool_asks_and_goes_on_with_the_answer() -> None:
    client = Client("invite", {"party": "lunch"})

    assert client.asked() == {"guest": GUEST}
    assert list(client.asked({"guest": accept(name="Ada", meals=2)})) == ["colour"]
    assert client.told({"colour": accept(value="red")}) == "Ada comes to lunch in red"
    assert ACTED == ["Ada"]


def test_a_question_is_a_result_that_may_not_be_cached() -> None:
    result = result_of(Client("invite").call())

    assert set(result) == {"resultType", "inputRequests", "requestState", "_meta"}
    assert isinstance(result["requestState"], str)


def test_answers_may_come_all_at_once() -> None:
    client = Client("invite")
    answers = {"guest": accept(name="Ada"), "colour": accept(value="blue"), "more": 1}

    assert client.told(answers) == "Ada comes to tea in blue"


@pytest.mark.parametrize("action", ["decline", "cancel"])
def test_a_person_need_not_answer(action: str) -> None:
    client = Client("invite")
    client.asked()
    client.asked({"guest": accept(name="Ada")})

    assert client.told({"colour": {"action": action}}) == f"Ada comes to tea in {action}"


def test_a_value_that_was_declined_is_told_to_the_model() -> None:
    result = result_of(Client("invite").call({"guest": {"action": "decline"}}))

    assert result["isError"] is True
    assert result["content"][0]["text"] == "The person declined to answer: Who comes?"
    assert REPORTED == []


@pytest.mark.parametrize("answers", [None, {}, {"wrong": accept(name="Ada")}, {"guest": None}])
def test_what_is_missing_is_asked_for_again(answers: Any) -> None:
    client = Client("invite")
    client.asked()

    assert client.asked(answers) == {"guest": GUEST}


def test_an_answer_once_given_is_kept() -> None:
    client = Client("invite")
    client.asked()
    client.asked({"guest": accept(name="Ada")})

    assert client.told({"guest": accept(name="Eve"), "colour": accept(value="red")}).startswith(
        "Ada"
    )


@pytest.mark.parametrize(
    "said",
    [
        12345,
        "Ada",
        [],
        {},
        {"action": "yes"},
        {"action": ["accept"]},
        accept(),
        accept(name=1),
        accept(name="Ada", meals="many"),
        {"action": "accept"},
        {"action": "accept", "content": None},
        {"action": "accept", "content": ["Ada"]},
    ],
    ids=str,
)
def test_what_is_no_answer_is_an_error_and_the_tool_does_not_go_on(said: Any) -> None:
    status, code, message = error_of(Client("invite").call({"guest": said}))

    assert (status, code) == (400, INVALID_PARAMS)
    assert message.startswith("Invalid inputResponses for guest: ")
    assert (ACTED, REPORTED) == ([], [])


@pytest.mark.parametrize("answers", [1, "x", [], True, [{"guest": accept(name="Ada")}]], ids=str)
def test_answers_that_are_no_object_are_an_error(answers: Any) -> None:
    client = Client("invite")
    reply = client.call(answers)

    assert error_of(reply) == (400, INVALID_PARAMS, "inputResponses must be an object")


def test_no_handler_of_a_tool_catches_the_interruption() -> None:
    client = Client("swallow")
    (key,) = client.asked()

    assert client.told({key: accept(value=True)}) == "sure: True"


def test_a_tool_that_catches_everything_gets_no_further() -> None:
    client = Client("swallow_all")

    assert len(client.asked()) == 1
    assert REPORTED == []


def test_the_same_question_again_is_another_question() -> None:
    client = Client("count")
    (first,) = client.asked()
    (second,) = client.asked({first: accept(value=True)})
    (third,) = client.asked({second: accept(value=True)})

    assert (second, third) == (f"{first}#2", f"{first}#3")
    assert client.told({third: accept(value=False)}) == "2 more"


def test_a_question_without_a_key_has_one_of_what_it_asks() -> None:
    (key,) = Client("count").asked()
    (same,) = Client("count", caller=replace(CALLER, client_id="client-2")).asked()

    assert key == same
    assert set(Client("swallow").asked()) != {key}


def test_several_things_are_asked_in_one_round() -> None:
    client = Client("ask_everything")
    asked = client.asked()

    assert {key: each["method"] for key, each in asked.items()} == {
        "guest": "elicitation/create",
        "poem": "sampling/createMessage",
        "folders": "roots/list",
    }
    assert asked["poem"]["params"] == {
        "messages": [{"role": "user", "content": {"type": "text", "text": "A poem"}}],
        "maxTokens": 50,
    }
    assert list(client.asked({"guest": accept(name="Ada"), "poem": SAMPLED})) == ["folders"]
    assert client.told({"folders": ROOTS}) == "Ada: Tea (file:///home)"


def test_an_async_tool_asks() -> None:
    client = Client("ask_async")
    (key,) = client.asked()

    assert client.told({key: accept(value=True)}) == "True"


def test_an_async_tool_asks_in_its_tasks() -> None:
    client = Client("gather")

    assert set(client.asked()) == {"cake", "cup"}
    assert client.told({"cake": accept(value="Plum"), "cup": accept(value="Blue")}) == "Plum Blue"


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("poem", 1),
        ("poem", {"content": [], "role": "assistant"}),
        ("poem", {**SAMPLED, "content": "Tea"}),
        ("poem", {**SAMPLED, "content": {"type": "text"}}),
        ("poem", {**SAMPLED, "model": None}),
        ("folders", []),
        ("folders", {"roots": {}}),
        ("folders", {"roots": ["file:///home"]}),
        ("folders", {"roots": [{"uri": "https://example.com"}]}),
    ],
    ids=str,
)
def test_what_a_model_or_client_does_not_say_is_an_error(key: str, said: Any) -> None:
    answers = {"guest": accept(name="Ada"), "poem": SAMPLED, "folders": ROOTS, key: said}
    status, code, message = error_of(Client("ask_everything").call(answers))

    assert (status, code) == (400, INVALID_PARAMS)
    assert message.startswith(f"Invalid inputResponses for {key}: ")


def test_a_person_is_sent_to_a_page() -> None:
    client = Client("visit")

    assert client.asked()["page"]["params"] == {
        "mode": "url",
        "message": "Your key, please",
        "url": "https://example.com/key",
    }
    assert client.told({"page": {"action": "accept"}}) == "accept"


def test_a_prompt_asks_too() -> None:
    client = Client("letter", {"to": "Bob"}, method="prompts/get")

    assert list(client.asked()) == ["what"]
    result = result_of(client.call({"what": accept(value="tea")}))
    assert result["messages"][0]["content"]["text"] == "Write to Bob about tea"


def test_a_resource_asks_too() -> None:
    client = Client("page://7", method="resources/read", named_by="uri")

    assert list(client.asked()) == ["read"]
    other = replace(client, tool="page://8")
    assert error_of(other.call({"read": accept(value=True)})) == REFUSED
    result = result_of(client.call({"read": accept(value=True)}))
    assert result["contents"][0]["text"] == "7: True"


@pytest.mark.parametrize(
    ("method", "named_by", "name"),
    [("prompts/get", "name", "letter"), ("resources/read", "uri", "page://7")],
)
def test_what_a_client_lacks_is_the_same_error_for_all(
    method: str, named_by: str, name: str
) -> None:
    reply = Client(name, method=method, named_by=named_by, capabilities={}).call()

    assert error_of(reply)[:2] == (400, MISSING_CAPABILITY)
    assert REPORTED == []


@pytest.mark.parametrize("method", ["tools/list", "prompts/list", "resources/list"])
def test_what_cannot_ask_takes_no_notice_of_answers(method: str) -> None:
    result = result_of(Client("", method=method, state="unknown").call(accept()))

    assert result["resultType"] == "complete"


# ---- The state -------------------------------------------------------------------------------


def other_person() -> dict[str, Any]:
    return {"caller": replace(CALLER, person=Person("person-2", "p@example.com"))}


@pytest.mark.parametrize(
    "change",
    [
        other_person(),
        {"caller": replace(CALLER, client_id="client-2")},
        {"arguments": {"party": "war"}},
        {"arguments": {}},
        {"tool": "swallow", "arguments": {}},
        {"tool": "ask_everything"},
    ],
    ids=str,
)
def test_a_state_leads_nowhere_but_where_it_came_from(change: dict[str, Any]) -> None:
    client = Client("invite", {"party": "lunch"})
    client.asked()
    client.asked({"guest": accept(name="Ada")})
    stolen = replace(client, **change)

    assert error_of(stolen.call({"colour": accept(value="red")})) == REFUSED
    assert ACTED == []


def test_a_state_is_of_one_person_who_may_get_another_token() -> None:
    client = Client("invite")
    client.asked({"guest": accept(name="Ada")})
    renewed = Caller(Person("person-1", "new@example.com"), "client-1", ("mcp", "more"))

    assert replace(client, caller=renewed).told({"colour": accept(value="red")}).startswith("Ada")


@pytest.mark.parametrize("state", ["", "x", "-TAMPERED", 1, True, [], {}, "é"], ids=str)
def test_a_state_that_was_never_given_out_is_refused(state: Any) -> None:
    assert error_of(Client("invite", state=state).call()) == REFUSED


def test_a_state_is_refused_before_the_tool_runs() -> None:
    client = Client("invite")
    client.asked()
    client.state += "-TAMPERED"
    answers = {"guest": accept(name="Eve"), "colour": accept(value="red")}

    assert error_of(client.call(answers)) == REFUSED
    assert ACTED == []


def test_a_state_is_refused_once_it_has_expired(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client("invite")
    client.asked({"guest": accept(name="Ada")})
    monkeypatch.setitem(NOW, "now", NOW["now"] + 1800)

    assert error_of(client.call({"colour": accept(value="red")})) == REFUSED


def test_answers_that_nobody_could_bring_back_are_refused() -> None:
    long = {**SAMPLED, "content": {"type": "text", "text": "é" * 400_000}}
    client = Client("ask_everything")

    assert error_of(client.call({"poem": long}))[:2] == (400, INVALID_PARAMS)
    assert list(client.asked({"poem": {**SAMPLED, "content": []}})) == ["guest", "folders"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["\ud800", ""]),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.text() | st.sampled_from(["action", "content", "name", "guest", "roots"]), inner
            )
        ),
    ),
    st.none() | st.text() | st.integers(),
)
def test_whatever_comes_back_is_asked_again_refused_or_taken(answers: Any, state: Any) -> None:
    for sent in (answers, {"guest": answers, "poem": answers, "folders": answers}):
        for name in ("invite", "ask_everything", "count"):
            assert Client(name, state=state).call(sent).status in (200, 400)
    assert REPORTED == []


def test_each_round_has_a_state_of_its_own() -> None:
    client = Client("invite")
    client.asked()
    first = client.state
    client.asked({"guest": accept(name="Ada")})

    assert client.state != first


def test_an_answer_to_another_question_of_that_key_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = Client("visit")
    client.asked()
    function = SERVER.registry.tools["visit"].function
    moved = "https://example.com/elsewhere"
    constants = tuple(
        moved if each == "https://example.com/key" else each for each in function.__code__.co_consts
    )
    monkeypatch.setattr(function, "__code__", function.__code__.replace(co_consts=constants))

    assert client.asked({"page": {"action": "accept"}})["page"]["params"]["url"] == moved


# ---- Whom can be asked what ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "capabilities", "required"),
    [
        ("invite", {}, {"elicitation": {"form": {}}}),
        ("invite", {"elicitation": {"url": {}}}, {"elicitation": {"form": {}}}),
        ("invite", {"elicitation": None}, {"elicitation": {"form": {}}}),
        ("visit", {"elicitation": {}}, {"elicitation": {"url": {}}}),
        ("visit", {"elicitation": {"form": {}}}, {"elicitation": {"url": {}}}),
        ("with_tools", {"sampling": {}}, {"sampling": {"tools": {}}}),
        ("ask_everything", {"elicitation": {}, "roots": {}}, {"sampling": {}}),
        ("ask_everything", {"elicitation": {}, "sampling": {}}, {"roots": {}}),
    ],
)
def test_a_client_is_not_asked_what_it_did_not_declare(
    name: str, capabilities: dict[str, Any], required: dict[str, Any]
) -> None:
    reply = Client(name, capabilities=capabilities).call()
    error = body_of(reply)["error"]

    assert (reply.status, error["code"]) == (400, MISSING_CAPABILITY)
    assert error["data"] == {"requiredCapabilities": required}
    assert REPORTED == []


@pytest.mark.parametrize("elicitation", [{}, {"form": {}}, {"form": {}, "url": {}}, {"new": {}}])
def test_elicitation_without_a_mode_means_forms(elicitation: dict[str, Any]) -> None:
    assert Client("invite", capabilities={"elicitation": elicitation}).asked() == {"guest": GUEST}


@pytest.mark.parametrize(
    ("capabilities", "told"),
    [({}, "did not ask"), ({"elicitation": {}}, "no poem")],
)
def test_a_tool_may_do_without_an_answer(capabilities: dict[str, Any], told: str) -> None:
    assert Client("do_without", capabilities=capabilities).told() == told


@pytest.mark.parametrize("version", LEGACY)
def test_clients_of_the_handshake_are_told_why_they_cannot_be_asked(version: str) -> None:
    params = {"name": "invite", "inputResponses": {"guest": accept(name="Ada")}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    headers = {"mcp-protocol-version": version}
    reply = answer(SERVER, headers, json.dumps(message).encode(), CALLER)
    result = result_of(reply)

    assert result["isError"] is True
    assert version in result["content"][0]["text"]
    assert "Do not try again" in result["content"][0]["text"]


def test_outside_of_a_call_nothing_can_be_asked() -> None:
    with pytest.raises(RuntimeError, match="outside of a call"):
        CONTEXT.elicit("Sure?", bool)


def test_a_client_that_can_be_asked_everything_is_asked_by_default() -> None:
    """So that the tests before see what a missing capability does."""
    assert Client("with_tools", capabilities=EVERYTHING).asked()
