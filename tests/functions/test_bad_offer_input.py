"""Whatever is asked of all that is offered, by HTTP+SSE as well: an answer, and never a 5xx."""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatehouse import wiring
from gatehouse.oauth.secret_values import digest
from tests.functions.actors import Client
from tests.functions.readable import require_readable, require_response
from tests.functions.streams import SSE_URL, Streams
from tests.functions.tasks import EXTENSION, TaskClient

MODERN = "2026-07-28"
VERSIONS = (MODERN, "2025-11-25", "2025-06-18", "2025-03-26")
PREFIX = "io.modelcontextprotocol/"
CAPABILITIES: dict[str, Any] = {"extensions": {EXTENSION: {}}, "elicitation": {"form": {}}}
NAMED_BY = {
    "tools/call": "name",
    "prompts/get": "name",
    "resources/read": "uri",
    "tasks/get": "taskId",
    "tasks/update": "taskId",
    "tasks/cancel": "taskId",
}


class Asked(NamedTuple):
    """A request, before a version has its word."""

    method: str
    params: Any
    call_id: Any = 1

    def message(self, version: str) -> dict[str, Any]:
        """As it is written, with the metadata that lets a request of 2026-07-28 in."""
        params = self.params
        if version == MODERN and isinstance(params, dict):
            meta = {
                f"{PREFIX}protocolVersion": version,
                f"{PREFIX}clientCapabilities": CAPABILITIES,
            }
            params = {"_meta": meta, **params}
        return {"jsonrpc": "2.0", "id": self.call_id, "method": self.method, "params": params}

    def headers(self, version: str) -> dict[str, str]:
        """Those that repeat the message."""
        headers = {"mcp-protocol-version": version, "mcp-method": self.method}
        params = self.params if isinstance(self.params, dict) else {}
        named = params.get(NAMED_BY.get(self.method, ""))
        if isinstance(named, str):
            # half a surrogate pair has no form in a header
            encoded = base64.b64encode(named.encode(errors="replace")).decode()
            headers["mcp-name"] = f"=?base64?{encoded}?="
        return headers


# ---- What may be asked -----------------------------------------------------------------------

_TEXT = st.text(max_size=8) | st.sampled_from(["\ud800", "\x00", "{", "%", "%zz", "/", "é" * 9_000])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=5,
)
_PROMPTS = st.sampled_from(["test_simple_prompt", "test_prompt_with_arguments", "praise"])
_URIS = st.sampled_from(
    ["test://static-text", "test://static-binary", "test://template/1/data", "large://3", "x:"]
) | st.builds("{}{}".format, st.sampled_from(["test://template/", "large://", ""]), _TEXT)
_CURSORS = st.fixed_dictionaries({}, optional={"cursor": _JSON, "_meta": _JSON})
_ARGUMENTS = st.dictionaries(
    st.sampled_from(["arg1", "arg2", "times", "x"]), st.sampled_from(["1", "x"]) | _JSON
)
_ROUNDS = {"requestState": _JSON, "inputResponses": st.dictionaries(_TEXT, _JSON) | _JSON}
_REFERENCES = st.fixed_dictionaries(
    {"type": st.sampled_from(["ref/prompt", "ref/resource"]) | _JSON},
    optional={
        "name": _PROMPTS | _JSON,
        "uri": st.sampled_from(["test://template/{row_id}/data", "large://{times}"]) | _JSON,
    },
)
_GOOD_REFERENCES = st.sampled_from(
    [
        {"type": "ref/prompt", "name": "test_prompt_with_arguments"},
        {"type": "ref/resource", "uri": "test://template/{row_id}/data"},
    ]
)
_COMPLETED = st.fixed_dictionaries(
    {"name": st.sampled_from(["arg1", "row_id"]) | _TEXT, "value": _TEXT | _JSON}
)
_PARAMS: Mapping[str, st.SearchStrategy[Any]] = {
    "tools/list": _CURSORS,
    "resources/list": _CURSORS,
    "resources/templates/list": _CURSORS,
    "prompts/list": _CURSORS,
    "logging/setLevel": st.fixed_dictionaries({"level": _JSON}),
    "resources/read": st.fixed_dictionaries({"uri": _URIS | _JSON}, optional=_ROUNDS),
    "prompts/get": st.fixed_dictionaries(
        {"name": _PROMPTS | _JSON}, optional={"arguments": _ARGUMENTS | _JSON, **_ROUNDS}
    ),
    "completion/complete": st.fixed_dictionaries(
        {"ref": _GOOD_REFERENCES | _REFERENCES, "argument": _COMPLETED | _JSON},
        optional={"context": st.fixed_dictionaries({"arguments": _ARGUMENTS | _JSON}) | _JSON},
    ),
    "tools/call": st.fixed_dictionaries(
        {"name": st.sampled_from(["confirm_delete", "multi_input"])},
        optional={"arguments": st.fixed_dictionaries({"filename": _JSON}) | _JSON, **_ROUNDS},
    ),
}


