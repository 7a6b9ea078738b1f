"""What two answers have to have in common: statuses, codes, ids, the form of results."""

import json
from typing import Any, NamedTuple

from tests.functions.deployment import Answer
from tests.functions.sdk.requests import MODERN

# What is a server's own: how it introduces itself, how long it is remembered, what it writes.
_OWN = ("title", "description", "additionalProperties", "annotations")


class Outcome(NamedTuple):
    """An answer without what is a server's own."""

    status: int
    form: str  # nothing, result, error, batch, text
    call_id: Any = None
    code: int | None = None
    content: Any = None


def outcome(answer: Answer) -> Outcome:
    """What is left of an answer."""
    if not answer.text:
        return Outcome(answer.status, "nothing")
    if not answer.headers.get("content-type", "").startswith("application/json"):
        return Outcome(answer.status, "text")
    body = answer.json
    if isinstance(body, list):
        return Outcome(answer.status, "batch", content=[_message(each) for each in body])
    return Outcome(answer.status, *_message(body))


def _message(body: Any) -> tuple[str, Any, int | None, Any]:
    assert body["jsonrpc"] == "2.0"
    assert ("result" in body) is not ("error" in body)
    if "error" in body:
        error = body["error"]
        assert isinstance(error["message"], str)
        return "error", body["id"], error["code"], _versions(error.get("data"))
    return "result", body["id"], None, _result(body["result"])


def _versions(data: Any) -> Any:
    if not isinstance(data, dict) or "supported" not in data:
        return None
    return {"requested": data["requested"], "supports the modern one": MODERN in data["supported"]}


def _result(result: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in result.items() if name != "serverInfo"}
    if "_meta" in kept:
        kept["_meta"] = sorted(kept["_meta"])
    if "ttlMs" in kept:
        kept["ttlMs"] = type(kept["ttlMs"])
    if "supportedVersions" in kept:
        kept["supportedVersions"] = MODERN in kept["supportedVersions"]
    if "capabilities" in kept:
        kept["capabilities"] = "tools" in kept["capabilities"]
    if "tools" in kept:
        kept["tools"] = [_without_own(tool) for tool in kept["tools"]]
    if "content" in kept:
        kept["content"] = [_text(part, kept["isError"]) for part in kept["content"]]
    return kept


def _without_own(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_own(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: _without_own(each) for name, each in value.items() if name not in _OWN}


def _text(part: dict[str, Any], is_error: bool) -> Any:
    assert part["type"] == "text"
    if is_error:
        return "an explanation"
    try:
        return json.loads(part["text"])
    except ValueError:
        return part["text"]
