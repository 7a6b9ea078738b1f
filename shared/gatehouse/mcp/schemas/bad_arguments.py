"""Arguments that do not fit, in words that a model can act on."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from gatehouse.mcp.jsonrpc import clipped

if TYPE_CHECKING:
    from pydantic_core import ValidationError

# Nobody mends more at once; and a large request may have a million
_MOST_TOLD: Final = 20
_MOST_READ: Final = 10_000


class BadArguments(ValueError):
    """Arguments that do not fit the tool's schema; the message says which and why."""


def bad_arguments(error: "ValidationError") -> BadArguments:
    """What pydantic says, without what the model sent; of many problems, the first ones."""
    count = error.error_count()
    # pydantic writes down all of them or none
    if count > _MOST_READ:
        return BadArguments(f"{count} values do not fit the schema, too many to tell which")
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    told = list(map(_problem, problems[:_MOST_TOLD]))
    more = [f"and {count - len(told)} more"] if count > len(told) else []
    return BadArguments("; ".join(told + more))


def _problem(problem: Mapping[str, Any]) -> str:
    # names of arguments are the client's, and a message may be a validator's own
    where = clipped(".".join(str(part) for part in problem["loc"]))
    said = clipped(str(problem["msg"]))
    return f"{where}: {said}" if where else said
