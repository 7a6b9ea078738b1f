"""Sends requests as they are and keeps what came back, within bounds."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, Self
from urllib.parse import urlencode

import httpx2

from cli.doctor.exchange import Exchange, last_event
from cli.doctor.masking import Secrets
from cli.doctor.targets import is_loopback, why_not_asked

LONGEST_WAIT_SECONDS: Final = 40
_LARGEST: Final = 1024 * 1024
_MOST_EXCHANGES: Final = 1000


class _Answer(NamedTuple):
    status: int | None
    headers: tuple[tuple[str, str], ...]
    body: str
    failure: str


class Recorder:
    """A `with` block. `heard` is told of each exchange when it is over; `clock` gives seconds."""

    def __init__(
        self,
        mcp_url: str,
        *,
        clock: Callable[[], float] = time.perf_counter,
        heard: Callable[[Exchange], None] = lambda _: None,
    ) -> None:
        self.exchanges: list[Exchange] = []
        self.secrets = Secrets({})
        self.client = ""
        self._mcp_url = mcp_url
        self._clock = clock
        self._heard = heard
        self._known: dict[tuple[str, str, str], Exchange] = {}
        self._lock = threading.Lock()
        self._http = httpx2.Client(
            timeout=LONGEST_WAIT_SECONDS, follow_redirects=False, trust_env=not is_loopback(mcp_url)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def ask(
        self,
        step: str,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        message: Any = None,
        head_only: bool = False,
        private: bool = False,
    ) -> Exchange:
        """Send one request, with a form or a JSON message; redirects are not followed.

        `head_only` leaves the body of the answer, which may be a stream without an end.
        """
        sent, body = _prepared(headers or {}, form, message)
        with self._lock:
            self.secrets.learn_from(f"{url} {body}")
        started = self._clock()
        reason = why_not_asked(url, self._mcp_url)
        if reason or len(self.exchanges) >= _MOST_EXCHANGES:
            answer = _Answer(None, (), "", f"not asked: {reason or 'that is enough for one visit'}")
        else:
            answer = self._sent(method, url, sent, body, head_only=head_only)
        seconds = self._clock() - started
        with self._lock:
            self.secrets.learn_from(
                " ".join((answer.body, *(value for _, value in answer.headers)))
            )
            exchange = Exchange(
                len(self.exchanges) + 1,
                step,
                self.client,
                method,
                url,
                tuple(sent.items()),
                body,
                *answer[:3],
                seconds,
                answer.failure,
                private,
            )
            self.exchanges.append(exchange)
            self._heard(exchange)
        return exchange

    def ask_once(
        self, step: str, method: str, url: str, *, headers: Mapping[str, str], message: Any = None
    ) -> Exchange:
        """The same for what changes nothing: clients that ask alike share one answer."""
        key = (method, url, json.dumps([*sorted(headers.items()), message]))
        if key not in self._known:
            self._known[key] = self.ask(step, method, url, headers=headers, message=message)
        return self._known[key]

    def note(self, step: str, url: str) -> Exchange:
        """Keep what somebody else's browser asked of the doctor."""
        self.secrets.learn_from(url)
        with self._lock:
            number = len(self.exchanges) + 1
            exchange = Exchange(number, step, "the browser", "GET", url, (), "", 200, (), "", 0)
            self.exchanges.append(exchange)
            self._heard(exchange)
        return exchange

    def _sent(
        self, method: str, url: str, headers: dict[str, str], body: str, *, head_only: bool
    ) -> _Answer:
        deadline = time.monotonic() + LONGEST_WAIT_SECONDS
        try:
            with self._http.stream(method, url, headers=headers, content=body.encode()) as answer:
                status, received = answer.status_code, tuple(answer.headers.multi_items())
                # a cookie is the browser's, and there is none here that keeps it
                self._http.cookies.clear()
                if head_only:
                    return _Answer(status, received, "", "")
                text, failure = _read(answer, deadline)
                return _Answer(status, received, text, failure)
        except httpx2.TimeoutException:
            return _Answer(None, (), "", f"no answer within {LONGEST_WAIT_SECONDS} seconds")
        except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError, ValueError) as error:
            return _Answer(None, (), "", f"no answer: {error or type(error).__name__}")


def _prepared(
    headers: Mapping[str, str], form: Mapping[str, str] | None, message: Any
) -> tuple[dict[str, str], str]:
    # not compressed: what it would grow to is not bounded
    sent = {"user-agent": "gatehouse-doctor", "accept-encoding": "identity", **headers}
    if form is not None:
        return sent | {"content-type": "application/x-www-form-urlencoded"}, urlencode(form)
    if message is not None:
        return sent | {"content-type": "application/json"}, json.dumps(message)
    return sent, ""


def _read(answer: httpx2.Response, deadline: float) -> tuple[str, str]:
    """The body as far as it is wanted, and why that is not all of it."""
    if answer.headers.get("content-encoding", "identity") != "identity":
        return "", "the answer is compressed, which was not asked for"
    streamed = answer.headers.get("content-type", "").startswith("text/event-stream")
    body = b""
    for chunk in answer.iter_raw():
        body += chunk
        if len(body) > _LARGEST:
            return body[:_LARGEST].decode(errors="replace"), "the answer is too long"
        if time.monotonic() > deadline:
            return body.decode(errors="replace"), "the answer took too long"
        if streamed and _is_response(body.decode(errors="replace")):
            break
    return body.decode(errors="replace"), ""


def _is_response(stream: str) -> bool:
    complete, separator, _ = stream.replace("\r\n", "\n").rpartition("\n\n")
    try:
        value = json.loads(last_event(complete)) if separator else None
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and ("result" in value or "error" in value)
