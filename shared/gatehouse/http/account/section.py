"""What the sections of the account page have in common."""

from collections.abc import Callable, Mapping
from typing import Final

from gatehouse.http.account.problem import AccountProblem
from gatehouse.http.response import Response
from gatehouse.http.visit import Visit
from gatehouse.parameters import Parameters
from gatehouse.signin.sessions import BrowserSession, SignedIn

# What each button of a section does for whoever is signed in, once the form is known to be ours.
# Raises `AccountProblem`, which the page shows.
Steps = Mapping[str, Callable[[Visit, SignedIn, Parameters], Response]]

# Seconds after signing in for which a person may change how they sign in: whoever finds a browser
# that is signed in cannot make themselves a way to come back.
_RECENT: Final = 900


def require_recent(session: BrowserSession, *, now: int) -> None:
    """Raise `AccountProblem` unless the person signed in just now."""
    if session.created_at + _RECENT <= now:
        raise AccountProblem(
            "You signed in a while ago. To change how you sign in, sign out and sign in again.",
            outcome="sign_in_not_recent",
        )
