"""Servers that mean harm, and what must not be shown of those that do not."""

import gzip
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from cli.doctor.exchange import Exchange
from cli.doctor.masking import Secrets, plain
from cli.doctor.recorder import Recorder
from cli.doctor.report.as_json import as_json
from cli.doctor.report.outcome import Outcome
from cli.doctor.report.page import as_page
from cli.doctor.report.text import Narrator, verdict
from cli.doctor.targets import why_not_asked
from tests.doctor.faults import at, bare, where
from tests.doctor.small_server import Asked, Given, running
from tests.doctor.visiting import codes, examined

MEGABYTE = 1024 * 1024
EXCHANGE = Exchange(1, "a step", "", "GET", "http://localhost/", (), "", 200, (), "", 0.1)


def everything_said(outcome: Outcome) -> str:
    narrator = Narrator()
    told = [line for each in outcome.exchanges for line in narrator.lines(each)]
    return "\n".join([*told, *verdict(outcome), as_json(outcome), as_page(outcome)])


def test_no_report_has_a_secret() -> None:
    secrets: set[str] = set()
    names = ("access_token", "refresh_token", "client_secret")

    def watch(asked: Asked, given: Given) -> Given:
        body = given.body if isinstance(given.body, dict) else {}
        secrets.update(str(body[name]) for name in names if body.get(name))
        secrets.update(asked.form[name] for name in ("code", "code_verifier") if name in asked.form)
        return given

    with running(change=watch) as server:
        said = everything_said(examined(server.url, destructive=True))

    assert len(secrets) > 20
    # the codes that the doctor makes up are no secrets, and stand in no answer
    assert [each for each in secrets - {"made-up-by-the-doctor"} if each in said] == []
    assert "the person's own" not in said.replace("which are the person's own", "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"access_token": "a"}', '{"access_token": "[masked]"}'),
        ('{"refresh_token":"a\\"b"}', '{"refresh_token":"[masked]"}'),
        ("code=abc&state=d", "code=[masked]&state=d"),
        ("https://c.example/cb?state=d&code=abc", "https://c.example/cb?state=d&code=[masked]"),
        (
            "https://c.example/cb#access_token=abc&x=1",
            "https://c.example/cb#access_token=[masked]&x=1",
        ),
        ("error_code=7&mode=code", "error_code=7&mode=code"),
    ],
)
def test_a_secret_is_masked_by_its_name(text: str, shown: str) -> None:
    assert Secrets({}).masked(text) == shown


def test_a_secret_is_masked_wherever_it_comes_again() -> None:
    secrets = Secrets({})
    secrets.learn_from('{"access_token": "se/cret value"}')

    assert secrets.masked("you sent se%2Fcret+value, or se/cret value") == (
        "you sent [access_token], or [access_token]"
    )


@pytest.mark.parametrize("name", ["Authorization", "cookie", "Set-Cookie", "Mcp-Session-Id"])
def test_headers_that_are_secret_are_not_shown(name: str) -> None:
    shown = Secrets({}).shown(
        replace(EXCHANGE, sent_headers=((name, "a secret"),), headers=((name, "a secret"),))
    )

    assert shown.sent_headers == shown.headers == ((name, "[masked]"),)


