"""JSON-RPC responses without what is each server's own to say: `own.py` has the reasons."""

import json
from collections.abc import Callable
from typing import Any, Final

from tests.functions.sdk.requests import MODERN

Body = dict[str, Any]
_SERVER_INFO: Final = "io.modelcontextprotocol/serverInfo"
_UNSUPPORTED, _NOT_FOUND, _INVALID_PARAMS = -32022, -32002, -32602
_LACKING: Final = -32021
_SCHEMAS: Final = ("inputSchema", "outputSchema")


def names(body: Body) -> Body:
    """How a server introduces itself: that both parts are text is left."""
    result = dict(body.get("result", {}))
    if isinstance(result.get("serverInfo"), dict):
        result["serverInfo"] = _kinds(result["serverInfo"])
    meta = result.get("_meta")
    if isinstance(meta, dict) and _SERVER_INFO in meta:
        result["_meta"] = {**meta, _SERVER_INFO: _kinds(meta[_SERVER_INFO])}
    return _with_result(body, result)


def _kinds(info: Body) -> Body:
    return {name: type(info[name]).__name__ for name in ("name", "version")}


def times(body: Body) -> Body:
    """How long a result may be kept: that it is a length is left."""
    result = dict(body.get("result", {}))
    if "ttlMs" in result:
        result["ttlMs"] = isinstance(result["ttlMs"], int) and result["ttlMs"] >= 0
    return _with_result(body, result)


def versions(body: Body) -> Body:
    """Which versions there are: that the newest is among them is left."""
    result = dict(body.get("result", {}))
    if "supportedVersions" in result:
        result["supportedVersions"] = MODERN in result["supportedVersions"]
    body = _with_result(body, result)
    error = body.get("error", {})
    if error.get("code") != _UNSUPPORTED:
        return body
    data = {**error["data"], "supported": MODERN in error["data"]["supported"]}
    return {**body, "error": {**error, "data": data}}


def absent_capabilities(body: Body) -> Body:
    """What is said not to be there, as if nothing were said."""
    result = dict(body.get("result", {}))
    if "capabilities" in result:
        result["capabilities"] = {
            name: {flag: value for flag, value in told.items() if value is not False}
            for name, told in result["capabilities"].items()
            if told or name != "experimental"
        }
    return _with_result(body, result)


def messages(body: Body) -> Body:
    """An error's message: that there is one is left."""
    if "error" not in body:
        return body
    return {**body, "error": {**body["error"], "message": bool(body["error"]["message"])}}


def undefined_data(body: Body) -> Body:
    """An error's data, where nothing defines it."""
    error = body.get("error", {})
    defined = error.get("code") in (_UNSUPPORTED, _LACKING) or "uri" in (error.get("data") or {})
    return body if not error or defined else {**body, "error": {**error, "data": None}}


def explanations(body: Body) -> Body:
    """The words for a failed call, but for those of the tool itself."""
    result = body.get("result", {})
    if not result.get("isError"):
        return body
    # what the tool itself says is compared: "Not today"
    texts = [part["text"] for part in result["content"]]
    told = ["Not today" if text.endswith("Not today") else bool(text) for text in texts]
    return _with_result(body, {**result, "content": told})


def layout(body: Body) -> Body:
    """White space in text that is JSON."""
    result = dict(body.get("result", {}))
    for kind in ("content", "contents"):
        if kind in result:
            result[kind] = [_read(part) for part in result[kind]]
    return _with_result(body, result)


def _read(part: Any) -> Any:
    try:
        return {**part, "text": json.loads(part["text"])}
    except (KeyError, TypeError, ValueError):
        return part


def empty_arguments(body: Body) -> Body:
    """A list of arguments that is empty."""
    result = body.get("result", {})
    if "prompts" not in result:
        return body
    prompts = [
        {name: each for name, each in prompt.items() if (name, each) != ("arguments", [])}
        for prompt in result["prompts"]
    ]
    return _with_result(body, {**result, "prompts": prompts})


def schema_titles(body: Body) -> Body:
    """Titles within schemas; a property of that name stays."""
    return _with_schemas(body, lambda schema: _without(schema, "title"))


def further_properties(body: Body) -> Body:
    """That arguments have no other members."""

    def change(schema: Any) -> Any:
        return {name: each for name, each in schema.items() if name != "additionalProperties"}

    return _with_schemas(body, change, ("inputSchema",))


def type_descriptions(body: Body) -> Body:
    """What the type of a result says of itself."""

    def change(schema: Any) -> Any:
        return {name: each for name, each in schema.items() if name != "description"}

    return _with_schemas(body, change, ("outputSchema",))


def _without(schema: Any, keyword: str) -> Any:
    """A schema without a keyword; a property that has the keyword's name stays."""
    if isinstance(schema, list):
        return [_without(each, keyword) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: each for name, each in schema.items() if name != keyword}
    return {
        name: {key: _without(value, keyword) for key, value in each.items()}
        if name in ("properties", "$defs")
        else _without(each, keyword)
        for name, each in kept.items()
    }


def _with_schemas(
    body: Body,
    change: Callable[[Any], Any],
    kinds: tuple[str, ...] = ("inputSchema", "outputSchema"),
) -> Body:
    result = body.get("result", {})
    if "tools" not in result:
        return body
    tools = [
        {name: change(each) if name in kinds else each for name, each in tool.items()}
        for tool in result["tools"]
    ]
    return _with_result(body, {**result, "tools": tools})


def _with_result(body: Body, result: Body) -> Body:
    return {**body, "result": result} if "result" in body else body
