"""What tools, resources and prompts have in common: a typed function that is called by name."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final, get_args, get_type_hints

from gatehouse.mcp.context import Context
from gatehouse.mcp.markers import AskedFirst, marker_of
from gatehouse.mcp.registry.listable import require_listable

if TYPE_CHECKING:
    from gatehouse.mcp.content import Icon
    from gatehouse.mcp.schemas.codec import Codec, Schemas
    from gatehouse.mcp.schemas.signatures import Signature

MARK: Final = "__gatehouse_offer__"
_CALLABLE_BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


@dataclass(frozen=True)
class Offer:
    """A function, and what a client is told about it. `kind` is where the registry has it."""

    kind: ClassVar[str]
    word: ClassVar[str]

    name: str
    title: str | None
    description: str
    function: Callable[..., object]
    scopes: tuple[str, ...]
    icons: "tuple[Icon, ...]" = ()

    @property
    def told(self) -> Mapping[str, Callable[[], object]]:
        """What its author has every list say of it, in so many words."""
        return {
            "title": lambda: self.title,
            "icons": lambda: [icon.written() for icon in self.icons],
        }

    def check(self) -> None:
        """Raise `TypeError` for what no client could use."""
        require_listable(self)
        if len(self.hints) < len(self.parameters):
            raise TypeError(f"the {self.word} {self.name} is no tool, so nothing is asked first")

    @cached_property
    def hints(self) -> Mapping[str, Any]:
        """The type of each argument, in order. Raises `TypeError` for what no client can send."""
        # What is asked first is not for a client to say
        return {
            name: hint
            for name, hint in self.parameters.items()
            if marker_of(hint, AskedFirst) is None
        }

    @cached_property
    def parameters(self) -> Mapping[str, Any]:
        """The type of each parameter but the context. Raises `TypeError` as `hints` does."""
        hints = get_type_hints(self.function, include_extras=True)
        parameters = inspect.signature(self.function).parameters
        arguments = {}
        for name, parameter in parameters.items():
            if name not in hints:
                raise TypeError(
                    f"the parameter {name} of the {self.word} {self.name} needs a type hint"
                )
            if parameter.kind not in _CALLABLE_BY_NAME:
                raise TypeError(
                    f"the parameter {name} of the {self.word} {self.name} cannot be sent by name"
                )
            if hints[name] is not Context:
                _refuse_within(hints[name], f"{name} of the {self.word} {self.name}")
                arguments[name] = hints[name]
        if len(parameters) - len(arguments) > 1:
            raise TypeError(f"the {self.word} {self.name} asks for its context twice")
        return arguments

    @cached_property
    def defaults(self) -> Mapping[str, object]:
        """The value of each argument that may be left out."""
        parameters = inspect.signature(self.function).parameters
        return {
            name: parameters[name].default
            for name in self.hints
            if parameters[name].default is not inspect.Parameter.empty
        }

    @cached_property
    def context_parameter(self) -> str | None:
        """The parameter that takes the context, which clients never see."""
        names = inspect.signature(self.function).parameters.keys() - self.parameters.keys()
        return next(iter(names), None)

    @property
    def takes_context(self) -> bool:
        """Whether a call of it can tell the client anything before its result."""
        return self.context_parameter is not None

    @cached_property
    def signature(self) -> "Signature":
        """The arguments and the result as schemas; worked out when first asked for."""
        # loaded here: pydantic takes longer to import than most calls to be answered, and a call
        # of plain types does without (docs/decisions/0007)
        from gatehouse.mcp.schemas.signatures import read_signature

        return read_signature(self.function, self.hints)

    @cached_property
    def schemas(self) -> "Schemas":
        """The arguments and the result as clients are told of them."""
        from gatehouse.mcp.schemas.plain_schemas import plain_schemas

        return plain_schemas(self.function, self.hints) or self.signature

    @cached_property
    def codec(self) -> "Codec":
        """How arguments are checked and results put into JSON."""
        from gatehouse.mcp.schemas.plain_codec import plain_codec

        return plain_codec(self.function, self.hints) or self.signature

    def call(
        self,
        arguments: Mapping[str, Any],
        context: Context,
        asked_first: Mapping[str, Any] = MappingProxyType({}),
    ) -> object:
        """Run the function, with the values of `asked_first` beside the arguments.

        Raises `BadArguments`, what the function raises, or `Interrupted` where it asked something.
        """
        keywords = {**self.codec.validate(arguments), **asked_first}
        if self.context_parameter:
            keywords[self.context_parameter] = context
        try:
            return waited_for(self.function(**keywords))
        except (Exception, SystemExit) as error:
            if context.round:
                context.round.ended_by(error)
            raise


def waited_for(value: Any) -> Any:
    """What a function of an author's returned, and what comes of it where that is a coroutine."""
    if not inspect.iscoroutine(value):
        return value
    import asyncio

    return asyncio.run(value)


def described(function: Callable[..., object], word: str) -> str:
    """A function's docstring. Raises `TypeError` where there is none."""
    description = inspect.getdoc(function)
    if not description:
        raise TypeError(f"the {word} {function.__name__} needs a docstring: the model reads it")
    return description


def _refuse_within(hint: Any, where: str) -> None:
    # As an argument, the context would be whatever the client says it is
    if hint is Context:
        raise TypeError(f"the parameter {where} must be a plain Context, or none")
    for part in get_args(hint):
        # and so would be what is asked first
        if marker_of(part, AskedFirst):
            raise TypeError(f"the parameter {where} is asked first as a whole, or not at all")
        _refuse_within(part, where)
