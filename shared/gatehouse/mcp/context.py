"""What a tool may know about the call it answers, and whom it may ask."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, overload

from gatehouse.mcp.caller import Caller, Person
from gatehouse.mcp.channel import Channel

if TYPE_CHECKING:
    from gatehouse.mcp.questions import Answer, Question, Root, Sampled
    from gatehouse.mcp.rounds import Round

_T = TypeVar("_T")
_U = TypeVar("_U")
_V = TypeVar("_V")


@dataclass(frozen=True, slots=True)
class Context:
    """Ask for it with a parameter of this type; clients do not see that parameter.

    A tool may ask back with `elicit`, `sample`, `roots` and `ask_all`. The call ends there, and
    when the client has the answer the tool RUNS AGAIN FROM ITS BEGINNING, with it: so what stands
    before a question is done again, and has to lead to the same question. Ask first, then act.
    """

    caller: Caller
    channel: Channel = field(default_factory=Channel)
    round: "Round | None" = None
    token_of: Callable[[str, str], str] | None = None

    @property
    def person(self) -> Person:
        """Who is signed in."""
        return self.caller.person

    @property
    def client_id(self) -> str:
        """The client that acts for the person."""
        return self.caller.client_id

    def provider_token(self, provider: str) -> str:
        """The person's own access token at a provider: `context.provider_token("google")`.

        For the provider's API, where the operator allows that (`ProviderTokensForTools`); refreshed
        where it can be. Raises `ToolError`, which tells the model what the person can do. Give the
        token to nobody but the provider: never into a result, a log or a question.
        """
        from gatehouse.mcp.registry.tools import ToolError

        if self.token_of is None:
            raise ToolError("This server gives tools no tokens of identity providers here")
        return self.token_of(self.person.subject, provider)

    def progress(
        self, progress: float, total: float | None = None, message: str | None = None
    ) -> None:
        """Tell how far the call is, if the client asked: each time a larger number.

        What a task tells is its status, and costs a write each time.
        """
        self.channel.progress(progress, total, message)

    def log(self, level: str, data: object, *, logger: str | None = None) -> None:
        """Tell the client's log, if it asked for messages of this level: `info`, `warning`, …

        `data` is anything that JSON can say, and nothing that the client may not know.
        """
        self.channel.log(level, data, logger)

    @property
    def scopes(self) -> tuple[str, ...]:
        """What the client was given."""
        return self.caller.scopes

    @property
    def cancelled(self) -> bool:
        """Whether the client cancelled the task that this is: a long tool asks now and then.

        Nothing that a cancelled tool returns is seen by anybody.
        """
        return self.channel.cancelled

    @overload
    def elicit(
        self, message: str, kind: None = None, *, key: str | None = None
    ) -> "Answer[None]": ...

    @overload
    def elicit(self, message: str, kind: type[_T], *, key: str | None = None) -> "Answer[_T]": ...

    @overload
    def elicit(self, message: str, kind: Any, *, key: str | None = None) -> "Answer[Any]": ...

    def elicit(self, message: str, kind: Any = None, *, key: str | None = None) -> "Answer[Any]":
        """Ask the person: `context.elicit("Which one?", Choice).value`.

        `kind` is a flat dataclass or pydantic model with a field for each thing to fill in, or the
        type of one value, such as `bool` or `Literal["red", "blue"]`; without it the person only
        accepts or declines. Never ask for a secret: the client reads it (`elicit_url` is for that).
        What stands before it in the tool runs again.
        """
        from gatehouse.mcp.questions import Elicit

        (answer,) = self.ask_all(Elicit(message, kind, key=key))
        return answer

    def elicit_url(self, message: str, url: str, *, key: str | None = None) -> "Answer[None]":
        """Ask the person to visit a page. That they accepted does not say that they are done there.

        The page has to check that it is the same person. What stands before it runs again.
        """
        from gatehouse.mcp.questions import ElicitURL

        (answer,) = self.ask_all(ElicitURL(message, url, key=key))
        return answer

    def sample(
        self,
        prompt: str | Sequence[Mapping[str, Any]],
        *,
        max_tokens: int = 1000,
        system: str | None = None,
        key: str | None = None,
        **params: Any,
    ) -> "Sampled":
        """Ask the client's model: `context.sample("A short poem, please").text`.

        `params` are the protocol's, such as `temperature`. What stands before it runs again.
        """
        from gatehouse.mcp.questions import Sample

        question = Sample(prompt, max_tokens=max_tokens, system=system, key=key, **params)
        (answer,) = self.ask_all(question)
        return answer

    def roots(self, *, key: str | None = None) -> "tuple[Root, ...]":
        """Ask which folders the client works in. What stands before it runs again."""
        from gatehouse.mcp.questions import ListRoots

        (answer,) = self.ask_all(ListRoots(key=key))
        return answer

    @overload
    def ask_all(self, first: "Question[_T]", /) -> "tuple[_T]": ...

    @overload
    def ask_all(self, first: "Question[_T]", second: "Question[_U]", /) -> "tuple[_T, _U]": ...

    @overload
    def ask_all(
        self, first: "Question[_T]", second: "Question[_U]", third: "Question[_V]", /
    ) -> "tuple[_T, _U, _V]": ...

    @overload
    def ask_all(self, *questions: "Question[Any]") -> tuple[Any, ...]: ...

    def ask_all(self, *questions: "Question[Any]") -> tuple[Any, ...]:
        """Ask several things at once (`gatehouse.mcp.questions`); the answers, in order.

        Raises `CannotAsk` if the client cannot be asked one of them. What stands before runs again.
        """
        return self._round.ask(*questions)

    def can_ask(self, *questions: "Question[Any]") -> bool:
        """Whether the client can be asked all this; it asks nothing."""
        return not any(map(self._round.lack, questions))

    @property
    def _round(self) -> "Round":
        if self.round is None:
            raise RuntimeError("nothing can be asked outside of a call")
        return self.round
