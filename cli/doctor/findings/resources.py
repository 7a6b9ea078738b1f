"""Protected resource metadata (RFC 9728)."""

from collections.abc import Iterator

from cli.doctor.findings.finding import Finding, numbers
from cli.doctor.places import path_of
from cli.doctor.urls import covers, only_a_slash_apart
from cli.doctor.visit import Visit, texts


def resource_metadata(visit: Visit) -> Iterator[Finding]:
    """It is there, and at the place for the MCP URL's path."""
    places = visit.resource_places
    if visit.is_open:
        return
    if not visit.resource_exchange:
        yield Finding(
            "resource_metadata_missing",
            "There is no protected resource metadata, neither for the MCP path nor at the root.",
            f"Serve a JSON document at {places['path'].url} with resource and "
            "authorization_servers.",
            clauses=("RFC 9728 section 3", "MCP authorization, server location"),
            clients=tuple(p.name for p in visit.profiles if "path" in p.resource_metadata),
            seen_in=numbers(*places.values()),
        )
    elif path_of(visit.url) and places["root"].found and not places["path"].found:
        yield Finding(
            "resource_metadata_root_only",
            "The protected resource metadata is at the root only, not at the MCP path's place.",
            f"Serve a document at {places['path'].url} too, whose resource is {visit.url}.",
            clauses=("RFC 9728 section 3.1",),
            clients=visit.clients("wants_the_resource_equal"),
            seen_in=numbers(places["path"], places["root"]),
        )


def resource_value(visit: Visit) -> Iterator[Finding]:
    """`resource` is the MCP URL that was asked for, letter for letter."""
    exchange = visit.resource_exchange
    if not exchange or visit.resource_document.get("resource") == visit.url:
        return
    resource = visit.resource_document.get("resource")
    if only_a_slash_apart(resource, visit.url):
        yield Finding(
            "resource_slash",
            f"The metadata's resource is {resource} and the MCP URL is {visit.url}: they differ "
            "by a slash at the end.",
            "Write the resource as the MCP URL is written in clients, without a slash at the end.",
            clauses=("RFC 9728 section 3.3",),
            clients=visit.clients("wants_the_resource_equal"),
            seen_in=numbers(exchange),
        )
    elif covers(resource, visit.url):
        yield Finding(
            "resource_is_not_the_url",
            f"The document of {visit.url} says that its resource is {resource}.",
            "Let the document that the challenge names carry the whole MCP URL as resource.",
            clauses=("RFC 9728 section 3.3",),
            clients=visit.clients("wants_the_resource_equal"),
            seen_in=numbers(exchange),
        )
    else:
        yield Finding(
            "resource_mismatch",
            f"The metadata is of another resource: {resource}, and not {visit.url}.",
            f"Set resource to {visit.url}. Behind a proxy, build it from the public URL.",
            clauses=("RFC 9728 section 3.3",),
            clients=tuple(p.name for p in visit.profiles if p.resource_metadata),
            seen_in=numbers(exchange),
        )


def authorization_servers(visit: Visit) -> Iterator[Finding]:
    """It names an authorization server."""
    servers = texts(visit.resource_document.get("authorization_servers"))
    if visit.resource_exchange and not servers:
        yield Finding(
            "authorization_servers_missing",
            "The protected resource metadata names no authorization server.",
            "Add authorization_servers with the issuer's URL.",
            clauses=("MCP authorization, server location", "RFC 9728 section 2"),
            seen_in=numbers(visit.resource_exchange),
        )


def resource_scopes(visit: Visit) -> Iterator[Finding]:
    """`offline_access` is the authorization server's, and no scope of a resource."""
    if "offline_access" in texts(visit.resource_document.get("scopes_supported")):
        yield Finding(
            "offline_access_in_resource",
            "The protected resource metadata lists offline_access, which is no scope of it.",
            "List offline_access in the authorization server's metadata only.",
            clauses=("MCP authorization, refresh tokens",),
            clients=visit.clients("asks_offline_access"),
            seen_in=numbers(visit.resource_exchange),
        )


def answers_of_unknown_paths(visit: Visit) -> Iterator[Finding]:
    """What is not there is a plain 404, and what is there is JSON."""
    asked = [*visit.resource_places.values(), *visit.server_places.values()]
    asked += [each for walk in visit.walks for each in walk.exchanges]
    asked = [each for each in asked if "/.well-known/" in each.url and each.method == "GET"]
    failed = [each for each in asked if each.status and (each.status >= 500 or each.status == 429)]
    if failed:
        yield Finding(
            "metadata_place_fails",
            f"{failed[0].url} is answered {failed[0].status}, which ends some clients' search.",
            "Answer a metadata URL where nothing is with a plain 404.",
            clauses=("RFC 9110 section 15.5.5",),
            clients=tuple(each.profile.name for each in visit.walks if each.aborted_by),
            seen_in=numbers(*failed),
        )
    strange = [each for each in asked if each.status == 200 and each.document is None]
    if strange:
        yield Finding(
            "metadata_not_json",
            f"{strange[0].url} is answered 200 with something that is no JSON object.",
            "Answer with JSON where a document is, and with 404 where none is. A page of the "
            "site's own for unknown paths has to leave out /.well-known/.",
            clauses=("RFC 8414 section 3.2", "RFC 9728 section 3.2"),
            clients=visit.everybody,
            seen_in=numbers(*strange),
        )
