"""What storage promises of grants, of consents, and of what may be used once."""

from collections.abc import Iterator
from typing import Protocol

from gatehouse.oauth.consent import Consent
from gatehouse.oauth.grants import Grant, RefreshToken


class GrantStore(Protocol):
    """Grants, with their authorization code and refresh token."""

    def add(self, grant: Grant) -> None:
        """Keep a new grant."""

    def get(self, grant_id: str) -> Grant | None:
        """The grant, if there is one; it may be revoked or expired."""

    def of_subject(self, subject: str) -> Iterator[Grant]:
        """A person's grants, in any order, read as they are asked for.

        Of those that are there, only one that was added a moment ago may be missing.
        """

    def all(self) -> Iterator[Grant]:
        """Every grant there is, in any order: for the operator, as all of them are read."""

    def redeem_code(
        self,
        grant_id: str,
        code_hash: str,
        *,
        refresh_token: RefreshToken | None,
        now: int,
        expires_at: int,
        origin: str | None = None,
    ) -> bool:
        """Mark the code used and the grant live until `expires_at`; whether this call did it.

        `origin` is where the tokens are asked for, about; None leaves what is there.
        Once the code is used or the grant revoked, nobody can.
        """

    def rotate(
        self,
        grant_id: str,
        refresh_token: RefreshToken,
        *,
        now: int,
        expires_at: int,
        origin: str | None = None,
    ) -> Grant | None:
        """Put `refresh_token` in the place of its predecessor, if that is still the current one.

        `origin` is where the tokens are asked for, about; None leaves what is there.
        Returns the grant as it stands afterwards, whoever changed it last; None if it is gone.
        A grant that is revoked or expired is not changed.
        """

    def revoke(self, grant_id: str, now: int) -> None:
        """End the grant and every token of it, for good."""


class ConsentStore(Protocol):
    """What people allowed clients: one consent a person and client."""

    def get(self, subject: str, client_id: str) -> Consent | None:
        """What is remembered, if anything; it may have expired, or its grants may have ended."""

    def replace(self, consent: Consent, *, written_with: str | None) -> bool:
        """Remember `consent` in the place of the one that was last written with that grant.

        None stands for no consent at all. Returns whether this call did it: not if another was
        written meanwhile, or all was forgotten.
        """

    def forget(self, subject: str, client_id: str) -> Consent | None:
        """Remember nothing; what was remembered until now, if anything."""


class ReplayStore(Protocol):
    """What may be used once."""

    def first_time(self, use_id: str, *, now: int, expires_at: int) -> bool:
        """Whether this call is the first to use it; it is remembered until `expires_at`."""
