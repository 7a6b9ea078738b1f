"""`gatehouse resource-servers`: who may introspect the tokens for their resources."""

import time
from collections.abc import Sequence

from cli.deployed_stack import DeployedStack
from gatehouse.errors import GatehouseError
from gatehouse.oauth.resource_servers import register_resource_server


class NotAResource(GatehouseError):
    """What was named is no resource identifier; the message says why."""


def add_resource_server(resources: Sequence[str], *, name: str, stack: str) -> int:
    """Register a resource server at a deployed stack; its secret is shown this once."""
    for resource in resources:
        # RFC 8707 section 2: an absolute URI without a fragment
        if not resource.startswith(("https://", "http://")) or "#" in resource:
            raise NotAResource(f"{resource} is no URL of a protected resource")
    with DeployedStack(stack) as deployed:
        client_id, secret = register_resource_server(
            name, resources, clients=deployed.clients, now=int(time.time())
        )
    print(f"client id      {client_id}\nclient secret  {secret}")
    return 0
