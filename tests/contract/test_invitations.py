"""Invitations on a real engine: used by one, whoever comes at once."""

from dataclasses import replace

from gatehouse.oauth.secret_values import new_identifier
from gatehouse.signin.invitations import Invitation, Kind
from gatehouse.storage.invitations import DynamoDBInvitationStore
from tests.contract.test_races import at_once
from tests.contract.test_storage import Forgetful
from tests.stores import Stores

NOW = 1_800_000_000


def new_invitation(stores: Stores, kind: Kind = Kind.INVITATION) -> Invitation:
    subject = "somebody" if kind is Kind.RESET else None
    invitation = Invitation(
        new_identifier(), "hash", kind, "ada@example.com", subject, NOW, NOW + 100
    )
    stores.invitations().replace(invitation)
    return invitation


def test_an_invitation_comes_back_as_it_was_written(stores: Stores) -> None:
    for kind in Kind:
        invitation = new_invitation(stores, kind)
        assert stores.invitations().get(invitation.address_hash) == invitation

    assert stores.invitations().get("unknown") is None


def test_an_invitation_is_used_once_and_in_time(stores: Stores) -> None:
    invitation, late = new_invitation(stores), new_invitation(stores)

    assert stores.invitations().use(invitation, now=NOW + 99)
    assert not stores.invitations().use(invitation, now=NOW + 99)
    assert not stores.invitations().use(late, now=NOW + 100)

    used = stores.invitations().get(invitation.address_hash)
    assert used == replace(invitation, used_at=NOW + 99)


def test_an_invitation_that_was_replaced_is_used_by_nobody(stores: Stores) -> None:
    older = new_invitation(stores)
    newer = replace(older, secret_hash="another hash")
    stores.invitations().replace(newer)

    assert not stores.invitations().use(older, now=NOW)
    assert stores.invitations().use(newer, now=NOW)


def test_of_all_who_use_it_at_once_one_does(stores: Stores) -> None:
    invitation = new_invitation(stores)

    uses = at_once(lambda: stores.invitations().use(invitation, now=NOW))

    assert uses.count(True) == 1


def test_a_use_whose_answer_was_lost_is_a_use(stores: Stores) -> None:
    invitation, table = new_invitation(stores), stores.invitations()._table
    forgetful = DynamoDBInvitationStore(Forgetful(table._client, table._name))

    assert forgetful.use(invitation, now=NOW)
    assert not forgetful.use(invitation, now=NOW)
