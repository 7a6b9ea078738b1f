"""Token revocation: RFC 7009."""

from typing import Any

import jwt
import pytest
import time_machine

from gatehouse import wiring
from tests.functions.actors import Client, call_mcp
from tests.functions.deployment import Answer, Deployment, basic
from tests.functions.log_lines import counted, followed_log
from tests.functions.tables import Tables
from tests.functions.test_token import claims

PATH = "/api/oauth/revoke"
METHODS = ["none", "client_secret_post", "client_secret_basic"]


def revoke(client: Client, token: str, **changes: str) -> Answer:
    """The revocation request of a public client."""
    form = {"client_id": client.client_id, "token": token, **changes}
    return client.deployment.ask("POST", PATH, form=form)


def is_over(client: Client, tokens: dict[str, Any]) -> bool:
    """Whether neither token of a grant is good for anything."""
    called = call_mcp(client.deployment, tokens["access_token"]).status
    refreshed = client.refresh(tokens["refresh_token"])
    return (called, refreshed.status, refreshed.json.get("error")) == (401, 400, "invalid_grant")


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_either_token_ends_the_whole_grant_at_once(client: Client, kind: str) -> None:
    tokens = client.tokens()
    assert call_mcp(client.deployment, tokens["access_token"]).status == 200

    answer = revoke(client, tokens[kind])

    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert is_over(client, tokens)


def test_a_function_that_just_started_knows_the_keys_too(client: Client) -> None:
    tokens = client.tokens()
    wiring.close()

    assert revoke(client, tokens["access_token"]).status == 200
    assert is_over(client, tokens)


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "id_token", "", "é"])
@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_a_hint_that_is_wrong_or_unknown_changes_nothing(
    client: Client, kind: str, hint: str
) -> None:
    tokens = client.tokens()

    assert revoke(client, tokens[kind], token_type_hint=hint).status == 200
    assert is_over(client, tokens)


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_once_more_is_no_error(client: Client, kind: str) -> None:
    tokens = client.tokens()

    assert [revoke(client, tokens[kind]).status for _ in range(3)] == [200, 200, 200]
    assert is_over(client, tokens)


@pytest.mark.parametrize("generation", [0, 1, 2])
def test_every_refresh_token_that_the_grant_ever_had_ends_it(
    client: Client, generation: int
) -> None:
    answers = [client.tokens()]
    for _ in range(2):
        answers.append(client.refresh(answers[-1]["refresh_token"]).json)

    assert revoke(client, answers[generation]["refresh_token"]).status == 200
    assert is_over(client, answers[-1])


def test_an_old_access_token_ends_the_grant_that_lives_on(client: Client) -> None:
    """A client that was away for a day signs out with what it has."""
    with time_machine.travel("2026-03-01T00:00Z", tick=False) as clock:
        tokens = client.tokens()
        clock.shift(86400)
        refreshed = client.refresh(tokens["refresh_token"]).json

        assert revoke(client, tokens["access_token"]).status == 200
        assert is_over(client, refreshed)


def test_a_grant_of_the_same_client_that_was_not_named_lives_on(client: Client) -> None:
    ended, other = client.tokens(), client.tokens()

    revoke(client, ended["refresh_token"])

    assert call_mcp(client.deployment, other["access_token"]).status == 200
    assert client.refresh(other["refresh_token"]).status == 200


@pytest.mark.parametrize(
    "unknown",
    ["x", "a.b.c", "gtr_a.b.c", "gtr_", "gtc_a.b", "é", "x" * 20_000, "gtr_" + "a." * 50],
)
def test_an_unknown_token_is_no_error(client: Client, unknown: str) -> None:
    assert revoke(client, unknown).status == 200


def test_a_token_whose_grant_is_swept_away_is_no_error(client: Client, tables: Tables) -> None:
    tokens = client.tokens()
    tables.delete("GrantsTable", grant_id=claims(tokens["access_token"])["grant_id"])

    assert [revoke(client, tokens[kind]).status for kind in ("access_token", "refresh_token")] == [
        200,
        200,
    ]


