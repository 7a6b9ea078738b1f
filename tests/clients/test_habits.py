"""What real clients do beyond the specifications, each test named after its client."""

import base64
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from urllib.parse import quote

import httpx2
import pytest

from tests.clients.plain_client import PlainClient, call, whoami
from tests.clients.sign_in import PATIENCE_SECONDS, new_http, sign_in
from tests.forms import read_form, read_text
from tests.functions.actors import VERIFIER
from tests.running_stack import USER, RunningStack
from tests.unit import registrations

METADATA = "/.well-known/oauth-authorization-server"
RESOURCE = "/.well-known/oauth-protected-resource"
ANYWHERE = "http://127.0.0.1:50123/callback"
METHOD_NOT_FOUND = -32601


def assert_connects(http: httpx2.Client, client: PlainClient, redirect_uri: str) -> None:
    tokens = client.connect(redirect_uri)
    assert whoami(http, tokens["access_token"])["email"] == USER
    assert client.refresh(tokens["refresh_token"]).status_code == 200


# ---- Where the browser comes back to ---------------------------------------------------------


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "cursor://anysphere.cursor-mcp/oauth/callback",
        "https://www.cursor.com/agents/mcp/oauth/callback",
        "http://localhost:8787/callback",
    ],
)
def test_cursor_comes_back_to_each_uri_of_its_web_registration(
    http: httpx2.Client, redirect_uri: str
) -> None:
    client = PlainClient(http, registrations.CURSOR)

    assert client.registration["redirect_uris"] == registrations.CURSOR["redirect_uris"]
    assert_connects(http, client, redirect_uri)


@pytest.mark.parametrize(
    "redirect_uri", ["https://vscode.dev/redirect", "http://127.0.0.1:50123/", "http://127.0.0.1/"]
)
def test_vs_code_registers_four_uris_and_comes_back_on_any_loopback_port(
    http: httpx2.Client, redirect_uri: str
) -> None:
    assert_connects(http, PlainClient(http, registrations.VS_CODE), redirect_uri)


@pytest.mark.parametrize(
    "registered", ["http://localhost/callback", "http://localhost:3118/callback"]
)
def test_claude_code_comes_back_on_a_random_port(http: httpx2.Client, registered: str) -> None:
    client = PlainClient(http, registrations.CLAUDE_CODE | {"redirect_uris": [registered]})

    assert_connects(http, client, "http://localhost:61234/callback")


@pytest.mark.parametrize("redirect_uri", registrations.CLAUDE_WEB["redirect_uris"])
def test_claude_on_the_web_comes_back_to_either_domain(
    http: httpx2.Client, redirect_uri: str
) -> None:
    assert_connects(http, PlainClient(http, registrations.CLAUDE_WEB), redirect_uri)


@pytest.mark.parametrize("redirect_uri", registrations.CHATGPT["redirect_uris"])
def test_chatgpt_comes_back_with_a_secret(http: httpx2.Client, redirect_uri: str) -> None:
    client = PlainClient(http, registrations.CHATGPT)

    assert client.registration["client_secret"]
    assert_connects(http, client, redirect_uri)


def test_codex_comes_back_to_its_own_path_on_another_port(http: httpx2.Client) -> None:
    client = PlainClient(http, registrations.CODEX)

    assert_connects(http, client, "http://127.0.0.1:50123/callback/4f1d")


# ---- Discovery -------------------------------------------------------------------------------


def test_mcp_remote_opens_with_a_get_that_carries_no_token(
    stack: RunningStack, http: httpx2.Client
) -> None:
    answer = http.get("/mcp/mcp", headers={"accept": "text/event-stream"})

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].count("resource_metadata=") == 1
    assert (
        f'resource_metadata="{stack.url}{RESOURCE}/mcp/mcp"' in answer.headers["www-authenticate"]
    )


