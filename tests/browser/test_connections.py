"""Connected apps on the account page, as a person walks through them."""

import json
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

from tests.browser.client import Client, register
from tests.browser.conftest import NewVisitor
from tests.browser.loopback_site import LoopbackSite
from tests.browser.visitor import Visitor
from tests.running_stack import RunningStack

# RFC 7636 appendix B, whose challenge `Client` sends
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
LONG = "An app whose maker could not think of a short name " * 3


def connect(visitor: Visitor, client: Client, callback: LoopbackSite) -> None:
    """Allow the client, and exchange its code for tokens."""
    visitor.open(client.authorization_url())
    visitor.press("Allow")
    expect(visitor.heading("Connected")).to_be_visible()
    form = {
        "grant_type": "authorization_code",
        "client_id": client.client_id,
        "code": callback.arrivals.pop()["code"],
        "code_verifier": VERIFIER,
    }
    with urlopen(Request(f"{client.stack.url}/token", urlencode(form).encode())) as answer:
        assert json.load(answer)["access_token"]


def press_by_keyboard(visitor: Visitor, button: str) -> None:
    """Tab until the button has the focus, and press it."""
    while visitor.page.evaluate("document.activeElement.innerText") != button:
        visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Enter")


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_person_ends_one_connection_and_then_all(
    new_visitor: NewVisitor, stack: RunningStack, callback: LoopbackSite, javascript: bool
) -> None:
    visitor = new_visitor(signed_in=True, java_script_enabled=javascript)
    for name in ("Claude Code", "Cursor", "Zed"):
        connect(visitor, register(stack, callback.callback, name=name), callback)
    visitor.open(f"{stack.url}/account")
    connected = visitor.page.get_by_role("region", name="Connected apps")
    apps = connected.get_by_role("heading", level=3)
    # in the order of their last use, which may be the same second
    expect(apps).to_have_count(3)
    assert sorted(apps.all_inner_texts()) == ["Claude Code", "Cursor", "Zed"]
    cursor = visitor.page.get_by_role("listitem").filter(has_text="Cursor")
    expect(cursor.locator("time")).to_have_count(2)
    expect(cursor).to_contain_text("127.0.0.0/24")

    visitor.press("End connection Cursor")
    expect(apps).to_have_count(2)
    assert sorted(apps.all_inner_texts()) == ["Claude Code", "Zed"]

    visitor.press("End all connections")
    expect(visitor.heading("End all connections?")).to_be_visible()
    visitor.page.get_by_role("link", name="Keep them").click()
    expect(apps).to_have_count(2)

    visitor.press("End all connections")
    visitor.press("End all")
    expect(visitor.page.get_by_text("No app is connected to your account.")).to_be_visible()


def test_a_phone_and_the_keyboard_will_do(
    new_visitor: NewVisitor, stack: RunningStack, callback: LoopbackSite
) -> None:
    visitor = new_visitor(signed_in=True, viewport={"width": 320, "height": 568})
    connect(visitor, register(stack, callback.callback, name=LONG), callback)
    visitor.open(f"{stack.url}/account")
    assert visitor.page.evaluate("document.scrollingElement.scrollWidth") == 320

    press_by_keyboard(visitor, "End all connections")
    expect(visitor.heading("End all connections?")).to_be_visible()
    press_by_keyboard(visitor, "End all")
    expect(visitor.page.get_by_text("No app is connected to your account.")).to_be_visible()
