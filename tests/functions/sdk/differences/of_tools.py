"""Differences in how tools are listed and called."""

from typing import Any, Final

from tests.functions.sdk.answers import Outcome
from tests.functions.sdk.differences.difference import PARAMS, Difference, is_modern_for_us_alone
from tests.functions.sdk.differences.reached import has_come_through
from tests.functions.sdk.requests import Sent, request, with_member

_TOOLS: Final[dict[str, set[str]]] = {
    "add": {"a", "b"},
    "count": {"values", "note"},
    "crash": set(),
    "echo": {"text", "beside"},
    "embed": set(),
    "lead": {"times"},
    "paint": {"times"},
    "refuse": set(),
    "route": {"region", "shard", "dry"},
    "sing": set(),
    "wait": {"text"},
    "walk": {"steps", "levels"},
}
_LISTS: Final = ("tools/list", "resources/list", "resources/templates/list", "prompts/list")
# Without a version there is no structure, and bad arguments are no result.
_OLD: Final = (None, "2025-03-26", "2025-06-18")
_WITHOUT_STRUCTURE: Final = _OLD[:2]
_KINDS: Final = ("tools", "prompts", "resources", "resourceTemplates")


def _is_a_cursor(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    given = sent.method in _LISTS and isinstance(sent.params.get("cursor"), str)
    told = ours.code == PARAMS and theirs.form == "result" and not is_modern_for_us_alone(sent)
    return given and told and has_come_through(sent, ours, theirs)


def _called(sent: Sent) -> str | None:
    name = sent.params.get("name") if sent.method == "tools/call" else None
    return name if isinstance(name, str) else None


def _is_an_unknown_tool(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    unknown = _called(sent) is not None and _called(sent) not in _TOOLS
    told = ours.code == PARAMS and theirs.form == "result"
    return (
        unknown
        and told
        and not is_modern_for_us_alone(sent)
        and has_come_through(sent, ours, theirs)
    )


def _is_a_protocol_error_for_bad_arguments(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    known = _called(sent) in _TOOLS and not is_modern_for_us_alone(sent)
    told = ours.code == PARAMS and _content(theirs).get("isError") is True
    return known and told and sent.version in _OLD and has_come_through(sent, ours, theirs)


def _is_an_argument_too_many(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    return _is_refused_by_us_alone(sent, ours, theirs) and _has_one_too_many(sent)


def _is_json_within_json(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    within = any(isinstance(_arguments(sent).get(name), str) for name in ("values", "beside"))
    refused = _is_refused_by_us_alone(sent, ours, theirs)
    return refused and within and not _has_one_too_many(sent)


def _is_refused_by_us_alone(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    refused = ours.code == PARAMS if sent.version in _OLD else _content(ours).get("isError")
    works = _content(theirs).get("isError") is False
    return bool(refused) and works and not is_modern_for_us_alone(sent)


def _has_one_too_many(sent: Sent) -> bool:
    return not set(_arguments(sent)) <= _TOOLS.get(str(_called(sent)), set())


def _arguments(sent: Sent) -> dict[str, Any]:
    arguments = sent.params.get("arguments")
    return arguments if isinstance(arguments, dict) else {}


def _is_structure_that_did_not_exist(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    plain = theirs._replace(content=_without_structure(_content(theirs)))
    old = sent.version in _WITHOUT_STRUCTURE and ours.form == theirs.form == "result"
    return old and plain != theirs and ours == _without_icons(plain)


def _are_icons_that_did_not_exist(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    plain = _without_icons(theirs)
    old = sent.version in _OLD and ours.form == theirs.form == "result"
    if sent.version in _WITHOUT_STRUCTURE:
        plain = plain._replace(content=_without_structure(_content(plain)))
    return old and _without_icons(theirs) != theirs and ours == plain


def _is_a_link_that_did_not_exist(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    old = sent.version in _WITHOUT_STRUCTURE and _called(sent) == "lead"
    if not old or _content(theirs).get("isError") is not False:
        return False
    blocks = [{"type": "text", "text": block["uri"]} for block in _content(theirs)["content"]]
    return ours == theirs._replace(content={**_content(theirs), "content": blocks})


def _without_icons(outcome: Outcome) -> Outcome:
    kept = dict(_content(outcome))
    for kind in _KINDS:
        if kind in kept:
            kept[kind] = [with_member(offer, "icons", ...) for offer in kept[kind]]
    return outcome._replace(content=kept)


def _without_structure(content: dict[str, Any]) -> dict[str, Any]:
    kept = with_member(content, "structuredContent", ...)
    for kind in _KINDS:
        if kind in kept:
            offers = [with_member(offer, "outputSchema", ...) for offer in kept[kind]]
            kept[kind] = [with_member(offer, "title", ...) for offer in offers]
    return kept


def _is_text_of_the_whole_structure(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    if not ours.form == theirs.form == "result" or _called(sent) != "count":
        return False
    mine, other = _content(ours).get("content"), _content(theirs).get("content", [])
    return bool(other) and mine == [{**other[0], "text": {"result": other[0]["text"]}}]


def _content(outcome: Outcome) -> dict[str, Any]:
    return outcome.content if isinstance(outcome.content, dict) else {}


DIFFERENCES: Final = {
    "a cursor that was never given out": Difference(
        "Pagination, Error Handling: invalid cursors should result in -32602; the SDK gives none "
        "out, as its lists are always whole",
        request("tools/list", {"cursor": "x"}),
        _is_a_cursor,
    ),
    "a tool that does not exist": Difference(
        "Tools, Error Handling: an unknown tool is a protocol error, -32602",
        request("tools/call", {"name": "nothing"}),
        _is_an_unknown_tool,
    ),
    "bad arguments before 2025-11-25": Difference(
        "2025-06-18, Tools, Error Handling: invalid arguments are protocol errors",
        request("tools/call", {"name": "add", "arguments": {"a": "x"}}, version="2025-06-18"),
        _is_a_protocol_error_for_bad_arguments,
    ),
    "an argument that the schema does not have": Difference(
        "Tools, Security Considerations: servers must validate all tool inputs; our schemas allow "
        "no further properties, so that a misspelt one is told to the model",
        request("tools/call", {"name": "add", "arguments": {"a": 1, "c": 2}}, version="2025-11-25"),
        _is_an_argument_too_many,
    ),
    "an argument that is JSON within JSON": Difference(
        "Tools, Security Considerations: servers must validate all tool inputs; text is no array",
        request(
            "tools/call", {"name": "count", "arguments": {"values": "[1]"}}, version="2025-11-25"
        ),
        _is_json_within_json,
    ),
    "structure in 2025-03-26": Difference(
        "2025-06-18, Key Changes: titles, output schemas and structured content were added then",
        request("tools/call", {"name": "add", "arguments": {"a": 1}}),
        _is_structure_that_did_not_exist,
    ),
    "icons before 2025-11-25": Difference(
        "2025-11-25, Key Changes: icons of tools, resources and prompts were added then",
        request("prompts/list", version="2025-06-18"),
        _are_icons_that_did_not_exist,
    ),
    "a link in 2025-03-26": Difference(
        "2025-06-18, Key Changes: resource links in the results of tools were added then; before, "
        "content is text, an image, sound or a resource, and the URI is told as text",
        request("tools/call", {"name": "lead"}),
        _is_a_link_that_did_not_exist,
    ),
    "the text of structured content": Difference(
        "Tools, Structured Content: the text is the serialized JSON of the structured content",
        request("tools/call", {"name": "count", "arguments": {"values": []}}, version="2025-11-25"),
        _is_text_of_the_whole_structure,
    ),
}
