"""The token endpoint with an authorization code: RFC 6749, RFC 7636, RFC 8707."""

import base64
import json
from typing import Any

import pytest
import time_machine

from tests.functions.actors import CALLBACK, CHALLENGE, VERIFIER, Client, allow, call_mcp
from tests.functions.deployment import MCP_URL, ORIGIN, Deployment, basic
from tests.functions.tables import Tables

PATHS = ("/api/oauth/token", "/token")


def claims(access_token: str) -> dict[str, Any]:
    payload = access_token.split(".")[1]
    decoded: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=="))
    return decoded


def test_a_code_is_exchanged_for_tokens(deployment: Deployment, client: Client) -> None:
    answer = client.exchange(client.authorize()["code"])

    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json["token_type"] == "Bearer"
    assert answer.json["expires_in"] == 3600
    assert answer.json["scope"] == "mcp"
    assert answer.json["refresh_token"]
    assert call_mcp(deployment, answer.json["access_token"]).status == 200


def test_the_access_token_says_who_for_whom_and_where(client: Client) -> None:
    said = claims(client.tokens()["access_token"])

    assert said["iss"] == ORIGIN
    assert said["aud"] == MCP_URL
    assert said["client_id"] == client.client_id
    assert said["exp"] - said["iat"] == 3600
    assert said["sub"]
    assert said["jti"]
    assert said["grant_id"]


@pytest.mark.parametrize(
    ("requested", "audience"),
    [
        (None, MCP_URL),
        ("", MCP_URL),
        (MCP_URL, MCP_URL),
        (f"{MCP_URL}/", MCP_URL),
        ("HTTPS://MCP.Example.com/mcp/mcp", MCP_URL),
        (ORIGIN, ORIGIN),
        (f"{ORIGIN}/", ORIGIN),
    ],
)
def test_the_audience_is_the_resource_that_was_granted(
    client: Client, requested: str | None, audience: str
) -> None:
    code = client.authorize(resource=requested)["code"]

    tokens = client.exchange(code, resource=requested).json

    assert claims(tokens["access_token"])["aud"] == audience


def test_several_resources_may_be_granted_and_narrowed(
    deployment: Deployment, client: Client
) -> None:
    target = client.authorization_url(resource=MCP_URL) + f"&resource={ORIGIN}"
    code = allow(deployment, target)["code"]
    both = claims(client.exchange(code).json["access_token"])["aud"]

    assert sorted(both) == sorted([MCP_URL, ORIGIN])
    code = allow(deployment, target)["code"]
    assert claims(client.exchange(code, resource=ORIGIN).json["access_token"])["aud"] == ORIGIN


@pytest.mark.parametrize("resource", ["https://other.example.com", ORIGIN])
def test_a_resource_outside_the_grant_is_refused_and_the_code_stays_good(
    client: Client, resource: str
) -> None:
    code = client.authorize()["code"]

    answer = client.exchange(code, resource=resource)

    assert (answer.status, answer.json["error"]) == (400, "invalid_target")
    assert client.exchange(code).status == 200


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code_verifier": None}, "invalid_request"),
        ({"code_verifier": "wrong-verifier-that-is-long-enough-for-rfc-7636"}, "invalid_grant"),
        ({"code_verifier": "short"}, "invalid_grant"),
        ({"code_verifier": CHALLENGE}, "invalid_grant"),
        ({"redirect_uri": "https://evil.example.com/cb"}, "invalid_grant"),
        ({"redirect_uri": f"{CALLBACK}/"}, "invalid_grant"),
        ({"grant_type": None}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"code": None}, "invalid_request"),
        ({"code": "gtc_unknown.secret"}, "invalid_grant"),
        ({"code": "not one of ours"}, "invalid_grant"),
        ({"code": "é" * 100}, "invalid_grant"),
    ],
)
def test_a_call_that_fails_its_checks_leaves_the_code_usable(
    client: Client, changes: dict[str, str | None], code: str
) -> None:
    good = client.authorize()["code"]

    answer = client.exchange(changes.pop("code", good) or "", **changes)

    assert (answer.status, answer.json["error"]) == (400, code)
    assert answer.headers["cache-control"] == "no-store"
    assert client.exchange(good).status == 200


