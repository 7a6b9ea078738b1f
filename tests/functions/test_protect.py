"""`gatehouse.protect`: any Lambda handler as a protected resource (RFC 6750, RFC 9728)."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from mangum import Mangum
from starlette.applications import Starlette
from starlette.requests import Request as StarletteRequest
from starlette.responses import PlainTextResponse
from starlette.routing import Route

import gatehouse_scopes
from gatehouse import wiring
from gatehouse.oauth.scopes import Scope, ScopeCatalogue
from gatehouse.protect import current_context, protect
from gatehouse.settings import SettingsError
from gatehouse.story import connection_id
from tests.functions.actors import EMAIL, Client
from tests.functions.deployment import ELSEWHERE, MCP_URL, ORIGIN, PROTECTED, Answer, Deployment
from tests.functions.log_lines import counted, followed_log
from tests.functions.protected import Behind, Protected

NOTES = f"{ORIGIN}/notes/mcp"
DOCUMENT = "/.well-known/oauth-protected-resource"
CHALLENGE = (
    f'Bearer realm="{ORIGIN}", resource_metadata="{ORIGIN}{DOCUMENT}/notes/mcp", scope="mcp"'
)
EVERY_CHALLENGE = "Authentication is required: send an access token as a bearer token"
INNER_CHALLENGE = 'Bearer error="insufficient_scope", scope="notes:write"'


def asked(handler: Any, access_token: str | None, method: str = "POST", **headers: str) -> Answer:
    """The answer to one call of the protected function."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if access_token is not None:
        sent["authorization"] = f"Bearer {access_token}"
    return Protected(handler).ask(method, "/notes/mcp?a=b", headers=sent, json_body={"x": 1})


@pytest.fixture
def token(client: Client) -> str:
    access_token: str = client.tokens(resource=NOTES)["access_token"]
    return access_token


@pytest.fixture
def loop() -> Iterator[None]:
    # Mangum takes the thread's event loop, and leaves it open
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    asyncio.set_event_loop(None)
    loop.close()


# ---- Who gets in -----------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["POST", "GET", "DELETE", "PUT", "HEAD"])
def test_whoever_has_a_token_reaches_the_handler(client: Client, token: str, method: str) -> None:
    behind = Behind()
    answer = asked(protect(behind, resource="/notes/mcp"), token, method)

    assert (answer.status, answer.text) == (200, "its answer")
    (context,), (event,) = behind.contexts, behind.events
    assert (context.person.email, context.client_id) == (EMAIL, client.client_id)
    assert context.scopes == ("mcp",)
    assert event["requestContext"]["authorizer"] == {
        "lambda": {
            "subject": context.person.subject,
            "email": EMAIL,
            "client_id": client.client_id,
            "scopes": ["mcp"],
        }
    }
    assert (event["body"], event["rawQueryString"]) == ('{"x": 1}', "a=b")


@pytest.mark.usefixtures("loop")
def test_an_asgi_application_behind_mangum_finds_in_its_scope_who_calls(token: str) -> None:
    def whoami(request: StarletteRequest) -> PlainTextResponse:
        said = request.scope["aws.event"]["requestContext"]["authorizer"]["lambda"]["email"]
        return PlainTextResponse(f"{said}, {current_context().person.email}")

    application = Starlette(routes=[Route("/notes/mcp", whoami, methods=["POST"])])
    answer = asked(protect(Mangum(application), resource="/notes/mcp"), token)

    assert (answer.status, answer.text) == (200, f"{EMAIL}, {EMAIL}")


@pytest.mark.parametrize("method", ["POST", "GET", "DELETE", "PUT", "HEAD"])
def test_without_a_token_there_is_the_resources_own_challenge(
    deployment: Deployment, method: str
) -> None:
    behind = Behind()
    answer = asked(protect(behind, resource="/notes/mcp"), None, method)

    assert (answer.status, answer.headers["www-authenticate"]) == (401, CHALLENGE)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert not behind.events


def test_the_challenge_leads_to_the_resources_document(deployment: Deployment) -> None:
    assert deployment.ask("GET", f"{DOCUMENT}/notes/mcp").json == {
        "resource": NOTES,
        "authorization_servers": [ORIGIN],
        "scopes_supported": ["mcp"],
        "bearer_methods_supported": ["header"],
        "mcp_endpoints": [NOTES],
    }


