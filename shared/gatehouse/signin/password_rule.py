"""What a password has to be before it is hashed."""

from typing import Final

SHORTEST: Final = 8  # NIST SP 800-63B section 5.1.1.2, like the two refusals below
LONGEST: Final = 1024
IN_WORDS: Final = (
    f"At least {SHORTEST} characters; not your email address, nor what everybody tries first."
)
# What is tried first of those that are long enough; whoever tries more than these is slowed down.
_TRIED_FIRST: Final = frozenset(
    (
        *("12345678", "123456789", "1234567890", "0123456789", "987654321", "87654321"),
        *("11111111", "00000000", "88888888", "12341234", "11223344", "1q2w3e4r", "1qaz2wsx"),
        *("password", "password1", "password123", "passw0rd", "p@ssw0rd", "p@ssword", "iloveyou"),
        *("qwertyuiop", "qwerty123", "qwerty12", "asdfghjkl", "abcd1234", "abc12345", "a1b2c3d4"),
        *("sunshine", "princess", "football", "baseball", "superman", "trustno1", "starwars"),
        *(
            "welcome1",
            "welcome123",
            "letmein1",
            "changeme",
            "administrator",
            "computer",
            "internet",
        ),
    )
)


class UnfitPassword(ValueError):
    """A password that is not taken; the message says why, to the person."""


def require_fit(password: str, email: str) -> None:
    """Raise `UnfitPassword` unless `password` will do for the account of `email`."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise UnfitPassword(f"A password has {SHORTEST} to {LONGEST} characters.")
    if password.strip().casefold() == email.strip().casefold():
        raise UnfitPassword("Your email address is no password, as others know it.")
    if password.casefold() in _TRIED_FIRST:
        raise UnfitPassword("That password is among the first that everybody tries.")
