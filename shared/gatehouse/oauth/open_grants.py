"""Grants that hold or may come to hold, of a person, of a client, or all there are."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gatehouse.oauth.grants import Grant

if TYPE_CHECKING:
    from gatehouse.storage.contract.grants import GrantStore


def open_grants(
    grants: "GrantStore", *, now: int, subject: str | None = None, client_id: str | None = None
) -> Iterator[Grant]:
    """The grants of that person and client that are live, or whose code may still be redeemed.

    In any order; None stands for everybody. Without a person every grant that is stored is read.
    """
    found = grants.all() if subject is None else grants.of_subject(subject)
    for grant in found:
        if grant.is_open(now) and client_id in (None, grant.client_id):
            yield grant
