"""What a tool has to know before it begins, found out by functions that may ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, get_type_hints

from gatehouse.mcp.context import Context
from gatehouse.mcp.markers import AskedFirst, marker_of
from gatehouse.mcp.registry.offers import Offer

if TYPE_CHECKING:
    from gatehouse.mcp.schemas.codec import Codec


@dataclass(frozen=True)
class Asker(Offer):
    """The function that finds out one parameter of a tool; it has that parameter's name."""

    kind: ClassVar[str] = ""
    word: ClassVar[str] = "function that asks for"


class AskingFirst:
    """Every parameter of a tool that is asked first (`AskedFirst`)."""

    def __init__(self, tool: Offer) -> None:
        self._tool = tool
        self.askers: Mapping[str, Asker] = {
            name: Asker(name, None, "", marker.function, ())
            for name, hint in tool.parameters.items()
            if (marker := marker_of(hint, AskedFirst)) is not None
        }

    @property
    def takes_context(self) -> bool:
        """Whether one of them can tell the client anything."""
        return any(asker.takes_context for asker in self.askers.values())

    def check(self) -> None:
        """Raise `TypeError` for functions that do not go with their tool."""
        hints = get_type_hints(self._tool.function)
        for name, asker in self.askers.items():
            asker.check()
            where = f"the function that asks for {name} of the tool {self._tool.name}"
            wanted = get_type_hints(asker.function)
            if "return" not in wanted or wanted["return"] != hints[name]:
                raise TypeError(f"{where} has to return what the parameter is, {hints[name]}")
            for argument in asker.hints:
                if argument not in self._tool.hints or wanted[argument] != hints[argument]:
                    raise TypeError(f"{where} takes {argument}, which the tool does not")

    def find_out(self, arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
        """The value of each parameter, as JSON can say it.

        Raises `BadArguments` before anything is asked, what a function raises, or `Interrupted`.
        """
        self._tool.codec.validate(arguments)
        given = {**self._tool.defaults, **arguments}
        found = {}
        for name, asker in self.askers.items():
            taken = {each: given[each] for each in asker.hints}
            value = asker.call(taken, context)
            if context.round:
                # also where the function caught that it was interrupted
                context.round.require_answers()
            found[name] = asker.codec.plain(value)
        return found

    def read(self, found: Mapping[str, Any]) -> dict[str, Any]:
        """The values that `find_out` found. Raises `BadArguments` for those of another tool."""
        return self._codec.validate(found)

    @cached_property
    def _codec(self) -> "Codec":
        from gatehouse.mcp.schemas.signatures import read_signature

        parameters = self._tool.parameters
        return read_signature(self._tool.function, {name: parameters[name] for name in self.askers})
