"""What a result may consist of besides text: return it from a tool or a prompt, alone or in a list.

Binary data is given as bytes, and sent as base64.
"""

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from gatehouse.mcp.eras import Era

Role = Literal["user", "assistant"]


@dataclass(frozen=True, slots=True)
class Annotations:
    """Whom content is for, how much it matters (0 to 1), and when it changed (ISO 8601)."""

    audience: tuple[Role, ...] = ()
    priority: float | None = None
    last_modified: str | None = None

    def written(self) -> dict[str, Any]:
        """The object that clients read; what was not said is not in it."""
        return _said(
            audience=list(self.audience) or None,
            priority=self.priority,
            lastModified=self.last_modified,
        )


@dataclass(frozen=True, slots=True)
class Icon:
    """A picture to show: an https or data URI, its type, its sizes such as 48x48 or any."""

    src: str
    mime_type: str | None = None
    sizes: tuple[str, ...] = ()
    theme: Literal["light", "dark"] | None = None

    def written(self) -> dict[str, Any]:
        """The object that clients read."""
        sizes = list(self.sizes) or None
        return _said(src=self.src, mimeType=self.mime_type, sizes=sizes, theme=self.theme)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What every kind of content may carry."""

    annotations: Annotations | None = None

    def block(self, era: "Era") -> dict[str, Any]:
        """The content block, as the protocol version of the request knows it."""
        raise NotImplementedError

    def _annotated(self, block: dict[str, Any]) -> dict[str, Any]:
        notes = self.annotations.written() if self.annotations else None
        return {**block, "annotations": notes} if notes else block


@dataclass(frozen=True, slots=True)
class Text(Content):
    """Text, where there is more to say of it than a plain `str` can."""

    text: str

    def block(self, era: "Era") -> dict[str, Any]:  # noqa: ARG002 - alike in all of them
        """A block of type text."""
        return self._annotated({"type": "text", "text": self.text})


@dataclass(frozen=True, slots=True)
class Image(Content):
    """A picture."""

    data: bytes
    mime_type: str

    def block(self, era: "Era") -> dict[str, Any]:  # noqa: ARG002 - alike in all of them
        """A block of type image."""
        return self._annotated(_media("image", self.data, self.mime_type))


@dataclass(frozen=True, slots=True)
class Audio(Content):
    """Sound."""

    data: bytes
    mime_type: str

    def block(self, era: "Era") -> dict[str, Any]:  # noqa: ARG002 - alike in all of them
        """A block of type audio."""
        return self._annotated(_media("audio", self.data, self.mime_type))


@dataclass(frozen=True, slots=True)
class EmbeddedResource(Content):
    """A resource's content in full: text, or bytes for anything else."""

    uri: str
    content: str | bytes
    mime_type: str | None = None

    def contents(self) -> dict[str, Any]:
        """The resource as `resources/read` answers it."""
        said = _said(uri=self.uri, mimeType=self.mime_type)
        if isinstance(self.content, str):
            return {**said, "text": self.content}
        return {**said, "blob": base64.b64encode(self.content).decode()}

    def block(self, era: "Era") -> dict[str, Any]:  # noqa: ARG002 - alike in all of them
        """A block of type resource."""
        return self._annotated({"type": "resource", "resource": self.contents()})


@dataclass(frozen=True, slots=True)
class ResourceLink(Content):
    """A resource that the client may read if it wants to."""

    uri: str
    name: str
    title: str | None = None
    description: str | None = None
    mime_type: str | None = None
    size: int | None = None

    def block(self, era: "Era") -> dict[str, Any]:
        """A block of type resource_link; before there were any, the URI as text."""
        if not era.has_resource_links:
            return self._annotated({"type": "text", "text": self.uri})
        link = _said(
            type="resource_link",
            uri=self.uri,
            name=self.name,
            title=self.title,
            description=self.description,
            mimeType=self.mime_type,
            size=self.size,
        )
        return self._annotated(link)


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a prompt, where it is not the user's."""

    content: str | Content
    role: Role = "user"


def _media(kind: str, data: bytes, mime_type: str) -> dict[str, Any]:
    return {"type": kind, "data": base64.b64encode(data).decode(), "mimeType": mime_type}


def _said(**members: object) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
