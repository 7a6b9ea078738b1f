"""Differences in what a message is."""

from typing import Final

from tests.functions.sdk.answers import Outcome
from tests.functions.sdk.differences.difference import INVALID, PARAMS, Difference
from tests.functions.sdk.differences.reached import has_come_through
from tests.functions.sdk.requests import Sent, changed, member, replaced, request


def _has_odd_id(sent: Sent) -> bool:
    call_id = sent.members.get("id", 0)
    return isinstance(call_id, bool) or not isinstance(call_id, str | int)


def _is_an_odd_id_taken_for_none(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    taken = theirs.status == 202 and (ours.status, ours.code) == (400, INVALID)
    return taken and _has_odd_id(sent) and has_come_through(sent, ours, theirs)


def _is_a_batch(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    taken = isinstance(sent.message, list) and ours.status in (200, 202)
    return taken and theirs.status == 400 and has_come_through(sent, ours, theirs)


def _is_no_request(sent: Sent, ours: Outcome, theirs: Outcome) -> bool:
    refused = (ours.status, ours.code) == (400, INVALID)
    differs = theirs.code == PARAMS or ours.call_id != theirs.call_id
    return refused and theirs.status == 400 and differs and has_come_through(sent, ours, theirs)


DIFFERENCES: Final = {
    "an id that is none": Difference(
        "2025-11-25, Base Protocol, Requests: an id is a string or an integer and never null; "
        "what has one is no notification, so the caller waits for an answer",
        request("ping", call_id=1.5),
        _is_an_odd_id_taken_for_none,
    ),
    "a batch": Difference(
        "2025-03-26, Base Protocol, Batching: batches must be accepted",
        changed(request("ping"), replaced([{"jsonrpc": "2.0", "id": 1, "method": "ping"}])),
        _is_a_batch,
    ),
    "what is no request": Difference(
        "Base Protocol, Error Codes: JSON-RPC's, whose -32600 is for what is no request object; "
        "Error Responses: the same id as the request's, if it could be read",
        changed(request("ping"), member("params", [])),
        _is_no_request,
    ),
}