def test_a_guessed_code_of_a_real_grant_is_refused(client: Client) -> None:
    good = client.authorize()["code"]
    guessed = good.rpartition(".")[0] + "." + "A" * 43

    assert client.exchange(guessed).json["error"] == "invalid_grant"
    assert client.exchange(good).status == 200


def test_a_code_works_once_and_its_replay_revokes_what_it_gave(
    deployment: Deployment, client: Client
) -> None:
    code = client.authorize()["code"]
    tokens = client.exchange(code).json
    assert call_mcp(deployment, tokens["access_token"]).status == 200

    assert client.exchange(code).json["error"] == "invalid_grant"

    assert call_mcp(deployment, tokens["access_token"]).status == 401
    assert client.refresh(tokens["refresh_token"]).json["error"] == "invalid_grant"


def test_a_code_expires(client: Client) -> None:
    with time_machine.travel("2026-03-01T00:00Z", tick=False) as clock:
        fresh, stale = client.authorize()["code"], client.authorize()["code"]
        clock.shift(59)
        assert client.exchange(fresh).status == 200
        clock.shift(1)
        assert client.exchange(stale).json["error"] == "invalid_grant"


def test_another_clients_code_is_refused_and_stays_good(
    deployment: Deployment, client: Client
) -> None:
    code = client.authorize()["code"]

    assert Client.register(deployment).exchange(code).json["error"] == "invalid_grant"
    assert client.exchange(code).status == 200


def test_plain_pkce_is_understood(client: Client) -> None:
    code = client.authorize(code_challenge=VERIFIER, code_challenge_method="plain")["code"]

    assert client.exchange(code).status == 200


def test_a_client_without_refresh_tokens_gets_none(deployment: Deployment) -> None:
    client = Client.register(deployment, grant_types=["authorization_code"])
    tokens = client.tokens()

    assert "refresh_token" not in tokens
    assert call_mcp(deployment, tokens["access_token"]).status == 200


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        (None, "mcp"),
        ("", "mcp"),
        ("mcp", "mcp"),
        ("mcp offline_access", "mcp offline_access"),
        ("offline_access", "mcp offline_access"),
        ("openid email profile", "mcp"),
    ],
)
def test_the_answer_says_which_scope_was_granted(
    client: Client, asked: str | None, granted: str
) -> None:
    assert client.tokens(scope=asked)["scope"] == granted


# ---- Who the client is ---------------------------------------------------------------------


def confidential(deployment: Deployment, method: str) -> Client:
    return Client.register(deployment, token_endpoint_auth_method=method)


def exchange_basic(client: Client, authorization: str, **changes: str | None) -> Any:
    form: dict[str, str | None] = {
        "grant_type": "authorization_code",
        "code": client.authorize()["code"],
        "code_verifier": VERIFIER,
        **changes,
    }
    sent = {name: value for name, value in form.items() if value is not None}
    headers = {"authorization": authorization}
    return client.deployment.ask("POST", "/token", headers=headers, form=sent)


def test_a_secret_in_the_body_is_accepted(deployment: Deployment) -> None:
    client = confidential(deployment, "client_secret_post")
    secret = client.registration["client_secret"]

    answer = client.exchange(client.authorize()["code"], client_secret=secret)

    assert answer.status == 200


def test_basic_is_accepted_with_the_id_in_the_body_as_python_sends_it(
    deployment: Deployment,
) -> None:
    client = confidential(deployment, "client_secret_basic")
    header = basic(client.client_id, client.registration["client_secret"])

    assert exchange_basic(client, header).status == 200
    assert exchange_basic(client, header, client_id=client.client_id).status == 200


