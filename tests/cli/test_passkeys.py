"""`gatehouse users forget-passkeys`, against a stack that CloudFormation knows."""

import pytest

from cli.main import main
from gatehouse.oauth.secret_values import new_identifier
from gatehouse.signin.passkeys.passkey import Passkey
from gatehouse.signin.people import Person
from tests.stores import Stores


@pytest.mark.parametrize("password_hash", [None, "a hash"])
def test_whoever_lost_their_passkeys_is_asked_for_none(
    stack: str,
    stores: Stores,
    capsys: pytest.CaptureFixture[str],
    password_hash: str | None,
) -> None:
    email, passkey_id = f"{new_identifier().lower()}@example.com", new_identifier()
    people, passkeys = stores.people(), stores.passkeys()
    person = Person(new_identifier(), email, password_hash)
    people.add(person)
    lost = Passkey(
        passkey_id, b"id", person.subject, email, b"key", 0, False, False, (), "Laptop", 1
    )
    assert passkeys.add(lost)
    assert passkeys.list_for(person, (passkey_id,))
    listed = people.find(email)
    assert listed
    assert passkeys.ask_after_password(listed, asked=True)

    assert main(["users", "forget-passkeys", email.upper(), "--yes", "--stack", stack]) == 0

    assert people.find(email) == person
    assert passkeys.get(passkey_id) is None
    said = capsys.readouterr().out
    assert f"{email} has no passkeys now; there were 1." in said
    assert ("gives them a link" in said) is (password_hash is None)


def test_nobody_is_somebody_else(stack: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["users", "forget-passkeys", "nobody@example.com", "--stack", stack]) == 3

    assert "nobody in the directory" in capsys.readouterr().err
