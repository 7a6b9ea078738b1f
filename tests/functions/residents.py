"""People of the directory, one a test, who all have the same password."""

from functools import cache

from argon2 import PasswordHasher

from gatehouse import wiring
from gatehouse.oauth.secret_values import new_identifier
from gatehouse.signin.people import Person
from gatehouse.wiring import signin
from tests.functions.actors import PASSWORD

# The least that argon2 can do, as no test here is about how long it takes
_LEAST = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def new_resident(*, password: str | None = PASSWORD) -> str:
    """Somebody new; their email address."""
    email = f"{new_identifier().lower()}@example.com"
    password_hash = _hash_of(password) if password else None
    person = Person(new_identifier(), email, password_hash, created_at=wiring.now())
    assert signin.people().add(person)
    return email


@cache
def _hash_of(password: str) -> str:
    return _LEAST.hash(password)
