"""How the pages look: on a phone and on a desk, by day and by night, and to the keyboard."""

import re
from itertools import product
from typing import Literal

import pytest
from playwright.sync_api import expect

from gatehouse.pages.brand import Brand
from gatehouse.pages.colours import parse
from tests.browser.client import Client, register
from tests.browser.conftest import NewVisitor
from tests.browser.pages import PAGES, show
from tests.browser.parts import all_parts
from tests.browser.visitor import Visitor
from tests.running_stack import RunningStack

GROUNDS: dict[Literal["light", "dark"], str] = {
    "light": "rgb(244, 244, 241)",
    "dark": "rgb(14, 17, 21)",
}

# What sticks out of the window, or out of the card that would cut it off.
STICKING_OUT = """() => {
    const card = document.querySelector("main").getBoundingClientRect();
    const outside = [...document.querySelectorAll("main *")].filter(element => {
        const box = element.getBoundingClientRect();
        return element.checkVisibility() && (box.left < card.left || box.right > card.right);
    });
    const scrolled = document.scrollingElement;
    if (scrolled.scrollWidth > scrolled.clientWidth) outside.push(scrolled);
    return outside.map(element => element.outerHTML.slice(0, 80));
}"""

_SMALLEST_TARGET = 44  # CSS pixels: WCAG 2.2, 2.5.5

_INTERACTIVE = "a[href], button, input:not([type=hidden]), select, summary, textarea, [tabindex]"

# What each element is, and how it would stand out if it had the focus.
_LOOKS = """elements => elements.map(element => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    return [element.outerHTML, outlineStyle === "none" ? boxShadow : outlineWidth + boxShadow];
})"""


@pytest.mark.parametrize("name", PAGES)
def test_nothing_sticks_out_on_a_phone_or_a_desk_by_day_or_by_night(
    new_visitor: NewVisitor, client: Client, name: str
) -> None:
    visitor = new_visitor(signed_in=True)
    show(name, visitor, client)
    page = visitor.page
    for width, (scheme, ground) in product((320, 1280), GROUNDS.items()):
        page.set_viewport_size({"width": width, "height": 640})
        page.emulate_media(color_scheme=scheme)
        # The stylesheet was let in, and knows the night
        expect(page.locator("body")).to_have_css("background-color", ground)
        assert page.evaluate(STICKING_OUT) == []


@pytest.mark.parametrize("name", ["sign-in", "consent"])
def test_what_a_client_chose_cannot_push_the_page_wide(
    new_visitor: NewVisitor, stack: RunningStack, name: str
) -> None:
    host = ".".join(["a-very-long-label-of-a-host-name" * 2] * 3)
    client = register(stack, f"https://{host}.example/callback", name="W" * 200)
    visitor = new_visitor(signed_in=True, viewport={"width": 320, "height": 640})
    show(name, visitor, client)
    assert visitor.page.evaluate(STICKING_OUT) == []


@pytest.mark.parametrize("name", PAGES)
def test_the_keyboard_reaches_every_control_and_shows_where_it_is(
    new_visitor: NewVisitor, client: Client, name: str
) -> None:
    visitor = new_visitor(signed_in=True)
    show(name, visitor, client)
    page = visitor.page
    for scheme in GROUNDS:
        page.emulate_media(color_scheme=scheme)
        page.mouse.click(1, 1)  # takes the focus away from wherever the page has put it
        unfocused = dict(page.locator(_INTERACTIVE).evaluate_all(_LOOKS))
        focused: dict[str, str] = {}
        for _ in unfocused:
            page.keyboard.press("Tab")
            focused |= dict(page.locator(":focus").evaluate_all(_LOOKS))
        assert focused.keys() == unfocused.keys()
        assert [control for control in focused if focused[control] == unfocused[control]] == []


def test_every_page_has_a_title_a_language_and_one_heading(
    signed_in: Visitor, client: Client
) -> None:
    for name in PAGES:
        show(name, signed_in, client)
        page = signed_in.page
        expect(page).to_have_title(re.compile(r"\w.* · Gatehouse"))
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.get_by_role("heading", level=1)).to_have_count(1)


@pytest.mark.parametrize("width", [320, 1280])
def test_every_part_fits_and_can_be_hit(visitor: Visitor, width: int) -> None:
    page = visitor.page
    page.set_content(all_parts(Brand(parse("#1c4a86"))))
    page.set_viewport_size({"width": width, "height": 640})
    assert page.evaluate(STICKING_OUT) == []
    for control in page.locator(_INTERACTIVE).all():
        box = control.bounding_box()
        assert box
        assert box["height"] >= _SMALLEST_TARGET, control


@pytest.mark.parametrize("name", PAGES)
def test_every_control_can_be_hit(signed_in: Visitor, client: Client, name: str) -> None:
    show(name, signed_in, client)
    for control in signed_in.page.locator(_INTERACTIVE).all():
        box = control.bounding_box()
        assert box
        assert box["height"] >= _SMALLEST_TARGET, control


@pytest.mark.parametrize("name", PAGES)
def test_letters_twice_as_large_need_no_scrolling_sideways(
    new_visitor: NewVisitor, client: Client, name: str
) -> None:
    # WCAG 2.2, 1.4.4; a zoom of 400% on a desk (1.4.10) is the width of 320 above
    visitor = new_visitor(signed_in=True, viewport={"width": 640, "height": 480})
    show(name, visitor, client)
    visitor.page.locator("html").evaluate("root => root.style.fontSize = '200%'")
    assert visitor.page.evaluate(STICKING_OUT) == []


def test_the_pages_heed_what_people_ask_of_their_browser(
    signed_in: Visitor, client: Client
) -> None:
    show("consent", signed_in, client)
    page, allow, deny = signed_in.page, signed_in.button("Allow"), signed_in.button("Deny")
    background = "button => getComputedStyle(button).backgroundColor"
    page.emulate_media(contrast="more")
    expect(page.get_by_role("main")).to_have_css("border-color", "rgb(26, 29, 33)")
    page.emulate_media(contrast="no-preference", reduced_motion="no-preference")
    expect(allow).not_to_have_css("transition-duration", "0s")
    page.emulate_media(reduced_motion="reduce")
    expect(allow).to_have_css("transition-duration", "0s")
    # Colours of the person's own are all that there is, and what goes on still stands out
    page.emulate_media(forced_colors="active")
    assert allow.evaluate(background) == deny.evaluate("button => getComputedStyle(button).color")
    assert allow.evaluate(background) != deny.evaluate(background)
