"""Fetching documents, from a real HTTPS server and from everything that only looks like one."""

import socket
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from gatehouse.documents import DocumentUnavailable
from gatehouse.fetch.documents import DocumentFetcher
from tests.internet import PUBLIC, Internet, Reply, answer, document

HOST = "app.example.com"
URL = f"https://{HOST}/client.json"
LARGEST = 5 * 1024
JSON = {"content_type": "application/json"}


@pytest.fixture
def internet(network: Internet) -> Internet:
    network.forget_everything()
    network.publish(URL, document({"a": 1}))
    return network


def fetcher(internet: Internet, **changes: Any) -> DocumentFetcher:
    ways_out = {
        "resolve": internet.resolve,
        "connect": internet.connect,
        "context": internet.trust,
    }
    return DocumentFetcher(**{"largest": LARGEST, **ways_out, **changes})


def test_a_document_is_fetched(internet: Internet) -> None:
    internet.publish(URL, document({"name": "Grüße"}, cache_control="max-age=600"))

    fetched = fetcher(internet)(URL)

    assert fetched.value == {"name": "Grüße"}
    assert fetched.fresh_for == 600


def test_the_request_carries_nothing_but_what_is_needed(internet: Internet) -> None:
    fetcher(internet)(URL)

    assert internet.asked == [
        (
            URL,
            {
                "host": HOST,
                "accept": "application/json",
                "accept-encoding": "identity",
                "user-agent": "Gatehouse",
            },
        )
    ]


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON; charset=utf-8", "application/oauth-client+json"],
)
def test_every_kind_of_json_is_read(internet: Internet, content_type: str) -> None:
    internet.publish(URL, answer(b"{}", {"content_type": content_type}))

    assert fetcher(internet)(URL).value == {}


@pytest.mark.parametrize(
    "content_type",
    ["text/html", "text/json", "application/jsonp", "application/json, text/html", "", "json"],
)
def test_what_is_not_served_as_json_is_not_read(internet: Internet, content_type: str) -> None:
    internet.publish(URL, answer(b"{}", {"content_type": content_type}))

    with pytest.raises(DocumentUnavailable, match="JSON"):
        fetcher(internet)(URL)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{} {}",
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 2}}',
        b'{"a": NaN}',
        b'{"a": "\xff"}',
        '{"a": 1}'.encode("utf-16"),
        b"[" * 4000,
    ],
    ids=lambda body: body[:12].hex(),
)
def test_what_is_no_json_is_unavailable(internet: Internet, body: bytes) -> None:
    internet.publish(URL, answer(body, JSON))

    with pytest.raises(DocumentUnavailable):
        fetcher(internet)(URL)


def test_a_document_may_be_as_large_as_allowed(internet: Internet) -> None:
    body = b'"' + b"x" * (LARGEST - 2) + b'"'
    internet.publish(URL, answer(body, JSON))

    assert len(fetcher(internet)(URL).value) == LARGEST - 2


def _endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("content-type", "application/json")
    handler.end_headers()
    while True:
        handler.wfile.write(b'"' + b"x" * 4096)


def _endless_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        handler.wfile.write(b"x-more: " + b"x" * 4096 + b"\r\n")


def _endless_interim(handler: BaseHTTPRequestHandler) -> None:
    while True:
        handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (answer(b"{}" + b" " * (LARGEST - 1), JSON), "larger than 5120 bytes"),
        (_endless, "larger than 5120 bytes"),
        (_endless_headers, "sent too much"),
        (_endless_interim, "sent too much"),
    ],
    ids=["one byte more", "endless body", "endless headers", "endless interim answers"],
)
def test_more_than_that_is_not_read(internet: Internet, reply: Reply, problem: str) -> None:
    internet.publish(URL, reply)

    with pytest.raises(DocumentUnavailable, match=problem):
        fetcher(internet)(URL)


@pytest.mark.parametrize(
    "said", [b"SSH-2.0-evil\r\n", b"HTTP/1.1 evil OK\r\n\r\n", b"HTTP/1.1 200 OK\r\n evil\r\n"]
)
def test_what_a_server_says_in_another_protocol_is_not_repeated(
    internet: Internet, said: bytes
) -> None:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(said)

    internet.publish(URL, reply)

    with pytest.raises(DocumentUnavailable) as caught:
        fetcher(internet)(URL)

    assert "evil" not in str(caught.value)


def test_a_compressed_document_is_not_unpacked(internet: Internet) -> None:
    internet.publish(URL, document({}, content_encoding="gzip"))

    with pytest.raises(DocumentUnavailable, match="compressed"):
        fetcher(internet)(URL)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(internet: Internet, status: int) -> None:
    elsewhere = f"https://{HOST}/elsewhere.json"
    internet.publish(elsewhere, document({}))
    internet.publish(URL, answer(b"", {"location": elsewhere}, status=status))

    with pytest.raises(DocumentUnavailable, match=str(status)):
        fetcher(internet)(URL)

    assert internet.times_asked(elsewhere) == 0


