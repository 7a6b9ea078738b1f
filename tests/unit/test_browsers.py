"""What kind of browser it is, in words of ours."""

import pytest

from gatehouse.http.browsers import browser_of
from tests.unit.test_networks import asked

CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36"
IPHONE = "(iPhone; CPU iPhone OS 18_5 like Mac OS X)"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("(X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (f"(Macintosh; Intel Mac OS X 10_15_7) {CHROME}", "Chrome on macOS"),
        (f"(Windows NT 10.0; Win64; x64) {CHROME} Edg/148.0", "Edge on Windows"),
        (f"(Linux; Android 16) SamsungBrowser/29.0 {CHROME}", "Samsung Internet on Android"),
        (f"{IPHONE} Version/18.5 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        ("curl/8.14.1", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_browser_is_told_by_what_it_says(agent: str, words: str) -> None:
    assert browser_of(asked("::1", user_agent=f"Mozilla/5.0 {agent}")) == words
