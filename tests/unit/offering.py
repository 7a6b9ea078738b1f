"""A server with a few functions of a test, and the ways to ask it."""

import json
from collections.abc import Callable
from typing import Any

from gatehouse.mcp.endpoint import answer
from gatehouse.mcp.registry.loading import registry_of
from gatehouse.mcp.registry.offers import MARK, Offer
from gatehouse.mcp.server import Reply, Server
from tests.unit.mcp_server import CALLER, META, MODERN, body_of, request

REPORTED: list[tuple[str, BaseException]] = []


def offer_of(function: Callable[..., object]) -> Offer:
    """What a decorator made of a function."""
    made = vars(function)[MARK]
    assert isinstance(made, Offer)
    return made


def server_of(*functions: Callable[..., object], page_size: int = 100) -> Server:
    """A server that offers the functions, checked as they are when it starts."""
    offers = sorted(map(offer_of, functions), key=lambda offer: offer.name)
    for offer in offers:
        offer.check()
    REPORTED.clear()
    return Server(
        "test",
        "1",
        registry_of(offers),
        lambda said, error: REPORTED.append((said, error)),
        page_size=page_size,
    )


def asked(
    server: Server,
    method: str,
    params: dict[str, Any] | None = None,
    *,
    version: str = MODERN,
    meta: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Reply:
    """The reply to a request of a version, with all that the version wants."""
    params = dict(params or {})
    sent = {"mcp-protocol-version": version}
    if version == MODERN:
        params["_meta"] = {**META, **(meta or {})}
        sent |= {"mcp-method": method}
        named = params.get("uri") if method == "resources/read" else params.get("name")
        sent |= {"mcp-name": named} if isinstance(named, str) else {}
    elif meta:
        params["_meta"] = meta
    message = json.dumps(request(method, params)).encode()
    return answer(server, {**sent, **(headers or {})}, message, CALLER)


def result(reply: Reply) -> dict[str, Any]:
    """The result of a reply, without what every result of 2026-07-28 has."""
    assert reply.status == 200, reply.body
    found = dict(body_of(reply)["result"])
    for name in ("_meta", "resultType"):
        found.pop(name, None)
    return found


def error(reply: Reply) -> tuple[int, int, Any]:
    """Status, code and data of an error."""
    found = body_of(reply)["error"]
    return reply.status, found["code"], found.get("data")
