"""An answer as it is compared: its status, its messages, without what is a server's own."""

import json
from collections.abc import Collection
from typing import Any, NamedTuple

from tests.functions.deployment import Answer
from tests.functions.sdk.own import OWN


class Outcome(NamedTuple):
    """An answer without what is a server's own. `content` is a result, or an error's data.

    Two are equal by their JSON, in which 1, 1.0 and true are three values.
    """

    status: int
    form: str  # nothing, result, error, batch, text
    call_id: Any = None
    code: int | None = None
    content: Any = None
    events: tuple[Any, ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Outcome) and self._text() == other._text()

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self._text())

    def _text(self) -> str:
        return json.dumps(self, sort_keys=True)


def outcome(answer: Answer, *, kept: Collection[str] = ()) -> Outcome:
    """What is left of an answer; `kept` names what of a server's own is left as well."""
    if not answer.text:
        return Outcome(answer.status, "nothing")
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if kind == "text/event-stream":
        *events, body = _events(answer.text)
        return Outcome(answer.status, *_message(body, kept), events=tuple(events))
    if kind != "application/json":
        return Outcome(answer.status, "text")
    body = answer.json
    if isinstance(body, list):
        return Outcome(answer.status, "batch", content=[_message(each, kept) for each in body])
    return Outcome(answer.status, *_message(body, kept))


def _events(text: str) -> list[Any]:
    lines = [line.removeprefix("data:") for line in text.splitlines() if line.startswith("data:")]
    return [json.loads(line) for line in lines if line.strip()]


def _message(body: Any, kept: Collection[str]) -> tuple[str, Any, int | None, Any]:
    assert body.keys() - {"id"} in ({"jsonrpc", "result"}, {"jsonrpc", "error"})
    assert body["jsonrpc"] == "2.0"
    for name, own in OWN.items():
        body = body if name in kept else own.without(body)
    if "error" in body:
        error = {"data": None, **body["error"]}
        told = error["data"] if error["message"] is True else [error["message"], error["data"]]
        return "error", body["id"], error["code"], told
    return "result", body["id"], None, body["result"]