@pytest.mark.parametrize(
    ("status", "is_gone"),
    [
        (404, True),
        (410, True),
        (201, False),
        (204, False),
        (403, False),
        (429, False),
        (503, False),
    ],
)
def test_only_a_server_that_says_so_makes_a_document_gone(
    internet: Internet, status: int, is_gone: bool
) -> None:
    internet.publish(URL, answer(b"{}", JSON, status=status))

    with pytest.raises(DocumentUnavailable) as caught:
        fetcher(internet)(URL)

    assert caught.value.is_gone is is_gone


@pytest.mark.parametrize("addresses", [["10.0.0.1"], [PUBLIC, "127.0.0.1"], ["::1"], []])
def test_a_name_that_leads_elsewhere_is_not_connected_to(
    internet: Internet, addresses: list[str]
) -> None:
    internet.names[HOST] = addresses

    with pytest.raises(DocumentUnavailable):
        fetcher(internet)(URL)

    assert internet.connected == []


def test_a_name_that_changes_after_the_check_changes_nothing(internet: Internet) -> None:
    """DNS rebinding: the first answer is public, every later one is not."""

    def resolve(host: str, port: int) -> list[tuple[Any, ...]]:
        first = internet.resolve(host, port)
        internet.names[HOST] = ["127.0.0.1"]
        return first

    fetched = fetcher(internet, resolve=resolve)(URL)

    assert fetched.value == {"a": 1}
    assert internet.resolved == [HOST]
    assert internet.connected == [(PUBLIC, 443)]


def test_the_next_address_is_tried_where_one_does_not_answer(internet: Internet) -> None:
    internet.names[HOST] = ["198.41.0.4", PUBLIC]

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        opened = internet.connect(address, timeout)
        if address[0] != PUBLIC:
            opened.close()
            raise ConnectionRefusedError
        return opened

    assert fetcher(internet, connect=connect)(URL).value == {"a": 1}
    assert internet.connected == [("198.41.0.4", 443), (PUBLIC, 443)]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "169.254.169.254",
        "2130706433",
        "0x7f.1",
        "127.1",
    ],
)
def test_an_address_for_a_host_is_judged_like_any_other(host: str) -> None:
    """By the resolver's own reading of it, which is the one that would be connected to."""

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        raise AssertionError(address)

    fetch = DocumentFetcher(largest=LARGEST, connect=connect)

    with pytest.raises(DocumentUnavailable, match="not public"):
        fetch(f"https://{host}/client.json")


def test_a_public_address_for_a_host_is_fetched_from(internet: Internet) -> None:
    url = f"https://{PUBLIC}/client.json"
    internet.publish(url, document({"a": 2}))
    # an address is not named in the handshake, so the server has but one to offer
    internet.authority.wrong_names["127.0.0.1"] = PUBLIC
    internet.names[PUBLIC] = [PUBLIC]

    assert fetcher(internet)(url).value == {"a": 2}


def test_a_certificate_for_another_name_is_refused(internet: Internet) -> None:
    internet.authority.wrong_names[HOST] = "attacker.example"

    with pytest.raises(DocumentUnavailable, match="no certificate for that host"):
        fetcher(internet)(URL)

    assert internet.asked == []


def test_a_certificate_of_an_unknown_authority_is_refused(internet: Internet) -> None:
    fetch = DocumentFetcher(largest=LARGEST, resolve=internet.resolve, connect=internet.connect)

    with pytest.raises(DocumentUnavailable, match="no certificate for that host"):
        fetch(URL)

    assert internet.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://app.example.com/client.json",
        "https://app.example.com",
        "https://user@app.example.com/client.json",
        "https://app.example.com/client.json#fragment",
        "https://app.example.com/a b",
        "https://app.example.com/\r\nx: y",
        "https://app.example.com\\@evil.example/client.json",
        "https://äpp.example.com/client.json",
        "https://app..example.com/client.json",
        "https://app.example.com:/client.json",
        "https://app.example.com:22/client.json",
        "https://app.example.com:80/client.json",
        "https://app.example.com:99999/client.json",
        "https://app.example.com:0443/client.json",
        "https://app.example.com:08443/client.json",
        "https://app.example.com:٨٤٤٣/client.json",
        "https:///client.json",
        "https://[fe80::1%25eth0]/client.json",
        "https://app.example.com/%zz",
        "file:///etc/passwd",
        "",
        f"https://app.example.com/{'x' * 2048}",
    ],
)
def test_other_urls_are_not_resolved(internet: Internet, url: str) -> None:
    with pytest.raises(DocumentUnavailable):
        fetcher(internet)(url)

    assert internet.resolved == []


@pytest.mark.parametrize("port", [1024, 8443, 65535])
def test_a_port_may_be_named(internet: Internet, port: int) -> None:
    url = f"https://{HOST}:{port}/client.json"
    internet.publish(url, document({"port": port}))

    assert fetcher(internet)(url).value == {"port": port}
    assert internet.connected == [(PUBLIC, port)]


