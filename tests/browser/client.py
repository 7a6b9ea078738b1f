"""An MCP client as far as the pages are concerned: registered, and asking for a code."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from gatehouse.oauth.secret_values import new_identifier
from tests.running_stack import RunningStack

STATE = "a state of the client's own"


@dataclass(frozen=True)
class Client:
    """A public client that is registered at the stack with `redirect_uri`."""

    stack: RunningStack
    client_id: str
    redirect_uri: str

    def authorization_url(self, **changes: str) -> str:
        """Where the client sends the person's browser."""
        parameters = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            "code_challenge_method": "S256",
            "state": STATE,
            "resource": self.stack.mcp_url,
            **changes,
        }
        return f"{self.stack.url}/oauth/authorize?{urlencode(parameters)}"


def register(
    stack: RunningStack,
    redirect_uri: str,
    *,
    name: str = "Claude Code",
    grant_types: Sequence[str] = ("authorization_code", "refresh_token"),
) -> Client:
    """A client as clients register themselves."""
    document = {
        "client_name": name,
        "redirect_uris": [redirect_uri],
        "grant_types": grant_types,
        # the same metadata would get the client of another test
        "software_id": new_identifier(),
    }
    request = Request(
        f"{stack.url}/register",
        data=json.dumps(document).encode(),
        headers={"content-type": "application/json"},
    )
    with urlopen(request) as answer:
        return Client(stack, json.load(answer)["client_id"], redirect_uri)
