"""The stack and the browser, one of each per worker, and who comes by."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, StorageState, expect

from tests.browser.chromium import running_chromium
from tests.browser.client import Client, register
from tests.browser.loopback_site import LoopbackSite, loopback_site
from tests.browser.visitor import Visitor, visiting
from tests.running_stack import RunningStack, running_stack

expect.set_options(timeout=20_000)

NewVisitor = Callable[..., Visitor]


@pytest.fixture(scope="package")
def stack() -> Iterator[RunningStack]:
    with running_stack() as stack:
        yield stack


# Not for the whole session: Playwright's event loop would be in the way of other tests' loops
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="package")
def signed_in_state(stack: RunningStack, browser: Browser) -> StorageState:
    """The cookies of somebody who signed in before. Whoever signs out signs in anew themselves."""
    client = register(stack, "http://127.0.0.1/callback")
    with visiting(browser) as visitor:
        visitor.open(client.authorization_url())
        visitor.sign_in()
        expect(visitor.button("Allow")).to_be_visible()
        return visitor.page.context.storage_state()


@pytest.fixture
def new_visitor(browser: Browser, request: pytest.FixtureRequest) -> Iterator[NewVisitor]:
    """Makes visitors: `signed_in`, and with the options of a browser context.

    No browser may have complained of a page by the end, nor asked anything of its person.
    """
    visitors: list[Visitor] = []
    with ExitStack() as contexts:

        def new_visitor(*, signed_in: bool = False, **options: Any) -> Visitor:
            if signed_in:
                options["storage_state"] = request.getfixturevalue("signed_in_state")
            visitors.append(contexts.enter_context(visiting(browser, **options)))
            return visitors[-1]

        yield new_visitor
    for visitor in visitors:
        assert not visitor.complaints
        assert not visitor.dialogs


@pytest.fixture
def visitor(new_visitor: NewVisitor) -> Visitor:
    """Somebody whose browser has never been here."""
    return new_visitor()


@pytest.fixture
def signed_in(new_visitor: NewVisitor) -> Visitor:
    """Somebody who signed in a while ago."""
    return new_visitor(signed_in=True)


@pytest.fixture
def callback() -> Iterator[LoopbackSite]:
    """Where the client waits for the browser to come back."""
    with loopback_site() as site:
        yield site


@pytest.fixture
def client(stack: RunningStack, callback: LoopbackSite) -> Client:
    return register(stack, callback.callback)
