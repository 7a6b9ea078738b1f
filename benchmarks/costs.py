"""What each step of a connection asks of AWS, and what a million of it costs."""

import json
import statistics
import time
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from benchmarks.connection import EMAIL, PASSWORD, connect
from benchmarks.cost_table import Counted, cost_table
from benchmarks.counting_proxy import CountingProxy
from benchmarks.subjects import Subjects
from local.children import Children
from local.declared import Function
from local.execution_environment import ExecutionEnvironment
from local.function_log import FunctionLog
from local.runtime import lambda_variables

_TIMED = 15
DYNAMODB, KMS = "AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_KMS"


class Processes:
    """A process of each function, which starts with the function's first request."""

    def __init__(self, endpoints: Mapping[str, str], children: Children, log: FunctionLog) -> None:
        self._endpoints = endpoints
        self._children = children
        self._log = log
        self._running: dict[str, ExecutionEnvironment] = {}

    def handle(self, function: Function, event: Mapping[str, Any]) -> Mapping[str, Any]:
        """The function's result. Raises `RuntimeError` for one that is no success."""
        result = self._process(function).handle(json.dumps(event).encode())
        if result["statusCode"] >= 400:
            raise RuntimeError(f"{function.name} answered {result}")
        answer: Mapping[str, Any] = result
        return answer

    def start(self, function: Function) -> None:
        """See to it that there is a process that is loaded."""
        self._process(function)

    def end(self) -> None:
        """End them all; the next requests find none."""
        for environment in self._running.values():
            environment.end()
        self._running.clear()

    def _process(self, function: Function) -> ExecutionEnvironment:
        if function.name not in self._running:
            variables = {**lambda_variables(function), **self._endpoints}
            environment = ExecutionEnvironment(
                function, variables=variables, children=self._children, log=self._log
            )
            self._running[function.name] = environment
            environment.wait_until_ready()
        return self._running[function.name]


def costs(
    subjects: Subjects, endpoints: Mapping[str, str], children: Children, log: FunctionLog
) -> str:
    """The table in Markdown: calls counted by proxies, time taken without them."""
    _add_person()
    dynamodb, kms = CountingProxy(endpoints[DYNAMODB]), CountingProxy(endpoints[KMS])
    proxied = Processes({DYNAMODB: dynamodb.url, KMS: kms.url}, children, log)
    direct = Processes(endpoints, children, log)
    try:
        cold = _counts(subjects, proxied, dynamodb, kms, is_cold=True)
        _counts(subjects, proxied, dynamodb, kms)
        warm = _counts(subjects, proxied, dynamodb, kms)
        milliseconds = _times(subjects, direct)
    finally:
        proxied.end()
        direct.end()
        dynamodb.close()
        kms.close()
    return cost_table(cold, warm, milliseconds)


def _add_person() -> None:
    from gatehouse import wiring
    from gatehouse.signin.people import add_person
    from gatehouse.wiring import signin

    add_person(EMAIL, PASSWORD, people=signin.people(), now=wiring.now())


def _counts(
    subjects: Subjects,
    processes: Processes,
    dynamodb: CountingProxy,
    kms: CountingProxy,
    *,
    is_cold: bool = False,
) -> dict[str, Counted]:
    """What each step asks; with `is_cold` each finds a process that has just started."""
    counted = {}

    def ask(step: str, method: str, url: str, **sent: Any) -> Mapping[str, Any]:
        if is_cold:
            processes.end()
        function, event = subjects.request(method, url, **sent)
        dynamodb.take()
        kms.take()
        result = processes.handle(function, event)
        counted[step] = Counted(dynamodb.take(), kms.take(), function.memory)
        return result

    connect(ask)
    return counted


def _times(subjects: Subjects, processes: Processes) -> dict[str, float]:
    """How many milliseconds each step takes a warm function, as a median."""
    taken: defaultdict[str, list[float]] = defaultdict(list)

    def ask(step: str, method: str, url: str, **sent: Any) -> Mapping[str, Any]:
        function, event = subjects.request(method, url, **sent)
        processes.start(function)
        started = time.perf_counter()
        result = processes.handle(function, event)
        taken[step].append((time.perf_counter() - started) * 1000)
        return result

    for _ in range(_TIMED + 1):
        connect(ask)
    return {step: statistics.median(times[1:]) for step, times in taken.items()}
