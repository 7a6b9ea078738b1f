"""For tests in which every client registered, and nobody publishes or signs anything."""

from typing import Any, NoReturn

from gatehouse.oauth.client_assertions import ClientAssertions
from gatehouse.oauth.published import Published
from gatehouse.oauth.published_clients import PublishedClients
from gatehouse.oauth.single_use import SingleUse


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise AssertionError("nobody here has a document")


class _Store:
    get = lease = keep = postpone = drop = admit_fetch = staticmethod(_refuse)


NO_DOCUMENTS = PublishedClients(_Store(), _refuse, _refuse)
NO_ASSERTIONS = ClientAssertions(
    "https://mcp.example.com", "/token", Published(_refuse), SingleUse()
)
