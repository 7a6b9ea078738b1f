"""The stack that the suite runs against: the project with what the suite wants offered."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.clients.plain_client import PlainClient
from tests.clients.sign_in import new_http
from tests.conformance.token_proxy import token_proxy
from tests.running_stack import copy_of_project, running_stack

HERE = Path(__file__).parent
OFFERS = [HERE / "offers.py", HERE / "questions.py"]
TASK_OFFERS = [HERE / "task_offers.py"]
CALLBACK = "http://localhost:1/callback"


@pytest.fixture(scope="module")
def mcp_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The MCP endpoint of a stack with all that the suite's requirements are about."""
    with _serving(OFFERS, tmp_path_factory.mktemp("project")) as url:
        yield url


@pytest.fixture(scope="module")
def tasks_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The MCP endpoint of a stack whose tools run as tasks."""
    with _serving(TASK_OFFERS, tmp_path_factory.mktemp("project")) as url:
        yield url


@contextmanager
def _serving(offers: list[Path], folder: Path) -> Iterator[str]:
    """A stack behind a proxy that adds the token of a real sign-in."""
    project = copy_of_project(folder)
    tools = project / "functions" / "mcp" / "tools"
    # the suite takes the first tool it finds for one that needs no arguments
    for file in tools.glob("[!_]*.py"):
        file.unlink()
    for file in offers:
        shutil.copy(file, tools)
    with running_stack(root=project) as stack:
        with new_http(stack.url) as http:
            client = PlainClient(http, {"redirect_uris": [CALLBACK]})
            tokens = client.connect(CALLBACK)
        with token_proxy(stack.port, tokens["access_token"]) as origin:
            yield f"{origin}/mcp/mcp"
