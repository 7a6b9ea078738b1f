"""How the pages look: on a phone and on a desk, by day and by night, and to the keyboard."""

import re
from itertools import product
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.client import Client, register
from tests.browser.conftest import NewVisitor
from tests.browser.visitor import Visitor
from tests.running_stack import RunningStack

PAGES = ("sign-in", "wrong password", "consent", "error")
GROUNDS: dict[Literal["light", "dark"], str] = {
    "light": "rgb(243, 243, 240)",
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

_INTERACTIVE = "a[href], button, input:not([type=hidden]), select, summary, textarea, [tabindex]"

# What each element is, and how it would stand out if it had the focus.
_LOOKS = """elements => elements.map(element => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    return [element.outerHTML, outlineStyle === "none" ? boxShadow : outlineWidth + boxShadow];
})"""


def show(name: str, visitor: Visitor, client: Client) -> Page:
    """Open the page that is called `name`."""
    if name == "error":
        visitor.open(client.authorization_url(client_id="nobody-knows-me"))
    else:
        visitor.open(client.authorization_url())
    if name == "wrong password":
        visitor.sign_in(password="not the password")
    shown = {
        "sign-in": visitor.button("Sign in"),
        "wrong password": visitor.page.get_by_role("alert"),
        "consent": visitor.button("Allow"),
        "error": visitor.heading("This app is not registered here any more"),
    }
    expect(shown[name]).to_be_visible()
    return visitor.page


@pytest.mark.parametrize("name", PAGES)
def test_nothing_sticks_out_on_a_phone_or_a_desk_by_day_or_by_night(
    new_visitor: NewVisitor, client: Client, name: str
) -> None:
    page = show(name, new_visitor(signed_in=name == "consent"), client)
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
    visitor = new_visitor(signed_in=name == "consent", viewport={"width": 320, "height": 640})
    assert show(name, visitor, client).evaluate(STICKING_OUT) == []


@pytest.mark.parametrize("name", ["sign-in", "consent", "error"])
def test_the_keyboard_reaches_every_control_and_shows_where_it_is(
    new_visitor: NewVisitor, client: Client, name: str
) -> None:
    page = show(name, new_visitor(signed_in=name == "consent"), client)
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
    visitor: Visitor, signed_in: Visitor, client: Client
) -> None:
    for name in PAGES:
        page = show(name, signed_in if name == "consent" else visitor, client)
        expect(page).to_have_title(re.compile(r"\w.* · Gatehouse"))
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
