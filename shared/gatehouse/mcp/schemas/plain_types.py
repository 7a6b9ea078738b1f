"""Types that are plain: what pydantic would write down of them for its core, written here.

pydantic itself takes longer to load than most calls take to be answered (docs/decisions/0007).
Every type that is not in here is its own business.
"""

import dataclasses
import inspect
from collections.abc import Callable, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from gatehouse.mcp.markers import Completion, InHeader

_SCALARS: Mapping[object, str] = {
    str: "str",
    int: "int",
    float: "float",
    bool: "bool",
    NoneType: "none",
    None: "none",
    Any: "any",
}

# What a result that is no object is wrapped in: until 2025-11-25 structuredContent is an object.
WRAPPER = "result"

CoreSchema = dict[str, Any]


class PlainTypes(NamedTuple):
    """A function's arguments and result, as pydantic's core reads them."""

    arguments: CoreSchema
    result: CoreSchema
    is_structured: bool

    @property
    def is_wrapped(self) -> bool:
        """Whether the result is no object by itself."""
        return self.result["type"] not in ("dataclass", "dict")


class _NotPlain(Exception):
    """A type that is pydantic's business."""


def plain_types(function: Callable[..., object], hints: Mapping[str, Any]) -> PlainTypes | None:
    """The types of a function whose arguments have the types `hints`; None if one is not plain."""
    returned = get_type_hints(function, include_extras=True).get("return")
    try:
        arguments = _arguments(inspect.signature(function).parameters, hints)
        result = {"type": "any"} if is_content(returned) else _result(returned)
    except _NotPlain:
        return None
    return PlainTypes(arguments, result, is_structured=not is_unstructured(returned))


def is_content(hint: Any) -> bool:
    """Whether a result of this type is content blocks, or may be."""
    if isinstance(hint, type) and getattr(hint, "__module__", "") == "gatehouse.mcp.content":
        return True
    return any(map(is_content, get_args(hint)))


def is_unstructured(hint: Any) -> bool:
    """Whether a result of this type has no shape that a schema could tell."""
    # `in` would call any class's `==`
    return any(hint is known for known in (None, str, NoneType, Any)) or is_content(hint)


def _arguments(parameters: Mapping[str, inspect.Parameter], hints: Mapping[str, Any]) -> CoreSchema:
    fields = {}
    for name, hint in hints.items():
        schema, default = _value(hint), parameters[name].default
        if default is not inspect.Parameter.empty:
            # Only a default that nobody can change is one value for every call
            if default is not None and not isinstance(default, str | int | float):
                raise _NotPlain
            schema = {"type": "default", "schema": schema, "default": default}
        fields[name] = {
            "type": "typed-dict-field",
            "schema": schema,
            "required": default is inspect.Parameter.empty,
        }
    return {"type": "typed-dict", "fields": fields, "extra_behavior": "forbid"}


def _result(hint: Any) -> CoreSchema:
    # Only a result may be a dataclass: as an argument it would have to be made, by its own rules
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _dataclass(hint)
    if get_origin(hint) in (Union, UnionType):
        raise _NotPlain
    return _value(hint)


def _value(hint: Any) -> CoreSchema:
    if get_origin(hint) is Annotated:
        plain, *notes = get_args(hint)
        # A text describes, a marker of ours rules nothing; anything else may be a rule
        if not all(isinstance(note, str | InHeader | Completion) for note in notes):
            raise _NotPlain
        return _value(plain)
    # `==` would call any class, and a list cannot be looked up
    scalar = next((kind for known, kind in _SCALARS.items() if hint is known), None)
    return {"type": scalar} if scalar else _composed(hint, get_args(hint))


def _composed(hint: Any, within: tuple[Any, ...]) -> CoreSchema:
    match get_origin(hint):
        case origin if origin is list and within:
            return {"type": "list", "items_schema": _value(within[0])}
        case origin if origin is tuple and len(within) == 2 and within[1] is Ellipsis:
            items = [_value(within[0])]
            return {"type": "tuple", "items_schema": items, "variadic_item_index": 0}
        case origin if origin is dict and within[0] is str:
            values = _value(within[1])
            return {"type": "dict", "keys_schema": {"type": "str"}, "values_schema": values}
        case origin if origin is Literal and all(isinstance(each, str) for each in within):
            return {"type": "literal", "expected": list(within)}
        case origin if origin in (Union, UnionType) and len(within) == 2 and NoneType in within:
            (plain,) = (each for each in within if each is not NoneType)
            return {"type": "nullable", "schema": _value(plain)}
    raise _NotPlain


def _dataclass(hint: type) -> CoreSchema:
    hints = get_type_hints(hint, include_extras=True)
    names = [field.name for field in dataclasses.fields(hint)]
    # Aliases, serializers and the like are pydantic's, wherever they stand
    rules = [
        value for value in vars(hint).values() if type(value).__module__.startswith("pydantic")
    ]
    if rules or hasattr(hint, "__pydantic_config__") or hint.__bases__ != (object,):
        raise _NotPlain
    fields = [
        {"type": "dataclass-field", "name": name, "schema": _value(hints[name])} for name in names
    ]
    arguments = {"type": "dataclass-args", "dataclass_name": hint.__name__, "fields": fields}
    return {"type": "dataclass", "cls": hint, "schema": arguments, "fields": names}
