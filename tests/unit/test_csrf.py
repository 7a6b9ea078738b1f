"""CSRF tokens: bound to a browser, a purpose and a request."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatehouse.signin.csrf import csrf_token, is_csrf_token

COOKIE, PURPOSE, REQUEST = "cookie-of-the-browser", "consent", "client_id=a&state=b"
TOKEN = csrf_token(COOKIE, purpose=PURPOSE, request=REQUEST)


def accepted(
    presented: str | None = TOKEN,
    cookie: str | None = COOKIE,
    purpose: str = PURPOSE,
    request: str = REQUEST,
) -> bool:
    return is_csrf_token(presented, cookie, purpose=purpose, request=request)


def test_the_token_of_the_form_is_accepted() -> None:
    assert accepted()
    assert accepted(csrf_token(COOKIE, purpose=PURPOSE, request=REQUEST))


def test_it_is_of_no_use_anywhere_else() -> None:
    assert not accepted(cookie="cookie-of-another-browser")
    assert not accepted(purpose="sign-in")
    assert not accepted(request=f"{REQUEST}&scope=mcp")


@pytest.mark.parametrize(
    "presented", [None, "", TOKEN[:-1], TOKEN + "0", TOKEN.upper(), "é", COOKIE]
)
def test_another_token_is_refused(presented: str | None) -> None:
    assert not accepted(presented)


@pytest.mark.parametrize("cookie", [None, ""])
def test_without_a_cookie_nothing_is_accepted(cookie: str | None) -> None:
    assert not accepted(cookie=cookie)
    assert not accepted(csrf_token("", purpose=PURPOSE, request=REQUEST), cookie=cookie)


def test_the_token_does_not_show_the_cookie() -> None:
    assert COOKIE not in TOKEN


@given(st.text(max_size=70))
def test_nothing_invented_is_accepted(presented: str) -> None:
    assert not accepted(presented)


@given(st.text(min_size=1), st.text(), st.text())
def test_any_cookie_and_request_give_a_token(cookie: str, purpose: str, request: str) -> None:
    token = csrf_token(cookie, purpose=purpose, request=request)
    assert accepted(token, cookie, purpose, request)
