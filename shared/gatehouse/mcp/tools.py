"""Tools: typed Python functions, made known by a decorator."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from gatehouse.mcp.context import Context

if TYPE_CHECKING:
    from gatehouse.mcp.signatures import Signature

_MARK = "__gatehouse_tool__"

_Function = TypeVar("_Function", bound=Callable[..., object])


class ToolError(Exception):
    """Raise it in a tool to tell the model what went wrong; its message is shown as it is."""


@dataclass(frozen=True)
class Tool:
    """A tool: its function, and what a client is told about it."""

    name: str
    title: str | None
    description: str
    function: Callable[..., object]
    annotations: Mapping[str, bool]

    @cached_property
    def signature(self) -> "Signature":
        """The function's parameters and result as schemas; worked out when first asked for."""
        # loaded here: pydantic takes longer to import than most calls to be answered
        from gatehouse.mcp.signatures import read_signature

        return read_signature(self.function)

    def call(self, arguments: Mapping[str, Any], context: Context) -> object:
        """Run the function. Raises `BadArguments`, or what the function raises."""
        return self.function(**self.signature.validate(arguments, context))


def tool(
    *,
    name: str | None = None,
    title: str | None = None,
    read_only: bool = False,
    destructive: bool = True,
    idempotent: bool = False,
    open_world: bool = True,
) -> Callable[[_Function], _Function]:
    """Make a function a tool.

    Its name is the function's unless given, its description the docstring. The four hints are
    MCP's tool annotations, with MCP's defaults; clients use them to decide when to ask the person.
    """

    def mark(function: _Function) -> _Function:
        description = inspect.getdoc(function)
        if not description:
            raise TypeError(f"the tool {function.__name__} needs a docstring: the model reads it")
        hints = {
            "readOnlyHint": read_only,
            "destructiveHint": destructive and not read_only,
            "idempotentHint": idempotent or read_only,
            "openWorldHint": open_world,
        }
        made = Tool(name or function.__name__, title, description, function, hints)
        setattr(function, _MARK, made)
        return function

    return mark


def load_tools(package_name: str) -> dict[str, Tool]:
    """Every tool in the modules of a package, by name, in the order of their names."""
    package = importlib.import_module(package_name)
    found: dict[str, Tool] = {}
    for module in pkgutil.iter_modules(package.__path__, f"{package_name}."):
        for value in vars(importlib.import_module(module.name)).values():
            made = getattr(value, _MARK, None)
            if isinstance(made, Tool) and found.setdefault(made.name, made) is not made:
                raise TypeError(f"two tools are named {made.name}")
    return dict(sorted(found.items()))