def test_mcp_remote_probes_with_a_path_behind_the_well_known_one(http: httpx2.Client) -> None:
    assert http.get(f"{METADATA}/mcp/mcp").json() == http.get(METADATA).json()
    for path in (
        "/.well-known/openid-configuration/mcp/mcp",
        "/mcp/mcp/.well-known/openid-configuration",
        "/.well-known/openid-configuration",
    ):
        assert http.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/", "/mcp/mcp/", f"{RESOURCE}/mcp/mcp/", "/.well-known/no-such"])
def test_python_goes_on_after_an_unknown_path_as_it_is_a_plain_404(
    http: httpx2.Client, path: str
) -> None:
    assert http.get(path, headers={"mcp-protocol-version": "2026-07-28"}).status_code == 404


@pytest.mark.parametrize("path", [METADATA, f"{METADATA}/mcp/mcp", RESOURCE, f"{RESOURCE}/mcp/mcp"])
def test_a_browser_may_send_the_protocol_version_for_the_metadata(
    http: httpx2.Client, path: str
) -> None:
    origin = {"origin": "http://localhost:6274"}
    asked = {
        "access-control-request-method": "GET",
        "access-control-request-headers": "mcp-protocol-version",
    }
    preflight = http.options(path, headers=origin | asked)
    answer = http.get(path, headers=origin | {"mcp-protocol-version": "2025-11-25"})

    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "GET" in preflight.headers["access-control-allow-methods"].split(", ")
    allowed = preflight.headers["access-control-allow-headers"].lower().split(", ")
    assert {"mcp-protocol-version", "authorization"} <= set(allowed)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("authorization", [None, "Bearer expired", "Basic dTpw", "Bearer"])
def test_chatgpt_never_sees_a_401_that_leads_nowhere(
    http: httpx2.Client, stack: RunningStack, method: str, authorization: str | None
) -> None:
    headers = {"authorization": authorization} if authorization else {}
    answer = http.request(method, "/mcp/mcp", headers=headers)

    assert answer.status_code == 401
    challenge = answer.headers["www-authenticate"]
    assert challenge.count("resource_metadata=") == 1
    assert f'resource_metadata="{stack.url}{RESOURCE}/mcp/mcp"' in challenge


def test_vs_code_wants_the_resource_to_be_the_url_that_it_was_given(
    http: httpx2.Client, stack: RunningStack
) -> None:
    challenge = http.post("/mcp/mcp", json={}).headers["www-authenticate"]
    url = challenge.partition('resource_metadata="')[2].partition('"')[0]

    # the document of the origin would not do, though the origin is a resource as well
    assert http.get(url).json()["resource"] == stack.mcp_url


def test_codex_finds_no_answer_that_redirects(http: httpx2.Client) -> None:
    for path in (METADATA, f"{METADATA}/mcp/mcp", RESOURCE, f"{RESOURCE}/mcp/mcp", "/mcp/mcp"):
        for asked in (path, f"{path}/"):
            assert not http.get(asked).is_redirect


def test_inspector_reads_the_challenge_in_a_browser(http: httpx2.Client) -> None:
    answer = http.post("/mcp/mcp", json={}, headers={"origin": "http://localhost:6274"})

    assert answer.headers["access-control-allow-origin"] == "*"
    exposed = answer.headers["access-control-expose-headers"].split(", ")
    assert "WWW-Authenticate" in exposed


# ---- Registering -----------------------------------------------------------------------------


def test_vs_code_asks_for_the_device_grant_only_where_no_grant_types_are_listed(
    http: httpx2.Client,
) -> None:
    # whoever lists them is asked for those that VS Code knows too, and the device grant is none
    assert registrations.DEVICE_CODE not in http.get(METADATA).json()["grant_types_supported"]
    # and what is asked for all the same is left out, not refused
    registered = PlainClient(http, registrations.VS_CODE).registration
    assert registered["grant_types"] == ["authorization_code", "refresh_token"]


def test_mcp_remote_prefers_to_have_no_secret_where_that_is_listed(http: httpx2.Client) -> None:
    # Claude as well: it takes its document for its id only where `none` is listed
    assert "none" in http.get(METADATA).json()["token_endpoint_auth_methods_supported"]


