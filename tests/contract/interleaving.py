"""Requests that stand still before every attempt to reach storage, until the test lets them go on.

Each runs in a thread of its own, as if in a process of its own, but never two at once: whatever
happens between the read and the write of a request is the test's choice, and happens again the same
way. What becomes of an attempt is the test's choice as well.
"""

import json
from collections.abc import Callable, Mapping
from enum import Enum
from threading import Semaphore, Thread
from typing import Any

from gatehouse.aws.client import AwsClient
from gatehouse.aws.services import DYNAMODB
from local.account import REGION


class Fate(Enum):
    """What becomes of one attempt to reach storage."""

    ANSWERED = "answered"
    LOST_BEFORE = "it never arrived"
    LOST_AFTER = "it took effect, and the answer was lost"
    DIED_BEFORE = "the process ended before it"
    DIED_AFTER = "it took effect, and the process ended"

    @property
    def takes_effect(self) -> bool:
        return self in (Fate.ANSWERED, Fate.LOST_AFTER, Fate.DIED_AFTER)

    @property
    def is_lost(self) -> bool:
        return self in (Fate.LOST_BEFORE, Fate.LOST_AFTER)


class Died(BaseException):
    """The process of a request has ended."""


class Request:
    """One request, between its attempts. `operation` and `body` are what it will try next."""

    def __init__(self, run: Callable[[AwsClient], Any], engine: AwsClient) -> None:
        """Start `run` and stop it before its first attempt; `engine` is who it talks to."""
        self.operation: str | None = None
        self.body: Mapping[str, Any] = {}
        self.outcome: Any = None
        self.fates: list[Fate] = []
        self._engine = engine
        self._go, self._arrived = Semaphore(0), Semaphore(0)
        self._thread = Thread(target=self._main, args=(run,), daemon=True)
        self._thread.start()
        self._arrived.acquire()

    @property
    def is_done(self) -> bool:
        return self.operation is None

    def step(self, fate: Fate) -> None:
        """Let its next attempt come to that, and stop it before the one behind it."""
        self.fates.append(fate)
        self._go.release()
        self._arrived.acquire()

    def attempt(self, operation: str, body: bytes) -> dict[str, Any]:
        """What its client does to send a request; called in its thread."""
        self.operation, self.body = operation, json.loads(body)
        self._arrived.release()
        self._go.acquire()
        fate = self.fates[-1]
        try:
            if fate.takes_effect:
                return self._engine._attempt(operation, body)
            return {}
        finally:
            if fate.is_lost:
                raise ConnectionResetError(fate.value)
            if fate is not Fate.ANSWERED:
                raise Died(fate.value)

    def _main(self, run: Callable[[AwsClient], Any]) -> None:
        try:
            self.outcome = run(_SteppedClient(self))
        except BaseException as error:
            self.outcome = error
        self.operation = None
        self._arrived.release()


class _SteppedClient(AwsClient):
    """Our own client, which tries again what was lost; what it sends, a request sends for it."""

    def __init__(self, request: Request) -> None:
        super().__init__(
            DYNAMODB.name,
            DYNAMODB.target_prefix,
            region=REGION,
            endpoint="http://unused.invalid",
            content_type=DYNAMODB.content_type,
        )
        self._request = request

    def _attempt(self, operation: str, body: bytes) -> dict[str, Any]:
        return self._request.attempt(operation, body)
