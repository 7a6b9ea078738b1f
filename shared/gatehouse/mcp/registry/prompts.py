"""Prompts: messages that a person picks, filled in with what they say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeVar

from gatehouse.mcp.registry.offers import MARK, Offer, described

if TYPE_CHECKING:
    from gatehouse.mcp.content import Icon

_Function = TypeVar("_Function", bound=Callable[..., object])


@dataclass(frozen=True)
class Prompt(Offer):
    """A prompt. Every argument arrives as text, and is read as its type says."""

    kind: ClassVar[str] = "prompts"
    word: ClassVar[str] = "prompt"


def prompt(
    *,
    name: str | None = None,
    title: str | None = None,
    scope: str | Sequence[str] = (),
    icons: "Sequence[Icon]" = (),
) -> Callable[[_Function], _Function]:
    """Make a function a prompt.

    It returns the message of the user, text or content, or a list of these and of `Message` for
    the ones of the assistant.
    """
    scopes = tuple(scope.split() if isinstance(scope, str) else scope)

    def mark(function: _Function) -> _Function:
        text = described(function, Prompt.word)
        made = Prompt(name or function.__name__, title, text, function, scopes, tuple(icons))
        setattr(function, MARK, made)
        return function

    return mark
