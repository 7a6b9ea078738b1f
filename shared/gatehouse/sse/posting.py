"""POST: a message of the client, whose answer goes into the mailbox of its stream."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from gatehouse.mcp import jsonrpc
from gatehouse.mcp.caller import Caller
from gatehouse.mcp.carriers import Carrier, written
from gatehouse.mcp.eras import ASSUMED, NEGOTIABLE, era_of
from gatehouse.mcp.headers import VERSION_HEADER, unsupported_version
from gatehouse.mcp.server import McpServer, Reply
from gatehouse.oauth.secret_values import digest
from gatehouse.sse.session import LIFETIME, Session

if TYPE_CHECKING:
    from gatehouse.storage.contract.mcp import MailboxStore

# The protocol's version that has this transport, and of which nothing else is known here
_OWN_VERSION: Final = "2024-11-05"
# An item of DynamoDB holds 400 KB, names and numbers included
_MAILBOX: Final = Carrier(390_000, "ask for less, or connect by Streamable HTTP for it")


class NoSuchSession(Exception):
    """The session is unknown, over, or somebody else's, which nobody else is to learn."""


def take_message(
    session_id: str,
    headers: Mapping[str, str],
    body: bytes,
    caller: Caller,
    *,
    server: McpServer,
    mailbox: "MailboxStore",
    now: int,
) -> Reply:
    """Answer a message through the session's stream; what is left to say goes back by HTTP.

    Raises `NoSuchSession` and what the server raises, before any tool has run.
    """
    session = mailbox.session(digest(session_id))
    if session is None or not session.is_open_to(caller, now):
        raise NoSuchSession
    sent = _with_version(headers, session)
    reply = _refusal(sent, body) or server.answer(sent, body, caller, _MAILBOX)
    reply = _in_its_version(reply, body)
    # nothing to say, or nobody to say it to: no request of that message could be read
    if reply.body is None or _is_nobodys(reply.body):
        return reply
    place = session.last_place
    # what is told on the way and has no room is left out
    events = filter(_MAILBOX.takes, map(written, reply.events))
    for text in (*events, written(reply.body)):
        place = mailbox.post(session.session_hash, text, after=place, expires_at=now + LIFETIME)
    mailbox.advance(session.session_hash, place=place, version=_agreed_version(reply))
    return Reply(202, method=reply.method)


def _with_version(headers: Mapping[str, str], session: Session) -> Mapping[str, str]:
    # Clients of this transport know no such header, or send it if they know later ones
    version = headers.get(VERSION_HEADER) or session.version
    if not version:
        return headers
    return {**headers, VERSION_HEADER: ASSUMED.version if version == _OWN_VERSION else version}


def _refusal(headers: Mapping[str, str], body: bytes) -> Reply | None:
    """The answer to a call of a version without handshake; None to whatever else it is.

    Such a call asks, and has tasks, by means that belong to the other transport.
    """
    try:
        message = jsonrpc.parse(body)
        call = None if isinstance(message, list) else jsonrpc.read_call(message)
    except jsonrpc.RpcError:
        return None  # what is wrong with it, the server says
    if call is None:
        return None
    era = era_of(call, headers.get(VERSION_HEADER))
    if not era.stands_alone:
        return None
    refused = unsupported_version(era.version, NEGOTIABLE)
    return Reply(400, jsonrpc.error(call.id, refused))


def _in_its_version(reply: Reply, body: bytes) -> Reply:
    """The handshake of a client of 2024-11-05 in its own version, which it may insist on.

    Its messages are answered like those of the next version, whose additions it ignores.
    """
    if reply.method != "initialize" or not isinstance(reply.body, dict):
        return reply
    asked = (jsonrpc.parse(body).get("params") or {}).get("protocolVersion")
    if asked != _OWN_VERSION or "result" not in reply.body:
        return reply
    result = {**reply.body["result"], "protocolVersion": _OWN_VERSION}
    return replace(reply, body={**reply.body, "result": result})


def _agreed_version(reply: Reply) -> str:
    if reply.method != "initialize" or not isinstance(reply.body, dict):
        return ""
    return str(reply.body.get("result", {}).get("protocolVersion", ""))


def _is_nobodys(body: dict[str, Any] | list[dict[str, Any]]) -> bool:
    return isinstance(body, dict) and body.get("id") is None
