"""text_statistics behind awslabs.mcp-lambda-handler."""

import json
from collections import Counter
from dataclasses import asdict, dataclass

from awslabs.mcp_lambda_handler import MCPLambdaHandler

server = MCPLambdaHandler(name="peer", version="1")


@dataclass
class TextStatistics:
    characters: int
    words: int
    lines: int
    letters: dict[str, int]


@server.tool()
def text_statistics(text: str) -> str:
    """Count the characters, words, lines and letters of a text exactly.

    Args:
        text: The text to count in
    """
    letters = Counter(letter for letter in text.lower() if letter.isalpha())
    counts = TextStatistics(len(text), len(text.split()), len(text.splitlines()), dict(letters))
    # it has no structured content, and would write an object as Python does
    return json.dumps(asdict(counts))


def handler(event, context):
    # it reads the names that payload format 1.0 has
    return server.handle_request({"httpMethod": "POST", **event}, context)
