"""Token introspection: RFC 7662."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from gatehouse import wiring
from gatehouse.oauth.resource_servers import register_resource_server
from gatehouse.oauth.secret_values import new_identifier
from tests.functions.actors import EMAIL, Client, allow, call_mcp
from tests.functions.deployment import MCP_URL, ORIGIN, Answer, Deployment, basic
from tests.functions.log_lines import counted, followed_log
from tests.functions.test_token import claims

PATH = "/api/oauth/introspect"
INACTIVE = {"active": False}

Ask = Callable[[str], Any]


@pytest.fixture
def confidential(deployment: Deployment) -> Client:
    return Client.register(deployment, token_endpoint_auth_method="client_secret_post")


def tokens_of(client: Client, **changes: str | None) -> dict[str, Any]:
    """The token response of a whole sign-in with a confidential client."""
    secret = client.registration["client_secret"]
    code = client.authorize(**changes)["code"]
    tokens: dict[str, Any] = client.exchange(code, client_secret=secret).json
    return tokens


def refreshed(client: Client, refresh_token: str) -> Any:
    return client.refresh(refresh_token, client_secret=client.registration["client_secret"]).json


def asking(client: Client) -> Ask:
    """Introspection by a client that sends its secret in the body."""
    proof = {n: client.registration[n] for n in ("client_id", "client_secret")}

    def ask(token: str) -> Any:
        answer = client.deployment.ask("POST", PATH, form={**proof, "token": token})
        assert answer.status == 200, answer.text
        return answer.json

    return ask


def resource_server(deployment: Deployment, *resources: str) -> Ask:
    """Introspection by a resource server that the operator registered."""
    client_id, secret = register_resource_server(
        "An API", resources, clients=wiring.client_store(), now=wiring.now()
    )

    def ask(token: str) -> Any:
        headers = {"authorization": basic(client_id, secret)}
        answer = deployment.ask("POST", PATH, form={"token": token}, headers=headers)
        assert answer.status == 200, answer.text
        return answer.json

    return ask


def test_a_client_is_told_of_its_own_access_token(confidential: Client) -> None:
    access_token = tokens_of(confidential)["access_token"]
    said = claims(access_token)

    assert asking(confidential)(access_token) == {
        "active": True,
        "token_type": "Bearer",
        "scope": "mcp",
        "client_id": confidential.client_id,
        "sub": said["sub"],
        "aud": MCP_URL,
        "iss": ORIGIN,
        "exp": said["exp"],
        "iat": said["iat"],
        "jti": said["jti"],
    }


def test_a_function_that_just_started_knows_the_keys_too(confidential: Client) -> None:
    access_token = tokens_of(confidential)["access_token"]
    wiring.close()

    assert asking(confidential)(access_token)["active"] is True


def test_a_client_is_told_of_its_own_refresh_token(confidential: Client) -> None:
    with time_machine.travel("2026-03-01T00:00Z", tick=False):
        tokens = tokens_of(confidential, scope="mcp offline_access")

        assert asking(confidential)(tokens["refresh_token"]) == {
            "active": True,
            "scope": "mcp offline_access",
            "client_id": confidential.client_id,
            "sub": claims(tokens["access_token"])["sub"],
            "iss": ORIGIN,
            "exp": wiring.now() + 30 * 86400,
        }


def test_a_resource_server_is_told_of_access_tokens_for_its_resources(
    deployment: Deployment, client: Client
) -> None:
    access_token = client.tokens()["access_token"]

    told = resource_server(deployment, MCP_URL)(access_token)

    assert (told["active"], told["client_id"], told["aud"]) == (True, client.client_id, MCP_URL)
    assert EMAIL not in str(told)  # who it is to a resource server is `sub`


def test_of_several_audiences_only_the_callers_are_told(
    deployment: Deployment, confidential: Client
) -> None:
    target = (
        confidential.authorization_url(resource=None) + f"&resource={MCP_URL}&resource={ORIGIN}"
    )

    code = allow(deployment, target)["code"]
    secret = confidential.registration["client_secret"]
    access_token = confidential.exchange(code, client_secret=secret).json["access_token"]
    assert claims(access_token)["aud"] == [MCP_URL, ORIGIN]

    assert resource_server(deployment, ORIGIN)(access_token)["aud"] == ORIGIN
    both = resource_server(deployment, ORIGIN, MCP_URL, "https://elsewhere.example")
    assert both(access_token)["aud"] == [MCP_URL, ORIGIN]
    assert asking(confidential)(access_token)["aud"] == [MCP_URL, ORIGIN]


@pytest.mark.parametrize(
    "resources", [[], [ORIGIN], [f"{MCP_URL}/"], ["https://elsewhere.example"]]
)
def test_whom_a_token_does_not_concern_is_told_nothing(
    deployment: Deployment, client: Client, resources: list[str]
) -> None:
    tokens = client.tokens()
    ask = resource_server(deployment, *resources)

    assert ask(tokens["access_token"]) == INACTIVE
    assert ask(tokens["refresh_token"]) == INACTIVE


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_another_client_is_told_nothing(
    deployment: Deployment, confidential: Client, kind: str
) -> None:
    tokens = tokens_of(confidential)
    other = Client.register(deployment, token_endpoint_auth_method="client_secret_post")

    assert asking(other)(tokens[kind]) == INACTIVE
    assert asking(confidential)(tokens[kind])["active"] is True


def test_no_client_can_name_resources_of_its_own(deployment: Deployment, client: Client) -> None:
    greedy = Client.register(
        deployment, token_endpoint_auth_method="client_secret_post", resources=[MCP_URL]
    )

    assert "resources" not in greedy.registration
    assert asking(greedy)(client.tokens()["access_token"]) == INACTIVE


@pytest.mark.parametrize(
    "unknown", ["x", "a.b.c", "gtr_a.b.c", "gtc_a.b", "é", "x" * 20_000, EMAIL]
)
def test_of_an_unknown_token_nothing_is_said(confidential: Client, unknown: str) -> None:
    assert asking(confidential)(unknown) == INACTIVE


def test_a_code_is_no_token(confidential: Client) -> None:
    assert asking(confidential)(confidential.authorize()["code"]) == INACTIVE


def test_a_token_that_expired_or_was_revoked_is_inactive(
    deployment: Deployment, confidential: Client
) -> None:
    ask = asking(confidential)
    with time_machine.travel("2026-03-01T00:00Z", tick=False) as clock:
        tokens = tokens_of(confidential)
        clock.shift(3599)
        assert ask(tokens["access_token"])["active"] is True
        clock.shift(1)
        assert ask(tokens["access_token"]) == INACTIVE
        clock.shift(30 * 86400 - 3601)
        assert ask(tokens["refresh_token"])["active"] is True
        clock.shift(1)
        assert ask(tokens["refresh_token"]) == INACTIVE

    tokens = tokens_of(confidential)
    proof = {n: confidential.registration[n] for n in ("client_id", "client_secret")}
    deployment.ask("POST", "/api/oauth/revoke", form={**proof, "token": tokens["access_token"]})
    assert ask(tokens["access_token"]) == ask(tokens["refresh_token"]) == INACTIVE


def test_a_refresh_token_is_active_while_the_token_endpoint_takes_it(confidential: Client) -> None:
    ask = asking(confidential)
    with time_machine.travel("2026-03-01T00:00Z", tick=False) as clock:
        first = tokens_of(confidential)["refresh_token"]
        second = refreshed(confidential, first)["refresh_token"]
        assert (ask(first)["active"], ask(second)["active"]) == (True, True)
        clock.shift(60)

        assert (ask(first), ask(second)["active"]) == (INACTIVE, True)
        # asking is no reuse: the grant lives on
        third = refreshed(confidential, second)["refresh_token"]
        assert (ask(first), ask(third)["active"]) == (INACTIVE, True)
        assert "refresh_token" in refreshed(confidential, third)


def test_a_client_that_gave_up_refreshing_has_no_active_refresh_token(
    deployment: Deployment, confidential: Client
) -> None:
    tokens = tokens_of(confidential)
    registration = confidential.registration
    deployment.ask(
        "PUT",
        f"/register/{confidential.client_id}",
        headers={"authorization": f"Bearer {registration['registration_access_token']}"},
        json_body={
            "client_id": confidential.client_id,
            "redirect_uris": registration["redirect_uris"],
            "token_endpoint_auth_method": "client_secret_post",
            "grant_types": ["authorization_code"],
        },
    )

    assert asking(confidential)(tokens["refresh_token"]) == INACTIVE
    assert refreshed(confidential, tokens["refresh_token"])["error"] == "unauthorized_client"
    assert asking(confidential)(tokens["access_token"])["active"] is True


# ---- Who may ask ---------------------------------------------------------------------------


def refusal(deployment: Deployment, form: dict[str, str], authorization: str = "") -> Answer:
    headers = {"authorization": authorization} if authorization else {}
    answer = deployment.ask("POST", PATH, form=form, headers=headers)
    assert (answer.status, answer.json["error"]) == (401, "invalid_client")
    return answer


def test_a_public_client_may_not_ask_even_about_its_own_token(
    deployment: Deployment, client: Client
) -> None:
    access_token = client.tokens()["access_token"]

    refusal(deployment, {"client_id": client.client_id, "token": access_token})
    refusal(deployment, {"token": access_token}, basic(client.client_id, ""))


def test_a_token_is_no_authentication(deployment: Deployment, client: Client) -> None:
    access_token = client.tokens()["access_token"]

    refusal(deployment, {"token": access_token}, f"Bearer {access_token}")
    refusal(deployment, {"token": access_token})


def test_a_wrong_secret_is_answered_in_its_scheme(
    deployment: Deployment, confidential: Client
) -> None:
    client = Client.register(deployment, token_endpoint_auth_method="client_secret_basic")

    answer = refusal(deployment, {"token": "x"}, basic(client.client_id, "wrong"))
    assert answer.headers["www-authenticate"].startswith("Basic realm=")
    refusal(
        deployment,
        {"client_id": confidential.client_id, "client_secret": "wrong", "token": "x"},
    )


@pytest.mark.parametrize(
    "form", [[], [("token", "")], [("token", "x"), ("token", "y")], [("x", "1"), ("x", "2")]]
)
def test_what_names_no_single_token_is_malformed(
    confidential: Client, form: list[tuple[str, str]]
) -> None:
    proof = [(n, confidential.registration[n]) for n in ("client_id", "client_secret")]

    answer = confidential.deployment.ask("POST", PATH, form=[*proof, *form])

    assert (answer.status, answer.json["error"]) == (400, "invalid_request")


def test_a_resource_server_stays_registered(deployment: Deployment, client: Client) -> None:
    with time_machine.travel("2026-03-01T00:00Z", tick=False) as clock:
        ask = resource_server(deployment, MCP_URL)
        for _ in range(2):
            clock.shift(3650 * 86400)
            assert ask(new_identifier()) == INACTIVE


def test_a_resource_server_signs_nobody_in(deployment: Deployment) -> None:
    client_id, _ = register_resource_server(
        "An API", [MCP_URL], clients=wiring.client_store(), now=wiring.now()
    )
    client = Client(deployment, {"client_id": client_id})

    assert deployment.ask("GET", client.authorization_url()).status == 400
    assert deployment.ask("GET", client.authorization_url(redirect_uri=None)).status == 400


def test_no_cache_keeps_the_answer_and_the_log_tells_why_it_was_no(
    deployment: Deployment, confidential: Client
) -> None:
    tokens = tokens_of(confidential)
    proof = {n: confidential.registration[n] for n in ("client_id", "client_secret")}
    with followed_log() as written:
        for token in (tokens["access_token"], "x"):
            answer = deployment.ask("POST", PATH, form={**proof, "token": token})
            assert answer.headers["cache-control"] == "no-store"

    assert [(line["outcome"], line["reason"], counted(line)) for line in written.lines] == [
        ("introspected", "", {"Introspected": 1}),
        ("introspected", "inactive: malformed", {"Introspected": 1}),
    ]
    assert tokens["access_token"] not in written.text


def test_what_is_active_is_what_the_mcp_endpoint_takes(
    deployment: Deployment, client: Client
) -> None:
    ask = resource_server(deployment, MCP_URL, ORIGIN)
    good, ended = client.tokens()["access_token"], client.tokens()
    client.refresh(client.refresh(ended["refresh_token"]).json["refresh_token"])
    client.refresh(ended["refresh_token"])  # reuse

    for access_token, active in ((good, True), (ended["access_token"], False), ("x", False)):
        assert ask(access_token)["active"] is active
        assert (call_mcp(deployment, access_token).status == 200) is active
