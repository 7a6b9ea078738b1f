"""What storage promises (gatehouse.storage.contract), on a real engine."""

from dataclasses import asdict, replace
from typing import Any

from gatehouse.keys.sealed_keys import SealedKey
from gatehouse.oauth.clients.client import Client
from gatehouse.oauth.grants import AuthorizationCode, Grant, RefreshToken
from gatehouse.oauth.secret_values import new_identifier
from gatehouse.signin.people import Person
from gatehouse.signin.sessions import BrowserSession
from gatehouse.storage.replays import DynamoDBReplayStore
from gatehouse.storage.table import Table
from tests.stores import Stores

NOW = 1_800_000_000
METADATA = {"redirect_uris": ["https://a.example/cb"], "client_name": "Ünï ☃"}


def new_grant() -> Grant:
    return Grant(
        grant_id=new_identifier(),
        client_id="client",
        subject="subject",
        email="ada@example.com",
        scopes=("mcp", "offline_access"),
        resources=("https://mcp.example.com/mcp/mcp",),
        created_at=NOW,
        expires_at=NOW + 60,
        code=AuthorizationCode("hash", "https://a.example/cb", "challenge", "S256", NOW + 60),
    )


FIRST = RefreshToken(family_hash="family", current_hash="first")
SECOND = RefreshToken("family", "second", "first", NOW + 10, b"\x00sealed\xff")


def redeemed(stores: Stores) -> Grant:
    grant = new_grant()
    grants = stores.grants()
    grants.add(grant)
    assert grants.redeem_code(
        grant.grant_id, "hash", refresh_token=FIRST, now=NOW, expires_at=NOW + 1000
    )
    return grant


def test_a_grant_comes_back_as_it_was_added(stores: Stores) -> None:
    grant = new_grant()
    stores.grants().add(grant)

    assert stores.grants().get(grant.grant_id) == grant
    assert stores.grants().get("unknown") is None


def test_a_grant_without_a_person_comes_back_as_it_was_added(stores: Stores) -> None:
    grant = replace(new_grant(), email=None, code=None)
    stores.grants().add(grant)

    assert stores.grants().get(grant.grant_id) == grant
    assert grant.is_live(NOW)


def test_a_client_of_the_operators_comes_back_as_it_was_added(stores: Stores) -> None:
    client = Client(
        new_identifier(),
        {"grant_types": ["client_credentials"]},
        NOW,
        NOW,
        secret_hash="hash",
        added_by_operator=True,
        allowed_resources=("https://mcp.example.com",),
    )
    stores.clients().add(client)

    assert stores.clients().get(client.client_id) == client
    assert not client.is_expired(NOW + 10**9)


def test_what_may_be_used_once_is_used_once(stores: Stores) -> None:
    use, other = new_identifier(), new_identifier()

    assert stores.replays().first_time(use, now=NOW, expires_at=NOW + 60)
    assert not stores.replays().first_time(use, now=NOW + 1, expires_at=NOW + 60)
    assert not stores.replays().first_time(use, now=NOW + 59, expires_at=NOW + 9999)
    assert stores.replays().first_time(other, now=NOW, expires_at=NOW + 60)
    # what was expired and not swept away yet counts for nothing
    assert stores.replays().first_time(use, now=NOW + 60, expires_at=NOW + 120)
    assert not stores.replays().first_time(use, now=NOW + 61, expires_at=NOW + 120)


class Forgetful(Table):
    """A table whose first answer gets lost, so that the call is made twice."""

    def _write(
        self, operation: str, request: dict[str, Any], condition: str | None
    ) -> dict[str, Any]:
        super()._write(operation, dict(request), condition)
        return super()._write(operation, dict(request), condition)


def test_a_lost_answer_makes_nobody_use_it_twice(stores: Stores) -> None:
    use = new_identifier()
    replays = stores.replays()
    forgetful = DynamoDBReplayStore(Forgetful(replays._table._client, replays._table._name))

    assert forgetful.first_time(use, now=NOW, expires_at=NOW + 60)
    assert not forgetful.first_time(use, now=NOW, expires_at=NOW + 60)
    assert not replays.first_time(use, now=NOW, expires_at=NOW + 60)


def test_a_redeemed_code_makes_the_grant_live(stores: Stores) -> None:
    grant = redeemed(stores)

    stored = stores.grants().get(grant.grant_id)

    assert grant.code
    assert stored == replace(
        grant,
        expires_at=NOW + 1000,
        code=replace(grant.code, used_at=NOW),
        refresh_token=FIRST,
    )


