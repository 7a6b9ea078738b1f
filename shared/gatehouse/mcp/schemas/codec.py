"""How a call's arguments become a function's, and its result the answer's."""

from collections.abc import Mapping
from typing import Any, Protocol


class Schemas(Protocol):
    """What a list says of a function, in JSON Schema 2020-12."""

    @property
    def input_schema(self) -> dict[str, Any]:
        """Of its arguments, an object."""

    @property
    def output_schema(self) -> dict[str, Any] | None:
        """Of its result, an object too; None where that has no shape."""


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
