"""Who calls: known before anything of the message is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in: `subject` never changes, the email address may.

    A client that acts for itself has no email address, and itself as the subject.
    """

    subject: str
    email: str | None


@dataclass(frozen=True, slots=True)
class Caller:
    """The person, the client that acts for them, and what it may do."""

    person: Person
    client_id: str
    scopes: tuple[str, ...]