def test_a_code_is_redeemed_once(stores: Stores) -> None:
    grant = redeemed(stores)

    again = stores.grants().redeem_code(
        grant.grant_id, "hash", refresh_token=None, now=NOW + 1, expires_at=NOW + 9999
    )

    stored = stores.grants().get(grant.grant_id)
    assert not again
    assert stored is not None
    assert (stored.refresh_token, stored.expires_at) == (FIRST, NOW + 1000)


def test_a_code_of_another_hash_or_of_no_grant_is_not_redeemed(stores: Stores) -> None:
    grant = new_grant()
    grants = stores.grants()
    grants.add(grant)

    for grant_id, code_hash in ((grant.grant_id, "other"), ("unknown", "hash")):
        assert not grants.redeem_code(
            grant_id, code_hash, refresh_token=FIRST, now=NOW, expires_at=NOW + 1000
        )
    assert grants.get(grant.grant_id) == grant
    assert grants.get("unknown") is None


def test_a_revoked_grant_is_never_redeemed_or_rotated(stores: Stores) -> None:
    grants = stores.grants()
    unredeemed, live = new_grant(), redeemed(stores)
    grants.add(unredeemed)
    grants.revoke(unredeemed.grant_id, NOW + 5)
    grants.revoke(live.grant_id, NOW + 5)

    assert not grants.redeem_code(
        unredeemed.grant_id, "hash", refresh_token=FIRST, now=NOW + 6, expires_at=NOW + 1000
    )
    after = grants.rotate(live.grant_id, SECOND, now=NOW + 10, expires_at=NOW + 2000)

    assert after is not None
    assert (after.revoked_at, after.refresh_token) == (NOW + 5, FIRST)


def test_a_grant_is_revoked_for_good(stores: Stores) -> None:
    grant = redeemed(stores)
    stores.grants().revoke(grant.grant_id, NOW + 5)
    stores.grants().revoke(grant.grant_id, NOW + 50)
    stores.grants().revoke("unknown", NOW)

    stored = stores.grants().get(grant.grant_id)
    assert stored is not None
    assert stored.revoked_at == NOW + 5
    assert not stored.is_live(NOW + 6)
    assert stores.grants().get("unknown") is None


def test_a_rotation_replaces_the_current_token(stores: Stores) -> None:
    grant = redeemed(stores)

    after = stores.grants().rotate(grant.grant_id, SECOND, now=NOW + 10, expires_at=NOW + 2000)

    assert after == stores.grants().get(grant.grant_id)
    assert after is not None
    assert (after.refresh_token, after.expires_at) == (SECOND, NOW + 2000)


def test_a_second_rotation_of_one_token_finds_the_first(stores: Stores) -> None:
    grant = redeemed(stores)
    stores.grants().rotate(grant.grant_id, SECOND, now=NOW + 10, expires_at=NOW + 2000)
    rival = replace(SECOND, current_hash="rival", sealed_answer=b"rival")

    after = stores.grants().rotate(grant.grant_id, rival, now=NOW + 11, expires_at=NOW + 3000)

    assert after is not None
    assert (after.refresh_token, after.expires_at) == (SECOND, NOW + 2000)


def test_an_expired_grant_is_not_rotated(stores: Stores) -> None:
    grant = redeemed(stores)

    after = stores.grants().rotate(grant.grant_id, SECOND, now=NOW + 1000, expires_at=NOW + 5000)

    assert after is not None
    assert after.refresh_token == FIRST


def test_a_grant_that_is_gone_is_not_brought_back(stores: Stores) -> None:
    assert stores.grants().rotate("unknown", SECOND, now=NOW, expires_at=NOW + 5000) is None
    assert stores.grants().get("unknown") is None


def test_a_client_comes_back_with_all_its_metadata(stores: Stores) -> None:
    metadata = {
        "redirect_uris": ["https://a.example/cb"],
        "client_name": "Ünï ☃",
        "jwks": {"keys": [{"kty": "EC", "n": 1.5, "x": None, "ok": True}]},
    }
    client = Client(
        new_identifier(),
        metadata,
        NOW,
        NOW,
        NOW + 100,
        secret_hash="hash",
        registration_token_hash="token",
        resources=("https://a.example",),
    )
    assert stores.clients().add(client)

    assert stores.clients().get(client.client_id) == client
    assert stores.clients().get("unknown") is None


