"""Metrics: one a step of the flow, counted from the outcome of a request or run.

They travel in its own log line, in the Embedded Metric Format, which CloudWatch reads
from any line that is one JSON object: no call, no second line. The one dimension is the service,
which POWERTOOLS_SERVICE_NAME names.
"""

from collections.abc import Sequence
from typing import Any, Final

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

NAMESPACE: Final = "Gatehouse"

# docs/operating.md says what each of them means.
_OF_OUTCOMES: Final = {
    "discovered": "Discovered",
    "registered": "Registered",
    "registered_again": "RegisteredAgain",
    "client_updated": "ClientUpdated",
    "client_deleted": "ClientDeleted",
    "sign_in_shown": "SignInShown",
    "sign_in_failed": "SignInFailed",
    "sent_to_provider": "SentToProvider",
    "sign_in_refused": "SignInRefused",
    "provider_unavailable": "ProviderUnavailable",
    "sign_in_slowed": "SignInSlowed",
    "passkey_refused": "SignInFailed",
    "signed_in": "SignedIn",
    "signed_out": "SignedOut",
    "invitation_used": "InvitationUsed",
    "invitation_refused": "InvitationRefused",
    "password_reset": "PasswordReset",
    "password_changed": "PasswordChanged",
    "browser_signed_out": "BrowserSignedOut",
    "browsers_signed_out": "BrowserSignedOut",
    "consent_shown": "ConsentShown",
    "code_issued": "ConsentAllowed",
    "consent_remembered": "ConsentRemembered",
    "access_denied": "ConsentDenied",
    "code_exchanged": "CodeExchanged",
    "code_replayed": "CodeReplayed",
    "refreshed": "Refreshed",
    "refresh_retried": "RefreshRetried",
    "refresh_token_reused": "RefreshTokenReused",
    "client_admitted": "ClientAdmitted",
    "assertion_exchanged": "AssertionExchanged",
    "assertion_replayed": "AssertionReplayed",
    "revoked": "Revoked",
    "connection_ended": "ConnectionEnded",
    "all_ended": "AllConnectionsEnded",
    "introspected": "Introspected",
    "challenged": "Challenged",
    "invalid_token": "Unauthorized",
    "insufficient_scope": "ScopeChallenged",
    "tools/call": "ToolCalled",
    "served": "McpCalled",
    "stream_opened": "StreamOpened",
}
# What the rotation of the signing keys did, one a key.
KEY_ROTATED: Final = "KeyRotated"
KEY_RETIRED: Final = "KeyRetired"
TASK_RUN: Final = "TaskRun"
NAMES: Final = frozenset(
    {
        *_OF_OUTCOMES.values(),
        *("McpCalled", "ToolFailed", "Refused", "Failed", KEY_ROTATED, KEY_RETIRED, TASK_RUN),
    }
)

_MCP_ROUTE: Final = "POST /mcp/"


def metric_names(
    route: str, status: int, outcome: str, reason: str, failures: Sequence[str]
) -> tuple[str, ...]:
    """The metrics that a request counts for."""
    if status >= 500:
        return ("Failed",)
    step = (_OF_OUTCOMES[outcome],) if outcome in _OF_OUTCOMES else ()
    if route.startswith(_MCP_ROUTE) and status < 400:
        # MCP tells of a tool, resource or prompt that crashed in an answer like any other
        return ("McpCalled", *step, *(("ToolFailed",) if failures else ()))
    # the authorization endpoint redirects its refusals, which have a reason all the same
    return step or (("Refused",) if status >= 400 or reason else ())


def one_of_each(names: tuple[str, ...]) -> EphemeralMetrics:
    """One of each name, as often as it occurs, ready to be written."""
    counted = EphemeralMetrics(namespace=NAMESPACE)
    for name in names:
        counted.add_metric(name=name, unit=MetricUnit.Count, value=1)
    return counted


def embedded(counted: EphemeralMetrics) -> dict[str, Any]:
    """The members that make a log line count."""
    return dict(counted.serialize_metric_set())
