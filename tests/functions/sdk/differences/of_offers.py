"""Differences in how resources are read, prompts are filled in, and arguments are completed."""

import re
from typing import Final
from urllib.parse import unquote

from tests.functions.sdk.answers import Outcome
from tests.functions.sdk.differences.difference import PARAMS, Difference, is_modern_for_us_alone
from tests.functions.sdk.differences.reached import has_come_through
from tests.functions.sdk.requests import MODERN, Sent, request

NOT_FOUND, INTERNAL = -32002, -32603
_NO_URIS: Final = tuple(
    map(
        re.compile,
        (
            r"%(?![0-9A-Fa-f]{2})",  # a stray percent sign
            r"^notes://people/.*%2[Ff]",  # a slash within a segment
            r"^notes://people/$",  # an empty segment
            r"^notes://pages/x$|most=x",  # no number
            r"other=",  # nothing that the template names
            r"/%2[Ee]%2[Ee]/",  # a way up
        ),
    )
)


def _is_not_found_before(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    told = (ours.code, theirs.code) == (NOT_FOUND, PARAMS) and ours.content == theirs.content
    return told and sent.method == "resources/read" and has_come_through(sent, ours, theirs)


def _is_no_uri_of_the_template(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    uri = sent.params.get("uri")
    if sent.method != "resources/read" or not isinstance(uri, str) or is_modern_for_us_alone(sent):
        return False
    found = ours.code in (NOT_FOUND, PARAMS) and theirs.code in (None, INTERNAL)
    badly_encoded = "\N{REPLACEMENT CHARACTER}" in unquote(uri)
    told = badly_encoded or any(each.search(uri) for each in _NO_URIS)
    return found and told and has_come_through(sent, ours, theirs)


def _is_like_a_drive(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    told = ours.form == "result" and theirs.code == PARAMS
    return told and sent.params.get("uri") == "notes://people/a:b@c"


def _is_a_failed_prompt(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    told = ours.code in (PARAMS, INTERNAL) and theirs.code in (0, INTERNAL)
    asked = sent.method == "prompts/get" and not is_modern_for_us_alone(sent)
    return asked and told and has_come_through(sent, ours, theirs)


def _is_nothing_to_complete(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    told = ours.code == PARAMS and theirs.form == "result" and not is_modern_for_us_alone(sent)
    asked = sent.method == "completion/complete"
    return asked and told and has_come_through(sent, ours, theirs)


DIFFERENCES: Final = {
    "a resource that does not exist, before 2026-07-28": Difference(
        "2025-11-25, Resources, Error Handling: resource not found is -32002; it has been -32602 "
        "since 2026-07-28 alone",
        request("resources/read", {"uri": "notes://nothing"}, version="2025-11-25"),
        _is_not_found_before,
    ),
    "a URI that no template makes": Difference(
        "Resources, Security Considerations: servers must validate all resource URIs, and sanitize "
        "paths so that none leads up; RFC 3986 "
        "section 2.1: a percent sign begins two digits; RFC 6570 section 1.6: what is encoded is "
        "UTF-8, and section 3.2.8: a query has the names of the template; RFC 3986 section 7.3: an "
        "encoded slash may not become one that parts a path. An empty segment "
        "is no resource: RFC 6570 section 1.4 leaves it to whoever reads a template backwards",
        request("resources/read", {"uri": "notes://people/%zz"}, version=MODERN),
        _is_no_uri_of_the_template,
    ),
    "a segment that looks like a drive": Difference(
        "RFC 3986 section 3.3: a segment may hold a colon; what is a path there, and of which "
        "system, is known to whoever opens files",
        request("resources/read", {"uri": "notes://people/a:b@c"}, version=MODERN),
        _is_like_a_drive,
    ),
    "a prompt that does not exist, or fails": Difference(
        "Prompts, Error Handling: an unknown name and missing arguments are -32602, what goes "
        "wrong within is -32603; 0 is nobody's code",
        request("prompts/get", {"name": "nothing"}, version="2025-11-25"),
        _is_a_failed_prompt,
    ),
    "nothing that could be completed": Difference(
        "Completion, Error Handling: what names no prompt or argument is -32602; the SDK leaves "
        "that to whoever writes its handler",
        request(
            "completion/complete",
            {"ref": {"type": "ref/prompt", "name": "x"}, "argument": {"name": "x", "value": ""}},
            version=MODERN,
        ),
        _is_nothing_to_complete,
    ),
}
