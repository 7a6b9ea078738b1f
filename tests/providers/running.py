"""npm's oidc-provider beside a local stack whose people come from it."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.clients.npm import NODE
from tests.running_stack import ROOT, RunningStack, free_port, running_stack

_SECRET = "the secret of the client"
_FOLDER = Path(__file__).with_name("openid")


@dataclass(frozen=True)
class RunningProvider:
    """A provider that serves. `issuer` is its URL."""

    issuer: str
    process: subprocess.Popen[str]


@contextmanager
def running_provider(stack: str, port: int) -> Iterator[RunningProvider]:
    """Start a provider that sends people back to `stack`, and end it."""
    process = subprocess.Popen(
        [str(NODE), "provider.mjs", str(port), stack, _SECRET],
        cwd=_FOLDER,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout
        said = ""
        while not said.endswith("ready\n"):
            line = process.stdout.readline()
            assert line, f"the provider did not start:\n{said}"
            said += line
        yield RunningProvider(f"http://localhost:{port}", process)
    finally:
        process.kill()
        process.communicate()


@contextmanager
def stack_with_provider(**parameters: str) -> Iterator[tuple[RunningStack, RunningProvider]]:
    """Both, on ports of their own."""
    port, provider_port = free_port(), free_port()
    configuration = {
        "id": "openid",
        "name": "OpenID",
        "issuer": f"http://localhost:{provider_port}",
        "client_id": "gatehouse",
        "client_secret": "ssm:/gatehouse/openid",
        "allow": {"domains": ["people.example"]},
    }
    environment = {
        "LOCAL_PARAMETERS": json.dumps(
            {"IdentityProviders": json.dumps([configuration]), **parameters}
        ),
        "LOCAL_SECRETS": json.dumps({"ssm:/gatehouse/openid": _SECRET}),
    }
    with running_provider(f"http://localhost:{port}", provider_port) as provider:
        try:
            with running_stack(port, environment) as stack:
                yield stack, provider
        finally:
            shutil.rmtree(ROOT / ".local" / str(port), ignore_errors=True)
