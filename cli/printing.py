"""What the command prints: tables and sentences for people, one JSON document for scripts.

Names and addresses come from others, who must not be able to write to the terminal what it obeys:
everything goes through `plain`, or is escaped as JSON.
"""

import argparse
import io
import json
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from cli.doctor.masking import plain

Facts = Mapping[str, Any]

_WIDTH: Final = 80


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. It is never narrower than `least`: an id stays in one piece."""

    heading: str
    cell: Callable[[Facts], str]
    least: int | None = None


def print_list(
    chosen: argparse.Namespace, columns: Iterable[Column], items: Iterable[Facts], *, nothing: str
) -> None:
    """An array of JSON objects, or a table; `nothing` is the sentence for a table without rows."""
    rows = list(items)
    if chosen.json:
        _print_json(rows)
    else:
        print(_table(list(columns), rows) if rows else nothing)


def print_facts(
    chosen: argparse.Namespace, facts: Facts | Sequence[Facts], line: str, *lines: str
) -> None:
    """The facts as JSON; for people what `lines` tell of them."""
    if chosen.json:
        _print_json(facts)
    else:
        print("\n".join(map(plain_line, (line, *lines))))


def print_all_of(chosen: argparse.Namespace, facts: Facts) -> None:
    """The facts as JSON; for people a line each. What ends in `_at` is a moment."""
    width = max(map(len, facts))
    told = {
        name: moment(value) if name.endswith("_at") and value else _words(value)
        for name, value in facts.items()
    }
    print_facts(chosen, facts, *(f"{name:<{width}}  {words}" for name, words in told.items()))


def plain_line(text: str) -> str:
    """`plain`, with the spaces that line things up."""
    return re.sub(r"[^ ]+", lambda word: plain(word[0]), text)


def day(seconds: int | None) -> str:
    """A moment in epoch seconds as its day; nothing where it is not known."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}" if seconds else ""


def moment(seconds: int) -> str:
    """A moment in epoch seconds, to the minute."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"


def _print_json(document: object) -> None:
    # printable ASCII alone: all else is escaped
    print(json.dumps(document, indent=2))


def _words(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "-"
    if isinstance(value, Mapping):
        return json.dumps(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value is None or value == "" else str(value)


def _table(columns: list[Column], rows: list[Facts]) -> str:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    is_terminal, drawn = sys.stdout.isatty(), io.StringIO()
    width = shutil.get_terminal_size((_WIDTH, 24)).columns if is_terminal else _WIDTH
    console = Console(file=drawn, width=width, force_terminal=is_terminal, highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column.heading, overflow="fold", min_width=column.least)
    for row in rows:
        table.add_row(*(Text(plain(column.cell(row))) for column in columns))
    console.print(table)
    return "\n".join(line.rstrip() for line in drawn.getvalue().splitlines())
