"""Where a connection stopped, in plain words."""

from collections.abc import Sequence
from datetime import datetime
from itertools import takewhile
from typing import Final

from cli.log_lines import Line, Unanswered
from cli.words import ago, is_refused, told

# Tells nothing of how far a connection got: clients try it at any time.
_ASIDE: Final = (
    "method_not_allowed",
    "client_read",
    "client_updated",
    "registration_token_refused",
    "nothing_to_revoke",
    "introspected",
)

_STOPPED_AT: Final = {
    "registered": "registered, but nobody opened the sign-in page",
    "registered_again": "registered, but nobody opened the sign-in page",
    "client_deleted": "the client deleted its registration: connect again to use it",
    "revoked": "the client gave up its access: connect again to use it",
    "sign_in_shown": "the sign-in page was opened, but nobody signed in",
    "sent_to_provider": "somebody went to an identity provider, and did not come back",
    "passkey_asked": "a password was given, but no passkey after it",
    "signed_in": "somebody signed in, but the consent page was not opened",
    "signed_out": "somebody signed out, and nobody signed in since",
    "session_ended": "the sign-in ended before consent was given, and nobody signed in since",
    "consent_shown": "somebody is signed in, but pressed neither Allow nor Deny",
    "csrf_refused": "a page was out of date when its button was pressed: connect again",
    "code_issued": "access was allowed, but the client never came to exchange its code",
    "consent_remembered": (
        "access had been allowed before, but the client never came to exchange its code"
    ),
    "access_denied": "the person did not allow the access",
    "code_exchanged": "token issued, no MCP call since",
    "insufficient_scope": (
        "a call needs more access than was allowed, and the client has not asked for it"
    ),
    "client_admitted": "token issued, no MCP call since",
    "assertion_exchanged": "token issued, no MCP call since",
    "assertion_replayed": "the client sent an assertion twice: it has to make one for each request",
    "code_replayed": "the code was used twice, so the grant was revoked: connect again",
    "refresh_token_reused": (
        "an old refresh token was used again, so the grant was revoked: connect again"
    ),
}
_NOT_IN: Final = ("sign_in_failed", "passkey_refused", "sign_in_refused", "provider_unavailable")
_REVOKED: Final = ("grant not live", "grant revoked")
_DEAD_CLIENTS: Final = {
    "unknown": "the client is not registered here any more: remove it there and add it again",
    "gone": "the client's metadata document is gone: tell its makers",
    "expired": "the client's registration has expired: remove it there and add it again",
}


def verdict(lines: Sequence[Line], *, now: datetime) -> str:
    """Where the connection of these lines stands; they are in order and at least one."""
    steps = [line for line in lines if line.outcome not in _ASIDE] or lines
    last = steps[-1]
    if last.status >= 500:
        return f"stopped by a failure on our side: look for request {last.request_id} in the log"
    if last.outcome in ("refreshed", "refresh_retried"):
        return f"token refreshed {ago(now - last.at)}, no MCP call since"
    if last.outcome in _STOPPED_AT:
        return _STOPPED_AT[last.outcome]
    if is_refused(last):
        alike = takewhile(lambda line: _kind(line) == _kind(last), reversed(steps))
        return _of_refusal(last, len(list(alike)))
    return _of_calls(steps, now)


def doubt(unanswered: Sequence[Unanswered]) -> str:
    """What to add to the verdict, given what Lambda said since the last of the lines."""
    if not unanswered:
        return ""
    last = unanswered[-1]
    times = f" {len(unanswered)} times" if len(unanswered) > 1 else ""
    return (
        f"; but since then a function gave no answer{times}, and nothing tells to whom"
        f" (last {last.where}: {last.said})"
    )


def _of_refusal(last: Line, times: int) -> str:
    counted = f" ({times} times)" if times > 1 else ""
    if last.reason in _REVOKED:
        asks = "keeps asking" if times > 1 else "asked"
        return f"the client {asks} with a token that was revoked{counted}: connect again"
    if last.outcome == "invalid_token" and last.reason == "expired":
        return f"the token expired, and the client did not refresh it{counted}"
    if last.outcome == "invalid_client" and last.reason in _DEAD_CLIENTS:
        return _DEAD_CLIENTS[last.reason]
    if last.outcome in _NOT_IN:
        return f"nobody got in{counted}: {told(last)}"
    return f"stopped at {last.route}{counted}: {told(last)}"


def _of_calls(steps: Sequence[Line], now: datetime) -> str:
    tools = [line for line in steps if line.outcome == "tools/call"]
    if tools and tools[-1].failures:
        return f"connected, but a tool crashed: look for request {tools[-1].request_id} in the log"
    if tools:
        return f"all well: last tool call {ago(now - tools[-1].at)}"
    # what another server is asked, it alone knows
    if steps[-1].outcome == "served":
        return f"all well: last answer at {steps[-1].route} {ago(now - steps[-1].at)}"
    return f"connected, but no tool was called yet: last MCP call {ago(now - steps[-1].at)}"


def _kind(line: Line) -> str:
    return "revoked" if line.reason in _REVOKED else f"{line.outcome}: {line.reason}"