@pytest.mark.parametrize("client", ["Python SDK 1.x", "TypeScript SDK 1.x"])
def test_python_and_typescript_name_no_method_and_are_told_that_they_have_no_secret(
    http: httpx2.Client, client: str
) -> None:
    registered = PlainClient(http, registrations.EVERYBODY[client]).registration

    assert registered["token_endpoint_auth_method"] == "none"
    assert "client_secret" not in registered


def test_typescript_leaves_its_logo_empty_and_is_not_told_of_one(http: httpx2.Client) -> None:
    assert registrations.TYPESCRIPT_SDK_1["logo_uri"] == ""
    assert "logo_uri" not in PlainClient(http, registrations.TYPESCRIPT_SDK_1).registration


def test_claude_registers_one_scope_and_asks_for_more(http: httpx2.Client) -> None:
    client = PlainClient(http, registrations.CLAUDE_WEB)
    scope = "mcp offline_access"
    (redirect_uri, _) = client.registration["redirect_uris"]

    assert client.registration["scope"] == "mcp"
    assert client.connect(redirect_uri, scope=scope)["scope"] == scope


# ---- Asking for authorization ----------------------------------------------------------------


def test_a_client_of_2025_03_26_uses_the_endpoints_at_the_root(http: httpx2.Client) -> None:
    client = PlainClient(http, registrations.TYPESCRIPT_SDK_1)
    (redirect_uri,) = client.registration["redirect_uris"]
    url = client.authorization_url(redirect_uri, resource=None)
    code = client.callback(redirect_uri, sign_in(url.replace("/oauth/authorize", "/authorize")))
    form = {
        "grant_type": "authorization_code",
        "client_id": client.client_id,
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": VERIFIER,
    }
    answer = http.post("/token", data=form)

    assert answer.status_code == 200
    assert whoami(http, answer.json()["access_token"])["email"] == USER


def test_python_adds_a_slash_to_the_resource(http: httpx2.Client, stack: RunningStack) -> None:
    for resource in (f"{stack.mcp_url}/", f"{stack.url}/"):
        client = PlainClient(http, registrations.PYTHON_SDK_1)
        tokens = client.connect("http://127.0.0.1:3030/callback", resource=resource)

        assert call(http, tokens["access_token"]).status_code == 200
        assert client.refresh(tokens["refresh_token"], resource=resource).status_code == 200


def test_claude_code_writes_the_resource_in_capitals(
    http: httpx2.Client, stack: RunningStack
) -> None:
    client = PlainClient(http, registrations.CLAUDE_CODE)
    resource = f"HTTP://LOCALHOST:{stack.port}/mcp/mcp/"
    tokens = client.connect("http://localhost:3118/callback", resource=resource)

    assert call(http, tokens["access_token"]).status_code == 200


def test_python_sends_an_empty_scope_and_gets_the_default(http: httpx2.Client) -> None:
    client = PlainClient(http, registrations.PYTHON_SDK_1)
    tokens = client.connect("http://127.0.0.1:3030/callback", scope="")

    assert "scope" not in client.registration
    assert tokens["scope"] == "mcp"


def test_python_appends_offline_access_and_asks_for_consent(http: httpx2.Client) -> None:
    client = PlainClient(http, registrations.PYTHON_SDK_1)
    asked = {"scope": "mcp offline_access", "prompt": "consent"}

    assert client.connect("http://127.0.0.1:3030/callback", **asked)["scope"] == asked["scope"]
    # it does so where the authorization server lists it; a resource must not ask for it
    assert "offline_access" in http.get(METADATA).json()["scopes_supported"]
    for path in (RESOURCE, f"{RESOURCE}/mcp/mcp"):
        assert "offline_access" not in http.get(path).json()["scopes_supported"]


