"""Clients that the operator adds."""

import argparse
import json
from pathlib import Path
from typing import Any, Final

from cli.arguments import open_stack
from cli.exits import DONE, CommandError
from cli.printing import print_facts
from cli.stack import now
from gatehouse.errors import OAuthError
from gatehouse.oauth.capabilities import KEY_METHOD
from gatehouse_scopes import CATALOGUE

_SECRET_METHOD: Final = "client_secret_basic"


class ClientNotAdded(CommandError):
    """The client was not added; the message says why."""


def add(chosen: argparse.Namespace) -> int:
    """Add a client, and show its secret this once."""
    # loaded here: checking metadata takes pydantic, which takes its time
    from gatehouse.oauth.clients.added_by_operator import add_client

    document = _document(chosen)
    try:
        with open_stack(chosen) as stack:
            client, secret = add_client(
                document,
                allowed_resources=chosen.resource,
                scopes=CATALOGUE,
                clients=stack.clients,
                now=now(),
            )
    except OAuthError as error:
        raise ClientNotAdded(error.description) from None
    shown = {"client_id": client.client_id}
    lines = [f"client_id      {client.client_id}"]
    if secret:
        shown["client_secret"] = secret
        lines.append(f"client_secret  {secret}")
        lines.append("The secret is not kept, only its hash: it cannot be shown again.")
    print_facts(chosen, shown, *lines)
    return DONE


def _document(chosen: argparse.Namespace) -> dict[str, Any]:
    has_key = chosen.jwks or chosen.jwks_uri
    method = chosen.auth_method or (KEY_METHOD if has_key else _SECRET_METHOD)
    if has_key and method != KEY_METHOD:
        raise ClientNotAdded(f"keys are for {KEY_METHOD}, not for {method}")
    return {
        "client_name": chosen.name,
        "grant_types": chosen.grant_type,
        "token_endpoint_auth_method": method,
        "scope": chosen.scope,
        "jwks": _read_keys(chosen.jwks) if chosen.jwks else None,
        "jwks_uri": chosen.jwks_uri,
    }


def _read_keys(file: Path) -> object:
    try:
        return json.loads(file.read_text())
    except (OSError, ValueError) as error:
        raise ClientNotAdded(f"{file} cannot be read as JSON: {error}") from None
