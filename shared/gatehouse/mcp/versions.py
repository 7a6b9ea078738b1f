"""Protocol versions, and what tells them apart.

Up to 2025-11-25 a client opens with `initialize`; since 2026-07-28 every request stands alone.
"""

from typing import Final

MODERN: Final = ("2026-07-28",)
LEGACY: Final = ("2025-11-25", "2025-06-18", "2025-03-26")
SUPPORTED: Final = MODERN + LEGACY

# A request without the header comes from before it existed (2025-06-18, "Protocol Version Header").
ASSUMED: Final = "2025-03-26"

_WITH_STRUCTURED_CONTENT: Final = "2025-06-18"
_WITH_ARGUMENT_ERRORS_FOR_THE_MODEL: Final = "2025-11-25"


def has_structured_content(version: str) -> bool:
    """Whether results may carry `structuredContent`, and tools a title and an output schema."""
    return version >= _WITH_STRUCTURED_CONTENT


def tells_the_model_of_bad_arguments(version: str) -> bool:
    """Whether bad arguments are a result that the model reads, not a protocol error."""
    return version >= _WITH_ARGUMENT_ERRORS_FOR_THE_MODEL
