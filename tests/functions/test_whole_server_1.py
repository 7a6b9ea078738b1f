"""A server of the official SDK's 1.x line, whose packages are not those of the tests."""

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from tests.clients.python_client_1 import PACKAGES
from tests.running_stack import ROOT

BOOKS = Path(__file__).parent / "sdk_1" / "books.py"
PATIENCE_SECONDS = 60


@pytest.fixture(scope="module")
def told() -> Any:
    """What the server said, to one request after another."""
    # the layer's packages come last: the server's own are those of its line
    path = (PACKAGES, ROOT / "shared", sysconfig.get_path("purelib"))
    finished = subprocess.run(
        [sys.executable, "-S", BOOKS],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(map(str, path))},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


@pytest.fixture(scope="module")
def answers(told: Any) -> list[Any]:
    assert told["version"].startswith("1.")
    return list(told["answers"])


def test_it_opens_as_its_line_does(answers: list[Any]) -> None:
    result = answers[0]["body"]["result"]

    assert answers[0]["status"] == 200
    assert (result["protocolVersion"], result["serverInfo"]["name"]) == ("2025-11-25", "Books")


def test_its_tool_knows_who_is_signed_in_call_after_call(answers: list[Any]) -> None:
    for answer in answers[1:3]:
        said = answer["body"]["result"]["content"][0]["text"]
        # the lifespan is a call's, and no credentials come with it
        assert said == "demo@example.com borrows Emma, opened, False"
        assert answer["method"] == "tools/call"


def test_its_other_tools_answer_and_are_listed(answers: list[Any]) -> None:
    assert answers[3]["body"]["result"]["structuredContent"] == {"result": 1}
    listed = answers[4]["body"]["result"]["tools"]
    assert [tool["name"] for tool in listed] == ["lend_book", "count"]


def test_what_is_no_request_is_taken_or_refused(answers: list[Any]) -> None:
    assert (answers[5]["status"], answers[5]["body"]) == (202, None)
    assert (answers[6]["status"], answers[6]["body"]["error"]["code"]) == (400, -32700)


def test_the_server_itself_stays_as_it_was(told: Any) -> None:
    assert told["unchanged"] is True
