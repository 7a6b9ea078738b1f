"""The visit: every step in order."""

from collections.abc import Callable

from cli.doctor.loopback import Listener
from cli.doctor.steps.as_clients import as_clients
from cli.doctor.steps.cors import preflight
from cli.doctor.steps.destruction import destroy
from cli.doctor.steps.leaving import leave
from cli.doctor.steps.mcp import call_legacy, call_modern
from cli.doctor.steps.metadata import resource_metadata, server_metadata
from cli.doctor.steps.probe import probe
from cli.doctor.steps.refresh import refresh
from cli.doctor.steps.refusals import made_up_tokens, strange_requests, unknown_client
from cli.doctor.steps.sign_in import Person, register_itself, sign_in
from cli.doctor.visit import Visit


class NotReachable(Exception):
    """The MCP URL gives no HTTP answer; the message says why."""


def walk(visit: Visit, person: Person) -> None:
    """Ask everything. `person` is told the URL to open, and comes back by the browser.

    Raises `NotReachable`.
    """
    probe(visit)
    if not any(each.status for each in visit.opened.values()):
        raise NotReachable(visit.opened["POST"].failure)
    resource_metadata(visit)
    server_metadata(visit)
    if visit.is_open:
        visit.unchecked.append("OAuth: the server lets everybody in, so there is none to walk")
        call_legacy(visit, "")
        call_modern(visit, "")
        return
    steps: tuple[Callable[[Visit], None], ...] = (
        preflight,
        made_up_tokens,
        unknown_client,
        as_clients,
    )
    for step in steps:
        step(visit)
    try:
        with Listener() as listener:
            register_itself(visit, listener)
            strange_requests(visit)
            sign_in(visit, listener, person)
            _with_token(visit)
            if visit.options.destructive:
                destroy(visit, listener, person)
    finally:
        leave(visit)


def _with_token(visit: Visit) -> None:
    token = visit.options.token or (visit.tokens.access_token if visit.tokens else "")
    if visit.options.token:
        visit.recorder.secrets.learn("access_token", token)
    if not token:
        return
    call_legacy(visit, token)
    call_modern(visit, token)
    if visit.options.token:
        visit.unchecked.append("the token endpoint and refreshing: a token was given")
        return
    refresh(visit)
    if not visit.options.destructive:
        visit.unchecked.append(
            "old, revoked and reused tokens, and tokens of another audience (--destructive)"
        )
