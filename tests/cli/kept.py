"""What a stack has that has been in use."""

from dataclasses import replace
from typing import Final

from gatehouse.oauth.clients.client import Client
from gatehouse.oauth.clients.kept_documents import KeptDocument
from gatehouse.oauth.consent import Consent
from gatehouse.oauth.grants import AuthorizationCode, Grant
from gatehouse.signin.people import Person
from gatehouse.signin.sessions import start_session
from gatehouse.storage.contract.people import PeopleStore
from tests.stores import Stores

MINUTE: Final = 60
DAY: Final = 86400
DOCUMENT: Final = "https://editor.example/client.json"
MCP: Final = "https://mcp.example.com/mcp/mcp"


def person(stores: Stores, email: str, *, now: int) -> Person:
    """Somebody with a password that nobody knows."""
    subject = f"subject-of-{email.partition('@')[0]}"
    added = Person(subject, email, password_hash="$argon2id$", created_at=now)
    assert stores.people().add(added)
    return added


def signed_in(person: Person, *, people: PeopleStore, now: int) -> str:
    """The cookie of a browser of theirs."""
    cookie, _ = start_session(person, people=people, now=now, lifetime=DAY)
    return cookie


def client(
    stores: Stores, client_id: str, name: str, *, now: int, redirect_uri: str | None = None
) -> Client:
    """A client that registered, and has a secret and a registration token."""
    metadata = {
        "client_name": name,
        "redirect_uris": [redirect_uri or "https://app.example/callback"],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "client_secret_basic",
    }
    added = Client(
        client_id,
        metadata,
        issued_at=now,
        last_used_at=now,
        expires_at=now + 90 * DAY,
        secret_hash="hash-of-its-secret",
        registration_token_hash="hash-of-its-registration-token",
    )
    assert stores.clients().add(added)
    return added


def document(stores: Stores, *, now: int) -> None:
    """A client with a metadata document, which was read."""
    documents, metadata = (
        stores.client_documents(),
        {
            "client_name": "Editor",
            "redirect_uris": ["http://127.0.0.1/callback"],
            "grant_types": ["authorization_code"],
            "token_endpoint_auth_method": "none",
        },
    )
    documents.lease(DOCUMENT, "lease", now=now, until=now + MINUTE)
    kept = KeptDocument.fetched(DOCUMENT, metadata, fresh_for=DAY, lifetime=90 * DAY, now=now)
    documents.keep(kept, "lease")


def grant(
    stores: Stores,
    grant_id: str,
    person: Person,
    client_id: str,
    *,
    now: int,
    redeemed: bool = True,
) -> Grant:
    """What a person allowed a client, with the consent that is remembered of it."""
    code = AuthorizationCode("hash", "https://app.example/callback", "c", "S256", now + MINUTE)
    allowed = Grant(
        grant_id,
        client_id,
        person.subject,
        person.email,
        scopes=("mcp",),
        resources=(MCP,),
        created_at=now,
        expires_at=now + 30 * DAY,
        code=replace(code, used_at=now if redeemed else None),
    )
    stores.grants().add(allowed)
    consent = Consent(person.subject, client_id, {"access": grant_id}, grant_id, now, now + DAY)
    before = stores.consents().get(person.subject, client_id)
    written_with = before.written_with if before else None
    assert stores.consents().replace(consent, written_with=written_with)
    return allowed


def holds(stores: Stores, grant_id: str, *, now: int) -> bool:
    """Whether the grant may still be used."""
    found = stores.grants().get(grant_id)
    return found is not None and found.is_open(now)
