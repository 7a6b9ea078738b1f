"""Whether a client knows tasks, which it says with every request."""

from gatehouse.mcp.eras import Era, client_capabilities_of
from gatehouse.mcp.jsonrpc import MISSING_REQUIRED_CLIENT_CAPABILITY, Call, RpcError
from gatehouse.mcp.tasks import EXTENSION


def declares_tasks(call: Call, era: Era) -> bool:
    """Whether the request comes from a client that knows tasks.

    SEP-2663, Backward Compatibility: the extension means nothing in the eras of the handshake.
    """
    extensions = client_capabilities_of(call).get("extensions")
    declared = extensions.get(EXTENSION) if isinstance(extensions, dict) else None
    return era.stands_alone and isinstance(declared, dict)


def extension_missing() -> RpcError:
    """What a client is told that would have to know tasks (SEP-2663, "Protocol Errors")."""
    return RpcError(
        MISSING_REQUIRED_CLIENT_CAPABILITY,
        "Missing required client capability",
        {"requiredCapabilities": {"extensions": {EXTENSION: {}}}},
    )
