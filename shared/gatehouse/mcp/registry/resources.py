"""Resources: what a client reads by URI, one of them or all that a template describes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, TypeVar

from gatehouse.mcp.registry.offers import MARK, Offer, described
from gatehouse.mcp.registry.templates import UriTemplate

if TYPE_CHECKING:
    from gatehouse.mcp.content import Annotations, Icon

_Function = TypeVar("_Function", bound=Callable[..., object])


class NotFound(Exception):
    """Raise it in a resource's function where the URI leads to nothing."""


@dataclass(frozen=True)
class Resource(Offer):
    """A resource, or a template of many: then its arguments are the template's variables.

    `fresh_seconds` is how long a client may keep what it read.
    """

    kind: ClassVar[str] = "resources"
    word: ClassVar[str] = "resource"

    uri: str = field(kw_only=True)
    mime_type: str | None = None
    annotations: "Annotations | None" = None
    size: int | None = None
    fresh_seconds: int = 0

    @property
    def is_template(self) -> bool:
        """Whether it stands for more than one URI."""
        return "{" in self.uri

    @cached_property
    def template(self) -> UriTemplate:
        """Its URI as a template."""
        return UriTemplate(self.uri)

    @property
    def told(self) -> Mapping[str, Callable[[], object]]:
        """What is known of its content, too."""
        return {
            **super().told,
            "mime_type": lambda: self.mime_type,
            "annotations": lambda: self.annotations and self.annotations.written(),
            "size": lambda: self.size,
            "fresh_seconds": lambda: self.fresh_seconds * 1000,
        }

    def check(self) -> None:
        """Raise `TypeError` where template and function do not fit."""
        super().check()
        try:
            names = self.template.names
        except ValueError as error:
            raise TypeError(f"the resource {self.name}: {error}") from None
        if set(names) != set(self.hints):
            raise TypeError(
                f"the resource {self.name} takes {', '.join(self.hints) or 'nothing'},"
                f" and its URI tells {', '.join(names) or 'nothing'}"
            )


def resource(
    uri: str,
    *,
    name: str | None = None,
    title: str | None = None,
    mime_type: str | None = None,
    scope: str | Sequence[str] = (),
    annotations: "Annotations | None" = None,
    icons: "Sequence[Icon]" = (),
    size: int | None = None,
    fresh_seconds: int = 0,
) -> Callable[[_Function], _Function]:
    """Make a function a resource, or a template of resources: `@resource("notes://{id}")`.

    It is called with the variables of the URI. What it returns is the content: text, bytes,
    anything else as JSON, or a list of `EmbeddedResource` for several. Where there is nothing, it
    raises `NotFound`.
    """
    scopes = tuple(scope.split() if isinstance(scope, str) else scope)

    def mark(function: _Function) -> _Function:
        made = Resource(
            name or function.__name__,
            title,
            described(function, Resource.word),
            function,
            scopes,
            tuple(icons),
            uri=uri,
            mime_type=mime_type,
            annotations=annotations,
            size=size,
            fresh_seconds=fresh_seconds,
        )
        setattr(function, MARK, made)
        return function

    return mark
