"""The log: one JSON line a request. Nothing a client sent is written but its route."""

import logging
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

# Loaded with the function, as every request needs it (docs/decisions/0009).
from aws_lambda_powertools import Logger

from gatehouse.http.metrics import embedded, metric_names, metrics
from gatehouse.http.response import Response
from gatehouse.oauth.story import Story

# Somebody may be trying what is not theirs.
_SUSPICIOUS: Final = ("sign_in_failed", "code_replayed", "refresh_token_reused")


def log_request(
    event: Mapping[str, Any], response: Response, story: Story, failures: Sequence[str]
) -> None:
    """Tell what was asked, of whom, and how it ended; `failures` are texts of errors of ours."""
    context = event.get("requestContext", {})
    failed = response.status >= 500
    outcome = response.outcome if failed else story.outcome or response.outcome
    facts: dict[str, Any] = {
        "request_id": context.get("requestId", ""),
        "route": event.get("routeKey", ""),
        "status": response.status,
        "connection": story.connection,
        "client_id": story.client_id,
        "grant_id": story.grant_id,
        "outcome": outcome,
        "reason": response.reason or story.reason,
    }
    if failures:
        facts["failures"] = list(failures)
    names = metric_names(facts["route"], response.status, outcome, facts["reason"])
    _write(logging.ERROR if failed or failures else _level(outcome), facts, names)


def _write(level: int, facts: dict[str, Any], names: tuple[str, ...]) -> None:
    counted = metrics(names)
    if logger().log_level <= level:
        writers = {logging.ERROR: logger().error, logging.WARNING: logger().warning}
        write = writers.get(level, logger().info)
        write("request", extra=facts | (embedded(counted) if names else {}))
    elif names:
        # The level decides what is told of a request, not whether it counts
        counted.flush_metrics()


def _level(outcome: str) -> int:
    return logging.WARNING if outcome in _SUSPICIOUS else logging.INFO


@cache
def logger() -> Logger:
    """Powertools' logger, at the level that POWERTOOLS_LOG_LEVEL names (INFO without it)."""
    return Logger(utc=True, use_rfc3339=True, location=None)
