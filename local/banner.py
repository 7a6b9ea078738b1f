"""What the stack prints when it is ready."""

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.stack import Options

MCP_PATH = "/mcp/mcp"


def banner(options: "Options", *, persistent: bool) -> str:
    """The text: where to connect, as whom, and what to paste into which client."""
    url = f"{options.url}{MCP_PATH}"
    folder = options.state.relative_to(options.root)
    kept = (
        f"dynoxide, kept in {folder}/ (make clean forgets it)"
        if persistent
        else "moto, in memory: gone at the end (npm brings one that lasts, on Linux x86-64)"
    )
    template = options.template.relative_to(options.root)
    return f"""
MCP URL      {url}
Sign in as   {options.user}   password {options.password}
DynamoDB     {kept}
Functions    {template}
Logs         {folder}/functions.log

{client_lines(url)}

Ready."""


def client_lines(url: str) -> str:
    """What to paste into which client; `url` is the MCP URL."""
    server = json.dumps({"name": "gatehouse", "type": "http", "url": url}, separators=(",", ":"))
    cursor = json.dumps({"mcpServers": {"gatehouse": {"url": url}}})
    return f"""\
Claude Code    claude mcp add --transport http gatehouse {url}
Cursor         in .cursor/mcp.json: {cursor}
VS Code        code --add-mcp '{server}'
MCP Inspector  npx @modelcontextprotocol/inspector, then Streamable HTTP and {url}"""
