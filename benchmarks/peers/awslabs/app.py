"""text_statistics behind awslabs.mcp-lambda-handler."""

from collections import Counter

from awslabs.mcp_lambda_handler import MCPLambdaHandler

server = MCPLambdaHandler(name="peer", version="1")


@server.tool()
def text_statistics(text: str) -> str:
    """Count the characters, words, lines and letters of a text exactly.

    Args:
        text: The text to count in
    """
    letters = Counter(letter for letter in text.lower() if letter.isalpha())
    return str({"characters": len(text), "words": len(text.split()), "letters": dict(letters)})


def handler(event, context):
    # it reads the names that payload format 1.0 has
    return server.handle_request({"httpMethod": "POST", **event}, context)
