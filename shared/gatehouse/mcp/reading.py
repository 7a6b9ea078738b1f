"""resources/list, resources/templates/list and resources/read."""

import base64
from collections.abc import Mapping
from typing import Any, Final

from gatehouse.mcp.blocks import holds_content, json_text
from gatehouse.mcp.eras import Era
from gatehouse.mcp.incidents import internal_error
from gatehouse.mcp.jsonrpc import INTERNAL_ERROR, INVALID_PARAMS, Call, RpcError, clipped
from gatehouse.mcp.listing import list_page, listed
from gatehouse.mcp.outcomes import Complete
from gatehouse.mcp.registry.resources import NotFound, Resource
from gatehouse.mcp.registry.tools import ToolError
from gatehouse.mcp.schemas.bad_arguments import BadArguments
from gatehouse.mcp.server import Server
from gatehouse.mcp.turn import Turn

# No honest URI is longer, and templates are looked for in it.
_LONGEST: Final = 8192


def list_resources(turn: Turn) -> Complete:
    """The resources with a URI of their own. Raises `RpcError` for a bad cursor."""
    return list_page(turn, "resources", turn.server.registry.resources, _describe)


def list_templates(turn: Turn) -> Complete:
    """The templates. Raises `RpcError` for a bad cursor."""
    return list_page(turn, "resourceTemplates", turn.server.registry.templates, _describe)


def read_one(server: Server, call: Call) -> Resource | None:
    """The resource or template that a call reads by, if there is one."""
    found = _find(server, call.params.get("uri"))
    return found[0] if found else None


def read_resource(turn: Turn) -> Complete:
    """The contents of one resource. Raises `RpcError` where there is none, or it cannot be read."""
    server, call, context, era = turn
    uri = call.params.get("uri")
    if not isinstance(uri, str):
        raise RpcError(INVALID_PARAMS, "resources/read takes a uri")
    found = _find(server, uri)
    if found is None:
        raise _not_found(uri, era)
    resource, variables = found
    try:
        contents = _contents(resource, uri, resource.call(variables, context))
    # a variable that is not of the parameter's type makes no URI of this template
    except (NotFound, BadArguments):
        raise _not_found(uri, era) from None
    except ToolError as error:
        raise RpcError(INTERNAL_ERROR, str(error), {"uri": clipped(uri)}) from None
    except (Exception, SystemExit) as error:
        raise internal_error(server, resource, error, {"uri": clipped(uri)}) from None
    return Complete({"contents": contents}, fresh_seconds=resource.fresh_seconds)


def _find(server: Server, uri: object) -> tuple[Resource, Mapping[str, str]] | None:
    if not isinstance(uri, str) or len(uri) > _LONGEST:
        return None
    for resource in server.registry.resources.values():
        if resource.uri == uri:
            return resource, {}
    for template in server.registry.templates.values():
        variables = template.template.match(uri)
        if variables is not None:
            return template, variables
    return None


def _not_found(uri: str, era: Era) -> RpcError:
    return RpcError(era.resource_not_found, "Resource not found", {"uri": clipped(uri)})


def _describe(resource: Resource, era: Era) -> dict[str, Any]:
    return listed(
        resource,
        era,
        **{"uriTemplate" if resource.is_template else "uri": resource.uri},
        mimeType=resource.mime_type,
        annotations=resource.annotations.written() if resource.annotations else None,
        size=resource.size,
    )


def _contents(resource: Resource, uri: str, value: object) -> list[dict[str, Any]]:
    several: list[Any] = list(value) if isinstance(value, list | tuple) else [value]
    if holds_content(several):
        return [each.contents() for each in several]
    kind = resource.mime_type
    if isinstance(value, bytes):
        blob = base64.b64encode(value).decode()
        return [{"uri": uri, "mimeType": kind or "application/octet-stream", "blob": blob}]
    if isinstance(value, str):
        return [{"uri": uri, "mimeType": kind or "text/plain", "text": value}]
    codec = resource.codec
    text = json_text(codec.plain(value))
    return [{"uri": uri, "mimeType": kind or "application/json", "text": text}]
