"""The pictures in the docs: one of each page, by day and by night, on a desk and on a phone."""

import re
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.pages import PAGES
from tests.browser.pictures import FOLDER, LARGEST, names, take_all
from tests.notes import add_notes
from tests.running_stack import ROOT, copy_of_project, running_stack


def test_a_picture_is_taken_of_every_page(browser: Browser, tmp_path: Path) -> None:
    root = add_notes(copy_of_project(tmp_path / "project"))
    taken = tmp_path / "taken"
    taken.mkdir()
    with running_stack(root=root) as stack:
        take_all(taken, stack, browser)
    assert {file.name for file in taken.iterdir()} == names()
    for file in taken.iterdir():
        assert file.read_bytes().startswith(b"\x89PNG")
        assert file.stat().st_size < LARGEST, file


def test_the_docs_have_a_picture_of_every_page() -> None:
    """`make pictures` takes them."""
    assert {file.name for file in FOLDER.iterdir()} == names()
    for file in FOLDER.iterdir():
        assert file.stat().st_size < LARGEST, file


def test_the_docs_show_every_page() -> None:
    shown = re.findall(r'src="pictures/([^"]+)"', (ROOT / "docs" / "pages.md").read_text())
    assert set(shown) <= names()
    assert {name.rsplit("-", 2)[0] for name in shown} == {name.replace(" ", "-") for name in PAGES}
