"""Several protected resources, and the `resource` parameter at each step (RFC 8707)."""

from urllib.parse import urlencode

import pytest

from tests.functions.actors import CALLBACK, VERIFIER, Browser, Client, allow, callback
from tests.functions.deployment import ELSEWHERE, MCP_URL, ORIGIN, Answer, Deployment
from tests.functions.test_token import claims

NOTES = f"{ORIGIN}/notes/mcp"


def code_for(client: Client, *resources: str) -> str:
    """The code of a request that names all of these."""
    target = client.authorization_url(resource=None)
    more = urlencode([("resource", resource) for resource in resources])
    return allow(client.deployment, f"{target}&{more}")["code"]


def exchange(client: Client, code: str, *resources: str) -> Answer:
    """The token endpoint's answer to a request that names all of these."""
    form = [
        ("grant_type", "authorization_code"),
        ("client_id", client.client_id),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
        *(("resource", resource) for resource in resources),
    ]
    return client.deployment.ask("POST", "/api/oauth/token", form=form)


@pytest.mark.parametrize("resource", [NOTES, ELSEWHERE])
def test_a_token_is_for_the_resource_that_was_asked_for(client: Client, resource: str) -> None:
    tokens = client.tokens(resource=f"{resource}/")
    assert claims(tokens["access_token"])["aud"] == resource

    refreshed = client.refresh(tokens["refresh_token"], resource=resource).json
    assert claims(refreshed["access_token"])["aud"] == resource


def test_without_the_parameter_a_token_is_for_our_own_endpoint(client: Client) -> None:
    assert claims(client.tokens(resource=None)["access_token"])["aud"] == MCP_URL


def test_several_are_granted_at_once_and_narrowed_one_by_one(client: Client) -> None:
    tokens = exchange(client, code_for(client, NOTES, ELSEWHERE)).json
    assert claims(tokens["access_token"])["aud"] == [NOTES, ELSEWHERE]

    for resource in (NOTES, ELSEWHERE):
        tokens = client.refresh(tokens["refresh_token"], resource=resource).json
        assert claims(tokens["access_token"])["aud"] == resource


def test_the_token_request_may_name_several_too(client: Client) -> None:
    code = code_for(client, NOTES, ELSEWHERE, MCP_URL)
    tokens = exchange(client, code, MCP_URL, NOTES).json

    assert claims(tokens["access_token"])["aud"] == [MCP_URL, NOTES]


@pytest.mark.parametrize("resource", [ELSEWHERE, MCP_URL, ORIGIN, "https://other.example.com/mcp"])
def test_a_resource_that_was_not_granted_is_refused_at_the_token_endpoint(
    client: Client, resource: str
) -> None:
    code = code_for(client, NOTES)

    assert exchange(client, code, NOTES, resource).json["error"] == "invalid_target"
    tokens = exchange(client, code, NOTES).json
    refused = client.refresh(tokens["refresh_token"], resource=resource)
    assert (refused.status, refused.json["error"]) == (400, "invalid_target")


@pytest.mark.parametrize("resource", [f"{ORIGIN}/other/mcp", "https://notes.example.org/other"])
def test_a_resource_that_is_not_declared_is_refused_at_the_authorization_endpoint(
    client: Client, resource: str
) -> None:
    assert allow_error(client, NOTES, resource) == "invalid_target"


def allow_error(client: Client, *resources: str) -> str:
    """The error that an authorization request is sent back with."""
    target = client.authorization_url(resource=None)
    more = urlencode([("resource", resource) for resource in resources])
    return callback(client.deployment.ask("GET", f"{target}&{more}"))["error"]


def test_the_person_reads_every_resource_on_the_consent_page(client: Client) -> None:
    target = f"{client.authorization_url(resource=NOTES)}&{urlencode({'resource': ELSEWHERE})}"
    page = Browser(client.deployment).sign_in(target).text

    assert NOTES in page
    assert ELSEWHERE in page


def test_the_metadata_lists_them(deployment: Deployment) -> None:
    document = deployment.ask("GET", "/.well-known/oauth-authorization-server").json

    assert document["protected_resources"] == [
        MCP_URL,
        ORIGIN,
        NOTES,
        f"{ORIGIN}/memos/mcp",
        ELSEWHERE,
    ]


def test_the_document_of_another_host_is_not_here(deployment: Deployment) -> None:
    for path in ("/mcp", "/https://notes.example.org/mcp", "//notes.example.org/mcp"):
        document = deployment.ask("GET", f"/.well-known/oauth-protected-resource{path}")
        assert document.status == 404
