"""A server of the official SDK's 1.x line behind `whole_server`: prints what it answers.

It is run with the packages of that line, which is not the one that the tests have.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from mcp.server.fastmcp import Context, FastMCP

from gatehouse.mcp.caller import Caller, Person
from gatehouse.mcp.carriers import LAMBDA
from gatehouse.protect import current_context
from gatehouse.whole_server import whole_server

CALLER = Caller(Person("person", "demo@example.com"), "client", ("mcp",))
HEADERS = {"host": "mcp.example.com", "authorization": "Bearer x", "user-agent": "中"}


@asynccontextmanager
async def lifespan(_: FastMCP) -> AsyncIterator[str]:
    yield "opened"


server = FastMCP("Books", lifespan=lifespan)


@server.tool()
def lend_book(title: str, context: Context) -> str:
    """Lend a book to whoever is signed in."""
    opened = context.request_context.lifespan_context
    sent = sorted(context.request_context.request.headers)
    return f"{current_context().person.email} borrows {title}, {opened}, {'authorization' in sent}"


@server.tool()
async def count() -> int:
    """Count."""
    return 1


# as in a module that uvicorn runs
application = server.streamable_http_app()
before = server.settings.model_dump(exclude={"lifespan"})
whole = whole_server(server)


def said(body: bytes, **headers: str) -> dict[str, object]:
    """What the server answers with."""
    reply = whole.answer({**HEADERS, **headers}, body, CALLER, LAMBDA)
    return {"status": reply.status, "body": reply.body, "method": reply.method}


def message(method: str, **params: object) -> bytes:
    """A request."""
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()


HELLO = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "test", "version": "1"},
}
LENDING = message("tools/call", name="lend_book", arguments={"title": "Emma"})
answers = [
    said(message("initialize", **HELLO)),
    said(LENDING, **{"mcp-protocol-version": "2025-11-25"}),
    said(LENDING),
    said(message("tools/call", name="count", arguments={})),
    said(message("tools/list")),
    said(b'{"jsonrpc":"2.0","method":"notifications/initialized"}'),
    said(b'{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}'),
]
unchanged = before == server.settings.model_dump(exclude={"lifespan"})
print(json.dumps({"version": version("mcp"), "answers": answers, "unchanged": unchanged}))
