"""The events of `events/`: one a route and schedule, of the form that AWS sends, each of use."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.errors import LocalError
from local.events import Request, event
from local.function_urls import function_url_event
from local.routes import Routes
from local.schedules import scheduled_event, scheduled_function
from local.template import Template

ROOT = Path(__file__).parents[2]
ALL = {path.stem: json.loads(path.read_text()) for path in (ROOT / "events").glob("*.json")}
# A function's URL has no routes
STREAMED = {name: each for name, each in ALL.items() if each.get("routeKey") == "$default"}
EVENTS = {name: each for name, each in ALL.items() if "routeKey" in each and name not in STREAMED}
SCHEDULED = {name: each for name, each in ALL.items() if "routeKey" not in each}
DECLARED = Template(ROOT / "template.yaml").resolve({}, {})
STREAMING = Template(ROOT / "template.yaml").resolve(
    {"HttpSseTransport": "true", "UseCloudFront": "true"}, {}
)


def test_every_route_has_its_event() -> None:
    assert sorted(each["routeKey"] for each in EVENTS.values()) == sorted(
        route.key for route in DECLARED.routes
    )


def test_every_schedule_has_its_event() -> None:
    called = [scheduled_function(DECLARED.functions, event) for event in SCHEDULED.values()]
    schedules = [schedule for function in called for schedule in function.schedules]

    assert sorted(schedules) == sorted(
        schedule for function in DECLARED.functions for schedule in function.schedules
    )


@pytest.mark.parametrize("name", SCHEDULED)
def test_an_event_of_a_schedule_is_what_the_scheduler_would_make(name: str) -> None:
    stored = SCHEDULED[name]
    function = scheduled_function(DECLARED.functions, stored)
    made = scheduled_event(function.schedules[0])

    assert _shape(made) == _shape(stored)
    for member in ("version", "detail-type", "source", "detail"):
        assert made[member] == stored[member]
    assert scheduled_function(DECLARED.functions, made) == function


def test_an_event_of_no_schedule_is_refused() -> None:
    with pytest.raises(LocalError, match="no schedule"):
        scheduled_function(DECLARED.functions, scheduled_event("Unknown"))


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_is_what_the_gateway_would_make_of_its_request(name: str) -> None:
    stored = EVENTS[name]
    request, match = (
        _request(stored),
        Routes(DECLARED.routes).match(
            stored["requestContext"]["http"]["method"], stored["rawPath"]
        ),
    )
    assert match
    made = event(request, match, port=443)

    assert _shape(made) == _shape(stored)
    for member in ("rawPath", "rawQueryString", "body", "isBase64Encoded", "cookies"):
        assert made.get(member) == stored.get(member)


def test_every_path_of_a_functions_url_has_its_event() -> None:
    assert {each["rawPath"] for each in STREAMED.values()} == set(STREAMING.streams)


@pytest.mark.parametrize("name", STREAMED)
def test_an_event_of_a_functions_url_is_what_it_would_make_of_its_request(name: str) -> None:
    stored = STREAMED[name]
    made = function_url_event(_request(stored), "McpSse", port=443)

    assert _shape(made) == _shape(stored)
    for member in ("routeKey", "rawPath", "rawQueryString", "body", "isBase64Encoded"):
        assert made.get(member) == stored.get(member)


def _request(stored: dict[str, Any]) -> Request:
    import base64

    body = stored.get("body", "").encode()
    headers = [(name, value) for name, value in stored["headers"].items() if "x-" not in name]
    headers += [("cookie", "; ".join(stored["cookies"]))] if "cookies" in stored else []
    return Request(
        method=stored["requestContext"]["http"]["method"],
        path=stored["rawPath"],
        query=stored["rawQueryString"],
        headers=tuple(headers),
        body=base64.b64decode(body) if stored["isBase64Encoded"] else body,
        protocol="HTTP/1.1",
        source_ip="203.0.113.7",
    )


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _shape(member) for name, member in sorted(value.items())}
    return type(value).__name__
