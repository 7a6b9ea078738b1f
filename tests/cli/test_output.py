"""What the command prints, whatever names people and clients give themselves."""

import io
import json
import re
import time
import unicodedata
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cli.doctor.masking import plain
from cli.main import main
from cli.printing import Column, _table, plain_line
from tests.cli.conftest import Operator
from tests.cli.kept import client, grant, person
from tests.cli.terminals import watched
from tests.stores import Stores

NOW = int(time.time())
# clears the screen, sets the title, rings, goes back, and turns the direction around
HOSTILE = "\x1b[2J\x1b]0;title\x07\x9bm\r\x08\u202eApp\x7f\n[bold]x[/bold]"
COLUMNS = [Column("ID", lambda row: row["id"], 22), Column("NAME", lambda row: row["name"])]


def obeyed(text: str) -> set[str]:
    """What a terminal would obey of a text."""
    return {each for each in text if unicodedata.category(each)[0] == "C" and each != "\n"}


@pytest.fixture
def hostile(stores: Stores) -> None:
    ada = person(stores, "ada@example.com", now=NOW)
    client(stores, "app", HOSTILE, now=NOW)
    grant(stores, "hers", ada, "app", now=NOW)


@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_no_name_reaches_the_terminal_as_it_is(
    operator: Operator, hostile: None, as_json: list[str]
) -> None:
    for command in (
        ["clients", "list"],
        ["clients", "show", "app"],
        ["grants", "list"],
        ["clients", "revoke", "app", "--yes"],
    ):
        said = operator.says(*command, *as_json)
        assert "App" in said
        assert "[bold]" in said
        assert not obeyed(said)


def test_nor_does_a_question_or_an_error(operator: Operator, hostile: None) -> None:
    for command in (["clients", "revoke", "app"], ["clients", "show", HOSTILE]):
        ended = operator.run(*command)
        assert ended.code in (2, 3)
        assert not obeyed(ended.err)


def test_json_keeps_the_name_as_it_is(operator: Operator, hostile: None) -> None:
    assert operator.json("clients", "list")[0]["name"] == HOSTILE


@settings(max_examples=50)
@example([("i" * 60, "a name " * 30), ("\u5bec" * 30, "\u5bec" * 90)])
@given(st.lists(st.tuples(st.text(max_size=60), st.text(max_size=200)), min_size=1, max_size=3))
def test_a_table_fits_eighty_columns_and_loses_nothing(rows: list[tuple[str, str]]) -> None:
    shown = _table(COLUMNS, [{"id": one, "name": name} for one, name in rows])

    assert not obeyed(shown)
    told = "".join(plain(each) for row in rows for each in row).replace(" ", "")
    assert Counter(told) <= Counter(shown)
    for line in shown.splitlines():
        assert sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line) <= 80


def test_an_id_stays_in_one_piece_beside_long_names(operator: Operator, stores: Stores) -> None:
    client(
        stores, "A" * 22, "long name " * 30, now=NOW, redirect_uri=f"https://{'h' * 60}.example/"
    )

    lines = operator.says("clients", "list").splitlines()

    assert lines[1].startswith(f"{'A' * 22}  ")
    assert max(map(len, lines)) <= 80


def test_there_are_no_colours_in_what_is_piped_and_none_without_colour_on_a_terminal(
    operator: Operator, hostile: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "\x1b" not in operator.says("clients", "list")

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr("sys.stdout", terminal := Terminal())
    assert main(["clients", "list", "--stack", "gatehouse"]) == 0
    assert "App" in terminal.getvalue()
    # 30 to 49 and 90 to 107 are colours; bold is none
    assert not re.search(r"\x1b\[(?:\d+;)*(?:3|4|9|10)\d", terminal.getvalue())


def test_progress_is_for_a_terminal_alone(
    operator: Operator, hostile: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert operator.run("users", "list").err == ""

    terminal = watched(monkeypatch)
    said = operator.run("users", "list", "--json").out

    assert "Reading people" in terminal.getvalue()
    assert [each["email"] for each in json.loads(said)] == ["ada@example.com"]


def test_lines_keep_the_spaces_that_line_them_up() -> None:
    assert plain_line("  name      a\x1b   b") == "  name      a\N{REPLACEMENT CHARACTER}   b"
