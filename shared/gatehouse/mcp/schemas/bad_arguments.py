"""Arguments that do not fit, in words that a model can act on."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic_core import ValidationError


class BadArguments(ValueError):
    """Arguments that do not fit the tool's schema; the message says which and why."""


def bad_arguments(error: "ValidationError") -> BadArguments:
    """What pydantic says, without what the model sent."""
    problems = error.errors(include_url=False, include_input=False)
    return BadArguments("; ".join(map(_problem, problems)))


def _problem(problem: Mapping[str, Any]) -> str:
    where = ".".join(str(part) for part in problem["loc"])
    return f"{where}: {problem['msg']}" if where else str(problem["msg"])
