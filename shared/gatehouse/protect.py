"""Protects the MCP server of any other Lambda function with this authorization server's tokens:

    from gatehouse.protect import protect

    handler = protect(Mangum(app), resource="/notes/mcp")

The function is reached through an API Gateway HTTP API or by a function URL, and has the layer.
docs/examples/ shows what else it needs.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

import gatehouse_scopes
from gatehouse import wiring
from gatehouse.errors import OAuthError
from gatehouse.http import cors
from gatehouse.http.handler import Event, Handler, lambda_handler
from gatehouse.http.mcp_response import method_not_allowed, show_mcp_error
from gatehouse.http.metadata_response import resource_metadata_response
from gatehouse.http.origins import require_origin
from gatehouse.http.request import Request
from gatehouse.http.response import Response
from gatehouse.http.wrapping import handed_over, taken_back
from gatehouse.mcp.caller import Caller, Person
from gatehouse.oauth.resources import (
    MCP_PATH,
    Resource,
    Resources,
    declared_resource,
    is_declarable,
)
from gatehouse.oauth.scopes import ScopeCatalogue, parse_scope
from gatehouse.oauth.tokens.bearer import authorize_bearer
from gatehouse.settings import SettingsError, read_protected_resources

_WELL_KNOWN = "/.well-known/"
_EVENT_STREAM = "text/event-stream"
_current: ContextVar[Caller] = ContextVar("gatehouse_context")


def current_context() -> Caller:
    """Who is signed in, by which client, with which scopes, in the call being answered.

    Raises `LookupError` where no call of a protected handler is being answered.
    """
    return _current.get()


@contextmanager
def acting_for(caller: Caller) -> Iterator[None]:
    """Let `current_context` say that it is `caller` whose call is being answered."""
    reset = _current.set(caller)
    try:
        yield
    finally:
        _current.reset(reset)


def protect(
    handler: Callable[[Any, Any], Any], *, resource: str, scope: str | None = None
) -> Handler:
    """`handler`, called for whoever has an access token for `resource`, and for nobody else.

    `resource` is written as in the stack's ProtectedResources: a path below the authorization
    server's origin, or the whole URL. `scope` is what every call needs (`mcp` unless given). The
    handler gets the event without its credentials; `current_context()` says whom they stood for,
    and so does `event["requestContext"]["authorizer"]["lambda"]`. Raises `SettingsError` or
    `ValueError` for what cannot work.
    """
    settings = wiring.token_settings()
    scopes = gatehouse_scopes.CATALOGUE
    needed = scopes.minimum if scope is None else parse_scope(scope)
    if not needed:
        raise ValueError("scope names at least one scope")
    if not set(needed) <= set(scopes.names):
        raise ValueError(f"a scope that gatehouse_scopes.py does not describe: {scope}")
    _require_declared(resource, settings.public_url)

    def respond(request: Request, event: Event, context: object) -> Response:
        # The Fetch standard: a preflight carries no credentials, and nothing happens by it
        if request.method == "OPTIONS":
            return Response(204, headers=cors.PREFLIGHT_HEADERS)
        ours = declared_resource(resource, request.issuer)
        if request.path.startswith(_WELL_KNOWN):
            return well_known(request, ours, scopes)
        require_origin(request)
        caller = authorized(request, ours, needed, scopes)
        # Nothing streams through an HTTP API or from Lambda's Python: a handler that tried would
        # be waited for until it times out
        if request.method == "GET" and _EVENT_STREAM in request.headers.get("accept", ""):
            return method_not_allowed()
        with acting_for(caller):
            return taken_back(handler(handed_over(event, caller), context))

    def show_error(error: OAuthError, request: Request | None) -> Response:
        return show_mcp_error(error, request, declared=resource, minimum=needed)

    return lambda_handler(respond, public_url=settings.public_url, show_error=show_error)


def authorized(
    request: Request, resource: Resource, needed: tuple[str, ...], scopes: ScopeCatalogue
) -> Caller:
    """Whom the request's access token stands for, if it is good for `resource` and has `needed`.

    Raises what `authorize_bearer` raises.
    """
    access_token, grant = authorize_bearer(
        request.headers.get("authorization"),
        find_key=wiring.verification_keys().find_public_key,
        grants=wiring.grants(),
        resource=resource,
        needed=needed,
        scopes=scopes,
        issuer=request.issuer,
        now=wiring.now(),
        story=request.story,
    )
    person = Person(access_token.subject, grant.email)
    return Caller(person, access_token.client_id, access_token.scopes)


def _require_declared(resource: str, public_url: str) -> None:
    if not is_declarable(resource):
        raise ValueError(f"a resource is a path such as /notes/mcp or an https URL: {resource}")
    declared = read_protected_resources()
    if declared is not None and resource not in (*declared, MCP_PATH):
        raise SettingsError(f"ProtectedResources of the stack does not name {resource}")
    # the host that was asked is the resource's, and says nothing of the authorization server
    if not resource.startswith("/") and not public_url:
        raise SettingsError(
            f"the environment variable PUBLIC_URL is missing: {resource} needs to be told the"
            " origin of its authorization server"
        )


def well_known(request: Request, resource: Resource, scopes: ScopeCatalogue) -> Response:
    """The resource's document on the resource's own host, and nothing else there."""
    # RFC 9728 section 3: the document is on the resource's host
    is_asked = request.method == "GET" and request.path == urlsplit(resource.metadata_url).path
    asked = resource if is_asked else None
    return resource_metadata_response(asked, Resources(request.issuer), scopes)
