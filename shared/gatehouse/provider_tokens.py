"""How a tool gets a token of an identity provider: what the MCP server is handed for that.

The server knows nothing of where people come from, nor a token of how it is kept.
"""


def provider_token(subject: str, provider: str) -> str:
    """The person's access token at the provider. Raises `ToolError` that says why there is none."""
    # loaded here: few tools ask for one
    from gatehouse.mcp import ToolError
    from gatehouse.signin.providers.tool_tokens import NoToken
    from gatehouse.wiring.providers import tool_tokens

    try:
        return tool_tokens().access_token(subject, provider)
    except NoToken as none:
        raise ToolError(str(none)) from None
