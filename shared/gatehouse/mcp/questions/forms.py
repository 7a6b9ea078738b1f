"""Forms that a person fills in: a flat type as the schema of its fields, and what came back.

Clients draw forms of text, numbers, switches and choices, and nothing nested (2026-07-28,
Elicitation, "Requested Schema"). What a type says beyond that is checked here alone.
"""

from collections.abc import Mapping
from typing import Any, Final

from gatehouse.mcp.schemas.bad_arguments import bad_arguments

# The field of a form that asks for one value.
_ONE: Final = "value"

_COMMON: Final = ("type", "title", "description", "default")
_KEYWORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "string": (*_COMMON, "minLength", "maxLength", "format", "enum", "oneOf"),
    "number": (*_COMMON, "minimum", "maximum"),
    "integer": (*_COMMON, "minimum", "maximum"),
    "boolean": _COMMON,
    "array": (*_COMMON, "minItems", "maxItems", "items"),
}
_FORMATS: Final = ("email", "uri", "date", "date-time")


class Form:
    """The form for one type; `None` is one without fields."""

    def __init__(self, kind: Any) -> None:
        """Raises `TypeError` for a type that no form can ask for."""
        self.is_empty = kind is None
        self._is_one_value = False
        self.schema: dict[str, Any] = {"type": "object", "properties": {}}
        if not self.is_empty:
            # loaded here: a person takes longer to answer than this to load
            from pydantic import TypeAdapter

            self._adapter: TypeAdapter[Any] = TypeAdapter(kind)
            self.schema = self._drawn(self._adapter.json_schema(), kind)

    def read(self, content: Any) -> Any:
        """The value in what came back. Raises `ValueError` if it does not fit the form."""
        from pydantic_core import ValidationError

        if not isinstance(content, dict):
            raise ValueError("the content must be an object")
        if self.is_empty:
            return None
        if self._is_one_value and _ONE not in content:
            raise ValueError(f"{_ONE}: Field required")
        try:
            return self._adapter.validate_python(content[_ONE] if self._is_one_value else content)
        except ValidationError as error:
            raise bad_arguments(error) from None

    def _drawn(self, schema: Mapping[str, Any], kind: Any) -> dict[str, Any]:
        definitions = schema.get("$defs", {})
        if "properties" not in schema:
            self._is_one_value = True
            schema = {"properties": {_ONE: schema}, "required": [_ONE]}
        drawn: dict[str, Any] = {"type": "object", "properties": {}}
        for name, field in schema["properties"].items():
            try:
                drawn["properties"][name] = _field(field, definitions)
            except KeyError:
                raise TypeError(f"no form can ask for {name} of {kind}") from None
        if schema.get("required"):
            drawn["required"] = list(schema["required"])
        return drawn


def _field(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of one field, of what clients know. Raises `KeyError` for what they do not."""
    schema = _resolved(schema, definitions)
    known = _KEYWORDS[schema["type"]]
    field = {name: value for name, value in schema.items() if name in known and value is not None}
    if "const" in schema:
        field["enum"] = [schema["const"]]
    if field.get("format") not in (None, *_FORMATS):
        del field["format"]
    if schema["type"] == "array":
        field["items"] = _choices(_resolved(schema["items"], definitions))
    if not isinstance(schema.get("enum", [""])[0], str):
        raise KeyError("enum")
    return field


def _choices(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Of several values each has to be one of a choice."""
    if "anyOf" in schema:
        return {"anyOf": schema["anyOf"]}
    values = schema["enum"] if "enum" in schema else [schema["const"]]
    return {"type": "string", "enum": values}


def _resolved(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """The schema in one piece: a class by its definition, an optional value by its type."""
    resolved = dict(schema)
    if "$ref" in resolved:
        name = resolved.pop("$ref").rpartition("/")[2]
        resolved = {**definitions[name], **resolved}
    options = [each for each in resolved.get("anyOf", ()) if each.get("type") != "null"]
    if len(options) == 1 and len(resolved["anyOf"]) == 2:
        # a field that may be left out is one that is not required
        del resolved["anyOf"]
        resolved = {**_resolved(options[0], definitions), **resolved}
    return resolved
