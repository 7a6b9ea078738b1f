"""For tests in which every client registered, and nobody publishes or signs anything."""

from typing import Any, NoReturn

from gatehouse.oauth.clients.assertions import ClientAssertions
from gatehouse.oauth.clients.document_clients import DocumentClients
from gatehouse.oauth.clients.published_keys import PublishedKeys
from gatehouse.oauth.single_use import SingleUse


def nobody_asks(*_: Any, **__: Any) -> NoReturn:
    raise AssertionError("nobody here has a document")


class _Store:
    get = get_all = lease = keep = postpone = drop = admit_fetch = staticmethod(nobody_asks)
    has_proven = note_proof = staticmethod(nobody_asks)


NO_DOCUMENTS = DocumentClients(_Store(), nobody_asks, nobody_asks, lifetime=0)
NO_ASSERTIONS = ClientAssertions(
    "https://mcp.example.com",
    "/token",
    PublishedKeys(nobody_asks, _Store(), lifetime=0),
    SingleUse(),
)
