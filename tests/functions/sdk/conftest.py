"""Our server and one of the official SDK, with the same tools."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.template import Template
from tests.functions.actors import Client
from tests.functions.deployment import ORIGIN, Answer, Deployment
from tests.functions.sdk.requests import Sent
from tests.functions.sdk.server import SdkServer, sdk_server
from tests.running_stack import copy_of_project

Ask = Callable[[Sent], Answer]


@pytest.fixture(scope="module")
def ours(deployment: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Our function, asked through its handler with a token."""
    project = copy_of_project(tmp_path_factory.mktemp("project"))
    tools = project / "functions" / "mcp" / "tools"
    shutil.rmtree(tools)
    shutil.copytree(Path(__file__).with_name("offers"), tools)
    stack = Deployment(Template(project / "template.yaml").resolve({"PublicUrl": ORIGIN}, {}))
    access_token = Client.register(deployment).tokens()["access_token"]

    def ask(sent: Sent) -> Answer:
        headers = {**sent.headers, "authorization": f"Bearer {access_token}"}
        return stack.ask("POST", "/mcp/mcp", headers=headers, body=sent.body)

    return ask


@pytest.fixture(scope="module")
def theirs() -> Iterator[Ask]:
    """The SDK's server."""
    with sdk_server() as server:
        yield lambda sent: ask_sdk(server, sent)


@pytest.fixture(scope="module")
def theirs_with_events() -> Iterator[Ask]:
    """The SDK's server, which tells of a call while it answers it."""
    with sdk_server(streams=True) as server:
        yield lambda sent: ask_sdk(server, sent)


def ask_sdk(server: SdkServer, sent: Sent) -> Answer:
    """The same request, which needs no token there."""
    return server.ask(sent.headers, sent.body)
