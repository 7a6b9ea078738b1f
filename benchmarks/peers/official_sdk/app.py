"""text_statistics behind the official SDK and Mangum."""

from collections import Counter
from dataclasses import dataclass

from mangum import Mangum
from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings

server = MCPServer("peer")


@dataclass
class TextStatistics:
    characters: int
    words: int
    lines: int
    letters: dict[str, int]


@server.tool()
def text_statistics(text: str) -> TextStatistics:
    """Count the characters, words, lines and letters of a text exactly."""
    letters = Counter(letter for letter in text.lower() if letter.isalpha())
    return TextStatistics(len(text), len(text.split()), len(text.splitlines()), dict(letters))


def handler(event, context):
    # an application a call: its session manager runs once, and Mangum ends it with each event
    application = server.streamable_http_app(
        streamable_http_path="/mcp/mcp",
        stateless_http=True,
        json_response=True,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    return Mangum(application)(event, context)
