"""A password that was typed into one of our pages, and what the page says if it does not count."""

from gatehouse.http.visit import Visit
from gatehouse.signin.attempts import Slowed, try_password
from gatehouse.signin.people import Person

MISMATCH = "That email address and password do not match."
WRONG = "That is not your current password."
PASSWORDS_OFF = "Passwords are not accepted here."


def try_typed(visit: Visit, email: str, password: str) -> Person | Slowed | None:
    """Whose password it is; None if it is wrong."""
    return try_password(
        email,
        password,
        network=visit.network,
        device=visit.device_cookie,
        attempts=visit.stores.attempts,
        now=visit.now,
    )


def asks_to_wait(slowed: Slowed) -> str:
    """What a page says to whoever is slowed down."""
    minutes = -(-slowed.seconds // 60)
    unit = "minute" if minutes == 1 else "minutes"
    return f"There were too many tries that failed. Try again in {minutes} {unit}."


def retry_after(slowed: Slowed) -> dict[str, str]:
    """RFC 6585 section 4: when a 429 may be tried again."""
    return {"retry-after": str(slowed.seconds)}