@pytest.mark.parametrize("access_token", ["", "x", "a.b.c", "é", "a b"])
def test_a_bad_token_is_named_in_the_challenge(deployment: Deployment, access_token: str) -> None:
    behind = Behind()
    answer = asked(protect(behind, resource="/notes/mcp"), access_token)

    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith(f'{CHALLENGE}, error="invalid_token"')
    assert not behind.events


def test_a_token_expires_and_a_revoked_one_stops_at_once(client: Client) -> None:
    handler = protect(Behind(), resource="/notes/mcp")
    with time_machine.travel("2026-03-01T00:00Z", tick=False) as clock:
        expires = client.tokens(resource=NOTES)["access_token"]
        clock.shift(3599)
        assert asked(handler, expires).status == 200
        clock.shift(1)
        assert asked(handler, expires).status == 401
        tokens = client.tokens(resource=NOTES)
        assert asked(handler, tokens["access_token"]).status == 200
        client.refresh(tokens["refresh_token"])
        clock.shift(60)
        client.refresh(tokens["refresh_token"])  # reuse, which ends the grant
        assert asked(handler, tokens["access_token"]).status == 401


RESOURCES = (MCP_URL, ORIGIN, *(ORIGIN + p if p.startswith("/") else p for p in PROTECTED))


@pytest.mark.parametrize("granted", RESOURCES)
def test_a_token_opens_its_own_resource_and_no_other(client: Client, granted: str) -> None:
    access_token = client.tokens(resource=granted)["access_token"]

    opened = {
        resource
        for resource in ("/mcp/mcp", *PROTECTED)
        if asked(protect(Behind(), resource=resource), access_token).status == 200
    }

    # the origin stands for the MCP endpoint, and for nothing else
    own = "/mcp/mcp" if granted in (MCP_URL, ORIGIN) else granted.removeprefix(ORIGIN)
    assert opened == {own}


@pytest.mark.parametrize(("scope", "status"), [(None, 200), ("mcp", 200), ("mcp notes:write", 403)])
def test_a_resource_may_ask_for_another_scope(
    token: str, scope: str | None, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    described = (*gatehouse_scopes.CATALOGUE.scopes, Scope("notes:write", "Write your notes"))
    monkeypatch.setattr(gatehouse_scopes, "CATALOGUE", ScopeCatalogue(described, ("mcp",)))
    behind = Behind()
    answer = asked(protect(behind, resource="/notes/mcp", scope=scope), token)

    assert answer.status == status
    assert bool(behind.events) == (status == 200)
    if status == 403:
        challenge = answer.headers["www-authenticate"]
        assert 'error="insufficient_scope"' in challenge
        assert f'scope="{scope}"' in challenge
        assert f'resource_metadata="{ORIGIN}{DOCUMENT}/notes/mcp"' in challenge


def test_a_scope_that_nobody_described_keeps_the_function_from_starting() -> None:
    with pytest.raises(ValueError, match="does not describe: mcp notes:write"):
        protect(Behind(), resource="/notes/mcp", scope="mcp notes:write")


# ---- What the handler is handed --------------------------------------------------------------


def test_the_handler_cannot_pass_the_token_on(token: str) -> None:
    """MCP forbids it, and the cookies of this host may be those of a sign-in."""
    behind = Behind()
    handler = protect(behind, resource="/notes/mcp")
    asked(handler, token, cookie="__Host-gatehouse-session=secret", mcp_session_id="kept")

    (event,) = behind.events
    assert "authorization" not in event["headers"]
    assert "cookies" not in event
    assert token not in str(event)
    assert "secret" not in str(event)
    assert event["headers"]["mcp-session-id"] == "kept"


def test_the_event_itself_is_left_as_it_was(token: str) -> None:
    seen: list[Any] = []
    handler = protect(Behind(), resource="/notes/mcp")

    def keep(event: Any, context: Any) -> Any:
        seen.append(event)
        return handler(event, context)

    asked(keep, token)
    assert seen[0]["headers"]["authorization"] == f"Bearer {token}"
    assert "authorizer" not in seen[0]["requestContext"]


def test_there_is_no_context_between_calls(token: str) -> None:
    asked(protect(Behind(), resource="/notes/mcp"), token)
    asked(protect(Behind(ValueError()), resource="/notes/mcp"), token)

    with pytest.raises(LookupError):
        current_context()


# ---- What is answered without the handler ----------------------------------------------------


def test_a_preflight_is_answered_for_it(deployment: Deployment) -> None:
    behind = Behind()
    answer = asked(protect(behind, resource="/notes/mcp"), None, "OPTIONS")

    assert answer.status == 204
    assert "Authorization" in answer.headers["access-control-allow-headers"]
    assert not behind.events


def test_a_stream_is_refused_instead_of_waited_for(token: str) -> None:
    behind = Behind()
    handler = protect(behind, resource="/notes/mcp")
    answer = asked(handler, token, "GET", accept="text/event-stream")

    assert (answer.status, answer.headers["allow"]) == (405, "POST")
    assert not behind.events


def test_on_another_host_it_serves_its_own_document(deployment: Deployment) -> None:
    behind = Behind()
    function_url = Protected(protect(behind, resource=ELSEWHERE), "/{path+}")
    headers = {"host": "notes.example.org"}
    challenge = function_url.ask("POST", "/mcp", headers=headers).headers["www-authenticate"]
    url = f"https://notes.example.org{DOCUMENT}/mcp"
    assert f'resource_metadata="{url}"' in challenge

    document = protect(behind, resource=ELSEWHERE)(event_of("GET", f"{DOCUMENT}/mcp"), None)

    assert document["statusCode"] == 200
    assert f'"resource":"{ELSEWHERE}","authorization_servers":["{ORIGIN}"]' in document["body"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", DOCUMENT),
        ("GET", f"{DOCUMENT}/mcp/"),
        ("GET", f"{DOCUMENT}/notes/mcp"),
        ("POST", f"{DOCUMENT}/mcp"),
        ("GET", "/.well-known/oauth-authorization-server/mcp"),
    ],
)
def test_any_other_well_known_path_is_a_plain_404(
    deployment: Deployment, method: str, path: str
) -> None:
    behind = Behind()
    answer = protect(behind, resource=ELSEWHERE)(event_of(method, path), None)

    assert answer["statusCode"] == 404
    assert not behind.events


