"""docs/clients.md names tests that exist, and every client that is played."""

import ast
import re
from pathlib import Path

from tests.unit.registrations import EVERYBODY

ROOT = Path(__file__).parents[2]
ROWS = re.findall(
    r"^\| ([^|]+) \| [^|]+ \| `([^`]+)::([^`]+)` \|$",
    (ROOT / "docs" / "clients.md").read_text(),
    re.MULTILINE,
)


def names_in(file: Path) -> set[str]:
    """The functions of a test file."""
    tree = ast.parse(file.read_text())
    return {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}


def test_every_test_that_it_names_is_there() -> None:
    missing = [f"{file}::{name}" for _, file, name in ROWS if name not in names_in(ROOT / file)]

    assert ROWS
    assert missing == []


def test_every_row_is_read() -> None:
    table = (ROOT / "docs" / "clients.md").read_text().partition("|---|---|---|\n")[2]

    assert len(ROWS) == len(table.splitlines())


def test_every_client_that_is_played_is_in_it() -> None:
    assert set(EVERYBODY) <= {client for client, _, _ in ROWS}
