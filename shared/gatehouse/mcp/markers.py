"""What may be said of a parameter within `Annotated[...]`, besides a text that describes it."""

import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, Final, NamedTuple, get_args

_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class InHeader(NamedTuple):
    """The parameter is repeated in the header `Mcp-Param-{name}`, for whoever routes by headers."""

    name: str


class Completion(NamedTuple):
    """What a client may offer while a person types: texts, or a function of what was typed.

    The function may also take the other arguments given so far, as a second parameter, and the
    context, by its type. It may be `async`.
    """

    source: Sequence[str] | Callable[..., Sequence[str] | Coroutine[Any, Any, Sequence[str]]]


class AskedFirst(NamedTuple):
    """The parameter of a tool is what `function` returns, which runs before the tool does.

    No client sends or sees it. The function may ask, with the context that it takes by its type; it
    takes arguments of the tool by their names. What stands before a question in it runs again, and
    nothing of it once the tool is begun: a tool that runs as a task is one from there on.
    """

    function: Callable[..., object]


def marker_of(hint: Any, kind: type[Any]) -> Any:
    """The marker of this kind in a hint, or None."""
    notes = get_args(hint)[1:] if hasattr(hint, "__metadata__") else ()
    return next((note for note in notes if isinstance(note, kind)), None)


def described_by(hint: Any) -> str | None:
    """The text in a hint, or None."""
    text = marker_of(hint, str)
    return text if isinstance(text, str) else None


def header_names(hints: Mapping[str, Any]) -> dict[str, str]:
    """The header of each parameter that has one, by parameter.

    Raises `TypeError` for what clients would not send (2026-07-28, Streamable HTTP, "Schema
    Extension").
    """
    names: dict[str, str] = {}
    for parameter, hint in hints.items():
        marker = marker_of(hint, InHeader)
        if marker is None:
            continue
        if not _TOKEN.fullmatch(marker.name):
            raise TypeError(f"{marker.name!r}, for {parameter}, cannot be part of a header's name")
        if get_args(hint)[0] not in (str, int, bool):
            raise TypeError(f"{parameter} is in a header, so it must be a str, an int or a bool")
        header = f"mcp-param-{marker.name.lower()}"
        if header in names.values():
            raise TypeError(f"two parameters are in the header {header}")
        names[parameter] = header
    return names
