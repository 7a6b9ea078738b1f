"""Which pages may call the MCP endpoint, by the Origin that a browser sends for them.

MCP, Streamable HTTP, "Security & Endpoint": DNS rebinding. docs/decisions/0017 says what is wrong.
"""

import re
from typing import Final
from urllib.parse import urlsplit

from gatehouse.errors import WrongOrigin
from gatehouse.http.request import Request

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
# scheme "://" host [ ":" port ], of whatever scheme an app has for itself (RFC 6454 section 6.2)
_FORM: Final = re.compile(r"([a-z][a-z0-9+.-]*)://([^\s/?#@,]+)", re.IGNORECASE)


def require_origin(request: Request) -> None:
    """Raise `WrongOrigin` for a page that came without TLS, and one that does not say who it is.

    Such a page may be anybody's who is on the way, or whose name leads to this host for now. Pages
    on loopback are the person's own; those of https and of apps have a name that somebody vouches
    for, and like all of them they need a token.
    """
    origin = request.headers.get("origin")
    # no browser, or a page of this very origin
    if origin is None:
        return
    found = _FORM.fullmatch(origin)
    if found is None:
        raise WrongOrigin("The Origin is none that may call this server")
    try:
        host = urlsplit(origin).hostname
    except ValueError:
        host = None
    if found[1].lower() == "http" and host not in _LOOPBACK:
        raise WrongOrigin("Pages that came without TLS may not call this server")
