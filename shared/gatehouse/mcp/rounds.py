"""Multi round trips: a tool asks, and the client calls it again with the answer (2026-07-28, MRTR).

Nothing waits here for an answer. A tool that asks what nobody has answered is ended; its questions
are the result of the call, with a sealed state that the client brings back. Then the tool runs once
more from its beginning, and what was answered is there when it asks.
"""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from gatehouse.mcp.caller import Caller
from gatehouse.mcp.eras import Era, client_capabilities_of
from gatehouse.mcp.jsonrpc import (
    INVALID_PARAMS,
    MISSING_REQUIRED_CLIENT_CAPABILITY,
    Call,
    RpcError,
)
from gatehouse.mcp.outcomes import InputRequired, Outcome
from gatehouse.mcp.registry.tools import ToolError
from gatehouse.mcp.server import Server

if TYPE_CHECKING:
    from gatehouse.mcp.questions.question import Question
    from gatehouse.mcp.request_state import RequestState

# Up to 2025-11-25 a server asks over a stream that stays open, and none does here.
_TOO_OLD: Final = (
    "This has to ask the person or the client something, which this server can do only in MCP"
    " 2026-07-28, and the client speaks {}. Do not try again: tell the person that it needs a"
    " newer client."
)


class Interrupted(BaseException):
    """Ends the run of a tool that cannot go on now. `except Exception` does not catch it."""


class CannotAsk(ToolError):
    """The client cannot be asked this; a tool may catch it and do without the answer.

    `required` are the capabilities that the client did not declare, if any could help.
    """

    def __init__(self, message: str, required: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.required = required


class Round:
    """One run of what may ask: the answers that came, and the questions that are still open."""

    def __init__(self, server: Server, call: Call, caller: Caller, era: Era, named_by: str) -> None:
        """`named_by` is the parameter that says which tool, prompt or resource is called."""
        self._server = server
        self._call = call
        self._caller = caller
        self._era = era
        self._named_by = named_by
        self._answers: Mapping[str, Any] = {}
        self._state: RequestState | None = None
        self._open: dict[str, dict[str, Any]] = {}
        self._times_asked: dict[str, int] = {}
        self._problem: RpcError | None = None

    @classmethod
    def of(cls, server: Server, call: Call, caller: Caller, era: Era, named_by: str) -> "Round":
        """The round that a request opens or goes on with.

        Raises `RpcError` for answers that are none, and for a state that was changed, has expired,
        or belongs to another person, client, tool or arguments.
        """
        made = cls(server, call, caller, era, named_by)
        answers, sealed = call.params.get("inputResponses"), call.params.get("requestState")
        if not era.stands_alone:
            return made
        if not isinstance(answers, dict | None):
            raise RpcError(INVALID_PARAMS, "inputResponses must be an object")
        made._answers = answers or {}
        if sealed is not None:
            from gatehouse.mcp.request_state import open_state

            # Before anything runs: what was not sealed here leads nowhere (2026-07-28, MRTR)
            made._state = open_state(sealed, server.request_states(), bound_to=made._binding())
        return made

    @property
    def is_open(self) -> bool:
        """Whether a question is open or an answer was none, whatever the tool made of that."""
        return bool(self._open) or self._problem is not None

    def lack(self, question: "Question[Any]") -> CannotAsk | None:
        """Why the client cannot be asked this, if it cannot."""
        if not self._era.stands_alone:
            return CannotAsk(_TOO_OLD.format(self._era.version))
        # MRTR, "Server Requirements": nothing is asked that the client has not declared
        if question.is_offered(client_capabilities_of(self._call)):
            return None
        message = f"This needs a client that declares the capability {question.needs}"
        return CannotAsk(message, question.required)

    def ask(self, *questions: "Question[Any]") -> tuple[Any, ...]:
        """The answers, in order. Raises `CannotAsk`, and `Interrupted` if one is still open."""
        for question in questions:
            lack = self.lack(question)
            if lack:
                raise lack
        said = [self._said(question) for question in questions]
        if self.is_open:
            raise Interrupted
        return tuple(map(self._read, questions, said))

    def ended_by(self, error: BaseException) -> None:
        """Take it that what was run ended with `error`.

        Raises `Interrupted` if that is no result: where something is open, what a `finally` makes
        of being interrupted is no mistake of its own.
        """
        if isinstance(error, CannotAsk) and error.required is not None:
            # 2026-07-28: MissingRequiredClientCapabilityError
            lacking = {"requiredCapabilities": error.required}
            self._problem = RpcError(MISSING_REQUIRED_CLIENT_CAPABILITY, str(error), lacking)
        self.require_answers()

    def require_answers(self) -> None:
        """Raise `Interrupted` if anything is open, whatever became of the first one."""
        if self.is_open:
            raise Interrupted from None

    def outcome(self) -> InputRequired:
        """The open questions, as the result of the call. Raises `RpcError`."""
        if self._problem:
            raise self._problem
        from gatehouse.mcp.request_state import seal_state

        states, state = self._server.request_states(), self._known_state()
        sealed = seal_state(state, states, bound_to=self._binding())
        return InputRequired({"inputRequests": self._open, "requestState": sealed})

    def _said(self, question: "Question[Any]") -> Any:
        """What the client said to it; nothing, and the question is open, if it said nothing."""
        # In a loop the same is asked again, and each time means another answer
        times = self._times_asked[question.key] = self._times_asked.get(question.key, 0) + 1
        key = question.key if times == 1 else f"{question.key}#{times}"
        request = question.request()
        said = self._known_state().answer(key, request, self._answers)
        if said is None:
            self._open[key] = request
        return said

    def _read(self, question: "Question[Any]", said: Any) -> Any:
        try:
            return question.read(said)
        except ValueError as error:
            # The client's mistake and not the tool's, which has no part in it
            self._problem = RpcError(
                INVALID_PARAMS, f"Invalid inputResponses for {question.key}: {error}"
            )
            raise Interrupted from None

    def _known_state(self) -> "RequestState":
        if self._state is None:
            from gatehouse.mcp.request_state import RequestState

            self._state = RequestState()
        return self._state

    def _binding(self) -> bytes:
        """What a state belongs to: it is refused in any other call, and by anybody else."""
        caller, params = self._caller, self._call.params
        bound = [
            caller.person.subject,
            caller.client_id,
            self._call.method,
            params.get(self._named_by),
            params.get("arguments") or {},
        ]
        return json.dumps(bound, sort_keys=True, separators=(",", ":")).encode()


def in_rounds(rounds: Round, respond: Callable[[], Outcome]) -> Outcome:
    """What `respond` returns, or what it asked and nobody has answered. Raises `RpcError`."""
    try:
        outcome = respond()
    # tasks that ask side by side are ended together
    except (Interrupted, BaseExceptionGroup):
        if not rounds.is_open:
            raise
    # also where somebody caught the interruption: what came of it was made without the answer
    return rounds.outcome() if rounds.is_open else outcome
