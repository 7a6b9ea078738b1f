"""What the log says, in plain words."""

from datetime import timedelta
from typing import Final

from cli.log_lines import Line

_OF_OUTCOMES: Final = {
    "registered": "the client registered",
    "registered_again": "the client registered like another just before, and shares its id",
    "client_read": "the client read its registration",
    "client_updated": "the client changed its registration",
    "client_deleted": "the client deleted its registration",
    "sign_in_shown": "the sign-in page was shown",
    "sign_in_failed": "sign-in failed: wrong email address or password",
    "sign_in_slowed": "after many failed sign-ins they were asked to wait",
    "passkey_asked": "the password was right, and a passkey was asked for",
    "passkey_refused": "sign-in failed: the passkey was not taken",
    "signed_in": "somebody signed in",
    "sent_to_provider": "they went to an identity provider",
    "provider_unavailable": "the identity provider was down or slow",
    "signed_out": "they signed out",
    "invitation_shown": "the page of an invitation or reset was shown",
    "invitation_used": "somebody used their invitation, and signed in",
    "invitation_refused": "a link for a password came that works no more, or never did",
    "passwords_off": "a password was to be set, where none is accepted",
    "password_reset": "somebody set another password by a link",
    "password_refused": "they chose a password that is not taken",
    "password_removed": "they gave up their password, which signed out their other browsers",
    "password_changed": "they changed their password, which signed out their other browsers",
    "browser_signed_out": "they signed out another browser of theirs",
    "browsers_signed_out": "they signed out all other browsers of theirs",
    "no_such_session_here": "they tried to sign out a browser that is not signed in as them",
    "session_ended": "they pressed a button, but were not signed in any more",
    "consent_shown": "the consent page was shown",
    "csrf_refused": "a form came from a page that was out of date",
    "code_issued": "they allowed it, and the client got a code",
    "consent_remembered": "they had allowed the same before, so the client got a code at once",
    "access_denied": "they did not allow it",
    "code_exchanged": "the client exchanged its code for tokens",
    "code_replayed": "the code came a second time, so its tokens were revoked",
    "refreshed": "the client got new tokens for its refresh token",
    "refresh_retried": "the client sent that refresh token again, and got the same answer",
    "refresh_token_reused": "an old refresh token came again, so all tokens were revoked",
    "insufficient_scope": "a call needed more than was allowed, and the client was told what",
    "client_admitted": "the client got a token for itself",
    "assertion_exchanged": "the client got a token for whom its identity provider named",
    "assertion_replayed": "an assertion came a second time, so it was refused",
    "revoked": "the client gave up its access",
    "nothing_to_revoke": "the client gave up a token that was dead or unknown",
    "account_shown": "somebody looked at their account page",
    "connection_ended": "they ended the connection on their account page",
    "nothing_to_end": "they ended what had ended before",
    "end_all_shown": "they were asked whether to end all connections",
    "all_ended": "they ended all their connections on their account page",
    "introspected": "it was asked whether a token is good",
    "tools/call": "a tool was called",
    "tasks/get": "the client asked how its task is",
    "tasks/cancel": "the client cancelled its task",
    "tools/list": "the client asked which tools there are",
    "resources/list": "the client asked which resources there are",
    "resources/templates/list": "the client asked which kinds of resources there are",
    "resources/read": "the client read a resource",
    "prompts/list": "the client asked which prompts there are",
    "prompts/get": "the client filled in a prompt",
    "completion/complete": "the client looked for what a person may want to type",
    "server/discover": "the client asked what the MCP server has",
    "initialize": "the client said hello to the MCP server",
    "stream_opened": "the client opened a stream (HTTP+SSE)",
    "stream_ended": "its stream ended",
    "no_such_session": "a message came for a stream that is over, or is not the client's",
    "served": "the server behind the token check answered",
    "not_served": "the server behind the token check refused it",
    "method_not_allowed": "the client tried a stream or to end a session, which nobody needs here",
}
_OF_REASONS: Final = {
    ("invalid_client", "unknown"): "the client is not registered here",
    ("invalid_client", "expired"): "the client's registration has expired",
    ("invalid_client", "wrong secret"): "the client's secret was wrong",
    ("invalid_client", "gone"): "the client's metadata document is gone from its own server",
    ("invalid_client", "off"): "the client has a metadata document, and none are read here",
    ("invalid_client", "domain not trusted"): (
        "the client's metadata document is on a domain that is not trusted here"
    ),
    ("invalid_grant", "grant revoked"): "the client came with a token that was revoked",
    ("invalid_token", "grant not live"): "the client came with a token that was revoked",
    ("invalid_token", "expired"): "the client came with a token that had expired",
    ("invalid_token", "wrong aud"): "the client came with a token for another resource",
    ("invalid_token", "wrong iss"): "the client came with a token of another issuer",
}
_CRASHED: Final = {
    "resources/read": "a resource was read",
    "prompts/get": "a prompt was filled in",
    "completion/complete": "a person's typing was to be completed",
}
_UNITS: Final = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


def told(line: Line) -> str:
    """What happened at a step."""
    if line.status >= 500:
        return f"something went wrong on our side ({line.reason}; request {line.request_id})"
    if line.failures:
        what = _CRASHED.get(line.outcome, "a tool was called")
        return f"{what}, and crashed (request {line.request_id})"
    if line.outcome == "sign_in_refused":
        return f"who came from the identity provider was not signed in: {line.reason}"
    known = _OF_REASONS.get((line.outcome, line.reason)) or _OF_OUTCOMES.get(line.outcome)
    if known:
        return known
    if is_refused(line):
        return f"refused: {line.reason or line.outcome}"
    return f"{line.outcome} was answered"


def is_refused(line: Line) -> bool:
    """Whether the request was not granted; a redirect carries refusals too."""
    return line.status >= 400 or (bool(line.reason) and line.outcome not in _OF_OUTCOMES)


def ago(duration: timedelta) -> str:
    """How long ago, in one unit."""
    seconds = max(int(duration.total_seconds()), 0)
    for name, length in _UNITS:
        count = seconds // length
        if count:
            return f"{count} {name}{'s' if count > 1 else ''} ago"
    return "just now"


def count(number: int, what: str) -> str:
    """So many of something."""
    return f"{number} {what}{'' if number == 1 else 's'}"
