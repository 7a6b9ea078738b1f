"""JSON-RPC 2.0 messages, as MCP uses them."""

from dataclasses import dataclass
from typing import Any, Final, TypeGuard

from gatehouse import strict_json

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
METHOD_NOT_FOUND: Final = -32601
INVALID_PARAMS: Final = -32602
INTERNAL_ERROR: Final = -32603
RESOURCE_NOT_FOUND: Final = -32002
HEADER_MISMATCH: Final = -32020
MISSING_REQUIRED_CLIENT_CAPABILITY: Final = -32021
UNSUPPORTED_PROTOCOL_VERSION: Final = -32022

RequestId = str | int

# How many characters of what a client sent an answer repeats. JSON writes some of them as six
# bytes, and a result of Lambda those as seven, so the answer to a large request could be too large
_LONGEST: Final = 1024


class RpcError(Exception):
    """A JSON-RPC error object. `message` is what the client reads."""

    def __init__(self, code: int, message: str, data: object = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data


@dataclass(frozen=True, slots=True)
class Call:
    """A request, which has an id, or a notification, which has none."""

    method: str
    params: dict[str, Any]
    id: RequestId | None

    @property
    def is_notification(self) -> bool:
        return self.id is None


def parse(body: bytes) -> Any:
    """The JSON value of a body. Raises `RpcError`."""
    try:
        # RFC 8259 section 4: of a name that occurs twice another reader, one that inspects what
        # comes by, may take the other value
        return strict_json.loads(body, distinct_names=True)
    except ValueError:
        raise RpcError(PARSE_ERROR, "Parse error: the body is not valid JSON") from None


def read_call(message: object) -> Call | None:
    """The request or notification in `message`; None for a response. Raises `RpcError`."""
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        raise RpcError(INVALID_REQUEST, "Invalid request: not a JSON-RPC 2.0 object")
    if "method" not in message and ("result" in message or "error" in message):
        return None
    method, params = message.get("method"), message.get("params")
    # null is no object, but clients send it for "none"
    params = {} if params is None else params
    if not isinstance(method, str):
        raise RpcError(INVALID_REQUEST, "Invalid request: method must be a string")
    # MCP, Base Protocol: the id is a string or an integer, and never null
    if "id" in message and not is_id(message["id"]):
        raise RpcError(
            INVALID_REQUEST,
            f"Invalid request: id must be a string or an integer, of {_LONGEST} characters at most",
        )
    if not isinstance(params, dict):
        raise RpcError(INVALID_REQUEST, "Invalid request: params must be an object")
    return Call(method, params, message.get("id"))


def is_id(value: object) -> TypeGuard[RequestId]:
    """Whether a value can name something in messages: a request, or the progress of one."""
    is_kind = isinstance(value, str | int) and not isinstance(value, bool)
    return is_kind and len(str(value)) <= _LONGEST


def clipped(text: str) -> str:
    """What a client sent, as far as an error repeats it."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def read_id(message: object) -> RequestId | None:
    """The id to answer a message under that could not be read as a call."""
    call_id = message.get("id") if isinstance(message, dict) else None
    return call_id if is_id(call_id) else None


def result(call_id: RequestId | None, value: dict[str, Any]) -> dict[str, Any]:
    """A response with a result."""
    return {"jsonrpc": "2.0", "id": call_id, "result": value}


def error(call_id: RequestId | None, problem: RpcError) -> dict[str, Any]:
    """A response with an error."""
    return {"jsonrpc": "2.0", "id": call_id, "error": error_object(problem)}


def error_object(problem: RpcError) -> dict[str, Any]:
    """The error itself."""
    body: dict[str, Any] = {"code": problem.code, "message": problem.message}
    if problem.data is not None:
        body["data"] = problem.data
    return body
