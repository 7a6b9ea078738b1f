"""Cross-origin requests (the Fetch standard): browser clients may call every route but the pages.

Any origin may, as nothing here is answered on the strength of a cookie: a caller sends a token, a
client's credentials, or nothing at all. Only the MCP endpoint looks at the origin (origins.py).
"""

from typing import Final

_ALLOWED_HEADERS: Final = (
    "Authorization",
    "Content-Type",
    "Last-Event-ID",
    "MCP-Protocol-Version",
    "Mcp-Method",
    "Mcp-Name",
    "Mcp-Session-Id",
)
_EXPOSED_HEADERS: Final = ("Mcp-Session-Id", "WWW-Authenticate")
_DAY: Final = "86400"

ANSWER_HEADERS: Final = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": ", ".join(_EXPOSED_HEADERS),
}

PREFLIGHT_HEADERS: Final = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, POST, PUT, DELETE, OPTIONS",
    # by name, as a `*` does not cover Authorization; and that for what a tool calls its parameters,
    # which no list could name (Mcp-Param-*)
    "access-control-allow-headers": ", ".join((*_ALLOWED_HEADERS, "*")),
    "access-control-max-age": _DAY,
}
