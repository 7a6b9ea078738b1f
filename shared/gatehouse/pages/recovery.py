"""How to have each known client register anew, for the page that a dead client's person sees.

What is between backticks is to be typed or found as it is written.
"""

from collections.abc import Mapping
from typing import Final

RECOVERY: Final[Mapping[str, tuple[str, ...]]] = {
    "Claude (web, desktop, phone)": (
        "On the web or the desktop, open Customize or Settings, then `Connectors`.",
        "Remove this server from the list.",
        "Add it again as a custom connector, and connect.",
    ),
    "Claude Code": (
        "Type `/mcp` and choose this server.",
        "Choose `Clear authentication`, then `Authenticate`.",
        "If this page comes again: `claude mcp remove NAME`, add the server anew, and restart.",
    ),
    "ChatGPT": (
        "On the web, open Settings, then `Apps` (or `Connectors`).",
        "Choose this server and delete it; to disconnect it is not always enough.",
        "Create it again with the same URL, and connect.",
    ),
    "Cursor": (
        "Open the command palette (Ctrl or ⌘, Shift and P).",
        "Run `Cursor: Clear All MCP Tokens`. It signs you out of every MCP server.",
        "Open Settings, find this server among the MCP tools, and connect.",
    ),
    "VS Code": (
        "Open the command palette (Ctrl or ⌘, Shift and P).",
        "Run `Authentication: Remove Dynamic Authentication Providers`, and choose this server.",
        "Run `MCP: List Servers`, choose this server, and restart it.",
    ),
    "Codex": (
        "In a terminal, run `codex mcp logout NAME` with the name that this server has there.",
        "Then run `codex mcp login NAME`.",
    ),
    "mcp-remote": (
        "Quit the app that starts it.",
        "Delete the folder `.mcp-auth` in your home folder. It signs you out of every server.",
        "Start the app again.",
    ),
    "MCP Inspector": (
        "Choose `Clear OAuth state`: in the connection info, or under `Open Auth Settings`.",
        "Connect again.",
    ),
    "Another app": (
        "Remove this server from the app, and restart the app.",
        "Add the server again: the app then registers anew.",
    ),
}