def requests_of(params: Mapping[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Asked]:
    """A request of one of the methods, in a form that gets as far as the method itself."""
    return st.sampled_from(sorted(params)).flatmap(
        lambda method: st.builds(Asked, st.just(method), params[method], st.integers(0, 9))
    )


# ---- Streamable HTTP -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def caller(offering: Streams) -> TaskClient:
    return TaskClient(offering, Client.register(offering).tokens()["access_token"])


def send(caller: TaskClient, asked: Asked, version: str) -> None:
    """Ask, and look at the answer."""
    headers = {"authorization": f"Bearer {caller.access_token}", **asked.headers(version)}
    message = asked.message(version)
    answer = caller.deployment.ask("POST", "/mcp/mcp", headers=headers, json_body=message)
    require_readable(answer)


def test_any_request_for_what_is_offered_gets_an_answer(caller: TaskClient) -> None:
    @settings(max_examples=600)
    @given(requests_of(_PARAMS), st.sampled_from(VERSIONS))
    def run(asked: Asked, version: str) -> None:
        send(caller, asked, version)

    run()


def asking(caller: TaskClient, offering: Streams) -> str:
    """A task that asks something."""
    while not offering.nothing_handed_over:
        offering.run_next()
    params = {"name": "confirm_delete", "arguments": {"filename": "a"}}
    task_id = caller.ask("tools/call", params, CAPABILITIES).json["result"]["taskId"]
    offering.run_next()
    return str(task_id)


def test_any_request_for_a_task_gets_an_answer(caller: TaskClient, offering: Streams) -> None:
    waiting = asking(caller, offering)
    ended = caller.task("confirm_delete", filename="b")
    caller.cancel(ended)
    unknown = "A" * 22
    ids = st.sampled_from([waiting, ended, unknown]) | _TEXT | _JSON
    (key,) = caller.get(waiting)["inputRequests"]
    responses = st.dictionaries(st.just(key) | _TEXT, _JSON, max_size=2)

    @settings(max_examples=200)
    @given(
        requests_of(
            {
                "tasks/get": st.fixed_dictionaries({"taskId": ids}),
                "tasks/update": st.fixed_dictionaries(
                    {"taskId": ids, "inputResponses": responses | _JSON}
                ),
                "tasks/cancel": st.fixed_dictionaries({"taskId": ids}),
            }
        ),
        st.sampled_from([MODERN, VERSIONS[1]]),
    )
    def run(asked: Asked, version: str) -> None:
        send(caller, asked, version)

    run()


def test_any_answer_to_what_a_task_asks_brings_it_to_an_end(
    caller: TaskClient, offering: Streams
) -> None:
    @settings(max_examples=40)
    @given(
        st.fixed_dictionaries({"action": st.just("accept"), "content": _JSON})
        | st.fixed_dictionaries({"action": st.sampled_from(["decline", "cancel"]) | _JSON})
        | _JSON.filter(lambda said: said is not None)
    )
    def run(said: Any) -> None:
        task_id = asking(caller, offering)
        (key,) = caller.get(task_id)["inputRequests"]
        caller.result("tasks/update", {"taskId": task_id, "inputResponses": {key: said}})
        offering.run_next()

        assert caller.get(task_id)["status"] in ("completed", "failed")

    run()


# ---- HTTP+SSE --------------------------------------------------------------------------------


@dataclass
class Session:
    """An open stream, and where its messages are sent."""

    streams: Streams
    access_token: str
    target: str
    place: int = 0

    def post(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Send a body, and look at the answer and at all that goes to the stream."""
        answer, _ = self.streams.call(
            "POST", self.target, self.access_token, headers=headers, body=body
        )
        require_readable(answer)
        # a stream would wait for more
        session = digest(self.target.partition("sessionId=")[2])
        for posted in wiring.mailbox().messages(session, after=self.place):
            self.place = posted.place
            assert answer.status == 202
            message = json.loads(posted.text)
            for each in message if isinstance(message, list) else [message]:
                require_response(each)


@pytest.fixture(scope="module")
def session(offering: Streams) -> Iterator[Session]:
    access_token = str(Client.register(offering).tokens(resource=SSE_URL)["access_token"])
    stream = offering.open(access_token)
    yield Session(offering, access_token, (stream.next() or {})["data"])
    offering.hang_up()


def test_any_message_of_a_session_gets_an_answer(session: Session) -> None:
    @settings(max_examples=150)
    @given(
        st.lists(requests_of(_PARAMS), min_size=1, max_size=3),
        st.booleans(),
        st.sampled_from(VERSIONS),
        st.sampled_from([*VERSIONS, "2024-11-05", "2030-01-01", "", "x"]),
    )
    def run(asked: list[Asked], batch: bool, version: str, named: str) -> None:
        messages = [each.message(version) for each in asked]
        body = json.dumps(messages if batch else messages[0]).encode()
        session.post(body, {"mcp-protocol-version": named} if named else {})

    run()


def test_any_body_of_a_session_gets_an_answer(session: Session) -> None:
    @settings(max_examples=150)
    @given(st.binary(max_size=60) | _JSON.map(lambda value: json.dumps(value).encode()))
    def run(body: bytes) -> None:
        session.post(body, {})

    run()


def test_any_session_that_is_named_gets_an_answer(session: Session) -> None:
    @settings(max_examples=60)
    @given(st.text(st.characters(codec="ascii", exclude_characters="#"), max_size=60))
    def run(query: str) -> None:
        printable = "".join(c for c in query if c.isprintable() and c != " ")
        answer, _ = session.streams.call(
            "POST", f"/mcp/message?{printable}", session.access_token, body=b"{}"
        )
        assert answer.status in (400, 404)
        require_readable(answer)

    run()