def test_mcp_remote_asks_for_scopes_of_others_and_is_told_which_it_got(
    http: httpx2.Client,
) -> None:
    client = PlainClient(http, registrations.MCP_REMOTE)
    scope = "openid email profile"
    tokens = client.connect("http://localhost:3334/oauth/callback", scope=scope)
    refreshed = client.refresh(tokens["refresh_token"], scope=scope)

    assert tokens["scope"] == "mcp"
    assert (refreshed.status_code, refreshed.json()["scope"]) == (200, "mcp")


def test_fastmcp_looks_at_the_authorization_request_before_the_browser_does(
    http: httpx2.Client,
) -> None:
    client = PlainClient(http, {"redirect_uris": [ANYWHERE]})
    url = client.authorization_url(ANYWHERE)
    looked = http.get(url)

    assert looked.status_code == 200
    assert "Sign in" in read_form(looked.text).buttons
    assert client.callback(ANYWHERE, sign_in(url))


def test_fastmcp_reads_a_400_as_a_dead_client_id(http: httpx2.Client) -> None:
    client = PlainClient(http, {"redirect_uris": [ANYWHERE]})
    answer = http.get(client.authorization_url(ANYWHERE, client_id="dead"))

    assert answer.status_code == 400
    assert "location" not in answer.headers
    assert "has to register anew" in read_text(answer.text)


# ---- Tokens ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/token", "/api/oauth/token"])
@pytest.mark.parametrize("grant_type", ["authorization_code", "refresh_token"])
def test_claude_code_replays_a_dead_client_id_and_is_told_to_register_again(
    http: httpx2.Client, path: str, grant_type: str
) -> None:
    form = {
        "grant_type": grant_type,
        "client_id": "dead",
        "code": "a code",
        "redirect_uri": "http://localhost:3118/callback",
        "code_verifier": VERIFIER,
        "refresh_token": "a refresh token",
    }
    answer = http.post(path, data=form)

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer.headers["cache-control"] == "no-store"


def test_claude_code_leaves_the_scope_out_on_refresh_and_keeps_it(http: httpx2.Client) -> None:
    client = PlainClient(http, registrations.CLAUDE_CODE)
    scope = "mcp offline_access"
    tokens = client.connect("http://localhost:3118/callback", scope=scope)

    assert client.refresh(tokens["refresh_token"]).json()["scope"] == scope


def test_two_processes_of_claude_code_refresh_at_once_and_both_go_on(
    stack: RunningStack, http: httpx2.Client
) -> None:
    client = PlainClient(http, registrations.CLAUDE_CODE)
    shared = client.connect("http://localhost:3118/callback")["refresh_token"]
    form = {"grant_type": "refresh_token", "client_id": client.client_id}
    start = Barrier(2)

    def refresh(_: int) -> dict[str, Any]:
        # A connection of its own, as another process has
        with new_http(stack.url) as connection:
            start.wait(PATIENCE_SECONDS)
            answer = connection.post("/api/oauth/token", data=form | {"refresh_token": shared})
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        return tokens

    with ThreadPoolExecutor(2) as processes:
        answers = list(processes.map(refresh, range(2)))

    for tokens in answers:
        assert call(http, tokens["access_token"]).status_code == 200
        renewed = client.refresh(tokens["refresh_token"])
        assert renewed.status_code == 200
        assert call(http, renewed.json()["access_token"]).status_code == 200


def test_claude_code_retries_a_refresh_whose_answer_was_lost(http: httpx2.Client) -> None:
    client = PlainClient(http, registrations.CLAUDE_CODE)
    first = client.connect("http://localhost:3118/callback")["refresh_token"]
    lost, retried = client.refresh(first), client.refresh(first)

    assert retried.json() == lost.json()
    assert client.refresh(retried.json()["refresh_token"]).status_code == 200


def test_claude_code_replays_a_token_several_generations_old_and_ends_its_session(
    http: httpx2.Client,
) -> None:
    client = PlainClient(http, registrations.CLAUDE_CODE)
    tokens = client.connect("http://localhost:3118/callback")
    first = tokens["refresh_token"]
    for _ in range(3):
        tokens = client.refresh(tokens["refresh_token"]).json()
    replayed = client.refresh(first)

    assert (replayed.status_code, replayed.json()["error"]) == (400, "invalid_grant")
    # a token that is in two hands is good in neither
    assert client.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert call(http, tokens["access_token"]).status_code == 401


