"""For tests in which every client registered, and nobody publishes or signs anything."""

from typing import Any, NoReturn

from gatehouse.oauth.clients.assertions import ClientAssertions
from gatehouse.oauth.clients.document_clients import DocumentClients
from gatehouse.oauth.clients.published_keys import PublishedKeys
from gatehouse.oauth.single_use import SingleUse


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise AssertionError("nobody here has a document")


class _Store:
    get = get_all = lease = keep = postpone = drop = admit_fetch = staticmethod(_refuse)
    has_proven = note_proof = staticmethod(_refuse)


NO_DOCUMENTS = DocumentClients(_Store(), _refuse, _refuse, lifetime=0)
NO_ASSERTIONS = ClientAssertions(
    "https://mcp.example.com", "/token", PublishedKeys(_refuse, _Store(), lifetime=0), SingleUse()
)
