"""A function's arguments and result as JSON Schemas, and the check of values against them."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, create_model
from pydantic.json_schema import GenerateJsonSchema

from gatehouse.mcp.markers import InHeader
from gatehouse.mcp.schemas.bad_arguments import bad_arguments
from gatehouse.mcp.schemas.plain_types import WRAPPER, is_content, is_unstructured

# Arguments are kept under a name of our own, as pydantic has reserved some: json, copy, schema.
_FIELD = "argument_{}"


@dataclass(frozen=True, slots=True)
class Signature:
    """What goes into a tool and what comes out."""

    input_schema: dict[str, Any]
    output_schema: dict[str, Any] | None
    arguments: type[BaseModel]
    result: TypeAdapter[Any]
    is_wrapped: bool

    @property
    def is_structured(self) -> bool:
        """Whether a result is more than text."""
        return self.output_schema is not None

    def validate(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The function's keyword arguments. Raises `BadArguments`."""
        try:
            checked = self.arguments.model_validate(arguments)
        except ValidationError as error:
            raise bad_arguments(error) from None
        fields = self.arguments.model_fields
        return {str(field.alias): getattr(checked, name) for name, field in fields.items()}

    def plain(self, value: object) -> Any:
        """A result as what JSON can say. Raises a pydantic error as `structured` does."""
        return self.result.dump_python(value, mode="json", by_alias=True, warnings="error")

    def structured(self, value: object) -> dict[str, Any]:
        """A result as the object that the output schema describes.

        Raises a pydantic error for a value that is not of the declared type.
        """
        plain = self.plain(value)
        return {WRAPPER: plain} if self.is_wrapped else plain


class _WithoutTitles(GenerateJsonSchema):
    """Leaves out the titles that repeat a property's name: a model pays for each word it reads."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's name
        return False


def read_signature(function: Callable[..., object], hints: Mapping[str, Any]) -> Signature:
    """The schemas of a function whose arguments have the types `hints`."""
    parameters = inspect.signature(function).parameters
    fields: dict[str, Any] = {}
    for name, hint in hints.items():
        default = parameters[name].default
        required = default is inspect.Parameter.empty
        field = Field(alias=name) if required else Field(default, alias=name)
        fields[_FIELD.format(name)] = (_described(hint), field)
    arguments = create_model(
        f"{function.__name__}_arguments", __config__=ConfigDict(extra="forbid"), **fields
    )
    returned = get_type_hints(function, include_extras=True).get("return")
    result = TypeAdapter(Any if returned is None or is_content(returned) else returned)
    output_schema, is_wrapped = _output_schema(returned, result)
    return Signature(
        input_schema=_plain(arguments.model_json_schema(schema_generator=_WithoutTitles)),
        output_schema=output_schema,
        arguments=arguments,
        result=result,
        is_wrapped=is_wrapped,
    )


def _described(hint: Any) -> Any:
    """The hint, with the text of `Annotated[int, "How many"]` as its description."""
    if get_origin(hint) is not Annotated:
        return hint
    plain, *notes = get_args(hint)
    return Annotated[plain, *map(_note, notes)]


def _note(note: Any) -> Any:
    if isinstance(note, str):
        return Field(description=note)
    if isinstance(note, InHeader):
        return Field(json_schema_extra={"x-mcp-header": note.name})
    return note


def _output_schema(hint: object, result: TypeAdapter[Any]) -> tuple[dict[str, Any] | None, bool]:
    # Text needs no schema: the model reads it as it is
    if is_unstructured(hint):
        return None, False
    generated = result.json_schema(mode="serialization", schema_generator=_WithoutTitles)
    schema = _plain(generated)
    if schema.get("type") == "object":
        return schema, False
    definitions = {"$defs": schema.pop("$defs")} if "$defs" in schema else {}
    wrapped = {"type": "object", "properties": {WRAPPER: schema}, "required": [WRAPPER]}
    return {**wrapped, **definitions}, True


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without the names of Python classes, which the generator always writes."""
    for each in (schema, *schema.get("$defs", {}).values()):
        each.pop("title", None)
    return schema
