"""Counting what models miscount."""

from collections import Counter
from dataclasses import dataclass
from typing import Annotated

from gatehouse.mcp import tool


@dataclass(frozen=True)
class TextStatistics:
    """Counts of one text."""

    characters: int
    words: int
    lines: int
    letters: dict[str, int]


@tool(title="Text statistics", read_only=True, open_world=False)
def text_statistics(
    text: Annotated[str, "The text to count in"],
) -> TextStatistics:
    """Count the characters, words, lines and letters of a text exactly."""
    letters = Counter(letter for letter in text.lower() if letter.isalpha())
    return TextStatistics(
        characters=len(text),
        words=len(text.split()),
        lines=len(text.splitlines()),
        letters=dict(sorted(letters.items())),
    )
