"""FastMCP's own OAuth server, with its provider in memory. Run as a module with the port."""

import sys

import uvicorn
from fastmcp import FastMCP
from fastmcp.server.auth.providers.in_memory import InMemoryOAuthProvider
from mcp.server.auth.settings import ClientRegistrationOptions, RevocationOptions


def main(port: int) -> None:
    server = FastMCP(
        "Peer",
        auth=InMemoryOAuthProvider(
            base_url=f"http://localhost:{port}",
            client_registration_options=ClientRegistrationOptions(
                enabled=True, valid_scopes=["mcp"], default_scopes=["mcp"]
            ),
            revocation_options=RevocationOptions(enabled=True),
            required_scopes=["mcp"],
        ),
    )

    @server.tool(annotations={"readOnlyHint": True})
    def tell_time() -> str:
        """Tell the time."""
        return "noon"

    uvicorn.run(server.http_app(), port=port, log_level="warning")


if __name__ == "__main__":
    main(int(sys.argv[1]))
