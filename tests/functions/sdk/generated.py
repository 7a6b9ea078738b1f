"""Requests as hypothesis makes them: good ones, each changed in up to two ways."""

from typing import Any

from hypothesis import strategies as st

from tests.functions.sdk.good import IDS, JSON, LEVELS, ROUTED, SOME_JSON, TEXT, URIS, good, nested
from tests.functions.sdk.requests import (
    CAPABILITIES,
    IN_HEADERS,
    LOG_LEVEL,
    MODERN,
    VERSION,
    Sent,
    batch,
    changed,
    header,
    member,
    meta,
    param,
    raw,
    replaced,
    request,
)

# ---- What is changed --------------------------------------------------------------------------

_VERSIONS = ["2025-11-25", "2025-03-26", MODERN, "2024-11-05", "2030-01-01", "x", "", ...]
_RESPONSES: list[Any] = [
    {"jsonrpc": "2.0", "id": 1, "result": {}},
    {"jsonrpc": "2.0", "id": 1, "error": {"code": 1, "message": "x"}},
]


_OF_ITS_ARGUMENTS = st.builds(
    header,
    st.sampled_from(list(IN_HEADERS.values())),
    st.sampled_from([..., "", "0", "0.0", "00", "1", "-1", "1e0", "true", "TRUE", "False"])
    | st.sampled_from(["eu-1", "9007199254740993", "=?base64?ZXUtMQ==?=", "=?base64?MA==?="])
    | st.sampled_from(["=?base64?ZXUtMR==?=", "=?base64?/w==?=", "=?base64?!?=", "None"]),
)

_CHANGES = st.one_of(
    st.builds(member, st.just("id"), st.sampled_from([..., None, True, 1.5, 2.0, [], {}]) | IDS),
    st.builds(member, st.just("jsonrpc"), st.sampled_from([..., "1.0", 2, None, "2.0 "])),
    st.builds(
        member,
        st.just("method"),
        st.sampled_from([..., None, 5, "", "PING", "tools/call ", "notifications/initialized"])
        | st.sampled_from(["ping", "tools/list", "server/discover", "initialize", "rpc.x"]),
    ),
    st.builds(member, st.just("params"), st.just(...) | SOME_JSON),
    st.builds(member, st.just("extra"), JSON),
    st.builds(param, st.just("cursor"), SOME_JSON | TEXT),
    st.builds(param, st.just("name"), SOME_JSON | st.sampled_from(["add", ...])),
    st.builds(
        param,
        st.just("arguments"),
        st.just(...)
        | SOME_JSON
        | st.dictionaries(
            st.sampled_from(["a", "b", "text", "values", "beside", "extra"]),
            SOME_JSON | st.sampled_from(["5", "5.5", "[1]", "null", nested(40)]),
            max_size=3,
        ),
    ),
    st.builds(param, st.just("_meta"), st.just(...) | SOME_JSON),
    st.builds(param, st.just("protocolVersion"), st.just(...) | SOME_JSON),
    st.builds(param, st.sampled_from(["capabilities", "clientInfo"]), st.just(...) | SOME_JSON),
    st.builds(meta, st.just(VERSION), st.sampled_from([..., None, 5, *_VERSIONS])),
    st.builds(meta, st.just(CAPABILITIES), st.sampled_from([..., None, [], "x", {"roots": {}}])),
    st.builds(
        meta, st.just("progressToken"), st.sampled_from(["p", 1, 0, "", None, True, 1.5, []])
    ),
    st.builds(meta, st.just(LOG_LEVEL), LEVELS),
    st.builds(param, st.just("uri"), st.just(...) | SOME_JSON | URIS),
    st.builds(param, st.just("level"), st.just(...) | LEVELS),
    st.builds(param, st.sampled_from(["ref", "argument", "context"]), st.just(...) | SOME_JSON),
    st.builds(
        param,
        st.just("argument"),
        st.sampled_from([{"name": "style"}, {"value": ""}, {"name": "style", "value": 5}]),
    ),
    st.builds(
        param,
        st.just("context"),
        st.sampled_from([{"arguments": []}, {"arguments": None}, {"arguments": {"style": 5}}]),
    ),
    _OF_ITS_ARGUMENTS,
    st.builds(header, st.just("mcp-protocol-version"), st.sampled_from(_VERSIONS)),
    st.builds(
        header,
        st.just("mcp-method"),
        st.sampled_from([..., "", "tools/list", "ping", "TOOLS/CALL"]),
    ),
    st.builds(
        header,
        st.just("mcp-name"),
        st.sampled_from(
            [
                *(..., "", "add", "echo", "review", "notes://about"),
                *("=?base64?YWRk?=", "=?base64?YWRl?=", "=?base64?!?="),
            ]
        ),
    ),
    st.builds(
        header,
        st.just("accept"),
        st.sampled_from(
            [
                ...,
                "*/*",
                "application/json",
                "text/event-stream",
                "text/html",
                "APPLICATION/JSON",
                "application/*",
            ]
        ),
    ),
    st.builds(
        header,
        st.just("content-type"),
        st.sampled_from(
            [
                ...,
                "text/plain",
                "application/json; charset=utf-8",
                "APPLICATION/JSON",
                "application/jsonl",
            ]
        ),
    ),
    st.builds(header, st.just("mcp-session-id"), st.just("old")),
    st.builds(batch),
    st.builds(batch, st.sampled_from([*_RESPONSES, 5, {}, {"jsonrpc": "2.0", "method": "x"}])),
    st.sampled_from([replaced(value) for value in (*_RESPONSES, 5, "x", None, [], {}, [[]])]),
    st.sampled_from(
        [
            raw(lambda body: body[:-1]),
            raw(lambda body: body + b"x"),
            raw(lambda _: b""),
            raw(lambda body: b"\xef\xbb\xbf" + body),
            raw(lambda body: body.decode().encode("utf-16")),
            raw(lambda body: body[:-1] + b', "params": "\xff"}'),
            raw(lambda body: body[:-1] + b', "x": NaN}'),
            raw(lambda body: body[:-1] + b', "x": 1e999}'),
            raw(lambda body: body[:-1] + b', "x": ' + b"9" * 5000 + b"}"),
            raw(lambda body: body[:-1] + b', "x": "\\ud800"}'),
            raw(lambda body: body[:-1] + b', "id": 77}'),
            raw(lambda body: b'{"x": ' + b"[" * 150 + b"]" * 150 + b", " + body[1:]),
            raw(lambda body: b'{"x": ' + b"[" * 5000 + b"]" * 5000 + b", " + body[1:]),
        ]
    ),
)


@st.composite
def requests(draw: st.DrawFn) -> Sent:
    """A good request, or one with one or two things wrong, odd or just different."""
    sent = draw(good())
    for change in draw(st.lists(_CHANGES, max_size=2)):
        sent = change(sent)
    return sent


@st.composite
def routed(draw: st.DrawFn) -> Sent:
    """A call whose arguments headers repeat, with up to two of them that do not."""
    sent = request("tools/call", draw(ROUTED), version=MODERN)
    return changed(sent, *draw(st.lists(_OF_ITS_ARGUMENTS, max_size=2)))
