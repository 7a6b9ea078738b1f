"""Differences in what a request of 2026-07-28 says of itself."""

from typing import Any, Final

from tests.functions.sdk.answers import Outcome
from tests.functions.sdk.differences.difference import (
    INVALID,
    MISMATCH,
    PARAMS,
    UNSUPPORTED,
    Difference,
    is_legacy,
    is_modern_for_us_alone,
)
from tests.functions.sdk.differences.reached import has_come_through
from tests.functions.sdk.requests import (
    CAPABILITIES,
    MODERN,
    NAMED,
    VERSION,
    Sent,
    changed,
    header,
    meta,
    param,
    request,
)


def _is_modern_by_its_metadata(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    refused = ours.status in (400, 404) and ours.code != INVALID
    return is_modern_for_us_alone(sent) and refused and has_come_through(sent, ours, theirs)


def _is_a_version_in_the_header_alone(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    told = (ours.code, theirs.code) == (UNSUPPORTED, PARAMS)
    return told and not sent.has_modern_meta and not is_legacy(sent)


def _is_metadata_of_the_wrong_type(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    wrong = ours.code == PARAMS and "_meta" in sent.params
    here = theirs.code == MISMATCH or not isinstance(_capabilities(sent), dict)
    return wrong and not is_legacy(sent) and here and has_come_through(sent, ours, theirs)


def _capabilities(sent: Sent) -> Any:
    told = sent.params.get("_meta")
    return told.get(CAPABILITIES) if isinstance(told, dict) else {}


def _is_no_name(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    none = sent.method in NAMED and sent.params.get(NAMED[sent.method]) is None
    return none and ours.code == MISMATCH and theirs.code in (PARAMS, UNSUPPORTED)


DIFFERENCES: Final = {
    "a request that is modern by its metadata": Difference(
        "Streamable HTTP, Server Validation: a version in the header that is missing or differs "
        "from the body's is a HeaderMismatch; Base Protocol, _meta: what it lacks is a -32602",
        changed(request("tools/list", version=MODERN), header("mcp-protocol-version", ...)),
        _is_modern_by_its_metadata,
    ),
    "an unsupported version in the header alone": Difference(
        "Streamable HTTP, Protocol Version Header: a version that is not implemented must be "
        "answered with the supported ones",
        changed(request("tools/list", version="2030-01-01"), param("_meta", ...)),
        _is_a_version_in_the_header_alone,
    ),
    "metadata of the wrong type": Difference(
        "Base Protocol, _meta: a request whose required fields are missing is malformed, -32602",
        changed(request("tools/list", version=MODERN), meta(VERSION, 5)),
        _is_metadata_of_the_wrong_type,
    ),
    "a call that names nothing": Difference(
        "Streamable HTTP, Standard Request Headers: Mcp-Name is required where "
        "params.name or params.uri is, and repeats it; what is not there matches nothing",
        changed(
            request("tools/call", {"name": "add", "arguments": {"a": 1}}, version=MODERN),
            param("name", ...),
        ),
        _is_no_name,
    ),
}
