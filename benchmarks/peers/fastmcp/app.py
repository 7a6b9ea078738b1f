"""text_statistics behind FastMCP and Mangum."""

from collections import Counter
from dataclasses import dataclass

from fastmcp import FastMCP
from mangum import Mangum

server = FastMCP("peer")


@dataclass
class TextStatistics:
    characters: int
    words: int
    lines: int
    letters: dict[str, int]


@server.tool
def text_statistics(text: str) -> TextStatistics:
    """Count the characters, words, lines and letters of a text exactly."""
    letters = Counter(letter for letter in text.lower() if letter.isalpha())
    return TextStatistics(len(text), len(text.split()), len(text.splitlines()), dict(letters))


def handler(event, context):
    # an application a call: its session manager runs once, and Mangum ends it with each event
    application = server.http_app(path="/mcp/mcp", stateless_http=True, json_response=True)
    return Mangum(application)(event, context)
