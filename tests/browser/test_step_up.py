"""A client asks for more, or for the same again: what the person sees of it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Error, expect

from tests.browser.client import Client, register
from tests.browser.conftest import NewVisitor
from tests.browser.loopback_site import LoopbackSite
from tests.browser.visitor import Visitor
from tests.notes import READ, SHARE, WRITE, add_notes
from tests.running_stack import RunningStack, copy_of_project, running_stack

MORE = "Allow this app more access?"
USE = "Use this server's tools on your behalf"
WEB = "https://app.example.com/callback"


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    root = add_notes(copy_of_project(tmp_path_factory.mktemp("project")))
    with running_stack(root=root) as stack:
        yield stack


def items_below(visitor: Visitor, heading: str) -> list[str]:
    """The list that follows a heading."""
    found = visitor.page.get_by_role("heading", level=2).filter(has_text=heading)
    return found.locator("xpath=following-sibling::ul[1]/li").all_inner_texts()


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_what_is_new_stands_apart_from_what_was_allowed(
    new_visitor: NewVisitor, notes: RunningStack, callback: LoopbackSite, javascript: bool
) -> None:
    client = register(notes, callback.callback)
    visitor = new_visitor(java_script_enabled=javascript)
    visitor.open(client.authorization_url(scope="mcp"))
    visitor.sign_in()
    visitor.press("Allow")
    expect(visitor.heading("Connected")).to_be_visible()

    visitor.open(client.authorization_url(scope="mcp notes:write"))

    expect(visitor.heading(MORE)).to_be_visible()
    assert items_below(visitor, "It will also be able to") == [READ, WRITE]
    assert items_below(visitor, "You allowed it before to") == [
        USE,
        "Stay connected while you are away",
    ]
    expect(visitor.page.get_by_text(SHARE)).to_have_count(0)
    visitor.press("Allow")
    expect(visitor.heading("Connected")).to_be_visible()
    assert all("code" in answer for answer in callback.arrivals)


def allowed_on_the_web(visitor: Visitor, notes: RunningStack) -> Client:
    """An app on the web that the person has allowed once."""
    client = register(notes, WEB, name="An app on the web")
    visitor.page.route(f"{WEB}*", lambda route: route.fulfill(body="<h1>Connected</h1>"))
    visitor.open(client.authorization_url(scope="mcp"))
    visitor.sign_in()
    visitor.press("Allow")
    expect(visitor.heading("Connected")).to_be_visible()
    return client


def test_a_client_on_the_web_that_was_allowed_before_gets_its_code_at_once(
    visitor: Visitor, notes: RunningStack
) -> None:
    client = allowed_on_the_web(visitor, notes)
    asked = len(visitor.requests)

    # What a redirect leads to is not answered for the browser, and the host is not real
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        visitor.open(client.authorization_url(scope="mcp"))

    ours, back = visitor.requests[asked:]
    assert ours.startswith(f"{notes.url}/oauth/authorize?")
    assert back.startswith(f"{WEB}?code=")


def test_the_page_is_shown_to_a_client_that_asks_for_it(
    visitor: Visitor, notes: RunningStack
) -> None:
    client = allowed_on_the_web(visitor, notes)

    visitor.open(client.authorization_url(scope="mcp", prompt="consent"))

    expect(visitor.button("Allow")).to_be_visible()
    expect(visitor.page.get_by_text("for what you allowed before")).to_be_visible()
