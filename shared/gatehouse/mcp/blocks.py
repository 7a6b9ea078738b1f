"""Values as content blocks."""

import json
import sys
from typing import Any, Final

from gatehouse.mcp.eras import Era
from gatehouse.mcp.outcomes import Complete

# Whoever returns content has loaded it; nobody else needs to
_CONTENT: Final = "gatehouse.mcp.content"


def content_blocks(value: object, era: Era) -> list[dict[str, Any]]:
    """A result's blocks: content as its kind says, text as it is, anything else as JSON.

    A list with content in it is a list of blocks, and so is an empty one.
    """
    several = value if isinstance(value, list | tuple) else [value]
    values = several if not several or holds_content(several) else [value]
    return [_block(each, era) for each in values]


def text_block(text: str) -> dict[str, Any]:
    """A block of plain text."""
    return {"type": "text", "text": text}


def failure(message: str) -> Complete:
    """A tool's result that tells the model what went wrong."""
    return Complete({"content": [text_block(message)], "isError": True})


def json_text(value: object) -> str:
    """A value as the JSON that a model reads."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _block(value: object, era: Era) -> dict[str, Any]:
    module = sys.modules.get(_CONTENT)
    if module is not None and isinstance(value, module.Content):
        block: dict[str, Any] = value.block(era)
        return block
    return text_block(value if isinstance(value, str) else json_text(value))


def holds_content(values: list[Any] | tuple[Any, ...]) -> bool:
    """Whether one of the values is content of a kind."""
    module = sys.modules.get(_CONTENT)
    return module is not None and any(isinstance(value, module.Content) for value in values)
