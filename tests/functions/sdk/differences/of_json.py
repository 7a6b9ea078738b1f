"""Differences in what JSON is."""

from typing import Final

from tests.functions.sdk.answers import Outcome
from tests.functions.sdk.differences.difference import PARSE, Difference
from tests.functions.sdk.requests import MODERN, Sent, changed, raw, request


def _is_no_json_for_us(ours: Outcome, theirs: Outcome) -> bool:
    # what the SDK refuses by its headers alone, it has not read
    return ours.code == PARSE != theirs.code and theirs.status not in (406, 415)


def _is_nested_deeply(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    return b"[" * 101 in sent.body and _is_no_json_for_us(ours, theirs)


def _is_a_name_twice(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    twice = b', "id": 77}' in sent.body and "id" in sent.members
    return twice and _is_no_json_for_us(ours, theirs)


def _is_no_number(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    odd = b'"x": NaN' in sent.body or b'"x": 1e999' in sent.body
    return odd and _is_no_json_for_us(ours, theirs)


def _is_half_a_surrogate_pair(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    return rb'"\ud800"' in sent.body and theirs.code == PARSE != ours.code


def _is_another_encoding(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    return sent.body.startswith(b"\xff\xfe") and _is_no_json_for_us(ours, theirs)


def _is_a_byte_order_mark(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    return sent.body.startswith(b"\xef\xbb\xbf") and theirs.code == PARSE != ours.code


DIFFERENCES: Final = {
    "JSON that is nested deeply": Difference(
        "RFC 8259 section 9: an implementation may set limits on the depth of nesting",
        changed(
            request("ping"),
            raw(lambda body: b'{"x": ' + b"[" * 150 + b"]" * 150 + b", " + body[1:]),
        ),
        _is_nested_deeply,
    ),
    "a name that occurs twice": Difference(
        "RFC 8259 section 4: names should be unique, as readers differ in which value they take; "
        "Streamable HTTP, Server Validation: none may be misled about what is executed",
        changed(request("ping"), raw(lambda body: body[:-1] + b', "id": 77}')),
        _is_a_name_twice,
    ),
    "NaN and the infinities": Difference(
        "RFC 8259 section 6: they are not permitted, and no client could read them back",
        changed(request("ping"), raw(lambda body: body[:-1] + b', "x": NaN}')),
        _is_no_number,
    ),
    "half a surrogate pair": Difference(
        "RFC 8259 section 8.2: the grammar allows it",
        changed(request("ping"), raw(lambda body: body[:-1] + rb', "x": "\ud800"}')),
        _is_half_a_surrogate_pair,
    ),
    "UTF-16": Difference(
        "Transports: messages must be UTF-8; the SDK holds to it in one era and not in the other",
        changed(
            request("server/discover", version=MODERN),
            raw(lambda body: body.decode().encode("utf-16")),
        ),
        _is_another_encoding,
    ),
    "a byte order mark": Difference(
        "RFC 8259 section 8.1: it may be ignored; the SDK does in one era and not in the other",
        changed(request("ping"), raw(lambda body: b"\xef\xbb\xbf" + body)),
        _is_a_byte_order_mark,
    ),
}
