"""What travels with the client between two rounds of a call, sealed: `requestState`."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from gatehouse.mcp.jsonrpc import INVALID_PARAMS, RpcError

# Which check failed is nobody's business.
_REFUSED: Final = "Invalid or expired requestState; make the call again without it"
# The client brings it back in a request, which has a largest size, beside its next answers.
_LARGEST: Final = 2 * 1024 * 1024


class RequestStates(Protocol):
    """Seals what a client carries and must not read or change, for a while."""

    def seal(self, plain: bytes, *, bound_to: bytes) -> str:
        """`plain`, to be opened by whoever names `bound_to` again."""

    def unseal(self, sealed: str, *, bound_to: bytes) -> bytes:
        """What was sealed. Raises `ValueError` for anything else, and when it has expired."""


@dataclass(slots=True)
class RequestState:
    """The answers so far, and what was asked last, each with a digest of its question."""

    answers: dict[str, tuple[str, Any]] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)

    def answer(
        self, key: str, request: Mapping[str, Any], now_answered: Mapping[str, Any]
    ) -> Any | None:
        """The answer to `request`, kept from now on; None if it has to be asked.

        An answer to another question, which had that key before, is none.
        """
        digest = digest_of(request)
        kept = self.answers.get(key)
        if kept is not None and kept[0] == digest:
            return kept[1]
        # A client that brings answers without the state could make them up with it as well
        was_asked = self.asked.get(key, digest) == digest
        said = now_answered.get(key) if was_asked else None
        if said is None:
            self.asked[key] = digest
            return None
        self.answers[key] = (digest, said)
        return said


def seal_state(state: RequestState, states: RequestStates, *, bound_to: bytes) -> str:
    """The state as the client carries it. Raises `RpcError` if the answers are too large for it."""
    plain = json.dumps({"answers": state.answers, "asked": state.asked}, separators=(",", ":"))
    if len(plain) > _LARGEST:
        raise RpcError(INVALID_PARAMS, f"The answers take more than {_LARGEST} bytes together")
    return states.seal(plain.encode(), bound_to=bound_to)


def open_state(sealed: object, states: RequestStates, *, bound_to: bytes) -> RequestState:
    """The state that a client brings back.

    Raises `RpcError` for all that was not sealed for the same call of the same caller, a while ago
    at most.
    """
    try:
        if not isinstance(sealed, str):
            raise ValueError("not a string")
        read = json.loads(states.unseal(sealed, bound_to=bound_to))
    except ValueError:
        # 2026-07-28, MRTR: state that fails verification MUST be rejected
        raise RpcError(INVALID_PARAMS, _REFUSED) from None
    answers = {key: (digest, said) for key, (digest, said) in read["answers"].items()}
    return RequestState(answers, read["asked"])


def digest_of(request: Mapping[str, Any]) -> str:
    """What tells a question from another one with its key."""
    return hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()
