"""Revocation and introspection know the same clients, by the same proofs, as the token endpoint."""

from typing import Any

import pytest
import time_machine

from gatehouse.oauth.client_documents import AUTH_METHODS
from tests.functions.deployment import Answer, Deployment
from tests.functions.machines import KeyClient, key_client
from tests.functions.published import new_url, publish
from tests.internet import Internet, answer
from tests.signers import elliptic

NOW = 1_900_000_000
STALE = 300
ENDPOINTS = ("/api/oauth/revoke", "/api/oauth/introspect")


def sent(client: KeyClient, endpoint: str, token: str, **proof: str | None) -> Answer:
    form = {"token": token, **(proof or client.assertion())}
    chosen = {name: value for name, value in form.items() if value is not None}
    return client.deployment.ask("POST", endpoint, form=chosen)


def published_key_client(internet: Internet, deployment: Deployment, url: str) -> KeyClient:
    """A client whose document has its key."""
    signer = elliptic()
    members: dict[str, Any] = {
        "token_endpoint_auth_method": "private_key_jwt",
        AUTH_METHODS: ["private_key_jwt"],
        "jwks": signer.jwks,
    }
    client = publish(internet, deployment, url, **members)
    return KeyClient(deployment, client.registration, signer)


def tokens(client: KeyClient) -> dict[str, Any]:
    answered = client.exchange(client.authorize(prompt="consent")["code"], **client.assertion())
    assert answered.status == 200, answered.text
    issued: dict[str, Any] = answered.json
    return issued


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_client_with_a_key_is_served_once_for_each_assertion(
    deployment: Deployment, endpoint: str
) -> None:
    client = key_client(deployment)
    token, proof = tokens(client)["access_token"], client.assertion()

    assert sent(client, endpoint, token, **proof).status == 200
    again = sent(client, endpoint, token, **proof)
    assert (again.status, again.json["error"]) == (401, "invalid_client")


def test_an_assertion_that_was_seen_before_revokes_nothing(deployment: Deployment) -> None:
    client = key_client(deployment)
    issued, proof = tokens(client), client.assertion()
    sent(client, "/api/oauth/introspect", issued["access_token"], **proof)

    refused = sent(client, "/api/oauth/revoke", issued["refresh_token"], **proof)

    assert refused.status == 401
    told = sent(client, "/api/oauth/introspect", issued["access_token"])
    assert told.json["active"] is True


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_client_with_a_document_is_read_there_too(
    internet: Internet, deployment: Deployment, endpoint: str
) -> None:
    url = new_url()
    with time_machine.travel(NOW, tick=False):
        client = published_key_client(internet, deployment, url)
        token = tokens(client)["access_token"]
    with time_machine.travel(NOW + STALE, tick=False):
        assert sent(client, endpoint, token).status == 200

    assert internet.times_asked(url) == 2  # when it signed in, and when its document was old


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_client_whose_document_is_gone_is_served_there_no_more(
    internet: Internet, deployment: Deployment, endpoint: str
) -> None:
    url = new_url()
    with time_machine.travel(NOW, tick=False):
        client = published_key_client(internet, deployment, url)
        token = tokens(client)["access_token"]
    internet.publish(url, answer(b"", status=404))
    with time_machine.travel(NOW + STALE, tick=False):
        refused = sent(client, endpoint, token)

    assert (refused.status, refused.json["error"]) == (401, "invalid_client")
