"""The official Python clients that act for themselves, added by the operator's command."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.auth.extensions.client_credentials import (
    ClientCredentialsOAuthProvider,
    PrivateKeyJWTOAuthProvider,
    SignedJWTParameters,
)
from mcp.client.streamable_http import streamable_http_client

from cli.main import main
from tests.clients.sign_in import PATIENCE_SECONDS
from tests.credentials_storage import Storage
from tests.running_stack import RunningStack
from tests.signers import Signer, edwards, elliptic, rivest


def added(stack: RunningStack, capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, str]:
    """What `gatehouse clients add` prints."""
    capsys.readouterr()
    arguments = ["clients", "add", "Nightly report", "--grant-type", "client_credentials"]
    assert main([*arguments, *options, "--local", str(stack.port)]) == 0
    lines = capsys.readouterr().out.splitlines()
    return dict(line.split() for line in lines if line.startswith("client_"))


def whoami(stack: RunningStack, auth: OAuthClientProvider) -> dict[str, Any]:
    """What the tool says to a client that starts with nothing but its credentials."""

    async def call() -> dict[str, Any]:
        async with (
            httpx2.AsyncClient(auth=auth, timeout=PATIENCE_SECONDS, trust_env=False) as http,
            Client(streamable_http_client(stack.mcp_url, http_client=http)) as client,
        ):
            called = await client.call_tool("whoami", {})
            assert not called.is_error
            said: dict[str, Any] = called.structured_content or {}
            return said

    return asyncio.run(call())


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
@pytest.mark.parametrize("scope", [None, "mcp"])
def test_a_client_with_a_secret_calls_a_tool(
    stack: RunningStack, capsys: pytest.CaptureFixture[str], method: Any, scope: str | None
) -> None:
    credentials = added(stack, capsys, "--auth-method", method)

    said = whoami(
        stack,
        ClientCredentialsOAuthProvider(
            stack.mcp_url,
            Storage(),
            **credentials,
            token_endpoint_auth_method=method,
            scope=scope,
            issuer=stack.url,
        ),
    )

    assert said == {
        "subject": credentials["client_id"],
        "email": None,
        "client_id": credentials["client_id"],
        "scopes": ["mcp"],
    }


@pytest.mark.parametrize("signer", [rivest(), elliptic(), edwards()], ids=lambda s: s.algorithm)
def test_a_client_with_a_key_calls_a_tool(
    stack: RunningStack, capsys: pytest.CaptureFixture[str], tmp_path: Path, signer: Signer
) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(signer.jwks))
    credentials = added(stack, capsys, "--jwks", str(keys))
    client_id = credentials["client_id"]
    signed = SignedJWTParameters(
        issuer=client_id,
        subject=client_id,
        signing_key=signer.pem,
        signing_algorithm=signer.algorithm,
    )

    said = whoami(
        stack,
        PrivateKeyJWTOAuthProvider(
            stack.mcp_url,
            Storage(),
            client_id,
            signed.create_assertion_provider(),
            issuer=stack.url,
        ),
    )

    assert set(credentials) == {"client_id"}
    assert (said["subject"], said["email"]) == (client_id, None)
