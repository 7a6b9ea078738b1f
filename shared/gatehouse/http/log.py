"""The log: one JSON line a request. Nothing a client sent is written but its route."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from gatehouse.http.response import Response

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger


def log_request(event: Mapping[str, Any], response: Response) -> None:
    """Note what was asked and how it ended."""
    context = event.get("requestContext", {})
    _logger().info(
        "request",
        extra={
            "request_id": context.get("requestId"),
            "route": event.get("routeKey"),
            "status": response.status,
            "outcome": response.outcome,
            "reason": response.reason,
        },
    )


def log_failure(message: str, error: BaseException) -> None:
    """Note an error of ours, with its traceback."""
    _logger().error(message, exc_info=error)


@cache
def _logger() -> "Logger":
    from aws_lambda_powertools import Logger

    return Logger()
