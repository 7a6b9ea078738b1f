"""Multi round trips: a tool asks, the client calls it again with the answer (2026-07-28, MRTR).

Nothing waits here for an answer. A tool that asks what nobody has answered is ended; its questions
are the result of the call, with a sealed state that the client brings back. Then the tool runs once
more from its beginning, and what was answered is there when it asks.
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from gatehouse.mcp.caller import Caller
from gatehouse.mcp.eras import Era, client_capabilities_of
from gatehouse.mcp.jsonrpc import (
    INVALID_PARAMS,
    MISSING_REQUIRED_CLIENT_CAPABILITY,
    Call,
    RpcError,
)
from gatehouse.mcp.outcomes import InputRequired
from gatehouse.mcp.server import Server
from gatehouse.mcp.tools import ToolError

if TYPE_CHECKING:
    from gatehouse.mcp.questions.question import Question
    from gatehouse.mcp.request_state import RequestState

_T = TypeVar("_T")


class Interrupted(BaseException):
    """Ends the run of a tool that cannot go on now. No tool catches it with `except Exception`."""


class CannotAsk(ToolError):
    """The client cannot be asked this; a tool may catch it and do without the answer."""

    def __init__(self, message: str, required: Mapping[str, Any] | None = None) -> None:
        """`required` are the capabilities that the client would have to declare, if that helps."""
        super().__init__(message)
        self.required = required

    def as_rpc_error(self) -> RpcError | None:
        """The protocol's own error, if a client that declares more would get further."""
        if self.required is None:
            return None
        return RpcError(
            MISSING_REQUIRED_CLIENT_CAPABILITY, str(self), {"requiredCapabilities": self.required}
        )


class _Unanswered(NamedTuple):
    pass


_UNANSWERED: Final = _Unanswered()


class Round:
    """One run of what may ask: the answers that came, and the questions that are still open."""

    def __init__(
        self,
        server: Server,
        call: Call,
        caller: Caller,
        era: Era,
        *,
        named_by: str = "name",
        now_answered: Mapping[str, Any] | None = None,
        state: "RequestState | None" = None,
    ) -> None:
        """`named_by` is the parameter that says which tool, prompt or resource is called."""
        self._server = server
        self._call = call
        self._caller = caller
        self._era = era
        self._named_by = named_by
        self._now_answered = now_answered or {}
        self._state = state
        self._open: dict[str, dict[str, Any]] = {}
        self._times_asked: dict[str, int] = {}
        self._problem: RpcError | None = None

    @classmethod
    def of(cls, server: Server, call: Call, caller: Caller, era: Era, *, named_by: str) -> "Round":
        """The round that a request opens or goes on with.

        Raises `RpcError` for answers that are none, and for a state that was changed, has expired,
        or belongs to another person, client, tool or arguments.
        """
        if not era.stands_alone:
            return cls(server, call, caller, era, named_by=named_by)
        answers, sealed = call.params.get("inputResponses"), call.params.get("requestState")
        if not isinstance(answers, dict | None):
            raise RpcError(INVALID_PARAMS, "inputResponses must be an object")
        made = cls(server, call, caller, era, named_by=named_by, now_answered=answers)
        if sealed is not None:
            from gatehouse.mcp.request_state import open_state

            # Before anything runs: what was not sealed here leads nowhere (2026-07-28, MRTR)
            made._state = open_state(sealed, server.request_states(), bound_to=made._binding())
        return made

    def lacks(self, question: "Question[Any]") -> CannotAsk | None:
        """Why the client cannot be asked this, if it cannot."""
        if not self._era.stands_alone:
            # Up to 2025-11-25 a server asks over a stream that stays open, and none does here
            return CannotAsk(
                "This call needs an answer from the person or the client, which this server can ask"
                f" for only in MCP 2026-07-28; the client speaks {self._era.version}. Calling again"
                " does not help: tell the person that their client is too old for this."
            )
        offered = client_capabilities_of(self._call)
        if question.is_offered(offered):
            return None
        return CannotAsk(
            f"The client did not declare the capability that this call needs: {question.needs}",
            question.required,
        )

    def ask(self, *questions: "Question[Any]") -> tuple[Any, ...]:
        """The answers, in order. Raises `CannotAsk`, or `Interrupted` if one is still open."""
        for question in questions:
            lack = self.lacks(question)
            if lack:
                raise lack
        answers = [self._answer(question) for question in questions]
        if _UNANSWERED in answers:
            raise Interrupted
        return tuple(answers)

    @property
    def is_open(self) -> bool:
        """Whether a question is open, or an answer was none: whatever a tool makes of that."""
        return bool(self._open) or self._problem is not None

    def outcome(self) -> InputRequired:
        """The open questions, as the result of the call. Raises `RpcError`."""
        if self._problem:
            raise self._problem
        from gatehouse.mcp.request_state import seal_state

        sealed = seal_state(
            self._known(), self._server.request_states(), bound_to=self._binding()
        )
        return InputRequired({"inputRequests": self._open, "requestState": sealed})

    def _answer(self, question: "Question[_T]") -> "_T | _Unanswered":
        key, request = self._key(question), question.request()
        said = self._known().answer(key, request, self._now_answered)
        if said is None:
            self._open[key] = request
            return _UNANSWERED
        try:
            return question.read(said)
        except ValueError as error:
            # Not the tool's mistake, so the tool does not get to see it
            self._problem = RpcError(INVALID_PARAMS, f"inputResponses[{key!r}]: {error}")
            raise Interrupted from None

    def _key(self, question: "Question[Any]") -> str:
        # In a loop the same is asked again, and means another answer each time
        times = self._times_asked[question.key] = self._times_asked.get(question.key, 0) + 1
        return question.key if times == 1 else f"{question.key}-{times}"

    def _known(self) -> "RequestState":
        if self._state is None:
            from gatehouse.mcp.request_state import RequestState

            self._state = RequestState()
        return self._state

    def _binding(self) -> bytes:
        """What the state belongs to: nobody else's call and no other call can bring it back."""
        person, params = self._caller.person.subject, self._call.params
        arguments = params.get("arguments") or {}
        bound = [
            person,
            self._caller.client_id,
            self._call.method,
            params.get(self._named_by),
            arguments,
        ]
        return json.dumps(bound, sort_keys=True, separators=(",", ":")).encode()
