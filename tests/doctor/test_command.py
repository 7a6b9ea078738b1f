"""`gatehouse doctor URL`: what it prints, writes and exits with."""

import json
import re
import webbrowser
from html.parser import HTMLParser
from pathlib import Path

import pytest

from cli.main import main
from tests.doctor.faults import at, where
from tests.doctor.small_server import running
from tests.doctor.visiting import allow
from tests.running_stack import free_port


@pytest.fixture(autouse=True)
def browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """The person's browser: it allows what it is sent to."""

    def open_page(url: str) -> bool:
        allow(url)
        return True

    monkeypatch.setattr(webbrowser, "open", open_page)


class Page(HTMLParser):
    """What a page would load or run, and whether its diagram is there."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.leads_to: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attributes:
            if name in ("src", "href", "action", "srcset", "data"):
                self.leads_to.append(value or "")
            if name == "id":
                self.ids.add(value or "")
            assert not name.startswith("on")


def test_it_says_each_step_and_that_nothing_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    with running() as server:
        code = main(["doctor", server.url])
    said = capsys.readouterr()

    assert code == 0
    assert "Without a token\n    1 > POST" in said.out
    assert "Registration, as VS Code" in said.out
    assert "\nNothing is wrong\n" in said.out
    assert re.search(r"^  VS Code: the token endpoint \(\d", said.out, re.MULTILINE)
    assert "Sign in and allow the doctor in your browser" in said.err


def test_it_ends_with_what_is_wrong_whom_it_breaks_and_the_fix(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with running("exact_ports") as server:
        code = main(["doctor", server.url, "--no-sign-in"])
    said = capsys.readouterr().out

    assert code == 1
    verdict = said.partition("1 thing is wrong")[2]
    assert "[loopback_port_refused]" in verdict
    assert "Against: RFC 8252 section 7.3" in verdict
    assert "Breaks:  Claude Code, Codex, VS Code" in verdict
    assert "Fix:     Ignore the port" in verdict
    assert re.search(r"Seen in: \d+", verdict)


def test_json_is_all_that_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with running("exact_ports") as server:
        code = main(["doctor", server.url, "--json", "--client", "Claude Code"])
    report = json.loads(capsys.readouterr().out)

    assert code == 1
    assert set(report) == {
        "format",
        "url",
        "ok",
        "findings",
        "clients",
        "unchecked",
        "remains",
        "exchanges",
    }
    assert (report["format"], report["ok"], report["url"]) == (1, False, server.url)
    (finding,) = report["findings"]
    assert set(finding) == {"code", "wrong", "clauses", "clients", "fix", "exchanges"}
    assert finding["clients"] == ["Claude Code"]
    (client,) = report["clients"]
    assert (client["reached"], client["stopped"]) == (
        "its registration",
        "its authorization request is refused",
    )
    assert set(report["exchanges"][0]) == {
        "number",
        "step",
        "client",
        "method",
        "url",
        "sent",
        "status",
        "headers",
        "body",
        "seconds",
        "failure",
    }
    assert [each["number"] for each in report["exchanges"]] == list(
        range(1, len(report["exchanges"]) + 1)
    )


def test_the_page_stands_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "report.html"
    with running("exact_ports") as server:
        main(["doctor", server.url, "--html", str(file)])
    page = Page(file.read_text())

    assert "svg" in page.tags
    assert not page.tags & {"script", "link", "img", "iframe", "object", "form", "base"}
    assert page.leads_to
    assert all(each.startswith("#") and each[1:] in page.ids for each in page.leads_to)
    assert "url(" not in file.read_text()
    assert "Sequence diagram: As Claude Code" in file.read_text()


def test_a_page_that_cannot_be_written_is_told_after_the_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "x" * 300
    with running() as server:
        code = main(["doctor", server.url, "--no-sign-in", "--html", str(tmp_path / name)])
    said = capsys.readouterr()

    assert code == 1
    assert "Nothing is wrong" in said.out
    assert f"{name} cannot be written: File name too long" in said.err


def test_a_server_that_does_not_answer_is_told_from_one_that_is_wrong(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["doctor", f"http://127.0.0.1:{free_port()}/mcp"]) == 2
    assert "does not answer" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["ftp://mcp.example.com/"],
        ["mcp.example.com"],
        ["https://user:password@mcp.example.com/"],
        ["https://mcp.example.com/", "--client", "Nobody"],
        ["https://mcp.example.com/", "--html", "no-such-folder/report.html"],
    ],
)
def test_wrong_arguments(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["doctor", *arguments])

    assert ended.value.code == 2
    assert "password" not in capsys.readouterr().err


def test_the_token_may_come_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GATEHOUSE_DOCTOR_TOKEN", "a-token-of-mine")
    with running("any_token") as server:
        main(["doctor", server.url, "--client", "Cursor"])
    said = capsys.readouterr()

    assert '"tools/call"' in said.out
    assert "a-token-of-mine" not in said.out
    assert "Sign in" not in said.err


def test_a_page_is_opened_and_nothing_else_that_a_server_names(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    evil = where(
        at("/.well-known/oauth-authorization-server"),
        lambda given: (
            given.having(authorization_endpoint="file:///etc/passwd")
            if isinstance(given.body, dict)
            else given
        ),
    )
    with running(change=evil) as server:
        main(["doctor", server.url, "--wait", "0"])

    assert opened == []
    assert "nobody came back" in capsys.readouterr().out
