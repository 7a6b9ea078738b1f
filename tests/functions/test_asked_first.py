"""A tool that asks first, and is a task once it is answered (SEP-2663, Task Creation)."""

from collections.abc import Iterator
from typing import Any

import pytest

from gatehouse import wiring
from gatehouse.signin.people import add_person
from gatehouse.wiring import signin
from local.template import Template
from tests.booking_tools import DONE, FOUND, TABLES, add_booking_tools
from tests.functions.actors import Browser, Client, call_tool, callback
from tests.functions.deployment import ORIGIN, Answer, Deployment
from tests.functions.tables import Tables
from tests.functions.tasks import EXTENSION, TaskClient
from tests.functions.test_rounds import REFUSED
from tests.running_stack import copy_of_project

ELICITATION: dict[str, Any] = {"elicitation": {"form": {}}}
TASKS: dict[str, Any] = {"extensions": {EXTENSION: {}}}
BOTH = ELICITATION | TASKS
BEA, HER_PASSWORD = "bea-of-the-restaurant@example.com", "beas-password"
GUEST = {"name": "Ada", "day": "2026-11-25"}


@pytest.fixture(scope="module")
def restaurant(
    deployment: Deployment, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """The same stack with the tools of `tests.booking_tools`."""
    project = add_booking_tools(copy_of_project(tmp_path_factory.mktemp("project")))
    declared = Template(project / "template.yaml").resolve({"PublicUrl": ORIGIN}, {})
    wiring.close()
    yield Deployment(declared, handed_over=deployment.handed_over)
    wiring.close()


@pytest.fixture
def caller(client: Client, restaurant: Deployment) -> TaskClient:
    return of(client, restaurant)


@pytest.fixture(autouse=True)
def nothing_done(tables: Tables, restaurant: Deployment) -> Iterator[None]:
    FOUND.clear()
    DONE.clear()
    yield
    assert restaurant.nothing_handed_over


def of(client: Client, deployment: Deployment) -> TaskClient:
    return TaskClient(deployment, client.tokens()["access_token"])


def call(
    caller: TaskClient,
    tool: str = "book",
    arguments: dict[str, Any] | None = None,
    capabilities: dict[str, Any] = BOTH,
    **params: Any,
) -> Answer:
    return caller.ask(
        "tools/call", {"name": tool, "arguments": arguments or {}, **params}, capabilities
    )


def result(answer: Answer) -> dict[str, Any]:
    told: dict[str, Any] = answer.json["result"]
    return told


def answers(**content: Any) -> dict[str, Any]:
    return {"guest": {"action": "accept", "content": content or GUEST}}


def state(caller: TaskClient, *asked: Any, **changes: Any) -> str:
    """The sealed state of a call that asks."""
    told = result(call(caller, *asked, **changes))
    assert told["resultType"] == "input_required"
    return str(told["requestState"])


@pytest.fixture
def made_no_task(tables: Tables, restaurant: Deployment) -> Iterator[None]:
    before = tables.count("TasksTable")
    yield
    assert tables.count("TasksTable") == before
    assert restaurant.nothing_handed_over
    assert DONE == []


def test_a_call_asks_and_becomes_a_task_with_the_answers(
    caller: TaskClient, restaurant: Deployment, tables: Tables
) -> None:
    before = tables.count("TasksTable")
    asked = result(call(caller))
    assert (asked["resultType"], set(asked["inputRequests"])) == ("input_required", {"guest"})
    assert "taskId" not in asked
    assert tables.count("TasksTable") == before
    assert restaurant.nothing_handed_over

    made = result(call(caller, requestState=asked["requestState"], inputResponses=answers()))
    assert (made["resultType"], made["status"]) == ("task", "working")
    assert made.keys() & {"requestState", "inputRequests"} == set()
    assert DONE == []

    restaurant.run_next()
    over = caller.get(made["taskId"])
    assert over["status"] == "completed"
    text = over["result"]["content"][0]["text"]
    assert text == "Ada has a table in the garden on a Wednesday"
    # what was found out is not found out again by the run of the task
    assert (FOUND, DONE) == (["Ada"], ["Ada"])


def test_an_event_that_comes_twice_does_what_was_asked_first_once(
    caller: TaskClient, restaurant: Deployment
) -> None:
    sealed = state(caller)
    call(caller, requestState=sealed, inputResponses=answers())
    restaurant.run_event("McpTask", restaurant.run_next())

    assert (FOUND, DONE) == (["Ada"], ["Ada"])


def test_a_task_goes_on_asking_without_asking_again_what_came_first(
    caller: TaskClient, restaurant: Deployment
) -> None:
    sealed = state(caller, "book_and_ask")
    made = result(call(caller, "book_and_ask", requestState=sealed, inputResponses=answers()))
    task_id = str(made["taskId"])
    restaurant.run_next()
    assert caller.get(task_id)["inputRequests"]["guest"]["params"]["message"] == "What for?"

    responses = {"guest": {"action": "accept", "content": {"value": "tea"}}}
    caller.result("tasks/update", {"taskId": task_id, "inputResponses": responses})
    restaurant.run_next()
    assert caller.get(task_id)["result"]["content"][0]["text"] == "Ada: tea"
    assert FOUND == ["Ada"]


# ---- What makes no task ----------------------------------------------------------------------


@pytest.mark.usefixtures("made_no_task")
def test_the_state_of_another_client_makes_no_task(
    caller: TaskClient, restaurant: Deployment
) -> None:
    another = of(Client.register(restaurant), restaurant)
    refused = call(another, requestState=state(caller), inputResponses=answers())

    assert refused.json["error"] == REFUSED
    assert FOUND == []


@pytest.mark.usefixtures("made_no_task")
def test_the_state_of_another_person_makes_no_task(
    caller: TaskClient, client: Client, restaurant: Deployment
) -> None:
    add_person(BEA, HER_PASSWORD, people=signin.people(), now=wiring.now())
    browser = Browser(restaurant)
    page = browser.sign_in(client.authorization_url(), BEA, HER_PASSWORD)
    code = callback(browser.press(page, "Allow"))["code"]
    bea = TaskClient(restaurant, client.exchange(code).json["access_token"])

    refused = call(bea, requestState=state(caller), inputResponses=answers())
    assert refused.json["error"] == REFUSED
    # hers does for her
    assert state(bea)


@pytest.mark.usefixtures("made_no_task")
@pytest.mark.parametrize(
    ("tool", "arguments"), [("book", {"place": "kitchen"}), ("book_later", {"place": "garden"})]
)
def test_the_state_of_another_call_makes_no_task(
    caller: TaskClient, tool: str, arguments: dict[str, Any]
) -> None:
    sealed = state(caller, "book", {"place": "garden"})
    refused = call(caller, tool, arguments, requestState=sealed, inputResponses=answers())

    assert refused.json["error"] == REFUSED


@pytest.mark.usefixtures("made_no_task")
def test_a_changed_state_makes_no_task(caller: TaskClient) -> None:
    sealed = state(caller)
    middle = len(sealed) // 2
    other = "B" if sealed[middle] == "A" else "A"
    changed = [sealed[:middle] + other + sealed[middle + 1 :], sealed[:-4], "", {"answers": {}}]
    for each in changed:
        refused = call(caller, requestState=each, inputResponses=answers())
        assert refused.json["error"] == REFUSED


@pytest.mark.usefixtures("made_no_task")
@pytest.mark.parametrize("said", [{"name": "Ada"}, {**GUEST, "day": "some day"}])
def test_an_answer_that_does_not_fit_makes_no_task(
    caller: TaskClient, said: dict[str, str]
) -> None:
    refused = call(caller, requestState=state(caller), inputResponses=answers(**said))

    assert (refused.status, refused.json["error"]["code"]) == (400, -32602)
    assert "some day" not in refused.text


@pytest.mark.usefixtures("made_no_task")
def test_an_answer_to_another_question_is_asked_anew(
    caller: TaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = state(caller)
    monkeypatch.setitem(TABLES, "free", 1)
    asked = result(call(caller, requestState=sealed, inputResponses=answers()))

    assert asked["resultType"] == "input_required"
    message = asked["inputRequests"]["guest"]["params"]["message"]
    assert message == "Who takes one of 1 tables?"


@pytest.mark.usefixtures("made_no_task")
@pytest.mark.parametrize("capabilities", [BOTH, ELICITATION, {}])
def test_no_client_says_itself_what_is_asked_first(
    caller: TaskClient, capabilities: dict[str, Any]
) -> None:
    for params in ({}, {"inputResponses": answers()}):
        refused = result(call(caller, "book", {"guest": GUEST}, capabilities, **params))
        assert (refused["resultType"], refused["isError"]) == ("complete", True)
        assert refused["content"][0]["text"].startswith("Invalid arguments: guest")
    assert FOUND == []


@pytest.mark.usefixtures("made_no_task")
def test_arguments_are_checked_before_anything_is_asked(caller: TaskClient) -> None:
    refused = result(call(caller, "book_later"))

    assert refused["isError"] is True
    assert refused["content"][0]["text"].startswith("Invalid arguments: place")


@pytest.mark.usefixtures("made_no_task")
def test_a_person_who_declines_ends_the_call(caller: TaskClient) -> None:
    declined = {"guest": {"action": "decline"}}
    told = result(call(caller, requestState=state(caller), inputResponses=declined))

    assert (told["resultType"], told["isError"]) == ("complete", True)
    assert "declined" in told["content"][0]["text"]


@pytest.mark.usefixtures("made_no_task")
def test_a_function_that_crashes_names_an_incident(caller: TaskClient) -> None:
    answer = call(caller, arguments={"place": "nowhere"})

    assert (result(answer)["resultType"], result(answer)["isError"]) == ("complete", True)
    assert "incident" in answer.text
    assert "4711" not in answer.text


@pytest.mark.usefixtures("made_no_task")
def test_a_function_that_takes_no_interruption_for_one_begins_nothing(caller: TaskClient) -> None:
    asked = result(call(caller, "greet_whom"))

    assert (asked["resultType"], set(asked["inputRequests"])) == ("input_required", {"who"})


@pytest.mark.usefixtures("made_no_task")
def test_what_is_too_large_to_keep_is_refused(caller: TaskClient) -> None:
    long = answers(**{**GUEST, "name": "x" * 350_000})
    refused = result(call(caller, requestState=state(caller), inputResponses=long))

    assert (refused["resultType"], refused["isError"]) == ("complete", True)
    assert "350000 bytes" in refused["content"][0]["text"]


# ---- What a client knows ---------------------------------------------------------------------


def test_a_client_that_knows_no_tasks_is_asked_and_waits(caller: TaskClient) -> None:
    sealed = state(caller, capabilities=ELICITATION)
    told = result(
        call(caller, "book", {}, ELICITATION, requestState=sealed, inputResponses=answers())
    )

    assert told["resultType"] == "complete"
    assert told["content"][0]["text"] == "Ada has a table in the garden on a Wednesday"
    assert DONE == ["Ada"]


@pytest.mark.usefixtures("made_no_task")
def test_a_tool_that_is_a_task_only_asks_no_client_that_knows_none(caller: TaskClient) -> None:
    garden = {"place": "garden"}
    refused = call(caller, "book_later", garden, ELICITATION)
    assert (refused.status, refused.json["error"]["code"]) == (400, -32021)
    assert refused.json["error"]["data"] == {"requiredCapabilities": TASKS}

    # nor one that has forgotten them since it was asked
    sealed = state(caller, "book_later", garden)
    brought: dict[str, Any] = {"requestState": sealed, "inputResponses": answers()}
    again = call(caller, "book_later", garden, ELICITATION, **brought)
    assert again.json["error"] == refused.json["error"]
    assert FOUND == []


@pytest.mark.usefixtures("made_no_task")
def test_a_client_that_cannot_be_asked_gets_no_task(
    caller: TaskClient, restaurant: Deployment
) -> None:
    refused = call(caller, capabilities=TASKS)
    assert (refused.status, refused.json["error"]["code"]) == (400, -32021)
    assert refused.json["error"]["data"] == {"requiredCapabilities": ELICITATION}

    of_the_handshake = call_tool(restaurant, caller.access_token, "book")
    assert of_the_handshake.json["result"]["isError"] is True


# ---- Cancelling ------------------------------------------------------------------------------


def test_a_task_that_was_cancelled_before_it_began_does_nothing(
    caller: TaskClient, restaurant: Deployment
) -> None:
    made = result(call(caller, requestState=state(caller), inputResponses=answers()))
    caller.cancel(str(made["taskId"]))
    restaurant.run_next()

    over = caller.get(str(made["taskId"]))
    assert over["status"] == "cancelled"
    assert "result" not in over
    assert DONE == []


def test_what_was_asked_first_is_forgotten_once_the_task_is_over(
    caller: TaskClient, restaurant: Deployment, tables: Tables
) -> None:
    for ends in (restaurant.run_next, None):
        said = answers(**{**GUEST, "name": "Countess of Lovelace"})
        made = result(call(caller, requestState=state(caller), inputResponses=said))
        item = _item(tables, made["taskId"])
        assert "Countess" in item["asked_first"]["S"]
        if ends is None:
            caller.cancel(str(made["taskId"]))
        restaurant.run_next()
        assert "asked_first" not in _item(tables, made["taskId"])


def _item(tables: Tables, task_id: str) -> dict[str, Any]:
    (item,) = [each for each in tables.items("TasksTable") if each["task_id"]["S"] == task_id]
    return item
