"""Where signing in keeps what it keeps."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from gatehouse.storage.contract.attempts import AttemptStore
    from gatehouse.storage.contract.invitations import InvitationStore
    from gatehouse.storage.contract.people import PeopleStore


class SignInStores(Protocol):
    """Each is built when it is asked for, as a page needs one or two of them."""

    @property
    def people(self) -> "PeopleStore":
        """People and their browser sessions."""

    @property
    def attempts(self) -> "AttemptStore":
        """Counters of failed sign-ins, and the browsers that are known to accounts."""

    @property
    def invitations(self) -> "InvitationStore":
        """Links that an operator handed out."""
