"""What real clients post to the registration endpoint: cli/doctor/profiles has one document each.

Some stand for a server that lists no scopes, as the client then registers an empty one.
"""

from typing import Any

from cli.doctor.profile import filled, known_profiles

BOTH_GRANTS = ["authorization_code", "refresh_token"]
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


def registration(client: str, *, scopes: str) -> dict[str, Any]:
    """What a client registers where the server lists `scopes`."""
    return filled(known_profiles()[client].registration, scopes=scopes)


CURSOR = registration("Cursor", scopes="mcp")
VS_CODE = registration("VS Code", scopes="mcp")
CLAUDE_CODE = registration("Claude Code", scopes="mcp")
CLAUDE_WEB = registration("Claude web", scopes="mcp")
CHATGPT = registration("ChatGPT", scopes="mcp")
CODEX = registration("Codex", scopes="mcp")
INSPECTOR = registration("Inspector", scopes="")
MCP_REMOTE = registration("mcp-remote", scopes=known_profiles()["mcp-remote"].scope_without)
FASTMCP = registration("FastMCP", scopes="")
PYTHON_SDK_1 = registration("Python SDK 1.x", scopes="")
PYTHON_SDK_2 = registration("Python SDK 2.x", scopes="")
TYPESCRIPT_SDK_1 = registration("TypeScript SDK 1.x", scopes="mcp")
TYPESCRIPT_SDK_2 = registration("TypeScript SDK 2.x", scopes="mcp")

EVERYBODY = {
    "Cursor": CURSOR,
    "VS Code": VS_CODE,
    "Claude Code": CLAUDE_CODE,
    "Claude web": CLAUDE_WEB,
    "ChatGPT": CHATGPT,
    "Codex": CODEX,
    "Inspector": INSPECTOR,
    "mcp-remote": MCP_REMOTE,
    "FastMCP": FASTMCP,
    "Python SDK 1.x": PYTHON_SDK_1,
    "Python SDK 2.x": PYTHON_SDK_2,
    "TypeScript SDK 1.x": TYPESCRIPT_SDK_1,
    "TypeScript SDK 2.x": TYPESCRIPT_SDK_2,
}
