"""A person at a browser, and what the browser had to say meanwhile."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Locator, Page

from tests.running_stack import PASSWORD, USER

# Generous: it is only waited for in full where a test fails
_PATIENCE_MILLISECONDS = 20_000

# Chromium says this of every page that is no 200, which is what some of ours are meant to be
_PAGE_STATUS = re.compile(
    r"Failed to load resource: the server responded with a status of 4(00|03|10|29) "
)


@dataclass
class Visitor:
    """One browser with cookies of its own, showing one page."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def open(self, url: str) -> None:
        self.page.goto(url)

    def sign_in(self, email: str = USER, password: str = PASSWORD) -> None:
        self.email.fill(email)
        self.password.fill(password)
        self.press("Sign in")

    def press(self, button: str) -> None:
        self.button(button).click()

    @property
    def email(self) -> Locator:
        return self.page.get_by_role("textbox", name="Email", exact=True)

    @property
    def password(self) -> Locator:
        # By its label: a password field has no role
        return self.page.get_by_label("Password", exact=True)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def heading(self, name: str) -> Locator:
        return self.page.get_by_role("heading", name=name, exact=True, level=1)


@contextmanager
def visiting(browser: Browser, **options: Any) -> Iterator[Visitor]:
    """A visitor in a browser context of their own, made with `options`."""
    context = browser.new_context(**options)
    context.set_default_timeout(_PATIENCE_MILLISECONDS)
    visitor = Visitor(context.new_page())

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not _PAGE_STATUS.match(message.text):
            visitor.complaints.append(message.text)

    def see(dialog: Dialog) -> None:
        visitor.dialogs.append(dialog.message)
        dialog.dismiss()

    context.on("console", hear)
    context.on("weberror", lambda error: visitor.complaints.append(str(error.error)))
    context.on("dialog", see)
    context.on("request", lambda request: visitor.requests.append(request.url))
    try:
        yield visitor
    finally:
        context.close()
