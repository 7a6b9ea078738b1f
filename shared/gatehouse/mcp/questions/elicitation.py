"""Questions to the person (2026-07-28, Elicitation): a form to fill in, or a page to visit.

A form is no place for passwords, API keys or anything else that is secret, as the client reads it
along: those are asked for on a page (Elicitation, "Safe URL Handling").
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, Literal, TypeVar, cast, overload
from urllib.parse import urlsplit

from gatehouse.mcp.questions.forms import Form
from gatehouse.mcp.questions.question import Question
from gatehouse.mcp.registry.tools import ToolError

_T = TypeVar("_T")

_ACTIONS: Final = ("accept", "decline", "cancel")
_WORDS: Final = {"decline": "declined to answer", "cancel": "did not answer"}


class NotAnswered(ToolError):
    """The person declined or dismissed a question whose answer the tool went on to read."""


@dataclass(frozen=True, slots=True)
class Answer(Generic[_T]):
    """What the person did: accepted, declined, or closed the question without a choice."""

    action: Literal["accept", "decline", "cancel"]
    question: str
    _value: _T | None = None

    @property
    def accepted(self) -> bool:
        """Whether there is a value."""
        return self.action == "accept"

    @property
    def value(self) -> _T:
        """What the person filled in.

        Raises `NotAnswered` if they did not; left alone, that tells the model.
        """
        if not self.accepted:
            raise NotAnswered(f"The person {_WORDS[self.action]}: {self.question}")
        return cast("_T", self._value)


class Elicit(Question[Answer[_T]]):
    """A form, of the type that its values are to have; without one, only accept or decline."""

    method = "elicitation/create"

    @overload
    def __init__(
        self: "Elicit[None]", message: str, kind: None = None, *, key: str | None = None
    ) -> None: ...

    @overload
    def __init__(
        self: "Elicit[_T]", message: str, kind: type[_T], *, key: str | None = None
    ) -> None: ...

    # Literal and Annotated types are no `type` for a type checker
    @overload
    def __init__(
        self: "Elicit[Any]", message: str, kind: Any, *, key: str | None = None
    ) -> None: ...

    def __init__(self, message: str, kind: Any = None, *, key: str | None = None) -> None:
        """`kind` is a flat dataclass or pydantic model, or the type of one value."""
        self._message = message
        self._form = Form(kind)
        params = {"mode": "form", "message": message, "requestedSchema": self._form.schema}
        super().__init__(params, key)

    @property
    def required(self) -> dict[str, Any]:
        return {"elicitation": {"form": {}}}

    def is_offered(self, capabilities: Mapping[str, Any]) -> bool:
        # Elicitation, "Capabilities": without a mode it is the form
        elicitation = capabilities.get("elicitation")
        if isinstance(elicitation, dict) and "url" not in elicitation:
            return True
        return super().is_offered(capabilities)

    def read(self, said: Any) -> Answer[_T]:
        action = _action(said)
        if action != "accept":
            return Answer(action, self._message)
        # an empty form may come back without content
        content = said.get("content", {} if self._form.is_empty else None)
        return Answer(action, self._message, self._form.read(content))


class ElicitURL(Question[Answer[None]]):
    """A page to visit, for what the client must not see.

    That the person accepted says that they were willing to open it, not that they are done there:
    the page has to check that it is the same person, and the tool whether they are done.
    """

    method = "elicitation/create"

    def __init__(self, message: str, url: str, *, key: str | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("https", "http") or not parts.hostname:
            raise ValueError(f"a person visits an absolute http or https URL: {url}")
        self._message = message
        super().__init__({"mode": "url", "message": message, "url": url}, key)

    @property
    def required(self) -> dict[str, Any]:
        return {"elicitation": {"url": {}}}

    def read(self, said: Any) -> Answer[None]:
        return Answer(_action(said), self._message)


def _action(said: Any) -> Literal["accept", "decline", "cancel"]:
    action = said.get("action") if isinstance(said, dict) else None
    if action not in _ACTIONS:
        raise ValueError(f"an answer to elicitation/create has an action, {', '.join(_ACTIONS)}")
    return cast("Literal['accept', 'decline', 'cancel']", action)
