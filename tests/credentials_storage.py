"""What the official Python client keeps, as it wants to be given it: its `TokenStorage`."""

from mcp.shared.auth import OAuthClientInformationFull, OAuthToken


class ClientStorage:
    """Keeps tokens and the registration."""

    def __init__(self) -> None:
        self.tokens: OAuthToken | None = None
        self.registration: OAuthClientInformationFull | None = None

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.registration

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.registration = client_info


class Storage(ClientStorage):
    """Of a client whose credentials came from the operator: nothing is registered."""

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        raise AssertionError(f"the operator added it already: {client_info.client_id}")