def event_of(method: str, path: str) -> dict[str, Any]:
    """An event of a function URL, which has one route for everything."""
    http = {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "::1"}
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "notes.example.org"},
        "requestContext": {"domainName": "notes.example.org", "requestId": "x", "http": http},
        "isBase64Encoded": False,
    }


# ---- What comes back -------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 202, 400, 404, 500])
def test_its_answer_is_its_own(token: str, status: int) -> None:
    behind = Behind(
        {
            "statusCode": status,
            "headers": {"Content-Type": "text/plain", "X-Own": "1", "Cache-Control": "max-age=1"},
            "cookies": ["a=b"],
            "body": "aGVsbG8=",
            "isBase64Encoded": True,
        }
    )
    answer = asked(protect(behind, resource="/notes/mcp"), token)

    assert (answer.status, answer.text, answer.cookies) == (status, "hello", ("a=b",))
    assert (answer.headers["x-own"], answer.headers["content-type"]) == ("1", "text/plain")
    assert answer.headers["cache-control"] == "max-age=1"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["access-control-allow-origin"] == "*"


def test_its_own_headers_count_more_than_ours(token: str) -> None:
    headers = {"Access-Control-Allow-Origin": "https://app.example.com"}
    behind = Behind({"statusCode": 200, "headers": headers})
    answer = asked(protect(behind, resource="/notes/mcp"), token)

    assert answer.headers["access-control-allow-origin"] == "https://app.example.com"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("status", [401, 403])
def test_its_own_challenge_survives_api_gateway(token: str, status: int) -> None:
    behind = Behind({"statusCode": status, "headers": {"WWW-Authenticate": INNER_CHALLENGE}})
    answer = asked(protect(behind, resource="/notes/mcp"), token)

    assert (answer.status, answer.headers["www-authenticate"]) == (status, INNER_CHALLENGE)


