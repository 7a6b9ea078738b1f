"""The three checks of the seed document, with curl."""

import json
import subprocess
from typing import Any

from tests.clients.sign_in import PATIENCE_SECONDS
from tests.running_stack import RunningStack


def curl(*arguments: str) -> str:
    """What curl prints."""
    quietly = ["curl", "--silent", "--show-error", "--noproxy", "*"]
    finished = subprocess.run(
        [*quietly, *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def test_the_discovery_endpoints_work(stack: RunningStack) -> None:
    server = json.loads(curl(f"{stack.url}/.well-known/oauth-authorization-server"))
    resource = json.loads(curl(f"{stack.url}/.well-known/oauth-protected-resource"))

    assert server["issuer"] == stack.url
    assert server["authorization_endpoint"] == f"{stack.url}/oauth/authorize"
    assert server["token_endpoint"] == f"{stack.url}/api/oauth/token"
    assert server["registration_endpoint"] == f"{stack.url}/api/oauth/register"
    assert server["code_challenge_methods_supported"] == ["S256", "plain"]
    assert server["resource_parameter_supported"] is True
    assert resource["resource"] == stack.url
    assert resource["authorization_servers"] == [stack.url]
    assert resource["mcp_endpoints"] == [stack.mcp_url, f"{stack.url}/mcp/sse"]


def test_a_401_includes_www_authenticate(stack: RunningStack) -> None:
    head, _, body = curl("-i", stack.mcp_url).replace("\r\n", "\n").partition("\n\n")
    status, *lines = head.splitlines()
    headers = [tuple(line.split(": ", 1)) for line in lines]
    (challenge,) = [value for name, value in headers if name.lower() == "www-authenticate"]

    assert status.split()[1] == "401"
    document = f"{stack.url}/.well-known/oauth-protected-resource/mcp/mcp"
    assert challenge.startswith("Bearer ")
    assert f'resource_metadata="{document}"' in challenge
    assert json.loads(curl(document))["resource"] == stack.mcp_url
    assert json.loads(body)["jsonrpc"] == "2.0"


def test_the_registration_endpoint_is_accessible(stack: RunningStack) -> None:
    document = '{"client_name": "Test", "redirect_uris": ["http://localhost:3000"]}'
    answer = curl(
        *("-X", "POST", f"{stack.url}/register"),
        *("-H", "Content-Type: application/json"),
        *("-d", document, "--write-out", "\n%{http_code}"),
    )
    body, _, status = answer.rpartition("\n")
    registration: dict[str, Any] = json.loads(body)

    assert status == "201"
    assert registration["client_id"]
    assert json.loads(document).items() <= registration.items()