@for_any(st.text())
def test_what_is_shown_obeys_nobody(text: str) -> None:
    shown = plain(text)

    assert not {unicodedata.category(each) for each in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert plain(shown) == shown


def test_a_server_that_writes_to_the_terminal_and_into_the_page() -> None:
    evil = '\x1b]0;owned\x07\u202e<script>alert(1)</script>"><img src=x>'

    def change(asked: Asked, given: Given) -> Given:
        if asked.path == "/oauth/register":
            return Given(400, {"error": "x", "error_description": evil})
        return given.with_headers(x_evil="\x1b[2J<b>") if asked.path == "/mcp" else given

    with running(change=change) as server:
        outcome = examined(server.url)
    said = everything_said(outcome)

    assert "registration_refused" in codes(outcome)
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert "<script" not in as_page(outcome)
    assert "<img" not in as_page(outcome)
    assert "<b>" not in as_page(outcome)


def test_an_answer_without_an_end_is_cut() -> None:
    long = where(bare("POST"), lambda _: Given(401, "x" * 3 * MEGABYTE))
    with running(change=long) as server, Recorder(server.url) as recorder:
        exchange = recorder.ask("a step", "POST", server.url)

    assert exchange.failure == "the answer is too long"
    assert len(exchange.body) == MEGABYTE


def test_an_answer_that_would_grow_is_not_unpacked() -> None:
    small = gzip.compress(b"x" * MEGABYTE).decode("latin-1")
    packed = Given(200, small, {"content-encoding": "gzip"})
    packs = where(bare("POST"), lambda _: packed)
    with running(change=packs) as server, Recorder(server.url) as recorder:
        exchange = recorder.ask("a step", "POST", server.url)

    assert exchange.body == ""
    assert "compressed" in exchange.failure


def test_redirects_without_an_end_are_left() -> None:
    def change(asked: Asked, given: Given) -> Given:
        if asked.path != "/oauth/authorize":
            return given
        return Given(302, headers={"location": "/oauth/authorize"})

    with running(change=change) as server:
        outcome = examined(server.url, sign_in=False)

    assert codes(outcome) == []
    assert len(outcome.exchanges) < 200


def test_json_that_is_too_deep_is_no_document() -> None:
    exchange = replace(EXCHANGE, body="[" * 100_000)

    assert exchange.document is None


@pytest.mark.parametrize("odd", [[], {"a": 1}, 7, True, "text", ["x"] * 3, None])
def test_documents_of_other_types_than_expected_break_nothing(odd: object) -> None:
    def change(asked: Asked, given: Given) -> Given:
        if not isinstance(given.body, dict):
            return given
        return replace(given, body=dict.fromkeys(given.body, odd))

    with running(change=change) as server:
        outcome = examined(server.url, sign_in=False)

    assert everything_said(outcome)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://mcp.example.com/other", ""),
        ("http://127.0.0.1:8080/latest", "it is not https"),
        ("https://127.0.0.1/", "its host is inside a private network"),
        ("https://169.254.169.254/latest", "its host is inside a private network"),
        ("https://[::ffff:10.0.0.1]/", "its host is inside a private network"),
        ("https://10.1.2.3/", "its host is inside a private network"),
        ("file:///etc/passwd", "that is no http or https URL"),
        ("https://user@10.1.2.3/", "that is no http or https URL"),
        ("https://[", "that is no URL"),
        ("https://mcp.example.com:99999/", "that is no URL"),
    ],
)
def test_a_public_server_leads_nowhere_else_than_to_public_ones(url: str, why: str) -> None:
    assert why_not_asked(url, "https://mcp.example.com/mcp") == why


def test_a_server_on_this_machine_leads_to_others_on_it() -> None:
    assert why_not_asked("http://127.0.0.1:9000/", "http://localhost:3000/mcp") == ""


def test_only_the_answer_that_is_waited_for_comes_in() -> None:
    def person(url: str) -> None:
        """Comes back with another state, as somebody else would, and never with the right one."""
        from urllib.parse import parse_qs, urlsplit

        from tests.clients.sign_in import new_http

        (back,) = parse_qs(urlsplit(url).query)["redirect_uri"]
        with new_http() as browser:
            assert browser.get(f"{back}?code=stolen&state=guessed").status_code == 404
            assert browser.get(f"{back}?code=stolen").status_code == 404

    with running() as server:
        outcome = examined(server.url, person, wait_seconds=0)

    assert "nobody came back" in outcome.unchecked[0]


def test_the_metadata_of_a_place_that_is_not_asked_is_said_to_be_missing() -> None:
    evil = 'Bearer resource_metadata="http://169.254.169.254/latest/meta-data"'
    change = where(at("/mcp"), lambda given: given.with_headers(www_authenticate=evil))
    with running(change=change) as server:
        outcome = examined(server.url, sign_in=False)

    assert "challenge_leads_nowhere" in codes(outcome)
    (asked,) = {each.failure for each in outcome.exchanges if "169.254" in each.url}
    assert asked.startswith("not asked")
