"""How each client goes from a URL to a tool, as literal requests where it differs from the others.

In every value `{mcp}` stands for the MCP URL and `{origin}` for the origin before it. What each
posts to the registration endpoint is in tests/unit/registrations.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tests.unit import registrations

SERVER: Final = "/.well-known/oauth-authorization-server"
RESOURCE: Final = "/.well-known/oauth-protected-resource"
OPENID: Final = "/.well-known/openid-configuration"
MODERN_VERSION: Final = "2026-07-28"
LEGACY_VERSION: Final = "2025-11-25"

_OF_THE_MCP_URL: Final = {"resource": "{mcp}"}


@dataclass(frozen=True)
class Profile:
    """One client.

    `opens` is the method of the first request, before there is a token; `asks` every path that it
    may ask metadata of. `secret` is how it sends one: in the body, or in Basic `raw` or `encoded`,
    the latter with its id in the body as well. The rest are the parameters that it adds.
    """

    name: str
    registration: Mapping[str, Any]
    comes_back_to: str
    opens: str = "POST"
    asks: tuple[str, ...] = (f"{RESOURCE}/mcp/mcp", SERVER)
    secret: str = "body"
    authorize: Mapping[str, str] = field(default_factory=lambda: _OF_THE_MCP_URL)
    exchange: Mapping[str, str] = field(default_factory=lambda: _OF_THE_MCP_URL)
    refresh: Mapping[str, str] = field(default_factory=lambda: _OF_THE_MCP_URL)
    version: str = LEGACY_VERSION


_PYTHON_ASKS: Final = (f"{RESOURCE}/mcp/mcp", RESOURCE, SERVER, OPENID)
_TYPESCRIPT_ASKS: Final = (f"{RESOURCE}/mcp/mcp", RESOURCE, SERVER, OPENID)
_MCP: Final = {"scope": "mcp", "resource": "{mcp}"}

_ALL: Final = (
    Profile(
        "Claude web",
        registrations.CLAUDE_WEB,
        "https://claude.ai/api/mcp/auth_callback",
        # registered for one scope, and asks for another
        authorize={"scope": "mcp offline_access", "prompt": "consent", "resource": "{mcp}"},
    ),
    Profile(
        "Claude Code",
        registrations.CLAUDE_CODE,
        "http://localhost:61234/callback",  # registered with another port
        authorize={"scope": "mcp", "resource": "{mcp}/"},
        exchange={"resource": "{mcp}/"},
        refresh={"resource": "{mcp}/"},
    ),
    Profile(
        "ChatGPT",
        registrations.CHATGPT,
        "https://chatgpt.com/connector/oauth/a1B2c3D4",
        asks=(f"{RESOURCE}/mcp/mcp", SERVER, OPENID),
        authorize={"scope": "mcp offline_access", "resource": "{mcp}"},
    ),
    Profile(
        "Cursor",
        registrations.CURSOR,
        "cursor://anysphere.cursor-mcp/oauth/callback",
        authorize=_MCP,
    ),
    Profile(
        "VS Code",
        registrations.VS_CODE,
        "http://127.0.0.1:50123/",  # none of the ports that it registered
        asks=(f"{RESOURCE}/mcp/mcp", SERVER, OPENID),
        authorize=_MCP,
    ),
    Profile(
        "Codex",
        registrations.CODEX,
        "http://127.0.0.1:50123/callback/4f1d",
        opens="GET",
        asks=(f"{SERVER}/mcp/mcp", f"/mcp/mcp{SERVER}", SERVER),
        authorize=_MCP,
    ),
    Profile(
        "Inspector",
        registrations.INSPECTOR,
        "http://localhost:6274/oauth/callback/debug",
        asks=_TYPESCRIPT_ASKS,
        authorize=_MCP,
    ),
    Profile(
        "mcp-remote",
        registrations.MCP_REMOTE,
        "http://localhost:3334/oauth/callback",
        opens="GET",
        asks=(f"{SERVER}/mcp/mcp", f"{OPENID}/mcp/mcp", f"/mcp/mcp{OPENID}", *_TYPESCRIPT_ASKS),
        authorize={"scope": "openid email profile", "resource": "{mcp}"},
        # the scope of the answer, and not the one that it asked for
        refresh=_MCP,
    ),
    Profile(
        "FastMCP",
        registrations.FASTMCP,
        "http://localhost:45678/callback",
        opens="GET",
        asks=_PYTHON_ASKS,
        authorize={"resource": "{origin}/"},
        exchange={"resource": "{origin}/"},
        refresh={"resource": "{origin}/"},
    ),
    Profile(
        "Python SDK 1.x",
        registrations.PYTHON_SDK_1 | {"token_endpoint_auth_method": "client_secret_basic"},
        "http://127.0.0.1:3030/callback",
        asks=_PYTHON_ASKS,
        secret="encoded",
        # a URL without a path gets a slash
        authorize={"resource": "{origin}/"},
        exchange={"resource": "{origin}/"},
        refresh={"resource": "{origin}/"},
    ),
    Profile(
        "Python SDK 2.x",
        registrations.PYTHON_SDK_2,
        "http://127.0.0.1:3030/callback",
        asks=_PYTHON_ASKS,
        authorize={"scope": "mcp offline_access", "prompt": "consent", "resource": "{mcp}"},
        version=MODERN_VERSION,
    ),
    Profile(
        "TypeScript SDK 1.x",
        registrations.TYPESCRIPT_SDK_1 | {"token_endpoint_auth_method": "client_secret_basic"},
        "http://127.0.0.1:3031/callback",
        asks=_TYPESCRIPT_ASKS,
        secret="raw",
        authorize=_MCP,
    ),
    Profile(
        "TypeScript SDK 2.x",
        registrations.TYPESCRIPT_SDK_2,
        "http://127.0.0.1:3031/callback",
        asks=_TYPESCRIPT_ASKS,
        authorize={"scope": "mcp offline_access", "prompt": "consent", "resource": "{mcp}"},
    ),
)

PROFILES: Final = {profile.name: profile for profile in _ALL}
