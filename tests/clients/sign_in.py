"""The person at the browser: signs in and consents on the pages, without scripts."""

from types import TracebackType

import httpx2

from tests.forms import read_form
from tests.running_stack import PASSWORD, USER

PATIENCE_SECONDS = 30


def new_http(base_url: str = "") -> httpx2.Client:
    """Connections of their own, past any proxy."""
    return httpx2.Client(base_url=base_url, timeout=PATIENCE_SECONDS, trust_env=False)


class Browser:
    """Keeps cookies, presses buttons, and stops where a redirect leaves the server."""

    def __init__(self) -> None:
        self._http = new_http()

    def __enter__(self) -> "Browser":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._http.close()

    @property
    def cookies(self) -> list[str]:
        """The values of every cookie that was set."""
        return [cookie.value or "" for cookie in self._http.cookies.jar]

    def open(self, url: str) -> httpx2.Response:
        """Follow a link."""
        return self._http.get(url)

    def press(self, page: httpx2.Response, button: str, **typed: str) -> str:
        """Type into the form of a page and press a button; where the browser is sent then."""
        assert page.status_code == 200, page.text
        form = read_form(page.text)
        answer = self._http.post(page.url.join(form.action), data=form.filled(button, **typed))
        assert answer.status_code == 303, answer.text
        return str(page.url.join(answer.headers["location"]))


def sign_in(authorization_url: str) -> str:
    """From an authorization request to the URL that takes the browser back to the client.

    A client that registers the same twice is one client, and what was allowed it is remembered.
    """
    with Browser() as browser:
        page = browser.open(authorization_url)
        consent = browser.open(browser.press(page, "Sign in", email=USER, password=PASSWORD))
        if consent.is_redirect:
            return str(consent.url.join(consent.headers["location"]))
        return browser.press(consent, "Allow")
