"""The stack that the clients connect to: one per worker."""

from collections.abc import Iterator

import httpx2
import pytest

from tests.clients.sign_in import new_http
from tests.running_stack import RunningStack, running_stack


@pytest.fixture(scope="session")
def stack() -> Iterator[RunningStack]:
    with running_stack() as stack:
        yield stack


@pytest.fixture
def http(stack: RunningStack) -> Iterator[httpx2.Client]:
    with new_http(stack.url) as http:
        yield http
