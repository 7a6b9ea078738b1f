"""What storage promises of people."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from gatehouse.signin.people import Person
from gatehouse.signin.sessions import BrowserSession


class PeopleStore(Protocol):
    """The built-in directory, and who is signed in where. Addresses are in canonical form."""

    def add(self, person: Person) -> bool:
        """Keep a new person; False if the email address is taken."""

    def find(self, email: str) -> Person | None:
        """The person with that email address."""

    def all(self) -> Iterator[Person]:
        """Everybody, in no order."""

    def change_password(
        self, email: str, password_hash: str, *, subject: str | None = None
    ) -> Person | None:
        """Replace a person's password and end their sessions, in one step.

        Returns the person afterwards; None if nobody has that address or, with `subject`, somebody
        else does.
        """

    def disable(self, email: str, at: int) -> Person | None:
        """Have a person disabled since then, and end their sessions; the person afterwards.

        Providers' own tokens of theirs are forgotten, so that no tool uses them any more.
        """

    def enable(self, email: str) -> Person | None:
        """Have a person disabled no more; the person afterwards."""

    def remove(self, person: Person) -> None:
        """Forget everything that is the person's, and the person last."""

    def add_session(self, session: BrowserSession) -> None:
        """Keep a new browser session."""

    def session(self, session_hash: str) -> BrowserSession | None:
        """The session, if there is one; it may have expired."""

    def sessions_of(self, subject: str) -> Sequence[BrowserSession]:
        """A person's sessions, over ones among them; those of the last second may be missing."""

    def keep_session(self, session_hash: str, *, generation: int) -> bool:
        """Take a session over into another generation; False if there is none."""

    def end_session(self, session_hash: str) -> None:
        """Forget the session."""

    def end_sessions(self, email: str, subject: str) -> Person | None:
        """End every session of a person by a new generation; the person afterwards."""