def test_a_use_pushes_the_expiry_back_and_revives_nobody(stores: Stores) -> None:
    client = Client(new_identifier(), {"redirect_uris": []}, NOW, NOW, NOW + 100)
    stores.clients().add(client)
    stores.clients().note_use(client.client_id, NOW + 50, NOW + 150)
    stores.clients().note_use("unknown", NOW + 50, NOW + 150)

    assert stores.clients().get(client.client_id) == replace(
        client, last_used_at=NOW + 50, expires_at=NOW + 150
    )
    assert stores.clients().get("unknown") is None


def managed_client(stores: Stores, **changes: Any) -> Client:
    client = replace(
        Client(
            new_identifier(),
            METADATA,
            NOW,
            NOW,
            NOW + 100,
            secret_hash="secret",
            registration_token_hash="token",
        ),
        **changes,
    )
    assert stores.clients().add(client)
    return client


def test_an_id_is_taken_once_and_by_its_own_second_attempt(stores: Stores) -> None:
    client = managed_client(stores)
    rival = replace(client, metadata={"redirect_uris": []}, registration_token_hash="another")

    assert stores.clients().add(client)  # as after a lost answer
    assert not stores.clients().add(rival)
    assert not stores.clients().add(replace(client, registration_token_hash="another"))
    assert stores.clients().get(client.client_id) == client


def test_a_shared_client_loses_its_registration_token(stores: Stores) -> None:
    client = managed_client(stores)
    in_another_order = dict(reversed(METADATA.items()))
    shared = replace(client, registration_token_hash=None)

    for _ in range(2):
        assert stores.clients().share(client.client_id, in_another_order, now=NOW) == shared
        assert stores.clients().get(client.client_id) == shared


def test_a_client_of_other_metadata_or_of_the_past_is_not_shared(stores: Stores) -> None:
    client = managed_client(stores)
    other = METADATA | {"client_name": "Another"}

    assert stores.clients().share(client.client_id, other, now=NOW) is None
    assert stores.clients().share(client.client_id, METADATA, now=NOW + 100) is None
    assert stores.clients().share("unknown", METADATA, now=NOW) is None
    assert stores.clients().get(client.client_id) == client
    assert stores.clients().get("unknown") is None


def test_metadata_is_changed_by_whoever_has_the_registration_token(stores: Stores) -> None:
    client = managed_client(stores)
    other = METADATA | {"client_name": "Another"}
    clients, name = stores.clients(), client.client_id

    assert clients.change_metadata(name, "wrong", other, now=NOW) is None
    assert clients.change_metadata(name, "token", other, now=NOW + 100) is None
    assert clients.change_metadata("unknown", "token", other, now=NOW) is None
    assert clients.get(name) == client

    changed = clients.change_metadata(name, "token", other, now=NOW)
    assert changed == clients.get(name) == replace(client, metadata=other)
    clients.share(name, other, now=NOW)
    assert clients.change_metadata(name, "token", METADATA, now=NOW) is None
    assert clients.get("unknown") is None


def test_a_client_is_deleted_for_good_by_whoever_has_the_registration_token(
    stores: Stores,
) -> None:
    client = managed_client(stores)
    clients, name = stores.clients(), client.client_id

    assert not clients.delete(name, "wrong", now=NOW)
    assert not clients.delete(name, "token", now=NOW + 100)
    assert not clients.delete("unknown", "token", now=NOW)
    assert clients.get(name) == client

    for later in range(2):
        assert clients.delete(name, "token", now=NOW + later)
        clients.note_use(name, NOW, NOW + 99_999)
        assert clients.get(name) is None
        assert not clients.add(client)
        assert clients.share(name, METADATA, now=NOW) is None
        assert clients.change_metadata(name, "token", METADATA, now=NOW) is None


def test_a_client_without_a_registration_token_is_managed_by_nobody(stores: Stores) -> None:
    client = managed_client(stores, registration_token_hash=None)

    for guess in ("", "None", "token"):
        assert stores.clients().change_metadata(client.client_id, guess, {}, now=NOW) is None
        assert not stores.clients().delete(client.client_id, guess, now=NOW)
    assert stores.clients().get(client.client_id) == client


def test_an_email_address_belongs_to_one_person(stores: Stores) -> None:
    email = f"{new_identifier()}@example.com"
    person, rival = Person("first", email, "hash"), Person("second", email, "other")

    assert stores.people().add(person)
    assert not stores.people().add(rival)
    assert stores.people().find(email) == person


