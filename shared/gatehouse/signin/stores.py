"""Where signing in keeps what it keeps."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from gatehouse.storage.contract.people import PeopleStore


class SignInStores(Protocol):
    """Each is built when it is asked for, as a page needs one or two of them."""

    @property
    def people(self) -> "PeopleStore":
        """People and their browser sessions."""
