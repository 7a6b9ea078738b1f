"""`gatehouse clients`, against a stack that CloudFormation knows."""

import json
from pathlib import Path

import pytest

from cli.main import main
from gatehouse.oauth.capabilities import JWT_BEARER
from gatehouse.oauth.clients.client import Client
from gatehouse.oauth.secret_values import matches
from tests.signers import elliptic
from tests.stores import Stores

KEY = elliptic()
MACHINE = ["clients", "add", "Nightly report", "--grant-type", "client_credentials"]


def added(capsys: pytest.CaptureFixture[str], stores: Stores) -> tuple[Client, str | None]:
    """The client that was just added, and the secret that was shown."""
    shown = capsys.readouterr().out.split()
    client = stores.clients().get(shown[1])
    assert client
    return client, shown[3] if "client_secret" in shown else None


def test_a_machine_is_added_with_a_secret(
    stack: str, stores: Stores, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*MACHINE, "--stack", stack]) == 0

    client, secret = added(capsys, stores)
    assert client.added_by_operator
    assert client.expires_at is None
    assert client.metadata == {
        "client_name": "Nightly report",
        "grant_types": ["client_credentials"],
        "response_types": [],
        "scope": "mcp",
        "token_endpoint_auth_method": "client_secret_basic",
    }
    assert secret
    assert client.secret_hash
    assert matches(secret, client.secret_hash)


def test_a_machine_is_added_with_its_keys(
    stack: str, stores: Stores, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(KEY.jwks))

    for options in (["--jwks", str(keys)], ["--jwks-uri", "https://ops.example/jwks.json"]):
        assert main([*MACHINE, *options, "--stack", stack]) == 0
        client, secret = added(capsys, stores)
        assert client.token_endpoint_auth_method == "private_key_jwt"
        assert (secret, client.secret_hash) == (None, None)
        assert {"jwks", "jwks_uri"} & set(client.metadata)


def test_what_it_may_is_named(
    stack: str, stores: Stores, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--scope", "mcp", "--auth-method", "client_secret_post"]
    options += ["--resource", "https://mcp.example.com", "--resource", "https://b.example.com"]
    options += ["--grant-type", JWT_BEARER]

    assert main([*MACHINE, *options, "--stack", stack]) == 0

    client, _ = added(capsys, stores)
    assert client.grant_types == ("client_credentials", JWT_BEARER)
    assert client.scopes == ("mcp",)
    assert client.allowed_resources == ("https://mcp.example.com", "https://b.example.com")
    assert client.token_endpoint_auth_method == "client_secret_post"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--auth-method", "private_key_jwt"], "needs jwks or jwks_uri"),
        (["--jwks-uri", "http://ops.example/jwks.json"], "jwks_uri"),
        (["--jwks-uri", "https://ops.example/", "--auth-method", "client_secret_post"], "keys are"),
        (["--jwks", "no-such-file.json"], "cannot be read"),
        (["--scope", "mcp admin"], "there is only mcp"),
        (["--resource", "/mcp/mcp"], "whole URL"),
    ],
)
def test_what_makes_no_client_is_not_added(
    stack: str, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert main([*MACHINE, *options, "--stack", stack]) == 1

    assert said in capsys.readouterr().err


def test_a_private_key_is_not_taken(
    stack: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"keys": [KEY.jwk | {"d": "c2VjcmV0"}]}))

    assert main([*MACHINE, "--jwks", str(keys), "--stack", stack]) == 1

    assert "private" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["clients", "add", "Nightly report", "--stack", "x"],
        [*MACHINE],
        [*MACHINE, "--stack", "x", "--local", "3000"],
        [*MACHINE, "--stack", "x", "--auth-method", "none"],
        [*MACHINE, "--stack", "x", "--jwks", "x", "--jwks-uri", "x"],
        ["clients", "add", "x", "--stack", "x", "--grant-type", "authorization_code"],
    ],
    ids=range(6),
)
def test_arguments_that_make_no_sense_are_explained(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2


def test_a_stack_that_does_not_run_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*MACHINE, "--local", "1"]) == 1

    assert "no stack has run on port 1: PORT=1 make local starts one" in capsys.readouterr().err
