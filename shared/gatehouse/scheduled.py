"""The way in for functions that a schedule calls, and the one line that tells of each run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gatehouse import wiring
from gatehouse.errors import GatehouseError
from gatehouse.log.failures import log_failure, noted_failures
from gatehouse.log.line import log_run


class RunFailed(GatehouseError):
    """A run did not do what it is for; its log line says why."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a run came to, for the log: what it counts for, and facts that are no secrets."""

    outcome: str
    metrics: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


def scheduled(job: Callable[[], Done]) -> Callable[[Mapping[str, Any], object], None]:
    """A Lambda handler around `job`, which takes nothing from the schedule's event.

    A job that raises fails the invocation, so that Lambda counts it and tries again.
    """
    wiring.settings()  # a mistake in the environment shows when the function starts

    def handler(event: Mapping[str, Any], context: object) -> None:
        done = None
        with noted_failures() as failures:
            try:
                done = job()
            except Exception as error:
                log_failure(f"{job.__name__} failed", error)
        log_run(
            request_id=getattr(context, "aws_request_id", ""),
            job=job.__name__,
            outcome=done.outcome if done else "failed",
            metrics=done.metrics if done else ("Failed",),
            facts=done.facts if done else {},
            failures=failures,
        )
        if done is None:
            raise RunFailed(f"{job.__name__} failed: its log line says why")

    return handler
