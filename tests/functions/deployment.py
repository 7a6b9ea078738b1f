"""The handlers behind the local API Gateway, called in this process so that the clock can stand."""

import base64
import importlib.util
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from types import ModuleType
from typing import Any
from urllib.parse import urlencode

from local.answers import changed, from_result
from local.declared import Declared, Function
from local.events import Request, event
from local.recorder import as_function
from local.routes import Routes
from local.schedules import scheduled_event, scheduled_function

ORIGIN = "https://mcp.example.com"
MCP_URL = f"{ORIGIN}/mcp/mcp"
# What is protected besides: two functions of this host, and one of another.
ELSEWHERE = "https://notes.example.org/mcp"
_PATIENCE_SECONDS = 10
PROTECTED = ("/notes/mcp", "/memos/mcp", ELSEWHERE)


@dataclass(frozen=True)
class Answer:
    """An HTTP answer as a client gets it. Header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    text: str
    cookies: tuple[str, ...]

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Deployment:
    """Every function of the template, asked by path or run by schedule."""

    def __init__(
        self, declared: Declared, *, handed_over: "SimpleQueue[tuple[str, Any]] | None" = None
    ) -> None:
        """`handed_over` are the events of another deployment that functions wait for here."""
        self._routes = Routes(declared.routes)
        self._functions = {each.name: each for each in declared.functions}
        self._handlers: dict[str, Any] = {}
        self.handed_over = handed_over or SimpleQueue()
        self.cookies: dict[str, str] = {}

    def ask(
        self,
        method: str,
        target: str,
        *,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | list[tuple[str, str]] | None = None,
        json_body: object = None,
        body: bytes = b"",
        source_ip: str = "::1",
    ) -> Answer:
        """Send one request; `target` is a path with its query, `source_ip` who asks."""
        sent = {"host": "mcp.example.com", **(headers or {})}
        if form is not None:
            sent.setdefault("content-type", "application/x-www-form-urlencoded")
            body = urlencode(form).encode()
        if json_body is not None:
            sent.setdefault("content-type", "application/json")
            body = json.dumps(json_body).encode()
        path, _, query = target.partition("?")
        return self._send(
            Request(method, path, query, tuple(sent.items()), body, "HTTP/1.1", source_ip)
        )

    def function(self, name: str) -> Function:
        """A function as the template declares it."""
        return self._functions[name]

    def run(self, schedule: str) -> None:
        """Call a function as its schedule does."""
        self.invoke(scheduled_event(schedule))

    @property
    def taking_events(self) -> dict[str, "_Taking"]:
        """Every function, for Lambda's Invoke API: what they are handed waits for `run_next`."""
        return {name: _Taking(name, self.handed_over) for name in self._functions}

    def run_next(self) -> Any:
        """Run what a function handed to another one, as Lambda does some time later.

        Returns the event.
        """
        function, event = self.handed_over.get(timeout=_PATIENCE_SECONDS)
        self.run_event(function, event)
        return event

    def run_event(self, function: str, event: Any) -> Any:
        """Hand an event to a function, whatever it is."""
        return self._run(function, event)

    @property
    def nothing_handed_over(self) -> bool:
        """Whether no function waits for an event."""
        return self.handed_over.empty()

    def invoke(self, event: Mapping[str, Any], route_path: str | None = None) -> Any:
        """A handler's result for an event, found by its route (or another path's) or schedule."""
        if "routeKey" not in event:
            function = scheduled_function(self._functions.values(), event)
            return self._run(function.name, event)
        method = event["requestContext"]["http"]["method"]
        match = self._routes.match(method, route_path or event["rawPath"])
        assert match
        return self._run(match.route.integration.function, event)

    def _send(self, request: Request) -> Answer:
        match = self._routes.match(request.method, request.decoded_path)
        if match is None:
            return Answer(404, {}, '{"message":"Not Found"}', ())
        integration = match.route.integration
        result = self._run(integration.function, event(request, match, port=443))
        answer = from_result(json.loads(json.dumps(result)))
        answer = changed(answer, integration.response_parameters.get(answer.status, ()))
        return Answer(answer.status, answer.headers, answer.body.decode(), answer.cookies)

    def _run(self, function: str, event: Mapping[str, Any]) -> Any:
        with as_function(function):
            return self._handler(function)(event, None)

    def _handler(self, name: str) -> Any:
        if name not in self._handlers:
            self._handlers[name] = _entrance(self._functions[name])
        return self._handlers[name]


@dataclass(frozen=True)
class _Taking:
    """A function that is not run when it is handed an event."""

    name: str
    events: "SimpleQueue[tuple[str, Any]]"

    def invoke(self, event: Any) -> None:
        self.events.put((self.name, event))


def _entrance(function: Function) -> Any:
    _, _, attribute = function.handler.rpartition(".")
    return getattr(load_handler(function), attribute)


def load_handler(function: Function) -> ModuleType:
    """The module of a function's handler, with its folder as the working directory would be."""
    file = Path(function.code) / f"{function.handler.partition('.')[0]}.py"
    spec = importlib.util.spec_from_file_location(f"functions_under_test.{function.name}", file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    # of each function there may be several here, and each has modules of its own
    own = {each.stem for each in Path(function.code).iterdir()}
    for name in [name for name in sys.modules if name.partition(".")[0] in own]:
        del sys.modules[name]
    sys.path.insert(0, str(function.code))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(function.code))
    return module


def basic(client_id: str, secret: str) -> str:
    """An `Authorization` header of HTTP Basic."""
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()
