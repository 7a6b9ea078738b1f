"""A function's parameters and result as JSON Schemas, and the check of arguments against them."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, create_model

from gatehouse.mcp.context import Context

# What a result that is no object is wrapped in: until 2025-11-25 structuredContent is an object.
WRAPPER = "result"


class BadArguments(ValueError):
    """Arguments that do not fit the tool's schema; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What goes into a tool and what comes out."""

    input_schema: dict[str, Any]
    output_schema: dict[str, Any] | None
    arguments: type[BaseModel]
    context_parameter: str | None
    result: TypeAdapter[Any]
    is_wrapped: bool

    def validate(self, arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
        """The function's keyword arguments. Raises `BadArguments`."""
        try:
            checked = self.arguments.model_validate(arguments)
        except ValidationError as error:
            problems = error.errors(include_url=False, include_input=False)
            raise BadArguments("; ".join(map(_problem, problems))) from None
        keywords = {name: getattr(checked, name) for name in type(checked).model_fields}
        if self.context_parameter:
            keywords[self.context_parameter] = context
        return keywords

    def structured(self, value: object) -> dict[str, Any]:
        """A result as the object that the output schema describes."""
        plain = self.result.dump_python(value, mode="json")
        return {WRAPPER: plain} if self.is_wrapped else plain


def read_signature(function: Callable[..., object]) -> Signature:
    """The schemas of a function whose every parameter and result has a type hint."""
    hints = get_type_hints(function, include_extras=True)
    fields: dict[str, Any] = {}
    context_parameter = None
    for name, parameter in inspect.signature(function).parameters.items():
        if name not in hints:
            raise TypeError(f"the parameter {name} of {function.__name__} needs a type hint")
        if hints[name] is Context:
            context_parameter = name
        else:
            required = parameter.default is parameter.empty
            fields[name] = (_described(hints[name]), ... if required else parameter.default)
    arguments = create_model(
        f"{function.__name__}_arguments", __config__=ConfigDict(extra="forbid"), **fields
    )
    result = TypeAdapter(hints.get("return", Any))
    output_schema, is_wrapped = _output_schema(hints.get("return"), result)
    return Signature(
        input_schema=_without_titles(arguments.model_json_schema()),
        output_schema=output_schema,
        arguments=arguments,
        context_parameter=context_parameter,
        result=result,
        is_wrapped=is_wrapped,
    )


def _described(hint: Any) -> Any:
    """The hint, with the text of `Annotated[int, "How many"]` as its description."""
    if get_origin(hint) is not Annotated:
        return hint
    plain, *notes = get_args(hint)
    described = (Field(description=note) if isinstance(note, str) else note for note in notes)
    return Annotated[plain, *described]


def _output_schema(hint: object, result: TypeAdapter[Any]) -> tuple[dict[str, Any] | None, bool]:
    # Text needs no schema: the model reads it as it is
    if hint in (None, str, type(None), Any):
        return None, False
    schema = _without_titles(result.json_schema(mode="serialization"))
    if schema.get("type") == "object":
        return schema, False
    definitions = {"$defs": schema.pop("$defs")} if "$defs" in schema else {}
    wrapped = {"type": "object", "properties": {WRAPPER: schema}, "required": [WRAPPER]}
    return {**wrapped, **definitions}, True


def _without_titles(schema: dict[str, Any]) -> dict[str, Any]:
    # pydantic writes a title beside every property; a model pays for each word it reads
    return {
        name: _plain(value)
        for name, value in schema.items()
        if not (name == "title" and isinstance(value, str))
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return _without_titles(value)
    return [_plain(member) for member in value] if isinstance(value, list) else value


def _problem(problem: Mapping[str, Any]) -> str:
    where = ".".join(str(part) for part in problem["loc"])
    return f"{where}: {problem['msg']}" if where else str(problem["msg"])
