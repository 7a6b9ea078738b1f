"""`make local`, from outside: what it prints, serves, keeps and says when it cannot start."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.running_stack import (
    ROOT,
    RunningStack,
    copy_of_project,
    free_port,
    running_stack,
)

PATIENCE_SECONDS = 30


def fetch(url: str, document: object = None) -> Any:
    body = None if document is None else json.dumps(document).encode()
    request = urllib.request.Request(url, body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as response:
        return json.load(response)


@pytest.fixture(scope="module")
def stack() -> Iterator[RunningStack]:
    with running_stack() as stack:
        yield stack


def test_it_says_where_to_connect_as_whom_and_what_to_paste(stack: RunningStack) -> None:
    assert stack.mcp_url == f"http://localhost:{stack.port}/mcp/mcp"
    for line in (
        "demo@example.com",
        "demo-password",
        f"claude mcp add --transport http gatehouse {stack.mcp_url}",
        f'{{"mcpServers": {{"gatehouse": {{"url": "{stack.mcp_url}"}}}}}}',
        "code --add-mcp",
        "@modelcontextprotocol/inspector",
    ):
        assert line in stack.said


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_it_answers_on_loopback(stack: RunningStack, host: str) -> None:
    document = fetch(f"http://{host}:{stack.port}/.well-known/oauth-protected-resource/mcp/mcp")

    assert document["resource"] == stack.mcp_url


def test_it_handles_requests_at_the_same_time(stack: RunningStack) -> None:
    def register(number: int) -> str:
        document = {"redirect_uris": [f"http://127.0.0.1/callback/{number}"]}
        return str(fetch(f"{stack.url}/register", document)["client_id"])

    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(register, range(48)))) == 48


def test_it_leaves_what_sam_local_needs(stack: RunningStack) -> None:
    variables = json.loads((stack.state / "env-vars.json").read_text())["Parameters"]

    assert variables["PUBLIC_URL"] == stack.url
    assert variables["AWS_ENDPOINT_URL_DYNAMODB"].startswith("http://127.0.0.1:")
    assert variables["KEY_ENCRYPTION_KEY"].startswith("arn:aws:kms:")


def test_what_was_registered_survives_a_restart_and_two_stacks_run_side_by_side(
    stack: RunningStack,
) -> None:
    document = {"redirect_uris": ["http://127.0.0.1/callback"]}
    port = free_port()
    with running_stack(port) as first:
        client_id = fetch(f"{first.url}/register", document)["client_id"]
        keys = fetch(f"{first.url}/.well-known/jwks.json")
        assert fetch(f"{stack.url}/.well-known/jwks.json") != keys
    with running_stack(port, {"LOCAL_PASSWORD": "another-password"}) as second:
        assert fetch(f"{second.url}/.well-known/jwks.json") == keys
        assert "another-password" in second.said
        query = f"response_type=code&client_id={client_id}&code_challenge={'x' * 43}"
        with urllib.request.urlopen(
            f"{second.url}/authorize?{query}&code_challenge_method=S256"
        ) as r:
            assert r.status == 200
    shutil.rmtree(second.state)


def test_ctrl_c_ends_it_and_every_child() -> None:
    with running_stack() as stack:
        fetch(f"{stack.url}/.well-known/jwks.json")
        children = _descendants(stack.process.pid)
        assert len(children) >= 3  # an engine each for DynamoDB and KMS, and a warm function
        stack.process.send_signal(signal.SIGINT)
        assert stack.process.wait(PATIENCE_SECONDS) == 130
        assert not [pid for pid in children if _is_alive(pid)]


def _descendants(pid: int) -> list[int]:
    listed = subprocess.run(
        ["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout
    parents = {int(child): int(parent) for child, parent in map(str.split, listed.splitlines())}
    found = [pid]
    for parent in found:
        found += [child for child, of in parents.items() if of == parent]
    return found[1:]


def _is_alive(pid: int) -> bool:
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return bool(state) and not state.startswith("Z")


# ---- What keeps it from starting is one clear line ------------------------------------------


def refused(root: Path, environment: Mapping[str, str]) -> str:
    """The one line that a stack in `root` says instead of starting."""
    ended = subprocess.run(
        [sys.executable, "-m", "local"],
        cwd=root,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    return line


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return copy_of_project(tmp_path)


def test_a_taken_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        line = refused(ROOT, {"PORT": port})

    assert port in line


@pytest.mark.parametrize("port", ["zero", "0", "70000", "-1"])
def test_a_port_that_is_none(port: str) -> None:
    assert "PORT" in refused(ROOT, {"PORT": port})


@pytest.mark.parametrize(
    ("found", "put", "named"),
    [
        ("Resources:", "Resources: [", "template.yaml"),
        ("!Ref SharedLayer", "!Ref NoLayer", "NoLayer"),
        ("integrations/${TokenIntegration}", "integrations/${NoIntegration}", "NoIntegration"),
        ("CodeUri: functions/token/", "CodeUri: functions/nowhere/", "nowhere"),
        ("Type: ScheduleV2", "Type: SQS", "SQS"),
    ],
)
def test_a_broken_template(project: Path, found: str, put: str, named: str) -> None:
    template = project / "template.yaml"
    assert found in template.read_text()
    template.write_text(template.read_text().replace(found, put))

    assert named in refused(project, {"PORT": str(free_port())})


@pytest.mark.parametrize("mistake", ["import no_such_module", "def broken(:", "1 / 0"])
def test_a_handler_that_does_not_import(project: Path, mistake: str) -> None:
    app = project / "functions" / "token" / "app.py"
    app.write_text(f"{mistake}\n{app.read_text()}")

    assert "Token" in refused(project, {"PORT": str(free_port())})


def test_a_tool_without_a_docstring(project: Path) -> None:
    tool = project / "functions" / "mcp" / "tools" / "silent.py"
    tool.write_text(
        "from gatehouse.mcp import tool\n\n@tool()\ndef silent() -> str:\n    return ''\n"
    )

    line = refused(project, {"PORT": str(free_port())})

    assert "silent" in line
    assert "docstring" in line


def test_a_signing_key_that_is_none(tmp_path: Path) -> None:
    key = tmp_path / "key.json"
    key.write_text('{"kty": "RSA"}')

    assert "key.json" in refused(ROOT, {"PORT": str(free_port()), "LOCAL_SIGNING_KEY": str(key)})


def test_client_documents_can_be_off_where_nothing_outside_is_reached() -> None:
    with running_stack(environment={"LOCAL_CLIENT_DOCUMENTS": "off"}) as stack:
        metadata = fetch(f"{stack.url}/.well-known/oauth-authorization-server")

    assert metadata["client_id_metadata_document_supported"] is False


def test_a_choice_of_client_documents_that_is_none() -> None:
    said = refused(ROOT, {"PORT": str(free_port()), "LOCAL_CLIENT_DOCUMENTS": "some of them"})

    assert "CLIENT_ID_METADATA_DOCUMENTS" in said
