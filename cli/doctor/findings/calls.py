"""What the MCP endpoint answers with a token, in each era."""

from collections.abc import Iterator
from typing import Any, Final

from cli.doctor.exchange import Exchange
from cli.doctor.findings.finding import Finding, numbers
from cli.doctor.profile import MODERN
from cli.doctor.steps.mcp import result_of, speaks_modern
from cli.doctor.visit import Visit

_MODERN: Final = ("MCP 2026-07-28",)


def good_token(visit: Visit) -> Iterator[Finding]:
    """A token that was just issued is taken."""
    first = visit.calls.get("initialize")
    if first and first.status in (401, 403):
        yield Finding(
            "good_token_refused",
            f"The token that the server just issued is answered {first.status}.",
            "Check that issuer, audience and keys of the authorization server are those that the "
            "MCP server expects, and that nothing between them drops the Authorization header.",
            clauses=("RFC 6750 section 2.1",),
            clients=visit.everybody,
            seen_in=numbers(first),
        )
    elif first and not result_of(first) and not speaks_modern(visit):
        yield Finding(
            "handshake_fails",
            f"Neither era's first message works: initialize is answered {first.status}.",
            "Answer initialize with the protocol version and the capabilities.",
            clauses=("MCP lifecycle, initialization",),
            clients=visit.everybody,
            seen_in=numbers(first, visit.calls.get("server/discover")),
        )


def legacy_handshake(visit: Visit) -> Iterator[Finding]:
    """The handshake says that there are tools where there are."""
    first, listed = visit.calls.get("initialize"), visit.calls.get("tools/list")
    capabilities = result_of(first).get("capabilities")
    tools = result_of(listed).get("tools")
    if first and isinstance(tools, list) and tools and not _has(capabilities, "tools"):
        yield Finding(
            "tools_capability_missing",
            "initialize names no tools capability, and there are tools.",
            'Add "tools": {} to the capabilities.',
            clauses=("MCP server features, tools, capabilities",),
            clients=visit.clients("needs_the_tools_capability"),
            seen_in=numbers(first, listed),
        )


def tool_calls(visit: Visit) -> Iterator[Finding]:
    """Tools can be listed and called."""
    tried = ("tools/list", "tools/call", "modern tools/list", "modern tools/call")
    failed = [e for name in tried if (e := visit.calls.get(name)) and not result_of(e)]
    if failed:
        yield Finding(
            "tool_call_fails",
            f"A message that every client sends is answered {failed[0].status} without a result.",
            "See the server's log for the request.",
            clauses=("MCP server features, tools",),
            clients=visit.everybody,
            seen_in=numbers(*failed),
        )


def legacy_unknown_method(visit: Visit) -> Iterator[Finding]:
    """A method that is not there is a JSON-RPC error in a 200."""
    exchange = visit.calls.get("unknown")
    error = ((exchange and exchange.document) or {}).get("error")
    if exchange and (exchange.status != 200 or not isinstance(error, dict)):
        yield Finding(
            "unknown_method_status",
            f"A legacy method that is not there is answered {exchange.status}, not 200 with a "
            "JSON-RPC error.",
            "Answer HTTP 200 and the error -32601 to clients up to 2025-11-25.",
            clauses=("JSON-RPC 2.0 section 5.1",),
            clients=visit.clients("throws_on_any_status_but_200"),
            seen_in=numbers(exchange),
        )


def get_with_token(visit: Visit) -> Iterator[Finding]:
    """A GET opens a stream or is a 405."""
    exchange = visit.calls.get("GET")
    if not exchange or exchange.status == 405:
        return
    if exchange.status != 200 or exchange.content_type != "text/event-stream":
        yield Finding(
            "get_neither_stream_nor_405",
            f"After the handshake a GET is answered {exchange.status or 'not at all'}.",
            "Answer with a text/event-stream, or with 405 where there is none.",
            clauses=("MCP transports, listening for messages from the server",),
            clients=visit.clients("needs_a_405"),
            seen_in=numbers(exchange),
        )


def modern_discovery(visit: Visit) -> Iterator[Finding]:
    """A server of the older era refuses the newer one's first message, and does not fail."""
    exchange = visit.calls.get("server/discover")
    if exchange and (exchange.status is None or exchange.status >= 500):
        yield Finding(
            "discover_fails",
            f"server/discover, with which newer clients open, is answered {exchange.status}.",
            "Answer a method that is not there with a JSON-RPC error and no 5xx: the client then "
            "falls back to initialize.",
            clauses=_MODERN,
            clients=tuple(each.name for each in visit.profiles if each.era == MODERN),
            seen_in=numbers(exchange),
        )


def modern_results(visit: Visit) -> Iterator[Finding]:
    """A modern result says what it is, and a list how long it is good."""
    if not speaks_modern(visit):
        return
    seen: list[Exchange] = []
    for name in ("server/discover", "modern tools/list", "modern tools/call"):
        exchange = visit.calls.get(name)
        result = result_of(exchange)
        wanted = {"resultType"}
        if name == "modern tools/list":
            wanted |= {"ttlMs", "cacheScope"}
        if exchange and result and not wanted <= set(result):
            seen.append(exchange)
    if seen:
        yield Finding(
            "modern_result_incomplete",
            "A result of protocol 2026-07-28 lacks resultType, or a list ttlMs and cacheScope.",
            "Add resultType to every result, and ttlMs and cacheScope to lists.",
            clauses=_MODERN,
            clients=visit.clients("reads_modern_results"),
            seen_in=numbers(*seen),
        )
    unknown = visit.calls.get("modern unknown")
    if unknown and unknown.status != 404:
        yield Finding(
            "modern_unknown_method_status",
            f"A modern method that is not there is answered {unknown.status}, not 404.",
            "Answer 404 with the JSON-RPC error -32601.",
            clauses=_MODERN,
            clients=visit.clients("reads_modern_results"),
            seen_in=numbers(unknown),
        )


def _has(capabilities: Any, name: str) -> bool:
    return isinstance(capabilities, dict) and name in capabilities
