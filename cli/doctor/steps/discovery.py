"""How one client looks for the authorization server, in its own order."""

from collections.abc import Mapping
from typing import Any, Final

from cli.doctor.exchange import Exchange
from cli.doctor.messages import headers, initialize, modern
from cli.doctor.places import RESOURCE_PLACES, server_place
from cli.doctor.profile import LEGACY, MODERN
from cli.doctor.steps.metadata import issuer_of
from cli.doctor.urls import covers
from cli.doctor.visit import Visit, Walk

STEP: Final = "Discovery"


class Stopped(Exception):
    """The client gives up; the message says why, in words."""


def open_connection(visit: Visit, walk: Walk) -> None:
    """Its first request, before there is a token."""
    ask = visit.recorder.ask_once
    if walk.profile.opens == "GET":
        exchange = ask(STEP, "GET", visit.url, headers={"accept": "text/event-stream"})
    else:
        message = modern("server/discover") if walk.profile.era == MODERN else initialize()
        exchange = ask(STEP, "POST", visit.url, headers=headers(message), message=message)
    walk.exchanges.append(exchange)
    if exchange.status != 401:
        raise Stopped(f"its first request is answered {exchange.status or 'not at all'}, not 401")
    has_metadata = visit.challenge and visit.challenge.first("resource_metadata")
    if walk.profile.has("needs_resource_metadata") and not has_metadata:
        raise Stopped("the challenge names no resource_metadata, so it sees no OAuth here")


def find_server_at_once(visit: Visit, walk: Walk) -> Mapping[str, Any]:
    """What it finds before it asks for the resource metadata, if it looks there first."""
    for place in walk.profile.server_first:
        exchange = _asked(visit, walk, server_place(place, mcp_url=visit.url, issuer=visit.url))
        if exchange.found:
            return exchange.found
    return {}


def find_resource(visit: Visit, walk: Walk) -> Mapping[str, Any]:
    """The protected resource metadata that it finds; empty if there is none."""
    named = visit.challenge.first("resource_metadata") if visit.challenge else ""
    for place in walk.profile.resource_metadata:
        url = named if place == "header" else RESOURCE_PLACES[place](visit.url)
        if not url:
            continue
        exchange = _asked(visit, walk, url)
        if exchange.found:
            _compare(visit, walk, exchange.found)
            return exchange.found
        if place == "header":
            walk.header_failed = exchange
            if not walk.profile.falls_back:
                raise Stopped("the challenge names a document that is not there")
    return {}


def find_server(visit: Visit, walk: Walk, resource: Mapping[str, Any]) -> Mapping[str, Any]:
    """The authorization server metadata that it finds; empty if there is none."""
    issuer = issuer_of(visit, resource)
    for place in walk.profile.also_asks:
        _asked(visit, walk, server_place(place, mcp_url=visit.url, issuer=issuer))
    for place in walk.profile.server_metadata:
        exchange = _asked(visit, walk, server_place(place, mcp_url=visit.url, issuer=issuer))
        if not exchange.found:
            continue
        # RFC 8414 section 3.3: the issuer equals what the URL was made of
        if not walk.profile.has("ignores_the_issuer") and exchange.found.get("issuer") != issuer:
            raise Stopped(f"the metadata names another issuer than {issuer}")
        return exchange.found
    return {}


def _compare(visit: Visit, walk: Walk, document: Mapping[str, Any]) -> None:
    resource = document.get("resource")
    if walk.profile.has("wants_the_resource_equal") and resource != visit.url:
        raise Stopped(f"the metadata is of {resource}, and it wants {visit.url}")
    if not covers(resource, visit.url):
        raise Stopped(f"the metadata is of {resource}, which does not cover {visit.url}")


def _asked(visit: Visit, walk: Walk, url: str) -> Exchange:
    version = MODERN if walk.profile.era == MODERN else LEGACY
    sent = {"accept": "application/json", "mcp-protocol-version": version}
    exchange = visit.recorder.ask_once(STEP, "GET", url, headers=sent)
    walk.exchanges.append(exchange)
    aborts = walk.profile.has("stops_at_server_errors")
    if (
        aborts
        and exchange.status is not None
        and (exchange.status >= 500 or exchange.status == 429)
    ):
        walk.aborted_by = exchange
        raise Stopped(f"{exchange.url} is answered {exchange.status}, which ends its search")
    return exchange
