"""Differences that have nothing to do with the message."""

from typing import Final

from tests.functions.sdk.answers import Outcome
from tests.functions.sdk.differences.difference import INVALID, Difference
from tests.functions.sdk.requests import Sent, changed, header, request


def _is_not_acceptable(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    return theirs.status == 406 and ours.status != 406


def _is_refused_without_json(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    return theirs.form == "text" and theirs.status == ours.status == 400


def _is_another_media_type(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    named = sent.headers.get("content-type") == "application/jsonl"
    return named and ours[:4:3] == (400, INVALID) and theirs.status != 406


def _is_a_media_type_in_capitals(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    return sent.headers.get("content-type") == "APPLICATION/JSON" and theirs.status == 415


def _is_an_old_version(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    named = sent.version == "2024-11-05" and not sent.has_modern_meta
    return named and ours.status == 400 and theirs.status in (200, 202)


DIFFERENCES: Final = {
    "a client that accepts no JSON": Difference(
        "Streamable HTTP, Sending Messages: the client must accept JSON, and no word is said of "
        "one that does not; RFC 9110 section 12.5.1: a server may disregard the header",
        changed(request("ping"), header("accept", "text/html")),
        _is_not_acceptable,
    ),
    "a refusal in JSON": Difference(
        "Streamable HTTP, Sending Messages 5: the body of a refusal may be a JSON-RPC error",
        changed(request("ping"), header("content-type", "text/plain")),
        _is_refused_without_json,
    ),
    "a media type that only begins like JSON's": Difference(
        "RFC 9110 section 8.3.1: application/jsonl is another media type, in either era",
        changed(request("ping"), header("content-type", "application/jsonl")),
        _is_another_media_type,
    ),
    "a media type in capitals": Difference(
        "RFC 9110 section 8.3.1: type and subtype are case-insensitive",
        changed(request("ping"), header("content-type", "APPLICATION/JSON")),
        _is_a_media_type_in_capitals,
    ),
    "a version from before this transport": Difference(
        "2025-11-25, Transports, Protocol Version Header: an unsupported version is a 400",
        request("ping", version="2024-11-05"),
        _is_an_old_version,
    ),
}
