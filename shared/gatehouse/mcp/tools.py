"""Tools: typed Python functions, made known by a decorator."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_type_hints

from gatehouse.mcp.context import Context

if TYPE_CHECKING:
    from gatehouse.mcp.plain_codec import PlainCodec
    from gatehouse.mcp.signatures import Signature

_MARK = "__gatehouse_tool__"
_CALLABLE_BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)

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
    scopes: tuple[str, ...] = ()

    @cached_property
    def hints(self) -> Mapping[str, Any]:
        """The type of each argument, in order. Raises `TypeError` for what no client can send."""
        hints = get_type_hints(self.function, include_extras=True)
        parameters = inspect.signature(self.function).parameters
        arguments = {}
        for name, parameter in parameters.items():
            if name not in hints:
                raise TypeError(f"the parameter {name} of the tool {self.name} needs a type hint")
            if parameter.kind not in _CALLABLE_BY_NAME:
                raise TypeError(
                    f"the parameter {name} of the tool {self.name} cannot be sent by name"
                )
            if hints[name] is not Context:
                _refuse_context_within(hints[name], f"{name} of the tool {self.name}")
                arguments[name] = hints[name]
        if len(parameters) - len(arguments) > 1:
            raise TypeError(f"the tool {self.name} asks for its context twice")
        return arguments

    @cached_property
    def context_parameter(self) -> str | None:
        """The parameter that takes the context, which clients never see."""
        names = inspect.signature(self.function).parameters.keys() - self.hints.keys()
        return next(iter(names), None)

    @cached_property
    def signature(self) -> "Signature":
        """The arguments and the result as schemas; worked out when first asked for."""
        # loaded here: pydantic takes longer to import than most calls to be answered, and a call
        # of plain types does without (docs/decisions/0007)
        from gatehouse.mcp.signatures import read_signature

        return read_signature(self.function, self.hints)

    @cached_property
    def codec(self) -> "PlainCodec | Signature":
        """How arguments are checked and results put into JSON."""
        from gatehouse.mcp.plain_codec import plain_codec

        return plain_codec(self.function, self.hints) or self.signature

    def call(self, arguments: Mapping[str, Any], context: Context) -> object:
        """Run the function. Raises `BadArguments`, or what the function raises."""
        keywords = self.codec.validate(arguments)
        if self.context_parameter:
            keywords[self.context_parameter] = context
        value = self.function(**keywords)
        if not inspect.iscoroutine(value):
            return value
        import asyncio

        return asyncio.run(value)


def tool(
    *,
    name: str | None = None,
    title: str | None = None,
    scope: str | Sequence[str] = (),
    read_only: bool = False,
    destructive: bool = True,
    idempotent: bool = False,
    open_world: bool = True,
) -> Callable[[_Function], _Function]:
    """Make a function a tool.

    Its name is the function's unless given, its description the docstring. The four hints are
    MCP's tool annotations, with MCP's defaults; clients use them to decide when to ask the person.
    `scope` is what a caller needs beyond what lets it in at all: one name or several.
    """
    scopes = tuple(scope.split() if isinstance(scope, str) else scope)

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
        made = Tool(name or function.__name__, title, description, function, hints, scopes)
        setattr(function, _MARK, made)
        return function

    return mark


def load_tools(package_name: str, *, scopes: Collection[str] = ()) -> dict[str, Tool]:
    """Every tool in the modules of a package, by name, in the order of their names.

    `scopes` are those that a caller can have. Raises `TypeError` for a tool that no client could
    call.
    """
    package = importlib.import_module(package_name)
    found: dict[str, Tool] = {}
    for module in pkgutil.iter_modules(package.__path__, f"{package_name}."):
        for value in vars(importlib.import_module(module.name)).values():
            made = getattr(value, _MARK, None)
            if isinstance(made, Tool) and found.setdefault(made.name, made) is not made:
                raise TypeError(f"two tools are named {made.name}")
    for made in found.values():
        for scope in made.scopes:
            if scope not in scopes:
                raise TypeError(f"the tool {made.name} needs a scope that does not exist: {scope}")
        _ = made.hints  # a mistake shows when the server starts, not when somebody calls
    return dict(sorted(found.items()))


def _refuse_context_within(hint: Any, where: str) -> None:
    # As an argument, the context would be whatever the client says it is
    if hint is Context:
        raise TypeError(f"the parameter {where} must be a plain Context, or none")
    for part in get_args(hint):
        _refuse_context_within(part, where)
