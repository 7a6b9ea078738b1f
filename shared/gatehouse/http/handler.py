"""The way in and out of every handler, and the one place where errors become answers."""

from collections.abc import Callable, Mapping
from typing import Any

from gatehouse import wiring
from gatehouse.errors import OAuthError, ServerError, TemporarilyUnavailable, Unavailable
from gatehouse.http import cors
from gatehouse.http.challenges import endpoint_challenge
from gatehouse.http.request import Request
from gatehouse.http.response import Response, json_response
from gatehouse.log.failures import log_failure, noted_failures
from gatehouse.log.line import log_request
from gatehouse.story import Story

Event = Mapping[str, Any]
Handler = Callable[[Event, object], dict[str, Any]]


def json_error(error: OAuthError, request: Request | None) -> Response:
    """The error as RFC 6749 section 5.2 words it."""
    headers = {"cache-control": "no-store"}
    asked = endpoint_challenge(error, request)
    if asked:
        headers["www-authenticate"] = asked
    return json_response(
        error.status, error.body, headers=headers, outcome=error.code, reason=error.reason
    )


def endpoint(
    respond: Callable[[Request], Response],
    *,
    show_error: Callable[[OAuthError, Request | None], Response] = json_error,
    allows_cors: bool = True,
) -> Handler:
    """A Lambda handler around `respond`.

    Every error becomes an answer by `show_error`: an `OAuthError` its own, a dependency that
    fails a 503, anything unexpected a 500 that names an incident which the log explains.
    """
    settings = wiring.settings()  # a mistake in the environment shows when the function starts

    def respond_to(request: Request, event: Event, context: object) -> Response:
        return respond(request)

    return lambda_handler(
        respond_to,
        public_url=settings.public_url,
        show_error=show_error,
        allows_cors=allows_cors,
    )


def lambda_handler(
    respond: Callable[[Request, Event, object], Response],
    *,
    public_url: str,
    show_error: Callable[[OAuthError, Request | None], Response] = json_error,
    allows_cors: bool = True,
) -> Handler:
    """The same around a `respond` that is handed what Lambda hands a handler, too."""
    extra_headers = {"x-content-type-options": "nosniff"}
    if allows_cors:
        extra_headers |= cors.ANSWER_HEADERS

    def handler(event: Event, context: object) -> dict[str, Any]:
        request: Request | None = None
        with noted_failures() as failures:
            try:
                request = Request.from_event(event, public_url)
                response = respond(request, event, context)
            except Exception as error:
                response = show_error(_as_answer(error), request)
        log_request(
            request_id=event.get("requestContext", {}).get("requestId", ""),
            route=event.get("routeKey", ""),
            status=response.status,
            outcome=response.outcome,
            reason=response.reason,
            story=request.story if request else Story(),
            failures=failures,
        )
        return response.to_result(extra_headers)

    return handler


def _as_answer(error: Exception) -> OAuthError:
    """What the caller learns of an error; of ours, the log learns more."""
    if isinstance(error, OAuthError):
        return error
    if isinstance(error, Unavailable):
        log_failure("a dependency did not answer", error)
        return TemporarilyUnavailable("The server is busy; try again", reason=str(error))
    import secrets  # discovery is quick because it loads no OpenSSL

    incident = secrets.token_hex(4)
    log_failure(f"unexpected error, incident {incident}", error)
    return ServerError(f"Something went wrong on our side (incident {incident})")
