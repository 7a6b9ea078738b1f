"""The question which folders the client works in (2026-07-28, Roots, which is deprecated there)."""

from dataclasses import dataclass
from typing import Any

from gatehouse.mcp.questions.question import Question


@dataclass(frozen=True, slots=True)
class Root:
    """A folder or file that the client finds relevant. It is what the client says, and no right."""

    uri: str
    name: str | None = None


class ListRoots(Question[tuple[Root, ...]]):
    """Which roots there are."""

    method = "roots/list"

    def __init__(self, *, key: str | None = None) -> None:
        super().__init__({}, key)

    @property
    def required(self) -> dict[str, Any]:
        return {"roots": {}}

    def read(self, said: Any) -> tuple[Root, ...]:
        roots = said.get("roots") if isinstance(said, dict) else None
        if not isinstance(roots, list):
            raise ValueError("an answer to roots/list has a list of roots")
        return tuple(map(_root, roots))


def _root(said: Any) -> Root:
    uri, name = (said.get("uri"), said.get("name")) if isinstance(said, dict) else (None, None)
    # Roots, "Root": the URI MUST be a file:// URI
    if not isinstance(uri, str) or not uri.startswith("file://"):
        raise ValueError("a root has a file:// URI")
    return Root(uri, name if isinstance(name, str) else None)