def test_a_password_is_changed_for_people_who_exist(stores: Stores) -> None:
    email = f"{new_identifier()}@example.com"
    stores.people().add(Person("first", email, "hash"))

    changed = Person("first", email, "other", generation=1)
    assert stores.people().change_password(email, "other") == changed
    assert stores.people().change_password("nobody@example.com", "other") is None
    assert stores.people().change_password(email, "third", subject="another") is None
    assert stores.people().find(email) == changed
    assert stores.people().find("nobody@example.com") is None


def test_sessions_are_ended_by_a_new_generation_of_their_person(stores: Stores) -> None:
    people, email = stores.people(), f"{new_identifier()}@example.com"
    person = Person(new_identifier(), email, "hash")
    people.add(person)

    assert people.end_sessions(email, "another") is None
    assert people.end_sessions(email, person.subject) == replace(person, generation=1)
    assert people.disable(email, NOW) == replace(person, generation=2, disabled_at=NOW)
    assert people.enable(email) == replace(person, generation=2)


def test_a_session_that_ended_meanwhile_is_not_kept(stores: Stores) -> None:
    people = stores.people()
    session = BrowserSession(new_identifier(), new_identifier(), "ada@example.com", NOW, NOW + 100)
    people.add_session(session)

    assert people.keep_session(session.session_hash, generation=3)
    assert list(people.sessions_of(session.subject)) == [replace(session, generation=3)]
    people.end_session(session.session_hash)
    assert not people.keep_session(session.session_hash, generation=4)
    assert list(people.sessions_of(session.subject)) == []


def test_a_session_lasts_until_it_is_ended(stores: Stores) -> None:
    session = BrowserSession(new_identifier(), "subject", "ada@example.com", NOW, NOW + 100)
    stores.people().add_session(session)
    assert stores.people().session(session.session_hash) == session

    stores.people().end_session(session.session_hash)
    stores.people().end_session("unknown")

    assert stores.people().session(session.session_hash) is None


def test_keys_come_back_oldest_first(stores: Stores) -> None:
    newer = SealedKey("a-newer", "{}", b"\x00\xff", NOW + 5, NOW + 5)
    older = SealedKey("b-older", "{}", b"sealed", NOW, NOW + 1000)
    stores.keys().add(newer)
    stores.keys().add(older)

    assert [key for key in stores.keys().all() if key.kid in ("a-newer", "b-older")] == [
        older,
        newer,
    ]


def new_key(stores: Stores, signs_from: int) -> SealedKey:
    key = SealedKey(new_identifier(), "{}", b"sealed", NOW, signs_from)
    stores.keys().add(key)
    return key


def stored_key(stores: Stores, kid: str) -> SealedKey | None:
    return next((key for key in stores.keys().all() if key.kid == kid), None)


def test_a_key_that_waits_can_begin_earlier_and_never_later(stores: Stores) -> None:
    key = new_key(stores, NOW + 1000)

    assert stores.keys().begin(key.kid, NOW + 10)
    assert not stores.keys().begin(key.kid, NOW + 10)
    assert not stores.keys().begin(key.kid, NOW + 20)

    assert stored_key(stores, key.kid) == replace(key, signs_from=NOW + 10)


def test_a_key_that_is_gone_does_not_begin(stores: Stores) -> None:
    kid = new_identifier()

    assert not stores.keys().begin(kid, NOW)
    assert stored_key(stores, kid) is None


def test_a_key_is_removed_once(stores: Stores) -> None:
    key = new_key(stores, NOW)

    assert stores.keys().remove(key)
    assert not stores.keys().remove(key)
    assert stored_key(stores, key.kid) is None


def test_a_key_that_began_meanwhile_is_not_removed(stores: Stores) -> None:
    seen = new_key(stores, NOW + 1000)
    stores.keys().begin(seen.kid, NOW + 10)

    assert not stores.keys().remove(seen)
    assert stored_key(stores, seen.kid) == replace(seen, signs_from=NOW + 10)


def test_a_key_of_an_earlier_version_signs_from_when_it_was_made(stores: Stores) -> None:
    key = new_key(stores, NOW)
    item = {"purpose": "signing", **asdict(key)}
    del item["signs_from"]
    stores.table("KeysTable").put(item)

    assert stored_key(stores, key.kid) == key
    assert not stores.keys().begin(key.kid, NOW + 10)
    assert stores.keys().remove(key)
