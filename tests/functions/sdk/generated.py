"""Requests as hypothesis makes them: good ones, each changed in up to two ways."""

from typing import Any

from hypothesis import strategies as st

from tests.functions.sdk.requests import (
    CAPABILITIES,
    CLIENT,
    LEGACY,
    MODERN,
    VERSION,
    Sent,
    batch,
    header,
    member,
    meta,
    param,
    raw,
    replaced,
    request,
)


def nested(depth: int) -> Any:
    """A list in a list in a list."""
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


# ---- Good requests ---------------------------------------------------------------------------

_TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
_NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
_JSON = st.recursive(
    st.none() | st.booleans() | _NUMBERS | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=5,
)
_SOME_JSON = st.sampled_from([None, True, 0, 1.5, "", "x", [], [1], {}, {"a": 1}])
_IDS = st.integers() | _TEXT | st.sampled_from([0, -1, 10**30, "1", ""])

_ODD_ARGUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "a": st.sampled_from([1, 1.0, 1.5, True, "5", "5.5", "x", None, [], 10**30]),
        "values": st.sampled_from([[], ["x"], "[1]", "x", {}, None, nested(40)]),
        "text": st.sampled_from(["", "[1]", 5, None, []]),
        "extra": _SOME_JSON,
    },
)
_CALLS = st.one_of(
    st.fixed_dictionaries(
        {"name": st.just("add"), "arguments": st.fixed_dictionaries({"a": st.integers()})}
    ),
    st.fixed_dictionaries(
        {"name": st.sampled_from(["add", "count", "echo"]), "arguments": _ODD_ARGUMENTS}
    ),
    st.fixed_dictionaries(
        {
            "name": st.just("echo"),
            "arguments": st.fixed_dictionaries(
                {"text": _TEXT}, optional={"beside": st.dictionaries(_TEXT, _JSON, max_size=2)}
            ),
        }
    ),
    st.fixed_dictionaries(
        {
            "name": st.just("count"),
            "arguments": st.fixed_dictionaries({"values": st.lists(_JSON, max_size=3)}),
        }
    ),
    st.fixed_dictionaries({"name": st.sampled_from(["crash", "refuse"])}),
    st.fixed_dictionaries({"name": st.sampled_from(["nothing", "", "Grüße", " add "])}),
)


@st.composite
def _good(draw: st.DrawFn) -> Sent:
    version = draw(st.sampled_from([MODERN] * 5 + ["2030-01-01", *LEGACY, None]))
    method = draw(
        st.sampled_from(["tools/call", "tools/call", "tools/list", "x/unknown"])
        | st.sampled_from(["server/discover"] if version == MODERN else ["ping", "initialize"])
    )
    params: dict[str, Any] = {}
    if method == "tools/call":
        params = draw(_CALLS)
    elif method == "initialize":
        params = {"protocolVersion": draw(st.sampled_from([MODERN, *LEGACY])), **CLIENT}
    return request(method, params, version=version, call_id=draw(_IDS))


# ---- What is changed --------------------------------------------------------------------------

_VERSIONS = ["2025-11-25", "2025-03-26", MODERN, "2024-11-05", "2030-01-01", "x", "", ...]
_RESPONSES: list[Any] = [
    {"jsonrpc": "2.0", "id": 1, "result": {}},
    {"jsonrpc": "2.0", "id": 1, "error": {"code": 1, "message": "x"}},
]


_CHANGES = st.one_of(
    st.builds(member, st.just("id"), st.sampled_from([..., None, True, 1.5, 2.0, [], {}]) | _IDS),
    st.builds(member, st.just("jsonrpc"), st.sampled_from([..., "1.0", 2, None, "2.0 "])),
    st.builds(
        member,
        st.just("method"),
        st.sampled_from([..., None, 5, "", "PING", "tools/call ", "notifications/initialized"])
        | st.sampled_from(["ping", "tools/list", "server/discover", "initialize", "rpc.x"]),
    ),
    st.builds(member, st.just("params"), st.just(...) | _SOME_JSON),
    st.builds(member, st.just("extra"), _JSON),
    st.builds(param, st.just("cursor"), _SOME_JSON | _TEXT),
    st.builds(param, st.just("name"), _SOME_JSON | st.sampled_from(["add", ...])),
    st.builds(
        param,
        st.just("arguments"),
        st.just(...)
        | _SOME_JSON
        | st.dictionaries(
            st.sampled_from(["a", "b", "text", "values", "beside", "extra"]),
            _SOME_JSON | st.sampled_from(["5", "5.5", "[1]", "null", nested(40)]),
            max_size=3,
        ),
    ),
    st.builds(param, st.just("_meta"), st.just(...) | _SOME_JSON),
    st.builds(param, st.just("protocolVersion"), st.just(...) | _SOME_JSON),
    st.builds(param, st.sampled_from(["capabilities", "clientInfo"]), st.just(...) | _SOME_JSON),
    st.builds(meta, st.just(VERSION), st.sampled_from([..., None, 5, *_VERSIONS])),
    st.builds(meta, st.just(CAPABILITIES), st.sampled_from([..., None, [], "x", {"roots": {}}])),
    st.builds(meta, st.just("progressToken"), st.sampled_from(["p", 1])),
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
            [..., "", "add", "echo", "=?base64?YWRk?=", "=?base64?YWRl?=", "=?base64?!?="]
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
    sent = draw(_good())
    for change in draw(st.lists(_CHANGES, max_size=2)):
        sent = change(sent)
    return sent
