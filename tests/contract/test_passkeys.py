"""Passkeys on a real engine: changes that meet, answers that are lost."""

from dataclasses import replace
from itertools import cycle

import pytest

from gatehouse.oauth.secret_values import new_identifier
from gatehouse.signin.passkeys.passkey import Passkey
from gatehouse.signin.pending import PendingSignIn
from gatehouse.signin.people import Person
from local.engines import Engines
from tests.contract.test_races import at_once
from tests.stores import Stores

NOW = 1_800_000_000


def new_person(
    stores: Stores, *, password_hash: str | None = "a hash", passkeys: int = 0
) -> Person:
    subject = new_identifier()
    listed = tuple(new_identifier() for _ in range(passkeys))
    person = Person(subject, f"{subject.lower()}@example.com", password_hash, NOW, passkeys=listed)
    assert stores.people().add(person)
    return person


def new_passkey(person: Person) -> Passkey:
    return Passkey(
        new_identifier(),
        b"\x00\xff",
        person.subject,
        person.email,
        b"\x01",
        7,
        backup_eligible=True,
        backed_up=False,
        transports=("hybrid", "internal"),
        name="Laptop",
        created_at=NOW,
    )


def now(stores: Stores, person: Person) -> Person:
    found = stores.people().find(person.email)
    assert found
    return found


def test_a_passkey_comes_back_as_it_was_written_and_once(stores: Stores) -> None:
    passkeys, passkey = stores.passkeys(), new_passkey(new_person(stores))

    assert passkeys.add(passkey)
    assert passkeys.add(passkey)  # the answer to the first was lost
    assert not passkeys.add(replace(passkey, subject="somebody else"))

    assert passkeys.get(passkey.passkey_id) == passkey
    assert passkeys.get_all([passkey.passkey_id, "unknown"]) == [passkey]
    passkeys.remove(passkey.passkey_id)
    assert passkeys.get(passkey.passkey_id) is None


def test_what_is_theirs_is_found_by_their_subject(stores: Stores) -> None:
    person = new_person(stores)
    passkey = new_passkey(person)
    stores.passkeys().add(passkey)

    keys = stores.table("UsersTable").keys_of("by_subject", subject=person.subject)

    assert {key["id"] for key in keys} == {
        f"person#{person.email}",
        f"passkey#{passkey.passkey_id}",
    }


def test_a_use_is_noted_if_there_was_no_other(stores: Stores) -> None:
    passkeys, passkey = stores.passkeys(), new_passkey(new_person(stores))
    passkeys.add(passkey)

    assert passkeys.note_use(passkey, 8, backed_up=True, now=NOW + 1)
    assert not passkeys.note_use(passkey, 9, backed_up=True, now=NOW + 2)

    expected = replace(passkey, sign_count=8, backed_up=True, last_used_at=NOW + 1)
    assert passkeys.get(passkey.passkey_id) == expected
    passkeys.remove(passkey.passkey_id)
    assert not passkeys.note_use(expected, 9, backed_up=True, now=NOW + 2)
    assert passkeys.get(passkey.passkey_id) is None


def test_what_counts_is_changed_by_who_read_it_as_it_is(stores: Stores) -> None:
    passkeys, before = stores.passkeys(), new_person(stores)

    assert passkeys.list_for(before, ("first",))
    assert passkeys.list_for(before, ("first",))  # the answer to the first was lost
    assert not passkeys.list_for(before, ("second",))
    assert not passkeys.ask_after_password(before, asked=True)
    assert not passkeys.remove_password(before)
    assert not passkeys.unlist_all(before)

    assert now(stores, before) == replace(before, passkeys=("first",))


def test_people_of_before_there_were_passkeys_can_add_one(stores: Stores) -> None:
    table, subject = stores.table("UsersTable"), new_identifier()
    email = f"{subject.lower()}@example.com"
    table.put({"id": f"person#{email}", "subject": subject, "email": email, "password_hash": "x"})
    person = stores.people().find(email)
    assert person

    assert stores.passkeys().list_for(person, ("first",))
    assert not stores.passkeys().list_for(person, ("second",))

    assert now(stores, person).passkeys == ("first",)


def test_another_person_of_that_address_is_not_changed(stores: Stores) -> None:
    person = new_person(stores)

    assert not stores.passkeys().list_for(replace(person, subject="another"), ("first",))

    assert now(stores, person) == person


def test_without_a_password_one_passkey_stays(stores: Stores) -> None:
    person = new_person(stores, password_hash=None, passkeys=1)

    assert not stores.passkeys().list_for(person, ())

    assert now(stores, person).passkeys == person.passkeys


def test_a_removed_password_ends_the_sessions_that_it_began(stores: Stores) -> None:
    passkeys, before = stores.passkeys(), new_person(stores, passkeys=1)

    after = passkeys.remove_password(before)

    assert after == replace(before, password_hash=None, generation=1)
    assert passkeys.remove_password(before) == after  # the answer to the first was lost
    assert now(stores, before) == after


def test_a_password_that_was_set_meanwhile_stays(stores: Stores) -> None:
    before = new_person(stores, passkeys=1)
    stores.people().change_password(before.email, "another hash")

    assert stores.passkeys().remove_password(before) is None

    assert now(stores, before).password_hash == "another hash"


def test_people_of_before_there_were_generations_can_do_without_a_password(stores: Stores) -> None:
    table, subject = stores.table("UsersTable"), new_identifier()
    email = f"{subject.lower()}@example.com"
    item = {"id": f"person#{email}", "subject": subject, "email": email, "password_hash": "x"}
    table.put({**item, "passkeys": ("first",)})
    person = stores.people().find(email)
    assert person

    assert stores.passkeys().remove_password(person) == now(stores, person)

    assert (now(stores, person).password_hash, now(stores, person).generation) == (None, 1)


def test_another_password_leaves_passkeys_and_what_is_asked_as_they_were(stores: Stores) -> None:
    person = new_person(stores, passkeys=1)
    stores.passkeys().ask_after_password(person, asked=True)

    changed = stores.people().change_password(person.email, "another hash")

    assert changed
    assert (changed.passkeys, changed.password_needs_passkey) == (person.passkeys, True)


def test_of_removing_the_password_and_the_last_passkey_at_once_one_happens(
    stores: Stores, engines: Engines
) -> None:
    if engines.dynamodb.name != "dynoxide":
        pytest.skip("npm has no atomic engine for this machine, and moto is none")
    person = new_person(stores, passkeys=1)
    turns = cycle(["password", "passkey"])

    def remove_one() -> tuple[str, bool]:
        turn, passkeys = next(turns), stores.passkeys()
        if turn == "password":
            return turn, passkeys.remove_password(person) is not None
        return turn, passkeys.list_for(person, ())

    done = {turn for turn, was_done in map(tuple, at_once(remove_one)) if was_done}

    left = now(stores, person)
    assert len(done) == 1
    assert bool(left.password_hash) is not bool(left.passkeys)


def test_a_sign_in_that_waits_is_finished_once(stores: Stores) -> None:
    pending = stores.pending_sign_ins()
    waiting = PendingSignIn(new_identifier(), "subject", "ada@example.com", NOW, NOW + 300)
    pending.add(waiting)

    assert pending.get(waiting.pending_hash) == waiting
    assert pending.finish(waiting.pending_hash)
    assert not pending.finish(waiting.pending_hash)
    assert pending.get(waiting.pending_hash) is None
