"""What holds for every page that a person may see."""

import pytest
from playwright.sync_api import expect

from tests.browser.client import Client
from tests.browser.conftest import NewVisitor
from tests.browser.pages import PAGES, show
from tests.browser.visitor import Visitor
from tests.running_stack import PASSWORD, USER, RunningStack

# They alone need scripts, and say so where there are none
_TAKE_PASSKEYS_OUT = """() => document.querySelectorAll("[data-passkey], [data-passkey-less]")
    .forEach(element => element.remove())"""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_for_nothing_but_itself(signed_in: Visitor, client: Client, name: str) -> None:
    show(name, signed_in, client)
    signed_in.page.wait_for_load_state("networkidle")
    asked = {request.partition("?")[0] for request in signed_in.requests}
    # The app itself, to which a page that comes back a second time has led before
    assert asked - {client.redirect_uri} == {signed_in.page.url.partition("?")[0]}
    assert signed_in.page.url.startswith(f"{client.stack.url}/")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_without_scripts(
    new_visitor: NewVisitor, client: Client, name: str
) -> None:
    told = []
    for scripts in (True, False):
        visitor = new_visitor(signed_in=True, java_script_enabled=scripts)
        show(name, visitor, client)
        visitor.page.evaluate(_TAKE_PASSKEYS_OUT)
        # What a screen reader is told of the page, down to each control
        told.append(visitor.page.locator("body").aria_snapshot())
    assert told[0] == told[1]


def test_a_person_signs_in_and_out_of_their_account_without_scripts(
    new_visitor: NewVisitor, stack: RunningStack
) -> None:
    visitor = new_visitor(java_script_enabled=False)
    visitor.open(f"{stack.url}/account")
    visitor.sign_in(USER, PASSWORD)
    expect(visitor.heading("Your account")).to_be_visible()
    visitor.press("Sign out")
    expect(visitor.heading("Sign in")).to_be_visible()


def test_steps_of_recovery_open_without_scripts(new_visitor: NewVisitor, client: Client) -> None:
    visitor = new_visitor(java_script_enabled=False)
    show("recovery", visitor, client)
    visitor.page.get_by_text("Claude Code", exact=True).click()
    expect(visitor.page.get_by_text("Clear authentication")).to_be_visible()
