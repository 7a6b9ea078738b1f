"""What real clients post to the registration endpoint, one document each (see clients.md)."""

from typing import Any

BOTH_GRANTS = ["authorization_code", "refresh_token"]
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"

CURSOR: dict[str, Any] = {
    "client_name": "Cursor",
    "redirect_uris": [
        "cursor://anysphere.cursor-mcp/oauth/callback",
        "https://www.cursor.com/agents/mcp/oauth/callback",
        "http://localhost:8787/callback",
    ],
    "grant_types": BOTH_GRANTS,
    "response_types": ["code"],
    "token_endpoint_auth_method": "none",
    "application_type": "web",
}

VS_CODE: dict[str, Any] = {
    "client_name": "Visual Studio Code",
    "client_uri": "https://code.visualstudio.com",
    "grant_types": [*BOTH_GRANTS, DEVICE_CODE],
    "response_types": ["code"],
    "redirect_uris": [
        "https://insiders.vscode.dev/redirect",
        "https://vscode.dev/redirect",
        "http://127.0.0.1/",
        "http://127.0.0.1:33418/",
    ],
    "token_endpoint_auth_method": "none",
    "application_type": "native",
}

CLAUDE_CODE: dict[str, Any] = {
    "client_name": "Claude Code (gatehouse)",
    "redirect_uris": ["http://localhost:3118/callback"],
    "grant_types": BOTH_GRANTS,
    "response_types": ["code"],
    "token_endpoint_auth_method": "none",
}

CLAUDE_WEB: dict[str, Any] = {
    "client_name": "Claude",
    "redirect_uris": [
        "https://claude.ai/api/mcp/auth_callback",
        "https://claude.com/api/mcp/auth_callback",
    ],
    "grant_types": BOTH_GRANTS,
    "response_types": ["code"],
    "token_endpoint_auth_method": "none",
    "scope": "mcp",
}

CHATGPT: dict[str, Any] = {
    "client_name": "ChatGPT",
    "redirect_uris": [
        "https://chatgpt.com/connector/oauth/a1B2c3D4",
        "https://chatgpt.com/connector_platform_oauth_redirect",
    ],
    "grant_types": BOTH_GRANTS,
    "response_types": ["code"],
    "token_endpoint_auth_method": "client_secret_post",
}

CODEX: dict[str, Any] = {
    "client_name": "Codex",
    "redirect_uris": ["http://127.0.0.1:1455/callback/4f1d"],
    "grant_types": BOTH_GRANTS,
    "response_types": ["code"],
    "token_endpoint_auth_method": "none",
}

INSPECTOR: dict[str, Any] = {
    "redirect_uris": [
        "http://localhost:6274/oauth/callback",
        "http://localhost:6274/oauth/callback/debug",
    ],
    "token_endpoint_auth_method": "none",
    "grant_types": BOTH_GRANTS,
    "response_types": ["code"],
    "client_name": "MCP Inspector",
    "client_uri": "https://github.com/modelcontextprotocol/inspector",
    "scope": "",
}

MCP_REMOTE: dict[str, Any] = {
    "redirect_uris": ["http://localhost:3334/oauth/callback"],
    "token_endpoint_auth_method": "none",
    "grant_types": BOTH_GRANTS,
    "response_types": ["code"],
    "client_name": "MCP CLI Proxy",
    "client_uri": "https://github.com/modelcontextprotocol/mcp-cli",
    "software_id": "2e6dc280-f3c3-4e01-99a7-8181dbd1d23d",
    "software_version": "0.1.37",
    "scope": "openid email profile",
}

FASTMCP: dict[str, Any] = {
    "client_name": "FastMCP Client",
    "redirect_uris": ["http://localhost:45678/callback"],
    "token_endpoint_auth_method": "none",
    "grant_types": BOTH_GRANTS,
    "response_types": ["code"],
    "scope": "",
}

PYTHON_SDK_1: dict[str, Any] = {
    "redirect_uris": ["http://127.0.0.1:3030/callback"],
    "grant_types": BOTH_GRANTS,
    "response_types": ["code"],
    "scope": "",
    "client_name": "t",
}

PYTHON_SDK_2: dict[str, Any] = PYTHON_SDK_1 | {"application_type": "native"}

TYPESCRIPT_SDK_1: dict[str, Any] = {
    "client_name": "ts",
    "redirect_uris": ["http://127.0.0.1:3031/callback"],
    "logo_uri": "",
}

TYPESCRIPT_SDK_2: dict[str, Any] = {
    "client_name": "ts",
    "redirect_uris": ["http://127.0.0.1:3031/callback"],
    "grant_types": BOTH_GRANTS,
    "application_type": "native",
    "scope": "mcp",
}

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
