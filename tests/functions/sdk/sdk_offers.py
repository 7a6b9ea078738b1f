"""The same functions as offers of the official SDK: said in its words, and run as they are."""

import functools
import inspect
import warnings
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Annotated, Any, get_args

from anyio import from_thread
from mcp.server import MCPServer
from mcp.server.mcpserver import Context as SdkContext
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError
from mcp.server.mcpserver.exceptions import ToolError as SdkToolError
from mcp.shared.exceptions import MCPDeprecationWarning
from mcp_types import Completion as SdkCompletion
from mcp_types import PromptReference, ToolAnnotations
from pydantic import Field

from gatehouse.mcp import Completion, Context, InHeader, NotFound, ToolError
from gatehouse.mcp.registry.offers import MARK
from tests.functions.sdk.offers import prompts, resources, tools
from tests.functions.sdk.sdk_content import annotations, icons, written

# What their decorators say, in the SDK's words; else what MCP takes for granted, said aloud.
_HINTS = {
    "add": ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    ),
    "route": ToolAnnotations(
        read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=True
    ),
}
_DEFAULTS = ToolAnnotations(
    read_only_hint=False, destructive_hint=True, idempotent_hint=False, open_world_hint=True
)


def offers_of(module: ModuleType) -> Iterator[Any]:
    """What a module offers, as our decorators have written it down, in the order of names."""
    made = [getattr(value, MARK) for value in vars(module).values() if hasattr(value, MARK)]
    yield from sorted(made, key=lambda offer: offer.name)


def add_all(server: MCPServer) -> None:
    """Give the server every offer of ours."""
    for offer in offers_of(tools):
        server.add_tool(
            _translated(offer.function, {ToolError: SdkToolError}),
            title=offer.title,
            annotations=_HINTS.get(offer.name, _DEFAULTS),
            icons=icons(offer),
            # text is no structured content with us, where it would say the same twice
            structured_output=None if offer.codec.is_structured else False,
        )
    for offer in offers_of(resources):
        errors = {ToolError: ResourceError, NotFound: ResourceNotFoundError}
        server.resource(
            offer.uri,
            title=offer.title,
            mime_type=offer.mime_type,
            annotations=annotations(offer.annotations),
            icons=icons(offer),
        )(_translated(offer.function, errors))
    for offer in offers_of(prompts):
        server.prompt(title=offer.title, icons=icons(offer))(_translated(offer.function, {}))
    complete: Any = server.completion
    complete()(_complete)


def _translated(
    function: Callable[..., Any], errors: Mapping[type[Exception], type[Exception]]
) -> Callable[..., Any]:
    """The function with the SDK's words for what it takes, returns and raises."""

    @functools.wraps(function)
    def run(**arguments: Any) -> Any:
        told = {
            name: _Told(value) if isinstance(value, SdkContext) else value
            for name, value in arguments.items()
        }
        try:
            return written(function(**told))
        except tuple(errors) as error:
            raise errors[type(error)](str(error) or "There is nothing") from None

    @functools.wraps(function)
    async def wait(**arguments: Any) -> Any:
        return written(await function(**arguments))

    made = wait if inspect.iscoroutinefunction(function) else run
    signature = inspect.signature(function)
    parameters = [
        each.replace(annotation=_hint(each.annotation)) for each in signature.parameters.values()
    ]
    made.__annotations__ = {
        **{each.name: each.annotation for each in parameters},
        "return": signature.return_annotation,
    }
    vars(made)["__signature__"] = signature.replace(parameters=parameters)
    return made


def _hint(hint: Any) -> Any:
    if hint is Context:
        return SdkContext
    if not hasattr(hint, "__metadata__"):
        return hint
    plain, *notes = get_args(hint)
    said = [_note(note) for note in notes if not isinstance(note, Completion)]
    return Annotated[plain, *said] if said else plain


def _note(note: Any) -> Any:
    if isinstance(note, InHeader):
        return Field(json_schema_extra={"x-mcp-header": note.name})
    return Field(description=note)


class _Told:
    """Our context's words, told by the SDK's. Its tools run in a thread beside its loop."""

    def __init__(self, context: SdkContext) -> None:
        self._context = context

    def progress(self, progress: float, total: float | None, message: str | None) -> None:
        from_thread.run(self._context.report_progress, progress, total, message)

    def log(self, level: Any, data: object, logger: str) -> None:
        from_thread.run(self._log, level, data, logger)

    async def _log(self, level: Any, data: object, logger: str) -> None:
        with warnings.catch_warnings():
            # since 2026-07-28 the specification prefers other ways, and knows this one still
            warnings.simplefilter("ignore", MCPDeprecationWarning)
            await self._context.log(level, data, logger_name=logger)


async def _complete(ref: Any, argument: Any, context: Any) -> SdkCompletion | None:
    """What a server of the SDK writes itself: the same values for the same arguments."""
    kind = prompts if isinstance(ref, PromptReference) else resources
    named = ref.name if kind is prompts else ref.uri
    offer = next(
        (each for each in offers_of(kind) if named in (each.name, getattr(each, "uri", None))), None
    )
    hint = offer.hints.get(argument.name) if offer else None
    source: Any = next((note.source for note in get_args(hint) if isinstance(note, Completion)), ())
    if callable(source):
        found = source(argument.value, (context and context.arguments) or {})
        values = list(await found if inspect.iscoroutine(found) else found)
    else:
        values = [each for each in source if each.startswith(argument.value)]
    return SdkCompletion(values=values, total=len(values), has_more=False)
