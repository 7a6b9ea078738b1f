"""The metadata documents, wherever they may be."""

from typing import Any, Final

from cli.doctor.places import OF_ISSUER, RESOURCE_PLACES, origin_of, server_place
from cli.doctor.profile import LEGACY
from cli.doctor.visit import Visit, texts

RESOURCE_STEP: Final = "Protected resource metadata"
SERVER_STEP: Final = "Authorization server metadata"
HEADERS: Final = {"accept": "application/json", "mcp-protocol-version": LEGACY}
_FALLBACKS: Final = ("/authorize", "/token", "/register")


def resource_metadata(visit: Visit) -> None:
    """Ask at the place that the challenge names, at the path's and at the root's."""
    named = visit.challenge.first("resource_metadata") if visit.challenge else ""
    places = {"header": named} if named else {}
    places |= {name: place(visit.url) for name, place in RESOURCE_PLACES.items()}
    for name, url in places.items():
        visit.resource_places[name] = visit.recorder.ask_once(
            RESOURCE_STEP, "GET", url, headers=HEADERS
        )


def issuer_of(visit: Visit, document: Any = None) -> str:
    """The authorization server that a resource's metadata names, else the MCP server's origin."""
    document = visit.resource_document if document is None else document
    return next(iter(texts(document.get("authorization_servers"))), origin_of(visit.url))


def server_metadata(visit: Visit) -> None:
    """Ask at each place of the issuer until the document is found."""
    issuer = issuer_of(visit)
    for name in OF_ISSUER:
        url = server_place(name, mcp_url=visit.url, issuer=issuer)
        exchange = visit.recorder.ask_once(SERVER_STEP, "GET", url, headers=HEADERS)
        visit.server_places[name] = exchange
        if exchange.found:
            return
    # the endpoints of protocol 2025-03-26, for servers without metadata
    for path in _FALLBACKS:
        visit.root_endpoints[path] = visit.recorder.ask_once(
            SERVER_STEP, "GET", origin_of(visit.url) + path, headers=HEADERS
        )
