"""What is remembered of consents, on a real engine: changes that meet, answers that are lost."""

from dataclasses import replace

import pytest

from gatehouse.oauth.authorization_request import AuthorizationRequest, Destination
from gatehouse.oauth.clients import Client
from gatehouse.oauth.consent import Consent, ConsentMemory, recall, remember, use_again
from gatehouse.oauth.grants import AuthorizationCode, Grant
from gatehouse.oauth.policy import Policy
from gatehouse.oauth.secret_values import new_identifier
from local.engines import Engines
from tests.contract.test_races import at_once
from tests.stores import Stores

NOW = 1_800_000_000
WEB = "https://app.example.com/callback"
RESOURCE = "https://mcp.example.com/mcp/mcp"


def new_consent() -> Consent:
    return Consent(
        subject=new_identifier(),
        # longer than a key of a table can be
        client_id=f"https://client.example.com/{'x' * 3000}",
        allowed={f"app.example.com {RESOURCE} mcp": "a grant"},
        written_with="a grant",
        allowed_at=NOW,
        expires_at=NOW + 100,
    )


def test_a_consent_comes_back_as_it_was_written(stores: Stores) -> None:
    consent = new_consent()

    assert stores.consents().replace(consent, written_with=None)

    assert stores.consents().get(consent.subject, consent.client_id) == consent
    assert stores.consents().get("somebody else", consent.client_id) is None
    assert stores.consents().get(consent.subject, "another client") is None


def test_a_change_finds_what_it_was_made_from_or_is_not_made(stores: Stores) -> None:
    first = new_consent()
    second, third = replace(first, written_with="second"), replace(first, written_with="third")
    consents = stores.consents()
    assert not consents.replace(second, written_with="a grant")
    assert consents.get(first.subject, first.client_id) is None

    assert consents.replace(first, written_with=None)
    assert not consents.replace(second, written_with=None)
    assert not consents.replace(second, written_with="another")
    assert consents.replace(second, written_with="a grant")
    assert not consents.replace(third, written_with="a grant")

    assert consents.get(first.subject, first.client_id) == second


def test_a_change_whose_answer_was_lost_may_be_made_again(stores: Stores) -> None:
    first, second = new_consent(), replace(new_consent(), written_with="second")
    second = replace(second, subject=first.subject)

    for _ in range(2):
        assert stores.consents().replace(first, written_with=None)
    for _ in range(2):
        assert stores.consents().replace(second, written_with="a grant")


def test_what_is_forgotten_is_gone(stores: Stores) -> None:
    consent, other = new_consent(), new_consent()
    for each in (consent, other):
        stores.consents().replace(each, written_with=None)

    for _ in range(2):
        stores.consents().forget(consent.subject, consent.client_id)

    assert stores.consents().get(consent.subject, consent.client_id) is None
    assert stores.consents().get(other.subject, other.client_id) == other


def test_of_many_changes_at_once_one_is_made(stores: Stores, engines: Engines) -> None:
    if engines.dynamodb.name != "dynoxide":
        pytest.skip("npm has no atomic engine for this machine, and moto is none")
    consent = new_consent()
    stores.consents().replace(consent, written_with=None)

    def change() -> bool:
        changed = replace(consent, written_with=new_identifier())
        return stores.consents().replace(changed, written_with="a grant")

    assert sorted(map(str, at_once(change)))[-2:] == ["False", "True"]


# ---- Two forms of one person -----------------------------------------------------------------


def new_request(*scopes: str) -> AuthorizationRequest:
    metadata = {"redirect_uris": [WEB], "grant_types": ["authorization_code"]}
    client = Client(new_identifier(), metadata, NOW, NOW, NOW + 10_000)
    return AuthorizationRequest(
        Destination(client, WEB, None), scopes or ("mcp",), (RESOURCE,), "challenge", "S256"
    )


def remembered(stores: Stores, request: AuthorizationRequest, *, now: int = NOW) -> ConsentMemory:
    return recall(
        request,
        "subject",
        consents=stores.consents(),
        grants=stores.grants(),
        policy=Policy(),
        now=now,
    )


def allowed(stores: Stores, request: AuthorizationRequest) -> str:
    """The grant of a request that the person allowed."""
    grant_id = new_identifier()
    remember(remembered(stores, request), grant_id, consents=stores.consents())
    code = AuthorizationCode("hash", WEB, "challenge", "S256", NOW + 60)
    stores.grants().add(
        Grant(
            grant_id,
            request.client.client_id,
            "subject",
            "ada@example.com",
            request.scopes,
            request.resources,
            NOW,
            NOW + 60,
            code,
        )
    )
    return grant_id


def test_a_deny_meanwhile_keeps_the_client_from_going_ahead(stores: Stores) -> None:
    request = new_request()
    allowed(stores, request)
    memory = remembered(stores, request)
    assert memory.covers_request

    stores.consents().forget("subject", request.client.client_id)

    assert not use_again(memory, new_identifier(), consents=stores.consents())
    assert stores.consents().get("subject", request.client.client_id) is None


def test_a_deny_meanwhile_is_not_undone_by_a_form_that_was_open(stores: Stores) -> None:
    request = new_request()
    allowed(stores, request)
    memory = remembered(stores, request)
    stores.consents().forget("subject", request.client.client_id)

    remember(memory, new_identifier(), consents=stores.consents())

    assert stores.consents().get("subject", request.client.client_id) is None


def test_of_two_visits_at_once_one_goes_ahead_and_the_other_is_asked(stores: Stores) -> None:
    request = new_request()
    allowed(stores, request)
    first, second = remembered(stores, request), remembered(stores, request)

    assert use_again(first, new_identifier(), consents=stores.consents())
    assert not use_again(second, new_identifier(), consents=stores.consents())


def test_a_crash_before_the_grant_is_written_lets_nobody_in(stores: Stores) -> None:
    request = new_request()
    allowed(stores, request)
    assert use_again(remembered(stores, request), "never written", consents=stores.consents())

    assert not remembered(stores, request).covers_request


def test_using_a_consent_makes_it_last_no_longer(stores: Stores) -> None:
    request = new_request()
    allowed(stores, request)
    before = stores.consents().get("subject", request.client.client_id)

    memory = remembered(stores, request, now=NOW + 30)
    assert use_again(memory, "second", consents=stores.consents())

    after = stores.consents().get("subject", request.client.client_id)
    assert before
    assert after
    assert (after.allowed_at, after.expires_at) == (before.allowed_at, before.expires_at)
    assert after.written_with == "second"


def test_an_expired_consent_is_replaced_and_not_added_to(stores: Stores) -> None:
    request = new_request()
    allowed(stores, request)
    later = NOW + Policy().consent_lifetime
    elsewhere = replace(
        request, destination=replace(request.destination, redirect_uri="https://b.example/cb")
    )

    memory = remembered(stores, elsewhere, now=later)
    remember(memory, "second", consents=stores.consents())

    stored = stores.consents().get("subject", request.client.client_id)
    assert stored
    assert stored.allowed == {f"b.example {RESOURCE} mcp": "second"}
