"""The MCP server: JSON-RPC, the protocol's eras, and what it offers. Knows nothing of OAuth.

A tool is a typed function with a docstring, and so is a resource or a prompt:

    from gatehouse.mcp import Context, prompt, resource, tool

    @tool(title="Greeting", read_only=True)
    def greet(name: str, context: Context) -> str:
        \"\"\"Greet somebody in the name of whoever is signed in.\"\"\"
        return f"{context.person.email} says hello to {name}"

    @resource("notes://{name}")
    def note(name: str) -> str:
        \"\"\"A note.\"\"\"

    @prompt()
    def review(code: str) -> str:
        \"\"\"Have code reviewed.\"\"\"
        return f"Review this: {code}"
"""

from typing import TYPE_CHECKING, Any

from gatehouse.mcp.caller import Caller, Person
from gatehouse.mcp.context import Context
from gatehouse.mcp.registry.tools import ToolError, tool

if TYPE_CHECKING:
    from gatehouse.mcp.content import (
        Annotations,
        Audio,
        EmbeddedResource,
        Icon,
        Image,
        Message,
        ResourceLink,
        Text,
    )
    from gatehouse.mcp.markers import AskedFirst, Completion, InHeader
    from gatehouse.mcp.registry.prompts import prompt
    from gatehouse.mcp.registry.resources import NotFound, resource

# Loaded when a module of the server asks for it: most calls need none of it.
_ELSEWHERE = {
    **dict.fromkeys(
        (
            "Annotations",
            "Audio",
            "EmbeddedResource",
            "Icon",
            "Image",
            "Message",
            "ResourceLink",
            "Text",
        ),
        "content",
    ),
    **dict.fromkeys(("AskedFirst", "Completion", "InHeader"), "markers"),
    "prompt": "registry.prompts",
    **dict.fromkeys(("NotFound", "resource"), "registry.resources"),
}

__all__ = [
    "Annotations",
    "AskedFirst",
    "Audio",
    "Caller",
    "Completion",
    "Context",
    "EmbeddedResource",
    "Icon",
    "Image",
    "InHeader",
    "Message",
    "NotFound",
    "Person",
    "ResourceLink",
    "Text",
    "ToolError",
    "prompt",
    "resource",
    "tool",
]


def __getattr__(name: str) -> Any:
    if name not in _ELSEWHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_ELSEWHERE[name]}"), name)
