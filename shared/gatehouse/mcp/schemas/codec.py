"""How a call's arguments become a function's, and its result the answer's."""

from collections.abc import Mapping
from typing import Any, Protocol


class Codec(Protocol):
    """What checks arguments and puts results into JSON."""

    @property
    def is_structured(self) -> bool:
        """Whether a result is more than text."""

    def validate(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The function's keyword arguments. Raises `BadArguments`."""

    def plain(self, value: object) -> Any:
        """A result as what JSON can say. Raises a pydantic error as `structured` does."""

    def structured(self, value: object) -> dict[str, Any]:
        """A result as the object that the output schema describes.

        Raises a pydantic error for a value that is not of the declared type.
        """
