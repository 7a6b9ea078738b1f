"""The JSON Schemas of plain types, letter for letter as pydantic writes them, without loading it.

A list of tools is what a client asks first, so a cold start is answered by it more often than by
any call (docs/decisions/0007). A property test writes the same schemas by both.
"""

import dataclasses
import inspect
import math
from collections.abc import Callable, Mapping
from types import NoneType
from typing import Annotated, Any, Final, NamedTuple, get_args, get_origin

from gatehouse.mcp.markers import InHeader
from gatehouse.mcp.schemas.plain_types import WRAPPER, CoreSchema, plain_types

_SCALARS = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "none": {"type": "null"},
    "any": {},
}

Schema = dict[str, Any]


class PlainSchemas(NamedTuple):
    """What a list says of a tool's arguments and of its result, if that has a shape."""

    input_schema: Schema
    output_schema: Schema | None


def plain_schemas(function: Callable[..., object], hints: Mapping[str, Any]) -> PlainSchemas | None:
    """The schemas of a function whose arguments have the types `hints`; None if any is not plain.

    A default or a result of which pydantic has more to say is not plain either.
    """
    types = plain_types(function, hints)
    if types is None or not (_are_listed_plainly(types.arguments) and _is_shown(types.result)):
        return None
    if not types.is_structured:
        output = None
    elif types.is_wrapped:
        wrapped = {WRAPPER: _schema(types.result)}
        output = {"type": "object", "properties": wrapped, "required": [WRAPPER]}
    else:
        output = _schema(types.result)
    return PlainSchemas(_input_schema(types.arguments["fields"], hints), output)


def _input_schema(fields: Mapping[str, CoreSchema], hints: Mapping[str, Any]) -> Schema:
    properties = {
        name: _ordered({**_schema(field["schema"]), **_notes(hints[name])})
        for name, field in fields.items()
    }
    schema: Schema = {"additionalProperties": False, "properties": properties}
    required = [name for name, field in fields.items() if field["required"]]
    if required:
        schema["required"] = required
    return {**schema, "type": "object"}


def _are_listed_plainly(arguments: CoreSchema) -> bool:
    """Whether each default is what JSON has too, and no class of its own."""
    defaults = [
        field["schema"]["default"]
        for field in arguments["fields"].values()
        if field["schema"]["type"] == "default"
    ]
    return all(
        type(each) in (str, int, bool, NoneType) or (type(each) is float and math.isfinite(each))
        for each in defaults
    )


def _is_shown(result: CoreSchema) -> bool:
    """Whether a result has no default, of which pydantic has much to say."""
    fields = dataclasses.fields(result["cls"]) if result["type"] == "dataclass" else ()
    missing = dataclasses.MISSING
    return all(each.default is missing and each.default_factory is missing for each in fields)


def _notes(hint: Any) -> Schema:
    """What `Annotated` says of an argument itself: the last text, and the header it is sent in."""
    if get_origin(hint) is not Annotated:
        return {}
    notes: Schema = {}
    for note in get_args(hint)[1:]:
        if isinstance(note, str):
            notes["description"] = note
        elif isinstance(note, InHeader):
            notes["x-mcp-header"] = note.name
    return notes


def _schema(core: CoreSchema) -> Schema:
    scalar = _SCALARS.get(core["type"])
    return _WRITTEN[core["type"]](core) if scalar is None else dict(scalar)


def _default(core: CoreSchema) -> Schema:
    return _ordered({**_schema(core["schema"]), "default": core["default"]})


def _nullable(core: CoreSchema) -> Schema:
    return {"anyOf": [_schema(core["schema"]), {"type": "null"}]}


def _list(core: CoreSchema) -> Schema:
    return {"items": _schema(core["items_schema"]), "type": "array"}


def _tuple(core: CoreSchema) -> Schema:
    return {"items": _schema(core["items_schema"][0]), "type": "array"}


def _dict(core: CoreSchema) -> Schema:
    # a schema that asks for nothing is written as true
    return {"additionalProperties": _schema(core["values_schema"]) or True, "type": "object"}


def _literal(core: CoreSchema) -> Schema:
    one, *others = core["expected"]
    return {**({"enum": [one, *others]} if others else {"const": one}), "type": "string"}


def _dataclass(core: CoreSchema) -> Schema:
    fields = core["schema"]["fields"]
    schema: Schema = {}
    if text := _docstring(core["cls"]):
        schema["description"] = text
    schema["properties"] = {field["name"]: _schema(field["schema"]) for field in fields}
    if fields:
        schema["required"] = core["fields"]
    return {**schema, "type": "object"}


def _docstring(cls: type) -> str | None:
    # a dataclass without one is given its signature
    text = cls.__doc__
    return None if text is None or text.startswith(f"{cls.__name__}(") else inspect.cleandoc(text)


def _ordered(schema: Schema) -> Schema:
    return dict(sorted(schema.items()))


_WRITTEN: Final[Mapping[str, Callable[[CoreSchema], Schema]]] = {
    "default": _default,
    "nullable": _nullable,
    "list": _list,
    "tuple": _tuple,
    "dict": _dict,
    "literal": _literal,
    "dataclass": _dataclass,
}
