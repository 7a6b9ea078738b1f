"""What a person does who signs in by a provider."""

from tests.forms import read_forms
from tests.functions.actors import Browser
from tests.functions.deployment import Answer
from tests.providers.played import PlayedProvider

ACCOUNT = "/account"


def sent_to(browser: Browser, page: str = ACCOUNT, name: str = "Acme") -> str:
    """Where the browser is sent by the provider's button."""
    answer = browser.press(browser.get(page), f"Continue with {name}")
    assert answer.status == 303, answer.text
    return answer.headers["location"]


def come_back(browser: Browser, provider: PlayedProvider, **changes: str | None) -> Answer:
    """The answer to whoever signed in at the provider and came back."""
    return browser.get(provider.sign_in(sent_to(browser), **changes))


def signed_in(browser: Browser, provider: PlayedProvider) -> str:
    """The account page of whoever signed in by the provider."""
    answer = come_back(browser, provider)
    assert answer.status == 303, answer.text
    return browser.get(answer.headers["location"]).text


def is_signed_in(browser: Browser) -> bool:
    forms = read_forms(browser.get(ACCOUNT).text)
    return any("Sign out" in form.buttons for form in forms)