def test_a_host_that_no_name_server_could_know_is_unavailable() -> None:
    with pytest.raises(DocumentUnavailable):
        DocumentFetcher(largest=LARGEST)(f"https://{'x' * 64}.invalid/client.json")


def test_a_proxy_in_the_environment_is_not_used(
    internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert fetcher(internet)(URL).value == {"a": 1}


def _drip(internet: Internet, beginning: bytes) -> Reply:
    """One byte every now and then, so that no single wait is long."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(beginning)
        while not internet.is_closing.wait(0.02):
            handler.wfile.write(b" ")

    return reply


@pytest.mark.parametrize(
    "beginning",
    [
        b"HTTP/1.1 200 OK\r\nx-slow:",
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n",
    ],
    ids=["headers", "body"],
)
def test_a_server_that_drips_is_given_up(internet: Internet, beginning: bytes) -> None:
    internet.publish(URL, _drip(internet, beginning))

    with pytest.raises(DocumentUnavailable, match="took too long"):
        fetcher(internet, seconds=0.3)(URL)


def test_a_server_that_never_shakes_hands_is_given_up(internet: Internet) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:

        def connect(_: tuple[str, int], timeout: float) -> socket.socket:
            return socket.create_connection(silent.getsockname(), timeout)

        with pytest.raises(DocumentUnavailable, match="took too long"):
            fetcher(internet, connect=connect, seconds=0.2)(URL)


def test_a_name_server_that_never_answers_is_given_up(internet: Internet) -> None:
    def resolve(host: str, port: int) -> list[tuple[Any, ...]]:
        internet.is_closing.wait(5)
        return internet.resolve(host, port)

    with pytest.raises(DocumentUnavailable, match="took too long"):
        fetcher(internet, resolve=resolve, seconds=0.2)(URL)

    assert internet.connected == []


# ---- A server that cannot be reached is left alone -------------------------------------------


class Clock:
    """Stands still."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def _asked_again(fetch: DocumentFetcher, url: str) -> str:
    with pytest.raises(DocumentUnavailable) as caught:
        fetch(url)
    return str(caught.value)


@pytest.mark.parametrize("problem", ["name", "connection", "certificate"])
def test_a_server_that_could_not_be_reached_is_left_alone_for_half_a_minute(
    internet: Internet, problem: str
) -> None:
    clock = Clock()

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        opened = internet.connect(address, timeout)
        if problem == "connection":
            opened.close()
            raise TimeoutError
        return opened

    if problem == "name":
        internet.names[HOST] = []
    if problem == "certificate":
        internet.authority.wrong_names[HOST] = "attacker.example"
    fetch = fetcher(internet, connect=connect, clock=clock)
    _asked_again(fetch, URL)

    clock.now += 29
    assert "a moment ago" in _asked_again(fetch, f"https://{HOST.upper()}/another.json")
    assert len(internet.resolved) == 1
    clock.now += 1
    assert "a moment ago" not in _asked_again(fetch, URL)
    assert len(internet.resolved) == 2


def test_another_port_of_its_host_is_another_server(internet: Internet) -> None:
    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        if address[1] == 8443:
            raise ConnectionRefusedError
        return internet.connect(address, timeout)

    fetch = fetcher(internet, connect=connect)
    _asked_again(fetch, f"https://{HOST}:8443/client.json")

    assert fetch(URL).value == {"a": 1}


def test_a_slow_path_does_not_stand_for_the_others_of_its_server(internet: Internet) -> None:
    """A stranger chose the path; those who have a document there did not."""
    slow = f"https://{HOST}/events"
    internet.publish(slow, _drip(internet, b"HTTP/1.1 200 OK\r\nx-slow:"))
    fetch = fetcher(internet, seconds=0.5)
    _asked_again(fetch, slow)

    assert fetch(URL).value == {"a": 1}


def test_few_servers_are_remembered(internet: Internet) -> None:
    internet.names |= {f"{number}.example.com": [] for number in range(257)}
    fetch = fetcher(internet, clock=Clock())
    for name in list(internet.names):
        _asked_again(fetch, f"https://{name}/client.json")

    assert "a moment ago" in _asked_again(fetch, "https://256.example.com/client.json")
    assert "a moment ago" not in _asked_again(fetch, "https://0.example.com/client.json")


@pytest.mark.parametrize("problem", ["name", "certificate", "json", "encoding"])
def test_a_reason_is_of_our_own_words(internet: Internet, problem: str) -> None:
    """It is written into the log, where a stranger has nothing to say."""
    host = "secret-word.example.com"
    if problem == "name":
        internet.names[host] = []
    if problem == "certificate":
        internet.authority.wrong_names[host] = "attacker.example"
    body = b"\xffsecret-word" if problem == "encoding" else b"secret-word"
    internet.publish(f"https://{host}/", answer(body, JSON))

    reason = _asked_again(fetcher(internet), f"https://{host}/")

    assert reason
    assert not any(word in reason for word in ("secret", "word", "attacker", "xff"))
