"""The official conformance suite, its `authorization` command."""

import json
from itertools import chain
from pathlib import Path

import httpx2
import pytest

from tests.clients.child import child
from tests.clients.npm import NODE
from tests.clients.plain_client import PlainClient
from tests.clients.sign_in import sign_in
from tests.running_stack import RunningStack, free_port

MODULES = Path(__file__).parent / "typescript" / "node_modules"
SUITE = MODULES / "@modelcontextprotocol" / "conformance" / "dist" / "index.js"


def statuses(output: Path) -> dict[str, str]:
    """What the suite found, by check: a scenario that it skips writes none, or SKIPPED."""
    files = output.glob("*/checks.json")
    checks = [check for file in files for check in json.loads(file.read_text())]
    return {check["id"]: check["status"] for check in checks}


@pytest.mark.parametrize("names_the_resource", [False, True])
def test_it_passes_both_scenarios(
    stack: RunningStack, http: httpx2.Client, tmp_path: Path, names_the_resource: bool
) -> None:
    callback = f"http://127.0.0.1:{(port := free_port())}/callback"
    client = PlainClient(http, {"redirect_uris": [callback]})
    options = {
        "--url": stack.url,
        "--client-id": client.client_id,
        "--port": str(port),
        "--output-dir": str(tmp_path),
    }
    if names_the_resource:
        options["--resource"] = stack.mcp_url
    with child([NODE, SUITE, "authorization", *chain(*options.items())]) as suite:
        returned = sign_in(suite.wait_for("http"))
        suite.wait_for("Callback server started")
        assert http.get(returned).status_code == 200
        said = suite.finish()

    assert "Total: 3 passed, 0 failed" in said
    assert statuses(tmp_path) == {
        "authorization-server-metadata": "SUCCESS",
        "authorization-server-metadata-cimd": "SUCCESS",
        "authorization-code-grant": "SUCCESS",
    }
