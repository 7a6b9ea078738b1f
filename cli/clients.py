"""`gatehouse clients`: the clients that the operator adds."""

import argparse
import json
import time
from pathlib import Path
from typing import Any, Final

from cli.deployed_stack import DeployedStack
from cli.local_stack import LocalStack
from gatehouse.errors import GatehouseError, OAuthError
from gatehouse.oauth.capabilities import CONFIDENTIAL_METHODS, KEY_METHOD
from gatehouse.oauth.operator_clients import GRANT_TYPES, add_client
from gatehouse_scopes import CATALOGUE

_SECRET_METHOD: Final = "client_secret_basic"


class ClientNotAdded(GatehouseError):
    """The client was not added; the message says why."""


def declare(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The arguments of `clients add`."""
    add = verbs.add_parser("add", help="add a client; its secret is shown once")
    add.add_argument("name", help="what people and the log call it")
    add.add_argument("--grant-type", required=True, action="append", choices=GRANT_TYPES)
    add.add_argument("--auth-method", choices=CONFIDENTIAL_METHODS, help="how it proves itself")
    add.add_argument("--scope", help="the most that it gets, separated by spaces (all)")
    add.add_argument("--resource", action="append", default=[], help="all that it may reach (all)")
    keys = add.add_mutually_exclusive_group()
    keys.add_argument("--jwks", type=Path, metavar="FILE", help="its public keys, a JWK Set")
    keys.add_argument("--jwks-uri", metavar="URI", help="where it publishes its keys")
    where = add.add_mutually_exclusive_group(required=True)
    where.add_argument("--local", type=int, metavar="PORT", help="the local stack on that port")
    where.add_argument("--stack", help="the name of the CloudFormation stack")
    add.set_defaults(run=_add)


def _add(chosen: argparse.Namespace) -> int:
    document = _document(chosen)
    found = LocalStack(chosen.local) if chosen.stack is None else DeployedStack(chosen.stack)
    try:
        with found as stack:
            client, secret = add_client(
                document,
                allowed_resources=chosen.resource,
                scopes=CATALOGUE,
                clients=stack.clients,
                now=int(time.time()),
            )
    except OAuthError as error:
        raise ClientNotAdded(error.description) from None
    print(f"client_id      {client.client_id}")
    if secret:
        print(f"client_secret  {secret}")
        print("The secret is not kept, only its hash: it cannot be shown again.")
    return 0


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
