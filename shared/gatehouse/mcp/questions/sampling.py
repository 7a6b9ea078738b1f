"""Questions to the client's model (2026-07-28, Sampling, which is deprecated there)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gatehouse.mcp.questions.question import Question


@dataclass(frozen=True, slots=True)
class Sampled:
    """What the model said: `content` are blocks as the protocol writes them."""

    content: tuple[Mapping[str, Any], ...]
    model: str
    stop_reason: str | None = None

    @property
    def text(self) -> str:
        """The text of it."""
        texts = (block["text"] for block in self.content if block["type"] == "text")
        return "\n".join(texts)


class Sample(Question[Sampled]):
    """A prompt for the client's model: a text, or messages as the protocol writes them."""

    method = "sampling/createMessage"

    def __init__(
        self,
        prompt: str | Sequence[Mapping[str, Any]],
        *,
        max_tokens: int = 1000,
        system: str | None = None,
        key: str | None = None,
        **params: Any,
    ) -> None:
        """`params` are further parameters by the protocol's names, such as `temperature`."""
        messages = [_message(prompt)] if isinstance(prompt, str) else list(prompt)
        asked = {"messages": messages, "maxTokens": max_tokens, **params}
        super().__init__(asked if system is None else {**asked, "systemPrompt": system}, key)

    @property
    def required(self) -> dict[str, Any]:
        # Sampling, "Tools in Sampling": only for clients that declare it
        uses_tools = "tools" in self.params or "toolChoice" in self.params
        return {"sampling": {"tools": {}} if uses_tools else {}}

    def read(self, said: Any) -> Sampled:
        if not isinstance(said, dict):
            raise ValueError("an answer to sampling/createMessage is an object")
        content = said.get("content")
        blocks: list[Any] = content if isinstance(content, list) else [content]
        if not all(map(_is_block, blocks)) or not isinstance(said.get("model"), str):
            raise ValueError("an answer to sampling/createMessage has content and a model")
        return Sampled(tuple(blocks), said["model"], said.get("stopReason"))


def _message(text: str) -> dict[str, Any]:
    return {"role": "user", "content": {"type": "text", "text": text}}


def _is_block(block: Any) -> bool:
    if not isinstance(block, dict) or not isinstance(block.get("type"), str):
        return False
    return block["type"] != "text" or isinstance(block.get("text"), str)
