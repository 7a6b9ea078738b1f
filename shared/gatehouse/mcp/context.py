"""What a tool may know about the call it answers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in: `subject` never changes, the email address may.

    A client that acts for itself has no email address, and itself as the subject.
    """

    subject: str
    email: str | None


@dataclass(frozen=True, slots=True)
class Context:
    """Ask for it with a parameter of this type; clients do not see that parameter."""

    person: Person
    client_id: str
    scopes: tuple[str, ...]
