"""Calls of tools whose types are plain, checked by pydantic's core alone."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from pydantic_core import SchemaSerializer, SchemaValidator, ValidationError

from gatehouse.mcp.schemas.bad_arguments import bad_arguments
from gatehouse.mcp.schemas.plain_types import WRAPPER, plain_types


@dataclasses.dataclass(frozen=True, slots=True)
class PlainCodec:
    """How a call's arguments become a function's, and its result the answer's."""

    validator: SchemaValidator
    serializer: SchemaSerializer
    is_structured: bool
    is_wrapped: bool

    def validate(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The function's keyword arguments. Raises `BadArguments`."""
        try:
            checked: dict[str, Any] = self.validator.validate_python(arguments)
        except ValidationError as error:
            raise bad_arguments(error) from None
        return checked

    def plain(self, value: object) -> Any:
        """A result as what JSON can say. Raises a pydantic error as `structured` does."""
        return self.serializer.to_python(value, mode="json", warnings="error")

    def structured(self, value: object) -> dict[str, Any]:
        """A result as the object that the output schema describes.

        Raises a pydantic error for a value that is not of the declared type.
        """
        plain = self.plain(value)
        return {WRAPPER: plain} if self.is_wrapped else plain


def plain_codec(function: Callable[..., object], hints: Mapping[str, Any]) -> PlainCodec | None:
    """The codec of a function whose arguments have the types `hints`; None if one is not plain."""
    types = plain_types(function, hints)
    if types is None:
        return None
    return PlainCodec(
        SchemaValidator(types.arguments),
        SchemaSerializer(types.result),
        is_structured=types.is_structured,
        is_wrapped=types.is_wrapped,
    )
