"""What becomes known about one request, for whoever tells of it afterwards.

Use cases write down whom a request concerns as soon as they know, so that it is known however the
request ends. Nothing is ever decided by it.
"""

_CONNECTION_DIGITS = 12


def connection_id(client_id: str) -> str:
    """What the steps of one connection have in common, from registration to tool call.

    MCP clients register for each connection, and every later step names the client, so its id
    leads there without anything stored. It is hashed, as a client may send us anything for its
    id, a secret even: what nobody registered is told of by this alone.
    """
    # loaded here: a request that names no client needs no OpenSSL
    from gatehouse.oauth.secret_values import digest

    return digest(client_id)[:_CONNECTION_DIGITS]


class Story:
    """Whom one request concerns; empty is not known.

    `client_id` and `grant_id` are of our own making: stored here, or in a token that we signed.
    `outcome` names what happened where the answer must not, or cannot, tell; `reason` says why.
    """

    def __init__(self) -> None:
        self.connection = ""
        self.client_id = ""
        self.grant_id = ""
        self.outcome = ""
        self.reason = ""

    def names_client(self, client_id: str) -> None:
        """The request says it is from this client, which may not exist."""
        self.connection = connection_id(client_id)

    def is_about(self, client_id: str, grant_id: str = "") -> None:
        """The request concerns a client that was registered here, and maybe a grant of its."""
        self.names_client(client_id)
        self.client_id = client_id
        self.grant_id = grant_id
