"""Which passwords are taken."""

import pytest

from gatehouse.signin.password_rule import UnfitPassword, require_fit

EMAIL = "ada@example.com"


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "8 to 1024 characters"),
        ("7 chars", "8 to 1024 characters"),
        ("x" * 1025, "8 to 1024 characters"),
        (EMAIL, "email address"),
        (" ADA@example.com ", "email address"),
        ("PassWord1", "first that everybody tries"),
        ("12345678", "first that everybody tries"),
    ],
)
def test_what_will_not_do_is_refused_in_words(password: str, said: str) -> None:
    with pytest.raises(UnfitPassword, match=said):
        require_fit(password, EMAIL)


@pytest.mark.parametrize("password", ["8 chars!", "x" * 1024, f"{EMAIL} and more", "мой пароль"])
def test_everything_else_is_taken(password: str) -> None:
    require_fit(password, EMAIL)