def test_two_authentications_at_once_are_refused(deployment: Deployment) -> None:
    client = confidential(deployment, "client_secret_basic")
    secret = client.registration["client_secret"]

    answer = exchange_basic(client, basic(client.client_id, secret), client_secret=secret)

    assert (answer.status, answer.json["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
@pytest.mark.parametrize("secret", [None, "", "wrong"])
def test_a_confidential_client_proves_itself(
    deployment: Deployment, method: str, secret: str | None
) -> None:
    client = confidential(deployment, method)

    answer = client.exchange(client.authorize()["code"], client_secret=secret)

    assert (answer.status, answer.json["error"]) == (401, "invalid_client")


def test_failed_basic_is_answered_in_its_scheme(deployment: Deployment) -> None:
    client = confidential(deployment, "client_secret_basic")

    answer = exchange_basic(client, basic(client.client_id, "wrong"))

    assert (answer.status, answer.json["error"]) == (401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic realm=")


def test_another_scheme_is_not_answered_with_basic(client: Client) -> None:
    answer = client.deployment.ask(
        "POST",
        "/token",
        headers={"authorization": "Bearer x"},
        form={"grant_type": "refresh_token"},
    )

    assert answer.status == 401
    assert "www-authenticate" not in answer.headers


@pytest.mark.parametrize("client_id", [None, "unknown", "x" * 3000, "../x", "é"])
@pytest.mark.parametrize("path", PATHS)
def test_an_unknown_client_is_told_to_register_again(
    deployment: Deployment, path: str, client_id: str | None
) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": "gtr_a.b.c"}
    form |= {} if client_id is None else {"client_id": client_id}

    answer = deployment.ask("POST", path, form=form)

    assert (answer.status, answer.json["error"]) == (401, "invalid_client")


def test_an_expired_client_is_unknown(client: Client) -> None:
    with time_machine.travel("2036-01-01T00:00Z", tick=False):
        answer = client.refresh("gtr_a.b.c")

    assert (answer.status, answer.json["error"]) == (401, "invalid_client")


# ---- What is no token request --------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"content-type": "application/json"}, b'{"grant_type":"refresh_token"}', 400),
        ({}, b"grant_type=refresh_token", 400),
        ({"content-type": "application/x-www-form-urlencoded"}, b"", 400),
        ({"content-type": "application/x-www-form-urlencoded"}, b"\xff\xfe=%ff", 400),
        ({"content-type": "application/x-www-form-urlencoded"}, b"grant_type=%ff", 400),
        ({"content-type": "application/x-www-form-urlencoded"}, b"a=b&" * 200, 400),
        ({"content-type": "application/x-www-form-urlencoded"}, b"a=" + b"b" * 65536, 413),
    ],
)
def test_what_is_no_form_gets_the_error_as_json(
    deployment: Deployment, headers: dict[str, str], body: bytes, status: int
) -> None:
    answer = deployment.ask("POST", "/token", headers=headers, body=body)

    assert (answer.status, answer.json["error"]) == (status, "invalid_request")


@pytest.mark.parametrize("parameter", ["grant_type", "code", "client_id", "code_verifier"])
def test_a_repeated_parameter_is_refused(client: Client, parameter: str) -> None:
    form = [("grant_type", "authorization_code"), ("code", "x"), ("code_verifier", "x")]
    form += [("client_id", client.client_id), (parameter, "x")]

    answer = client.deployment.ask("POST", "/token", form=form)

    assert (answer.status, answer.json["error"]) == (400, "invalid_request")


def test_nothing_that_signs_anybody_in_is_stored(client: Client, tables: Tables) -> None:
    code = client.authorize()["code"]
    tokens = client.exchange(code).json
    stored = tables.everything()

    for secret in (code, tokens["access_token"], tokens["refresh_token"]):
        assert secret not in stored
        assert secret.rpartition(".")[2] not in stored
