"""The documents that real clients publish, and how each of them signs in with its own.

What a document says is kept as it is published; what the client does with it is in its name.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.forms import read_text
from tests.functions.actors import Browser, Client, call_mcp
from tests.functions.deployment import MCP_URL, Deployment
from tests.functions.tables import Tables
from tests.internet import Internet, document

CLAUDE = {
    "client_id": "https://claude.ai/oauth/mcp-oauth-client-metadata",
    "client_name": "Claude",
    "client_uri": "https://claude.ai",
    "logo_uri": "https://claude.ai/images/claude_app_icon.png",
    "redirect_uris": [
        "https://claude.ai/api/mcp/auth_callback",
        "https://claude.com/api/mcp/auth_callback",
    ],
    "grant_types": [
        "authorization_code",
        "refresh_token",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
    ],
    "response_types": ["code"],
    "token_endpoint_auth_method": "none",
}
CLAUDE_CODE = {
    "client_id": "https://claude.ai/oauth/claude-code-client-metadata",
    "client_name": "Claude Code",
    "client_uri": "https://claude.ai",
    "redirect_uris": ["http://localhost/callback", "http://127.0.0.1/callback"],
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "token_endpoint_auth_method": "none",
}
CHATGPT = {
    "client_id": "https://chatgpt.com/oauth/client.json",
    "client_name": "ChatGPT",
    "client_uri": "https://chatgpt.com/",
    "redirect_uris": ["https://chatgpt.com/connector_platform_oauth_redirect"],
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "token_endpoint_auth_method": "private_key_jwt",
    "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
    "token_endpoint_auth_signing_alg": "RS256",
    "jwks_uri": "https://chatgpt.com/oauth/jwks.json",
}
VS_CODE = {
    "client_id": "https://vscode.dev/oauth/client-metadata.json",
    "client_name": "Visual Studio Code",
    "client_uri": "https://vscode.dev/product",
    "logo_uri": "https://code.visualstudio.com/assets/branding/code-stable.png",
    "redirect_uris": ["http://127.0.0.1:33418/", "https://vscode.dev/redirect"],
    "grant_types": [
        "authorization_code",
        "refresh_token",
        "urn:ietf:params:oauth:grant-type:device_code",
    ],
    "response_types": ["code"],
    "token_endpoint_auth_method": "none",
    "application_type": "native",
}

Publish = Callable[[dict[str, Any]], Client]


@pytest.fixture
def publish(internet: Internet, deployment: Deployment, tables: Tables) -> Publish:
    def put(described: dict[str, Any]) -> Client:
        url = described["client_id"]
        # as in a stack that never heard of them: these hosts are not new to every test
        for item in tables.items("ClientsTable"):
            if (known := item["client_id"]["S"]) == url or known.startswith("fetches#"):
                tables.delete("ClientsTable", client_id=known)
        internet.publish(url, document(described, cache_control="public, max-age=3600"))
        return Client(deployment, {"client_id": url})

    return put


def signs_in(client: Client, redirect_uri: str, **changes: str | None) -> dict[str, Any]:
    """From the first request to tokens that work, and on to their successors."""
    # these clients share their id with whoever signed in before, who allowed it already
    asked: dict[str, str | None] = {"prompt": "consent", "redirect_uri": redirect_uri, **changes}
    code = client.authorize(**asked)["code"]
    answer = client.exchange(code, redirect_uri=redirect_uri)
    assert answer.status == 200, answer.text
    renewed = client.refresh(answer.json["refresh_token"], resource=MCP_URL)
    assert renewed.status == 200, renewed.text
    assert call_mcp(client.deployment, renewed.json["access_token"]).status == 200
    tokens: dict[str, Any] = renewed.json
    return tokens


def test_claude_finds_what_it_picks_documents_by(deployment: Deployment) -> None:
    """The advertisement alone is not enough for it: `none` has to be among the methods."""
    metadata = deployment.ask("GET", "/.well-known/oauth-authorization-server").json

    assert metadata["client_id_metadata_document_supported"] is True
    assert "none" in metadata["token_endpoint_auth_methods_supported"]


@pytest.mark.parametrize("callback", CLAUDE["redirect_uris"])
def test_claude_signs_in_although_its_document_lists_more_grant_types(
    publish: Publish, callback: str
) -> None:
    signs_in(publish(CLAUDE), callback, scope="mcp offline_access")


def test_claude_is_shown_with_its_domain(publish: Publish) -> None:
    client = publish(CLAUDE)
    target = client.authorization_url(
        redirect_uri="https://claude.ai/api/mcp/auth_callback", prompt="consent"
    )

    page = read_text(Browser(client.deployment).sign_in(target).text)

    assert "Verified: claude.ai" in page
    assert "Another domain" not in page


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_claude_code_comes_back_on_a_port_of_its_choice(publish: Publish, host: str) -> None:
    """The document's URIs have none."""
    signs_in(publish(CLAUDE_CODE), f"http://{host}:53117/callback")


def test_claude_code_leaves_the_scope_out_on_refresh_and_keeps_it(publish: Publish) -> None:
    client = publish(CLAUDE_CODE)

    tokens = signs_in(client, "http://localhost:3118/callback", scope="mcp offline_access")

    assert tokens["scope"] == "mcp offline_access"


def test_claude_code_is_shown_with_a_warning(publish: Publish) -> None:
    client = publish(CLAUDE_CODE)
    target = client.authorization_url(redirect_uri="http://localhost:3118/callback")

    page = read_text(Browser(client.deployment).sign_in(target).text)

    assert "Verified: claude.ai" in page
    assert "Any program on this computer can use this identity" in page


@pytest.mark.parametrize("offered", [["none", "private_key_jwt"], ["none"]])
def test_chatgpt_would_rather_sign_but_offers_none(publish: Publish, offered: list[str]) -> None:
    client = publish(CHATGPT | {"token_endpoint_auth_methods_supported": offered})

    signs_in(client, "https://chatgpt.com/connector_platform_oauth_redirect")


def test_vs_code_comes_back_by_way_of_its_own_site(publish: Publish) -> None:
    signs_in(publish(VS_CODE), "https://vscode.dev/redirect")


@pytest.mark.parametrize("port", [33418, 50123])
def test_vs_code_comes_back_on_another_port_where_its_own_is_taken(
    publish: Publish, port: int
) -> None:
    signs_in(publish(VS_CODE), f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize("described", [CLAUDE, CLAUDE_CODE, CHATGPT, VS_CODE])
def test_no_document_opens_the_way_back_to_another_site(
    publish: Publish, described: dict[str, Any]
) -> None:
    client = publish(described)
    target = client.authorization_url(redirect_uri="https://evil.example.com/callback")

    refused = client.deployment.ask("GET", target)

    assert refused.status == 400
    assert "location" not in refused.headers


@pytest.mark.parametrize("described", [CLAUDE, CLAUDE_CODE, CHATGPT, VS_CODE])
def test_every_document_is_read_once_for_a_whole_sign_in(
    publish: Publish, internet: Internet, described: dict[str, Any]
) -> None:
    signs_in(publish(described), described["redirect_uris"][0])

    assert internet.times_asked(described["client_id"]) == 1
