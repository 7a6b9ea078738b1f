"""What storage promises of tasks (gatehouse.storage.contract), on a real engine."""

from dataclasses import replace

from gatehouse.mcp.tasks.task import CANCELLED, COMPLETED, FAILED, INPUT_REQUIRED, WORKING, Task
from gatehouse.oauth.secret_values import new_identifier
from gatehouse.storage.tasks import DynamoDBTaskStore
from tests.stores import Stores

NOW = 1_800_000_000
SOON, LATER = NOW + 60, NOW + 900
DONE = '{"result": {"content": []}}'
OWNER = {"subject": "ada", "client_id": "client"}


def new_task(store: DynamoDBTaskStore) -> Task:
    task = Task(
        task_id=new_identifier(),
        subject="ada",
        email=None,
        client_id="client",
        scopes=("mcp", "notes:read"),
        version="2026-07-28",
        tool="compute",
        status=WORKING,
        created_at=NOW,
        updated_at=NOW,
        deadline=SOON,
        expires_at=NOW + 86400,
        arguments='{"a": "ünï"}',
        asked_first='{"b": "ö"}',
    )
    store.add(task)
    return task


def started(store: DynamoDBTaskStore, run: str = "run") -> Task:
    task = store.start(new_task(store).task_id, run, now=NOW, deadline=LATER)
    assert task
    return task


def asking(store: DynamoDBTaskStore, requests: str = '{"a": {}, "b": {}}') -> Task:
    task = started(store)
    assert store.ask(task.task_id, "run", requests, now=NOW)
    waiting = store.get(task.task_id, **OWNER)
    assert waiting
    return waiting


def test_a_task_comes_back_as_it_was_added(stores: Stores) -> None:
    task = new_task(stores.tasks())

    assert stores.tasks().get(task.task_id, **OWNER) == task
    assert stores.tasks().get("unknown", **OWNER) is None


def test_a_task_is_nobody_elses(stores: Stores) -> None:
    task = new_task(stores.tasks())

    for other in ({**OWNER, "subject": "bob"}, {**OWNER, "client_id": "another"}):
        assert stores.tasks().get(task.task_id, **other) is None
        assert stores.tasks().cancel(task.task_id, **other, now=NOW) is None
    assert stores.tasks().get(task.task_id, **OWNER) == task


def test_a_task_is_started_once(stores: Stores) -> None:
    task = started(stores.tasks())

    assert task.run == "run"
    assert task.deadline == LATER
    assert stores.tasks().start(task.task_id, "another", now=NOW, deadline=LATER) is None
    assert stores.tasks().start("unknown", "run", now=NOW, deadline=LATER) is None


def test_a_run_that_asks_twice_whether_it_has_the_task_has_it(stores: Stores) -> None:
    """Lambda's client asks again when an answer was lost."""
    task = started(stores.tasks())

    assert stores.tasks().start(task.task_id, "run", now=NOW, deadline=LATER) == task


def test_a_task_out_of_time_is_not_started(stores: Stores) -> None:
    task = new_task(stores.tasks())

    assert stores.tasks().start(task.task_id, "run", now=SOON, deadline=LATER) is None


def test_a_run_says_how_far_it_is(stores: Stores) -> None:
    task = started(stores.tasks())

    assert stores.tasks().report(task.task_id, "run", "halfway", now=NOW + 1)
    assert not stores.tasks().report(task.task_id, "another", "done", now=NOW + 2)

    told = stores.tasks().get(task.task_id, **OWNER)
    assert told
    assert (told.status_message, told.updated_at) == ("halfway", NOW + 1)


def test_a_task_ends_once_and_keeps_no_arguments(stores: Stores) -> None:
    task = started(stores.tasks())

    def finish(run: str, outcome: str) -> bool:
        store = stores.tasks()
        return store.finish(task.task_id, run, status=COMPLETED, outcome=outcome, now=NOW + 5)

    assert not finish("another", "{}")
    assert finish("run", DONE)
    assert finish("run", DONE)  # its own second attempt
    assert not finish("run", "{}")

    over = stores.tasks().get(task.task_id, **OWNER)
    assert over
    assert (over.status, over.outcome) == (COMPLETED, DONE)
    assert (over.arguments, over.asked_first) == ("{}", "{}")
    assert not stores.tasks().is_running(task.task_id, "run")


def test_a_cancelled_task_takes_nothing_from_its_run(stores: Stores) -> None:
    task = started(stores.tasks())
    assert stores.tasks().is_running(task.task_id, "run")

    cancelled = stores.tasks().cancel(task.task_id, **OWNER, now=NOW + 1)

    assert cancelled
    assert cancelled.status == CANCELLED
    assert not stores.tasks().is_running(task.task_id, "run")
    assert not stores.tasks().report(task.task_id, "run", "halfway", now=NOW)
    assert not stores.tasks().ask(task.task_id, "run", "{}", now=NOW)
    store = stores.tasks()
    assert not store.finish(task.task_id, "run", status=COMPLETED, outcome=DONE, now=NOW)
    assert stores.tasks().get(task.task_id, **OWNER) == cancelled


def test_a_task_that_is_over_is_not_cancelled(stores: Stores) -> None:
    task = started(stores.tasks())
    stores.tasks().finish(task.task_id, "run", status=COMPLETED, outcome=DONE, now=NOW)

    cancelled = stores.tasks().cancel(task.task_id, **OWNER, now=NOW)

    assert cancelled
    assert cancelled.status == COMPLETED


def test_a_task_that_is_gone_is_not_cancelled(stores: Stores) -> None:
    assert stores.tasks().cancel("unknown", **OWNER, now=NOW) is None


def test_a_task_fails_when_its_time_is_up_and_not_before(stores: Stores) -> None:
    task = started(stores.tasks())

    def give_up(now: int) -> Task | None:
        return stores.tasks().give_up(task.task_id, outcome='{"error": {}}', now=now)

    assert give_up(LATER - 1) == task
    failed = give_up(LATER)
    assert failed
    assert failed.status == FAILED
    store = stores.tasks()
    assert not store.finish(task.task_id, "run", status=COMPLETED, outcome=DONE, now=LATER)


def test_a_task_that_waits_for_its_client_has_time(stores: Stores) -> None:
    task = asking(stores.tasks())

    assert stores.tasks().give_up(task.task_id, outcome="{}", now=LATER) == task


def test_a_task_that_was_answered_is_started_again(stores: Stores) -> None:
    task = asking(stores.tasks())
    assert (task.status, task.run) == (INPUT_REQUIRED, None)
    assert stores.tasks().start(task.task_id, "second", now=NOW, deadline=LATER) is None

    answered = replace(task, status=WORKING, input_requests="{}", input_responses='{"a": 1}')
    assert stores.tasks().answer(task, answered) == answered

    again = stores.tasks().start(task.task_id, "second", now=NOW, deadline=LATER)
    assert again
    assert again.input_responses == '{"a": 1}'


def test_an_answer_to_what_is_asked_no_more_changes_nothing(stores: Stores) -> None:
    task = asking(stores.tasks())
    first = replace(task, input_requests='{"b": {}}', input_responses='{"a": 1}')
    assert stores.tasks().answer(task, first) == first

    late = replace(task, input_requests='{"a": {}}', input_responses='{"b": 2}')

    assert stores.tasks().answer(task, late) == first