@pytest.mark.parametrize(
    ("result", "text"), [("text", "text"), ({"a": 1}, '{"a": 1}'), (None, "null"), ([1], "[1]")]
)
def test_a_result_without_a_status_is_a_body(token: str, result: Any, text: str) -> None:
    answer = asked(protect(Behind(result), resource="/notes/mcp"), token)

    assert (answer.status, answer.text) == (200, text)
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "result",
    [RuntimeError("a secret of its own"), {"statusCode": "none"}, {1, 2}],
    ids=["raised", "no status", "no json"],
)
def test_when_it_fails_the_caller_learns_an_incident_and_the_log_the_rest(
    token: str, result: Any
) -> None:
    with followed_log() as written:
        answer = asked(protect(Behind(result), resource="/notes/mcp"), token)

    assert answer.status == 500
    assert "secret" not in answer.text
    (line,) = written.lines
    incident = answer.json["error"]["message"].partition("incident ")[2].rstrip(")")
    assert incident in line["failures"][0]
    assert "Traceback" in line["failures"][0]
    assert counted(line) == {"Failed": 1}


def test_each_call_is_one_line_that_counts(client: Client, token: str) -> None:
    refused = {"statusCode": 404, "body": ""}
    with followed_log() as written:
        asked(protect(Behind(), resource="/notes/mcp"), token)
        asked(protect(Behind(refused), resource="/notes/mcp"), token)
        asked(protect(Behind(), resource="/notes/mcp"), None)
        asked(protect(Behind(), resource="/memos/mcp"), token)

    told = [(line["outcome"], line["reason"], counted(line)) for line in written.lines]
    assert told == [
        ("served", "", {"McpCalled": 1}),
        ("not_served", "", {"Refused": 1}),
        ("challenged", EVERY_CHALLENGE, {"Challenged": 1}),
        ("invalid_token", "wrong aud", {"Unauthorized": 1}),
    ]
    assert {line["client_id"] for line in written.lines} == {client.client_id, ""}
    assert written.lines[0]["connection"] == connection_id(client.client_id)
    assert written.lines[0]["grant_id"]
    assert token not in written.text


# ---- What it needs to be told ----------------------------------------------------------------

NEEDED = ("AWS_REGION", "GRANTS_TABLE", "KEYS_TABLE")
NOT_NEEDED = (
    "CLIENTS_TABLE",
    "USERS_TABLE",
    "KEY_ENCRYPTION_KEY",
    "SERVER_NAME",
    "SESSION_LIFETIME",
    "ACCESS_TOKEN_LIFETIME",
    "CODE_CHALLENGE_METHODS",
    "PROTECTED_RESOURCES",
    "POWERTOOLS_SERVICE_NAME",
)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The environment, to be changed before anything has read it."""
    wiring.close()
    yield monkeypatch
    wiring.close()


def test_in_another_stack_it_needs_little(token: str, environment: pytest.MonkeyPatch) -> None:
    for name in NOT_NEEDED:
        environment.delenv(name)

    assert asked(protect(Behind(), resource="/notes/mcp"), token).status == 200
    assert asked(protect(Behind(), resource=ELSEWHERE), token).status == 401


@pytest.mark.parametrize("name", NEEDED)
def test_what_is_missing_is_named_when_it_starts(
    deployment: Deployment, environment: pytest.MonkeyPatch, name: str
) -> None:
    environment.delenv(name)

    with pytest.raises(SettingsError, match=name):
        protect(Behind(), resource="/notes/mcp")


def test_on_another_host_it_has_to_be_told_the_authorization_server(
    deployment: Deployment, environment: pytest.MonkeyPatch
) -> None:
    environment.delenv("PUBLIC_URL")

    with pytest.raises(SettingsError, match="PUBLIC_URL"):
        protect(Behind(), resource=ELSEWHERE)


def test_without_a_public_url_the_issuer_is_the_host_that_was_asked(
    token: str, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("PUBLIC_URL", "")
    handler = protect(Behind(), resource="/notes/mcp")

    assert asked(handler, token).status == 200
    assert asked(handler, token, host="other.example.com").status == 401


def test_a_resource_that_the_stack_does_not_declare_is_refused_when_it_starts(
    deployment: Deployment,
) -> None:
    with pytest.raises(SettingsError, match="/other/mcp"):
        protect(Behind(), resource="/other/mcp")


@pytest.mark.parametrize("resource", ["", "notes/mcp", "/notes/mcp/", "http://a.example.com/mcp"])
def test_a_resource_that_is_none_is_refused_when_it_starts(
    deployment: Deployment, resource: str
) -> None:
    with pytest.raises(ValueError, match="resource"):
        protect(Behind(), resource=resource)


def test_a_resource_asks_for_some_scope(deployment: Deployment) -> None:
    with pytest.raises(ValueError, match="scope"):
        protect(Behind(), resource="/notes/mcp", scope=" ")
