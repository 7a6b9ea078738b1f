"""Whether everybody can use the pages, as axe-core judges it: by day and night, narrow and wide."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, StorageState

from gatehouse.pages.brand import Brand
from gatehouse.pages.colours import parse
from tests.browser.client import Client
from tests.browser.judging import violations_everywhere
from tests.browser.pages import PAGES, show
from tests.browser.parts import all_parts
from tests.browser.visitor import Visitor, visiting


@pytest.fixture
def judged(browser: Browser, signed_in_state: StorageState) -> Iterator[Visitor]:
    """Somebody who is signed in, and whose browser lets axe-core in, which the policy would not.

    Nor would the policy let the browser ask for an icon, so what it complains of is no matter here.
    """
    with visiting(browser, storage_state=signed_in_state, bypass_csp=True) as visitor:
        yield visitor


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_on_any_page(judged: Visitor, client: Client, name: str) -> None:
    show(name, judged, client)
    assert violations_everywhere(judged.page) == []


@pytest.mark.parametrize("colour", ["#1c4a86", "#ffe600"])
def test_axe_finds_nothing_in_any_part_in_whatever_colour(judged: Visitor, colour: str) -> None:
    judged.page.set_content(all_parts(Brand(parse(colour))))
    assert violations_everywhere(judged.page) == []


def test_axe_would_find_what_is_there(judged: Visitor) -> None:
    judged.page.set_content(all_parts(Brand(parse("#1c4a86"))))
    judged.page.evaluate("document.querySelector('label').remove()")
    judged.page.evaluate("document.querySelector('h1').style.color = '#bbb'")
    found = "\n".join(violations_everywhere(judged.page))
    assert "label (critical)" in found
    assert "color-contrast (serious)" in found