def test_python_and_typescript_send_basic_with_the_id_in_the_body_as_well(
    http: httpx2.Client,
) -> None:
    document = {"redirect_uris": [ANYWHERE], "token_endpoint_auth_method": "client_secret_basic"}
    client = PlainClient(http, document)
    code = client.callback(ANYWHERE, sign_in(client.authorization_url(ANYWHERE)))
    pair = f"{client.client_id}:{client.registration['client_secret']}"
    form = {
        "grant_type": "authorization_code",
        "client_id": client.client_id,
        "code": code,
        "redirect_uri": ANYWHERE,
        "code_verifier": VERIFIER,
    }
    # TypeScript leaves the pair as it is and Python percent-encodes it, which must be the same
    assert quote(pair, safe=":") == pair
    headers = {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    answer = http.post("/token", data=form, headers=headers)

    assert answer.status_code == 200
    assert whoami(http, answer.json()["access_token"])["client_id"] == client.client_id


# ---- MCP -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def access_token(stack: RunningStack) -> str:
    with new_http(stack.url) as http:
        client = PlainClient(http, {"redirect_uris": [ANYWHERE]})
        return str(client.connect(ANYWHERE)["access_token"])


def test_typescript_gets_a_405_for_its_get_after_initialize(
    http: httpx2.Client, access_token: str
) -> None:
    headers = {
        "authorization": f"Bearer {access_token}",
        "accept": "text/event-stream",
        "mcp-protocol-version": "2025-11-25",
    }
    answer = http.get("/mcp/mcp", headers=headers)

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_typescript_gets_a_200_for_a_method_that_is_not_there(
    http: httpx2.Client, access_token: str
) -> None:
    answer = call(http, access_token, "resources/list")

    assert answer.status_code == 200
    assert answer.json()["error"]["code"] == METHOD_NOT_FOUND


def test_mcp_remote_names_the_method_in_a_header_of_a_legacy_initialize(
    http: httpx2.Client, access_token: str
) -> None:
    params = {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "mcp-remote", "version": "0.1.37"},
    }
    answer = call(http, access_token, "initialize", params, mcp_method="initialize")

    assert answer.status_code == 200
    assert answer.json()["result"]["protocolVersion"] == "2025-11-25"
    # TypeScript 2.x lists no tools without it
    assert "tools" in answer.json()["result"]["capabilities"]


def test_no_client_loses_its_token_on_a_redirect(http: httpx2.Client, access_token: str) -> None:
    headers = {"authorization": f"Bearer {access_token}"}
    for method in ("GET", "POST", "DELETE"):
        assert http.request(method, "/mcp/mcp/", headers=headers).status_code == 404


def test_python_2_stops_at_a_modern_result_that_says_too_little(
    http: httpx2.Client, access_token: str
) -> None:
    for method in ("server/discover", "tools/list"):
        result = modern_call(http, access_token, method).json()["result"]
        assert result["resultType"] == "complete"
        assert isinstance(result["ttlMs"], int)
        assert result["cacheScope"] in ("private", "public")


def test_python_2_takes_a_404_for_a_modern_method_that_is_not_there(
    http: httpx2.Client, access_token: str
) -> None:
    answer = modern_call(http, access_token, "resources/list")

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == METHOD_NOT_FOUND


def modern_call(http: httpx2.Client, access_token: str, method: str) -> httpx2.Response:
    """One request of a 2026-07-28 client, which stands alone."""
    named = {"protocolVersion": "2026-07-28", "clientCapabilities": {}}
    meta = {f"io.modelcontextprotocol/{name}": value for name, value in named.items()}
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {"_meta": meta}}
    headers = {
        "authorization": f"Bearer {access_token}",
        "accept": "application/json, text/event-stream",
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": method,
    }
    return http.post("/mcp/mcp", json=message, headers=headers)
