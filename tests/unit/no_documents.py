"""A directory's other half, for tests in which every client registered."""

from typing import Any, NoReturn

from gatehouse.oauth.published_clients import PublishedClients


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise AssertionError("nobody here has a document")


class _Store:
    get = lease = keep = postpone = drop = admit_fetch = staticmethod(_refuse)


NO_DOCUMENTS = PublishedClients(_Store(), _refuse, _refuse)
