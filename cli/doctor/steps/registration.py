"""How a client gets its id: by its metadata document where those are read, else by registering."""

import secrets
from collections.abc import Mapping
from typing import Any, Final

from cli.doctor.places import origin_of
from cli.doctor.profile import Profile, filled
from cli.doctor.steps.discovery import Stopped
from cli.doctor.visit import Registration, Visit, Walk, texts

STEP: Final = "Registration"


def register_client(visit: Visit, walk: Walk, server: Mapping[str, Any]) -> Registration:
    """The client's id, and a secret if it was given one."""
    if takes_document(visit, walk.profile, server):
        return Registration(str(walk.profile.document), {"token_endpoint_auth_method": "none"})
    endpoint = registration_endpoint(visit, server)
    if not endpoint:
        raise Stopped("it cannot register: the metadata has no registration_endpoint")
    scopes = visit.scopes or walk.profile.scope_without
    document = filled(walk.profile.registration, scopes=scopes)
    # marked, so that no server takes it for a registration of the client itself
    name = f"{document.get('client_name', walk.profile.name)} (gatehouse doctor {new_mark()})"
    registration = register(visit, endpoint, {**document, "client_name": name}, walk)
    if registration is None:
        raise Stopped("its registration is refused")
    return registration


def takes_document(visit: Visit, profile: Profile, server: Mapping[str, Any]) -> bool:
    """Whether the client would come with a metadata document, and that can be read from here."""
    if not profile.document or server.get("client_id_metadata_document_supported") is not True:
        return False
    methods = texts(server.get("token_endpoint_auth_methods_supported"))
    if profile.has("documents_need_none") and "none" not in methods:
        return False
    headers = {"accept": "application/json"}
    exchange = visit.recorder.ask_once(STEP, "GET", profile.document, headers=headers)
    if exchange.found:
        return True
    visit.unchecked.append(
        f"whether {profile.name} gets in by its metadata document, which cannot be read from here"
    )
    return False


def registration_endpoint(visit: Visit, server: Mapping[str, Any]) -> str:
    """Where to register; the root's where there is no metadata (protocol 2025-03-26)."""
    if not server:
        return f"{origin_of(visit.url)}/register"
    endpoint = server.get("registration_endpoint")
    return endpoint if isinstance(endpoint, str) else ""


def register(
    visit: Visit, endpoint: str, document: Mapping[str, Any], walk: Walk | None = None
) -> Registration | None:
    """Register once; None if that is refused."""
    exchange = visit.recorder.ask(
        STEP, "POST", endpoint, headers={"accept": "application/json"}, message=document
    )
    if walk:
        walk.exchanges.append(exchange)
        walk.registered = exchange
    answer = exchange.document or {}
    client_id = answer.get("client_id")
    if exchange.status not in (200, 201) or not isinstance(client_id, str):
        return None
    visit.recorder.secrets.learn_from(exchange.body)
    return Registration(client_id, answer, exchange)


def new_mark() -> str:
    """What tells this visit's registrations from all others."""
    return secrets.token_hex(4)
