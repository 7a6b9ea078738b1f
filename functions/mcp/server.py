"""The MCP server of the three functions of this folder: everything in `tools/`.

A whole server of yours takes its place by this assignment, and its imports (docs/examples):

    SERVER = whole_server(server)
"""

from typing import Final

from gatehouse.built_in import built_in_server

SERVER: Final = built_in_server("tools")
