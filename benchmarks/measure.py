"""One process of a function: how long its first answer takes, and those after it."""

import contextlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.subjects import Subject
from local.children import Children
from local.execution_environment import ExecutionEnvironment
from local.function_log import FunctionLog
from local.runtime import lambda_variables


@dataclass(frozen=True, slots=True)
class Sample:
    """Milliseconds: to the first answer, on a processor until then, and for each answer after."""

    cold: float
    processor: float
    warm: tuple[float, ...]


def sample(
    subject: Subject,
    *,
    warm: int,
    endpoints: Mapping[str, str],
    children: Children,
    log: FunctionLog,
) -> Sample:
    """Start a process and ask it once, then `warm` times more."""
    variables = {**lambda_variables(subject.function), **endpoints}
    first = json.dumps(subject.event()).encode()
    started = time.perf_counter()
    environment = ExecutionEnvironment(
        subject.function, variables=variables, children=children, log=log
    )
    try:
        environment.wait_until_ready()
        _require_success(subject, environment.handle(first))
        cold = time.perf_counter() - started
        processor = _processor_seconds(environment.pid)
        answers = [_timed(subject, environment) for _ in range(warm)]
    finally:
        environment.end()
    return Sample(cold * 1000, processor * 1000, tuple(answers))


def _timed(subject: Subject, environment: ExecutionEnvironment) -> float:
    content = json.dumps(subject.event()).encode()
    started = time.perf_counter()
    result = environment.handle(content)
    took = time.perf_counter() - started
    _require_success(subject, result)
    return took * 1000


def _require_success(subject: Subject, result: Mapping[str, object]) -> None:
    # an error is quick to answer, and so is less than was asked for
    text = str(result.get("body")).replace(" ", "")
    failed = '"error"' in text or '"isError":true' in text or subject.says not in text
    if result.get("statusCode") not in (200, 201, 204) or failed:
        raise RuntimeError(f"{subject.name} answered {result}")


def _processor_seconds(pid: int) -> float:
    """What the threads of a process have run for."""
    nanoseconds = 0
    for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with contextlib.suppress(ProcessLookupError, FileNotFoundError):  # it ended meanwhile
            # the first number is time on a processor (Linux, Documentation/scheduler/sched-stats)
            nanoseconds += int(thread.read_text().split()[0])
    return nanoseconds / 1e9
