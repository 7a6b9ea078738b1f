"""Many at once on one task, on the engine whose writes are atomic."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from gatehouse.mcp.tasks.task import CANCELLED, COMPLETED, FAILED, Task
from local.engines import Engines
from tests.contract.test_tasks import DONE, LATER, NOW, OWNER, asking, new_task, started
from tests.stores import Stores

CALLERS = 50


@pytest.fixture(autouse=True)
def atomic(engines: Engines) -> None:
    if engines.dynamodb.name != "dynoxide":
        pytest.skip("npm has no atomic engine for this machine, and moto is none")


def at_once(*calls: Callable[[], object]) -> list[object]:
    """What simultaneous calls came to."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def now_of(stores: Stores, task: Task) -> Task:
    found = stores.tasks().get(task.task_id, **OWNER)
    assert found
    return found


@pytest.mark.parametrize("round_", range(3))
def test_of_fifty_runs_one_begins(stores: Stores, round_: int) -> None:
    task = new_task(stores.tasks())

    def start(run: str) -> Callable[[], object]:
        return lambda: stores.tasks().start(task.task_id, run, now=NOW, deadline=LATER)

    begun = [each for each in at_once(*map(start, map(str, range(CALLERS)))) if each]

    assert begun == [now_of(stores, task)]


@pytest.mark.parametrize("round_", range(10))
def test_a_task_is_either_cancelled_or_completed(stores: Stores, round_: int) -> None:
    task = started(stores.tasks())

    def cancel() -> object:
        return stores.tasks().cancel(task.task_id, **OWNER, now=NOW)

    def finish() -> object:
        store = stores.tasks()
        return store.finish(task.task_id, "run", status=COMPLETED, outcome=DONE, now=NOW)

    *cancelled, finished = at_once(*[cancel] * 10, finish)

    over = now_of(stores, task)
    assert over.status == (COMPLETED if finished else CANCELLED)
    assert over.outcome == (DONE if finished else None)
    # everybody who cancelled it learns what became of it
    assert cancelled == [over] * 10


@pytest.mark.parametrize("round_", range(10))
def test_a_task_either_ends_or_runs_out_of_time(stores: Stores, round_: int) -> None:
    task = started(stores.tasks())

    def finish() -> object:
        store = stores.tasks()
        return store.finish(task.task_id, "run", status=COMPLETED, outcome=DONE, now=LATER)

    def give_up() -> object:
        return stores.tasks().give_up(task.task_id, outcome="{}", now=LATER)

    finished, *given_up = at_once(finish, *[give_up] * 10)

    over = now_of(stores, task)
    assert (over.status, over.outcome) == ((COMPLETED, DONE) if finished else (FAILED, "{}"))
    assert given_up == [over] * 10


@pytest.mark.parametrize("round_", range(10))
def test_of_two_answers_to_one_question_one_counts(stores: Stores, round_: int) -> None:
    task = asking(stores.tasks())

    def answer(name: str) -> Callable[[], object]:
        answered = replaced(task, name)
        return lambda: stores.tasks().answer(task, answered) == answered

    counted = at_once(*map(answer, "abcdefghij"))

    assert counted.count(True) == 1


def replaced(task: Task, name: str) -> Task:
    return replace(task, input_requests="{}", input_responses=f'{{"a": "{name}"}}')
