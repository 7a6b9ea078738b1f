"""`gatehouse resource-servers`, against a stack that CloudFormation knows."""

import pytest

from cli.main import main
from gatehouse.oauth.secret_values import matches
from tests.stores import Stores

RESOURCE = "https://mcp.example.com/mcp/mcp"


def test_a_resource_server_is_registered_with_its_resources(
    stack: str, stores: Stores, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["resource-servers", "add", RESOURCE, "https://api.example.com", "--stack", stack]

    assert main([*command, "--name", "An API"]) == 0

    first, second = capsys.readouterr().out.splitlines()
    client = stores.clients().get(first.split()[-1])
    assert client is not None
    assert client.resources == (RESOURCE, "https://api.example.com")
    assert (client.name, client.redirect_uris, client.grant_types) == ("An API", (), ())
    assert client.registration_token_hash is None
    assert matches(second.split()[-1], client.secret_hash or "")


@pytest.mark.parametrize("resource", ["mcp", "ftp://a.example", f"{RESOURCE}#x"])
def test_what_is_no_resource_is_not_registered(
    stack: str, capsys: pytest.CaptureFixture[str], resource: str
) -> None:
    assert main(["resource-servers", "add", resource, "--stack", stack]) == 1

    assert "is no URL of a protected resource" in capsys.readouterr().err
