"""What storage promises of people."""

from typing import Protocol

from gatehouse.signin.people import Person
from gatehouse.signin.sessions import BrowserSession


class PeopleStore(Protocol):
    """The built-in directory, and who is signed in where."""

    def add(self, person: Person) -> bool:
        """Keep a new person; False if the email address is taken."""

    def change_password(self, email: str, password_hash: str) -> bool:
        """Replace a person's password; False if nobody has that email address."""

    def find(self, email: str) -> Person | None:
        """The person with that email address, in its canonical form."""

    def add_session(self, session: BrowserSession) -> None:
        """Keep a new browser session."""

    def session(self, session_hash: str) -> BrowserSession | None:
        """The session, if there is one; it may have expired."""

    def end_session(self, session_hash: str) -> None:
        """Forget the session."""
