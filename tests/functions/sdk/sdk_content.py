"""Content of ours, and icons, in the SDK's words."""

import base64
from typing import Any, Final

import mcp_types
from mcp.server.mcpserver.prompts.base import Message as SdkMessage

from gatehouse.mcp import (
    Annotations,
    Audio,
    EmbeddedResource,
    Image,
    Message,
    ResourceLink,
    Text,
)

Notes = mcp_types.Annotations | None


def written(value: Any) -> Any:
    """What a function returned, with the SDK's types in place of ours."""
    if isinstance(value, list):
        return [written(each) for each in value]
    if isinstance(value, Message):
        return SdkMessage(written(value.content), role=value.role)
    make = _KINDS.get(type(value))
    return make(value, annotations(value.annotations)) if make else value


def _text(value: Text, notes: Notes) -> mcp_types.TextContent:
    return mcp_types.TextContent(text=value.text, annotations=notes)


def _image(value: Image, notes: Notes) -> mcp_types.ImageContent:
    data = _encoded(value.data)
    return mcp_types.ImageContent(data=data, mime_type=value.mime_type, annotations=notes)


def _audio(value: Audio, notes: Notes) -> mcp_types.AudioContent:
    data = _encoded(value.data)
    return mcp_types.AudioContent(data=data, mime_type=value.mime_type, annotations=notes)


def _link(value: ResourceLink, notes: Notes) -> mcp_types.ResourceLink:
    return mcp_types.ResourceLink(
        uri=value.uri,
        name=value.name,
        title=value.title,
        description=value.description,
        mime_type=value.mime_type,
        size=value.size,
        annotations=notes,
    )


def _embedded(value: EmbeddedResource, notes: Notes) -> mcp_types.EmbeddedResource:
    return mcp_types.EmbeddedResource(resource=_contents(value), annotations=notes)


_KINDS: Final[dict[type, Any]] = {
    Text: _text,
    Image: _image,
    Audio: _audio,
    ResourceLink: _link,
    EmbeddedResource: _embedded,
}


def _contents(value: EmbeddedResource) -> Any:
    kind = value.mime_type
    if isinstance(value.content, str):
        return mcp_types.TextResourceContents(uri=value.uri, mime_type=kind, text=value.content)
    blob = _encoded(value.content)
    return mcp_types.BlobResourceContents(uri=value.uri, mime_type=kind, blob=blob)


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def annotations(value: Annotations | None) -> mcp_types.Annotations | None:
    """The same said in the SDK's words."""
    if value is None:
        return None
    return mcp_types.Annotations(
        audience=list(value.audience) or None,
        priority=value.priority,
        last_modified=value.last_modified,
    )


def icons(offer: Any) -> list[mcp_types.Icon] | None:
    """Those of an offer."""
    return [
        mcp_types.Icon(
            src=icon.src,
            mime_type=icon.mime_type,
            sizes=list(icon.sizes) or None,
            theme=icon.theme,
        )
        for icon in offer.icons
    ] or None
