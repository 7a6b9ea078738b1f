"""Python values as DynamoDB attribute values, and back."""

import base64
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_Kept = TypeVar("_Kept", bound="DataclassInstance")


def to_attribute(value: object) -> dict[str, Any]:
    """`value` as DynamoDB's JSON; members of a mapping that are None are left out."""
    match value:
        case str():
            return {"S": value}
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case bytes():
            return {"B": base64.b64encode(value).decode()}
        case Mapping():
            return {"M": to_item(value)}
        case list() | tuple():
            return {"L": [to_attribute(member) for member in value]}
    raise TypeError(f"{type(value).__name__} has no place in an item")


def to_item(members: Mapping[str, object]) -> dict[str, Any]:
    """A whole item."""
    return {name: to_attribute(value) for name, value in members.items() if value is not None}


def from_attribute(attribute: Mapping[str, Any]) -> Any:
    """The value that `to_attribute` was given; sequences come back as tuples."""
    ((kind, value),) = attribute.items()
    match kind:
        case "S" | "BOOL":
            return value
        case "N":
            return int(value)
        case "B":
            return base64.b64decode(value)
        case "M":
            return from_item(value)
        case "L":
            return tuple(from_attribute(member) for member in value)
    raise TypeError(f"items hold no attribute of type {kind}")


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a whole item."""
    return {name: from_attribute(attribute) for name, attribute in item.items()}


def read(kind: type[_Kept], members: Mapping[str, Any]) -> _Kept:
    """An instance of a dataclass, from an item that may have members of other versions of it."""
    names = {each.name for each in fields(kind)}
    return kind(**{name: value for name, value in members.items() if name in names})
