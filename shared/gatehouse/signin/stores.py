"""Where signing in keeps what it keeps."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from gatehouse.oauth.clients.directory import ClientDirectory
    from gatehouse.storage.contract.grants import ConsentStore, GrantStore
    from gatehouse.storage.contract.people import PeopleStore


class SignInStores(Protocol):
    """Each is built when it is asked for, as a page needs one or two of them."""

    @property
    def people(self) -> "PeopleStore":
        """People and their browser sessions."""

    @property
    def grants(self) -> "GrantStore":
        """What people allowed clients, for the page where they see it and end it."""

    @property
    def consents(self) -> "ConsentStore":
        """What is remembered of it."""

    @property
    def clients(self) -> "ClientDirectory":
        """Whom they allowed it."""
