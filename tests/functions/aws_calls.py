"""The calls that the functions make to AWS, counted at their clients."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gatehouse.aws.client import AwsClient


@contextmanager
def counted_calls() -> Iterator[Counter[str]]:
    """Every request that is sent meanwhile, second attempts included, by operation."""
    calls: Counter[str] = Counter()
    attempt = AwsClient._attempt

    def counted(client: AwsClient, operation: str, body: bytes) -> dict[str, Any]:
        calls[f"{client._service} {operation}"] += 1
        return attempt(client, operation, body)

    AwsClient._attempt = counted  # type: ignore[assignment, method-assign]
    try:
        yield calls
    finally:
        AwsClient._attempt = attempt  # type: ignore[method-assign]
