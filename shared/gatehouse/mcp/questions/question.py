"""What all questions to a client have in common."""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar

_T_co = TypeVar("_T_co", covariant=True)


class Question(ABC, Generic[_T_co]):
    """Something that a client is asked during a call, and how its answer is read.

    It has a key of its own, or else one that is made of what is asked: an answer finds the question
    by it, so what is asked has to be the same when the tool runs again.
    """

    method: ClassVar[str]

    def __init__(self, params: Mapping[str, Any], key: str | None) -> None:
        self.params = dict(params)
        self.key = key or self._own_key()

    def request(self) -> dict[str, Any]:
        """The question as the client gets it."""
        return {"method": self.method, "params": self.params}

    @property
    @abstractmethod
    def required(self) -> dict[str, Any]:
        """The capabilities that a client declares which can be asked this."""

    @abstractmethod
    def read(self, said: Any) -> _T_co:
        """The answer in what a client said. Raises `ValueError` for what is no answer."""

    @property
    def needs(self) -> str:
        """The required capabilities in a word."""
        ((name, within),) = self.required.items()
        return ".".join((name, *within))

    def is_offered(self, capabilities: Mapping[str, Any]) -> bool:
        """Whether a client with these capabilities can be asked this."""
        return _includes(capabilities, self.required)

    def _own_key(self) -> str:
        asked = json.dumps(self.request(), sort_keys=True).encode()
        # `elicitation/create` is `elicitation-`, and a few digits that tell two of them apart
        return f"{self.method.partition('/')[0]}-{hashlib.sha256(asked).hexdigest()[:12]}"


def _includes(offered: Mapping[str, Any], required: Mapping[str, Any]) -> bool:
    return all(
        isinstance(offered.get(name), dict) and _includes(offered[name], within)
        for name, within in required.items()
    )
