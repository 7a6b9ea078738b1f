"""One request and what came back."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Exchange:
    """A request that was sent, and its answer; `failure` says why there is none, or not all of it.

    `seconds` is how long the answer took. `client` is whose request it is, and empty where it is
    the doctor's own. `private` bodies are never shown.
    """

    number: int
    step: str
    client: str
    method: str
    url: str
    sent_headers: Headers
    sent_body: str
    status: int | None
    headers: Headers
    body: str
    seconds: float
    failure: str = ""
    private: bool = False

    def values(self, name: str) -> list[str]:
        """Every value of a header of the answer, in order."""
        return [value for each, value in self.headers if each.lower() == name]

    def header(self, name: str) -> str:
        """A header of the answer, its values joined; empty if there is none."""
        return ", ".join(self.values(name))

    @property
    def content_type(self) -> str:
        """The media type of the answer, without parameters."""
        return self.header("content-type").partition(";")[0].strip().lower()

    @property
    def is_redirect(self) -> bool:
        """Whether the answer leads elsewhere."""
        return self.status in (301, 302, 303, 307, 308) and bool(self.header("location"))

    @cached_property
    def document(self) -> dict[str, Any] | None:
        """The JSON object of the answer's body, or of the event in it that is a response."""
        text = self.body
        if self.content_type == "text/event-stream":
            text = last_event(text)
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return None
        return value if isinstance(value, dict) else None

    @property
    def found(self) -> dict[str, Any] | None:
        """The JSON object of a 200."""
        return self.document if self.status == 200 else None


def last_event(stream: str) -> str:
    """The data of the last whole event of a stream that has any."""
    for event in reversed(stream.replace("\r\n", "\n").split("\n\n")):
        lines = [line[5:].removeprefix(" ") for line in event.split("\n") if line[:5] == "data:"]
        if any(lines):
            return "\n".join(lines)
    return ""
