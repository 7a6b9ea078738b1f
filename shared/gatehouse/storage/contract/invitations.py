"""What storage promises of invitations."""

from typing import Protocol

from gatehouse.signin.invitations import Invitation


class InvitationStore(Protocol):
    """One invitation an address."""

    def replace(self, invitation: Invitation) -> None:
        """Keep an invitation in the place of whichever the address had."""

    def get(self, address_hash: str) -> Invitation | None:
        """The last invitation of an address, if there is one; it may be used or over."""

    def use(self, invitation: Invitation, *, now: int) -> bool:
        """Use an invitation up; False if it was used, has expired, or was replaced."""
