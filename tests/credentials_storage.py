"""What the official Python client keeps, where its credentials came from the operator."""

from mcp.shared.auth import OAuthClientInformationFull, OAuthToken


class Storage:
    """Keeps the promises of the client's `TokenStorage`."""

    def __init__(self) -> None:
        self.tokens: OAuthToken | None = None

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return None

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        raise AssertionError(f"the operator added it already: {client_info.client_id}")
