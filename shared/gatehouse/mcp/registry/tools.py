"""Tools: functions that the model calls."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar, get_args

from gatehouse.mcp.markers import header_names
from gatehouse.mcp.registry.listable import require_listable
from gatehouse.mcp.registry.offers import MARK, Offer, described

if TYPE_CHECKING:
    from gatehouse.mcp.content import Icon
    from gatehouse.mcp.registry.asking_first import AskingFirst

TaskSupport = Literal["never", "optional", "required"]
_Function = TypeVar("_Function", bound=Callable[..., object])


class ToolError(Exception):
    """Raise it in a tool to tell the model what went wrong; its message is shown as it is."""


@dataclass(frozen=True)
class Tool(Offer):
    """A tool; its annotations are MCP's hints to clients, `task` says whether it runs as a task."""

    kind: ClassVar[str] = "tools"
    word: ClassVar[str] = "tool"

    annotations: Mapping[str, bool] = field(default_factory=dict)
    input_schema: Mapping[str, Any] | None = None
    task: TaskSupport = "never"

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """The header that repeats an argument, by the argument's name."""
        return header_names(self.hints)

    @cached_property
    def asking_first(self) -> "AskingFirst | None":
        """What has to be found out before the tool begins, if anything."""
        if len(self.hints) == len(self.parameters):
            return None
        from gatehouse.mcp.registry.asking_first import AskingFirst

        return AskingFirst(self)

    @property
    def takes_context(self) -> bool:
        """Whether the tool takes it, or a function that asks before."""
        return super().takes_context or bool(self.asking_first and self.asking_first.takes_context)

    @property
    def told(self) -> Mapping[str, Callable[[], object]]:
        """The hints and the schema that was given, too."""
        return {
            **super().told,
            "annotations": lambda: self.annotations,
            "input_schema": lambda: self.input_schema,
        }

    def check(self) -> None:
        """Raise `TypeError` for what no client could call."""
        require_listable(self)
        if self.asking_first:
            self.asking_first.check()
        try:
            _ = self.headers
        except TypeError as error:
            raise TypeError(f"the tool {self.name}: {error}") from None


def tool(
    *,
    name: str | None = None,
    title: str | None = None,
    scope: str | Sequence[str] = (),
    read_only: bool = False,
    destructive: bool = True,
    idempotent: bool = False,
    open_world: bool = True,
    icons: "Sequence[Icon]" = (),
    input_schema: Mapping[str, Any] | None = None,
    task: TaskSupport = "never",
) -> Callable[[_Function], _Function]:
    """Make a function a tool.

    Its name is the function's unless given, its description the docstring. The four hints are
    MCP's tool annotations, with MCP's defaults; clients use them to decide when to ask the person.
    `scope` is what a caller needs beyond what lets it in at all: one name or several.
    `input_schema` is shown in place of the schema that the types make, where a model should be told
    more than they can; the arguments are still read by the types.

    `task` is for what takes longer than half a minute: the call goes on as a task, which clients
    that know tasks ask for until it is over. Others wait for the answer of an "optional" one, and
    cannot call a "required" one. A parameter that is `AskedFirst` is asked for before there is a
    task.
    """
    if task not in get_args(TaskSupport):
        raise TypeError(f"a tool runs as a task never, optional or required: {task}")
    scopes = tuple(scope.split() if isinstance(scope, str) else scope)

    def mark(function: _Function) -> _Function:
        description = described(function, Tool.word)
        hints = {
            "readOnlyHint": read_only,
            "destructiveHint": destructive and not read_only,
            "idempotentHint": idempotent or read_only,
            "openWorldHint": open_world,
        }
        made = Tool(
            name or function.__name__,
            title,
            description,
            function,
            scopes,
            tuple(icons),
            annotations=hints,
            input_schema=input_schema,
            task=task,
        )
        setattr(function, MARK, made)
        return function

    return mark
