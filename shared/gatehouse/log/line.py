"""The log: one JSON line a request or run. Nothing a client sent is written but its route."""

import logging
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

# Loaded with the function, as every request needs it (docs/decisions/0009).
from aws_lambda_powertools import Logger

from gatehouse.log.metrics import embedded, metric_names, one_of_each
from gatehouse.story import Story

# Somebody may be trying what is not theirs.
_SUSPICIOUS: Final = (
    "sign_in_failed",
    "sign_in_refused",
    "sign_in_slowed",
    "code_replayed",
    "refresh_token_reused",
    "assertion_replayed",
)


def log_request(
    *,
    request_id: str,
    route: str,
    status: int,
    outcome: str,
    reason: str,
    story: Story,
    failures: Sequence[str],
) -> None:
    """Tell what was asked, of whom, and how it ended; `failures` are texts of errors of ours.

    `outcome` and `reason` are those of the answer. The story's count first, except where the
    answer tells of a failure of ours.
    """
    failed = status >= 500
    outcome = outcome if failed else story.outcome or outcome
    facts: dict[str, Any] = {
        "request_id": request_id,
        "route": route,
        "status": status,
        "connection": story.connection,
        "client_id": story.client_id,
        "grant_id": story.grant_id,
        "outcome": outcome,
        "reason": reason or story.reason,
    }
    if failures:
        facts["failures"] = list(failures)
    names = metric_names(route, status, outcome, facts["reason"], failures)
    _write("request", logging.ERROR if failed or failures else _level(outcome), facts, names)


def log_run(
    *,
    request_id: str,
    job: str,
    outcome: str,
    metrics: tuple[str, ...],
    facts: Mapping[str, Any],
    failures: Sequence[str],
) -> None:
    """Tell how a run of a schedule's job ended; `failures` are texts of errors of ours."""
    told: dict[str, Any] = {"request_id": request_id, "job": job, "outcome": outcome, **facts}
    if failures:
        told["failures"] = list(failures)
    _write("run", logging.ERROR if failures else logging.INFO, told, metrics)


def _write(message: str, level: int, facts: dict[str, Any], names: tuple[str, ...]) -> None:
    counted = one_of_each(names)
    if logger().log_level <= level:
        writers = {logging.ERROR: logger().error, logging.WARNING: logger().warning}
        write = writers.get(level, logger().info)
        write(message, extra=facts | (embedded(counted) if names else {}))
    elif names:
        # The level decides what is told of a request, not whether it counts
        counted.flush_metrics()


def _level(outcome: str) -> int:
    return logging.WARNING if outcome in _SUSPICIOUS else logging.INFO


@cache
def logger() -> Logger:
    """Powertools' logger, at the level that POWERTOOLS_LOG_LEVEL names (INFO without it)."""
    return Logger(utc=True, use_rfc3339=True, location=None)