def test_a_token_that_nobody_issued_ends_no_grant(client: Client) -> None:
    """Made up by somebody who knows a grant's id, or signed with a key of their own."""
    tokens = client.tokens()
    prefix, family, turn = tokens["refresh_token"].split(".")
    header, payload, _ = tokens["access_token"].split(".")
    key = wiring.signing_keys().signing_key()
    elsewhere = claims(tokens["access_token"]) | {"iss": "https://elsewhere.example"}
    headers = {"typ": "at+jwt", "kid": key.kid}
    invented = [
        f"{prefix}.{'A' * 43}.{turn}",
        f"{prefix}.{turn}.{family}",
        f"{header}.{payload}.{'A' * 86}",
        jwt.encode(elsewhere, key.private_key, algorithm="ES256", headers=headers),
    ]

    assert [revoke(client, each).status for each in invented] == [200] * 4
    assert call_mcp(client.deployment, tokens["access_token"]).status == 200


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
@pytest.mark.parametrize("ended", [False, True])
def test_another_clients_token_is_refused_and_stays_what_it_was(
    deployment: Deployment, client: Client, kind: str, *, ended: bool
) -> None:
    tokens = client.tokens()
    if ended:
        revoke(client, tokens["refresh_token"])
    stranger = Client.register(deployment)

    with followed_log() as written:
        answer = revoke(stranger, tokens[kind])

    # RFC 7009 section 2.1; the same whether the token is still good
    assert answer.status == 400
    assert answer.json == {
        "error": "invalid_grant",
        "error_description": "The token was not issued to this client",
    }
    (line,) = written.lines
    assert (line["client_id"], line["grant_id"]) == (stranger.client_id, "")
    assert (call_mcp(deployment, tokens["access_token"]).status == 200) is not ended


@pytest.mark.parametrize("method", METHODS)
def test_every_way_to_prove_a_client_is_taken(deployment: Deployment, method: str) -> None:
    client = Client.register(deployment, token_endpoint_auth_method=method)
    secret = client.registration.get("client_secret", "")
    header = basic(client.client_id, secret)
    form = {"client_id": client.client_id} | ({"client_secret": secret} if "post" in method else {})
    headers = {"authorization": header} if "basic" in method else {}
    tokens = client.deployment.ask(
        "POST",
        "/token",
        form=form
        | {
            "grant_type": "authorization_code",
            "code": client.authorize()["code"],
            "code_verifier": "a-verifier-that-is-long-enough-for-rfc-7636-and-more",
        },
        headers=headers,
    ).json

    answer = deployment.ask(
        "POST", PATH, form=form | {"token": tokens["refresh_token"]}, headers=headers
    )

    assert answer.status == 200
    assert call_mcp(deployment, tokens["access_token"]).status == 401


@pytest.mark.parametrize("method", METHODS[1:])
@pytest.mark.parametrize("secret", [None, "wrong"])
def test_a_confidential_client_proves_itself(
    deployment: Deployment, method: str, secret: str | None
) -> None:
    client = Client.register(deployment, token_endpoint_auth_method=method)
    form = {"client_id": client.client_id, "token": "x"}
    headers = {"authorization": basic(client.client_id, secret)} if secret else {}

    answer = deployment.ask("POST", PATH, form=form, headers=headers)

    assert (answer.status, answer.json["error"]) == (401, "invalid_client")
    assert ("www-authenticate" in answer.headers) is bool(secret)


def test_a_client_that_is_not_registered_revokes_nothing(
    deployment: Deployment, client: Client
) -> None:
    tokens = client.tokens()

    for form in ({"token": tokens["refresh_token"]}, {"client_id": "x", **tokens}):
        answer = deployment.ask("POST", PATH, form=form)
        assert (answer.status, answer.json["error"]) == (401, "invalid_client")
    assert call_mcp(deployment, tokens["access_token"]).status == 200


@pytest.mark.parametrize(
    "form",
    [[], [("token", "")], [("token", "x"), ("token", "y")], [("x", "1"), ("x", "2")]],
)
def test_what_names_no_single_token_is_malformed(
    client: Client, form: list[tuple[str, str]]
) -> None:
    answer = client.deployment.ask("POST", PATH, form=[("client_id", client.client_id), *form])

    assert (answer.status, answer.json["error"]) == (400, "invalid_request")


def test_the_log_tells_what_was_ended(deployment: Deployment, client: Client) -> None:
    tokens = client.tokens()

    with followed_log() as written:
        revoke(client, tokens["access_token"])
        revoke(client, tokens["refresh_token"])
        revoke(client, "unknown")

    assert [(line["outcome"], counted(line)) for line in written.lines] == [
        ("revoked", {"Revoked": 1}),
        ("nothing_to_revoke", {}),
        ("nothing_to_revoke", {}),
    ]
    assert written.lines[0]["grant_id"] == claims(tokens["access_token"])["grant_id"]
    assert {line["client_id"] for line in written.lines} == {client.client_id}
    assert tokens["refresh_token"].rpartition(".")[2] not in written.text
