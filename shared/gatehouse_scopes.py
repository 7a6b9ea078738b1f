"""The scopes of this server: what they are called, what people read, and which includes which.

A tool that not everybody who is connected may call names its scope, `@tool(scope="notes:write")`,
and here is the one place where that scope is described:

    Scope("notes:read", "Read your notes"),
    Scope("notes:write", "Write and delete your notes", includes=("notes:read",)),

People see the scopes in this order. What a scope includes comes with it and is shown with it.
`minimum` is what every request to the MCP server needs, and so what a client is first told to ask
for; `default` is what a client gets that names no scope (the minimum, unless it is given here).
"""

from typing import Final

from gatehouse.oauth.scopes import Scope, ScopeCatalogue

CATALOGUE: Final = ScopeCatalogue(
    scopes=(
        Scope("mcp", "Use this server's tools on your behalf"),
        # yours, a line each
    ),
    minimum=("mcp",),
)
