"""Good requests as hypothesis makes them, of every method, to every version."""

from typing import Any

from hypothesis import strategies as st

from tests.functions.sdk.requests import (
    CLIENT,
    LEGACY,
    LOG_LEVEL,
    MODERN,
    Sent,
    changed,
    meta,
    request,
)


def nested(depth: int) -> Any:
    """A list in a list in a list."""
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


# ---- Good requests ---------------------------------------------------------------------------

TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
_NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | _NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
SOME_JSON = st.sampled_from([None, True, 0, 1.5, "", "x", [], [1], {}, {"a": 1}])
IDS = st.integers() | TEXT | st.sampled_from([0, -1, 10**30, "1", ""])

_ODD_ARGUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "a": st.sampled_from([1, 1.0, 1.5, True, "5", "5.5", "x", None, [], 10**30]),
        "values": st.sampled_from([[], ["x"], "[1]", "x", {}, None, nested(40)]),
        "text": st.sampled_from(["", "[1]", 5, None, []]),
        "extra": SOME_JSON,
    },
)
ROUTED = st.fixed_dictionaries(
    {
        "name": st.just("route"),
        "arguments": st.fixed_dictionaries(
            {},
            optional={
                "region": st.none() | TEXT | st.sampled_from(["eu-1", "=?base64?YQ==?=", " "]),
                "shard": st.integers(-(2**53), 2**53)
                | st.sampled_from([None, 2**53, 10**30, 0, 1.0, [], "7"]),
                "dry": st.booleans() | st.sampled_from([None, 1, "true", {}]),
            },
        ),
    }
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
                {"text": TEXT}, optional={"beside": st.dictionaries(TEXT, JSON, max_size=2)}
            ),
        }
    ),
    st.fixed_dictionaries(
        {
            "name": st.just("count"),
            "arguments": st.fixed_dictionaries({"values": st.lists(JSON, max_size=3)}),
        }
    ),
    st.fixed_dictionaries({"name": st.sampled_from(["crash", "refuse", "embed", "sing"])}),
    st.fixed_dictionaries(
        {"name": st.sampled_from(["lead", "paint"])},
        optional={
            "arguments": st.fixed_dictionaries({"times": st.sampled_from([0, 1, 2, "x", None])})
        },
    ),
    st.fixed_dictionaries(
        {"name": st.just("wait"), "arguments": st.fixed_dictionaries({"text": TEXT})}
    ),
    ROUTED,
    st.fixed_dictionaries({"name": st.sampled_from(["nothing", "", "Grüße", " add "])}),
)


_PATHS = [
    *("about", "picture", "numbers", "locked", "broken", "nothing", "", "about?x", "ABOUT"),
    *("people/ann", "people/nobody", "people/a%20b", "people/Gr%C3%BC%C3%9Fe", "people/a%2Fb"),
    *("people/", "people/%zz", "people/%FF", "people/..", "people/a,b", "people/a?b", "people/a#b"),
    *("people/a&b", "people/a:b@c", "people/ann/x", "pages/7", "pages/x", "files/a/b.txt"),
    *("files/../x", "files/a/%2e%2e/b", "files//etc", "files/a%00b", "files/a,b&c"),
    *("search", "search?words=a%20b&most=3", "search?most=x", "search?other=1", "search?words="),
]
URIS = st.sampled_from(_PATHS).map("notes://{}".format) | st.sampled_from(
    ["", "x", "notes:about", "NOTES://about", "ftp://about"]
)

_GETS = st.one_of(
    st.fixed_dictionaries(
        {
            "name": st.just("review"),
            "arguments": st.fixed_dictionaries(
                {"code": TEXT}, optional={"language": TEXT, "style": TEXT}
            ),
        }
    ),
    st.fixed_dictionaries(
        {"name": st.just("talk")},
        optional={
            "arguments": st.fixed_dictionaries(
                {}, optional={"times": st.sampled_from(["2", "0", "x", "", " 2", 2, None])}
            )
        },
    ),
    st.fixed_dictionaries(
        {"name": st.sampled_from(["decline", "fail", "show", "review", "nothing", ""])}
    ),
)

_REFS = st.one_of(
    st.sampled_from(["review", "review", "show", "talk", "nothing"]).map(
        lambda name: {"type": "ref/prompt", "name": name}
    ),
    st.sampled_from(["people/{name}", "people/{name}", "pages/{number}", "about"]).map(
        lambda path: {"type": "ref/resource", "uri": f"notes://{path}"}
    ),
    st.sampled_from([{"type": "ref/tool", "name": "add"}, {"type": "ref/prompt"}, {}]),
)
_COMPLETIONS = st.fixed_dictionaries(
    {
        "ref": _REFS,
        "argument": st.fixed_dictionaries(
            {
                "name": st.sampled_from(
                    ["language", "style", "word", "name", "number", "code", "other"]
                ),
                "value": st.sampled_from(["", "p", "s", "an", "x"]),
            }
        ),
    },
    optional={
        "context": st.sampled_from(
            [
                {},
                {"arguments": {}},
                {"arguments": {"style": "short"}},
                {"arguments": {"style": "x"}},
            ]
        )
    },
)
LEVELS = st.sampled_from(["debug", "info", "emergency", "loud", "", None, 5])
_PARAMS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "tools/call": _CALLS,
    "resources/read": st.fixed_dictionaries({"uri": URIS}),
    "prompts/get": _GETS,
    "completion/complete": _COMPLETIONS,
    "initialize": st.sampled_from([MODERN, *LEGACY]).map(
        lambda version: {"protocolVersion": version, **CLIENT}
    ),
    "logging/setLevel": st.fixed_dictionaries({"level": LEVELS}),
}
_LISTS = ["tools/list", "resources/list", "resources/templates/list", "prompts/list"]


@st.composite
def good(draw: st.DrawFn) -> Sent:
    """A request that a client could send, to what is there and what is not."""
    version = draw(st.sampled_from([MODERN] * 5 + ["2030-01-01", *LEGACY, None]))
    method = draw(
        st.sampled_from(["tools/call", "tools/call", "resources/read", "prompts/get"])
        | st.sampled_from(["completion/complete", "x/unknown", *_LISTS])
        | st.sampled_from(
            ["server/discover"]
            if version == MODERN
            else ["ping", "initialize", "initialize", "logging/setLevel"]
        )
    )
    params = draw(_PARAMS.get(method, st.just({})))
    return request(method, params, version=version, call_id=draw(IDS))


@st.composite
def walks(draw: st.DrawFn) -> Sent:
    """A call that tells how far it is, and writes to the log, as far as it is asked to."""
    increasing = draw(st.booleans())
    steps = draw(st.lists(st.integers(-2, 5) | st.floats(0, 5), max_size=4, unique=increasing))
    levels = ["info", "warning", "emergency", *(["debug"] if increasing else [])]
    arguments = {
        "steps": sorted(steps) if increasing else steps,
        "levels": draw(st.lists(st.sampled_from(levels), max_size=3)),
    }
    version = draw(st.sampled_from([MODERN, MODERN, *LEGACY]))
    walk = request("tools/call", {"name": "walk", "arguments": arguments}, version=version)
    token = draw(st.sampled_from([..., "p", 1, 0, "", "Grüße", 10**30]))
    level = draw(st.sampled_from([..., "debug", "warning", "emergency"]))
    return changed(walk, meta("progressToken", token), meta(LOG_LEVEL, level))
