"""A client is ended, and all that it was allowed."""

import argparse

from cli.arguments import open_stack
from cli.asking import confirm
from cli.clients.listing import client_facts, named_client
from cli.exits import DONE
from cli.printing import print_facts
from cli.stack import now
from cli.words import count

_MAY_COME_BACK = (
    "Its document is read anew when it is named next: to shut it out for good, leave its host",
    "off ClientIdMetadataDocuments.",
)


def revoke(chosen: argparse.Namespace) -> int:
    """End the client, so that it is allowed nothing new, and then its grants."""
    with open_stack(chosen) as stack:
        client = named_client(stack, chosen.client_id)
        confirm(chosen, f"This ends {client.name} ({client.client_id}) for everybody, for good.")
        stack.client_administration.end(client.client_id, now=now())
        ended = stack.ending.end_all_of_client(client.client_id)
    print_facts(
        chosen,
        {**client_facts(client), "ended_grants": ended},
        f"{client.name} is gone; {count(ended, 'grant')} ended.",
        *(_MAY_COME_BACK if client.domain else ()),
    )
    return DONE
