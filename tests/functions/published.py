"""Clients that have a metadata document instead of a registration."""

from itertools import count
from typing import Any

from tests.functions.actors import CALLBACK, Client
from tests.functions.deployment import Deployment
from tests.internet import Internet, document

_NUMBERS = count()


def new_url() -> str:
    """A document's URL on a host that nobody asked before."""
    return f"https://app-{next(_NUMBERS)}.example.com/client.json"


def publish(
    internet: Internet,
    deployment: Deployment,
    url: str,
    headers: dict[str, str] | None = None,
    **members: Any,
) -> Client:
    """The client whose document is put at `url`; a member of None is left out of it."""
    described = {
        "client_id": url,
        "client_name": "Test client",
        "redirect_uris": [CALLBACK],
        **members,
    }
    value = {name: member for name, member in described.items() if member is not None}
    internet.publish(url, document(value, **(headers or {})))
    return Client(deployment, {"client_id": url})
