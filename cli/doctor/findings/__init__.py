"""Everything that is looked at after a visit. A check reads what was seen, and asks nothing."""

from typing import Final

from cli.doctor.findings import (
    authorizations,
    browsers,
    calls,
    challenges,
    patience,
    refreshes,
    registration_answers,
    registrations,
    resources,
    servers,
    strangers,
    tokens,
)
from cli.doctor.findings.finding import Check, Finding
from cli.doctor.visit import Visit

CHECKS: Final[tuple[Check, ...]] = (
    challenges.encryption,
    challenges.no_refusal,
    challenges.redirects,
    challenges.challenge_header,
    challenges.challenge_parameters,
    challenges.challenge_target,
    resources.resource_metadata,
    resources.resource_value,
    resources.authorization_servers,
    resources.resource_scopes,
    resources.answers_of_unknown_paths,
    servers.server_metadata,
    servers.issuer,
    servers.endpoints,
    servers.pkce_method,
    servers.public_clients,
    servers.ways_to_an_id,
    browsers.preflights,
    browsers.authorization_header,
    browsers.exposed_challenge,
    browsers.authorization_endpoint,
    strangers.made_up_tokens,
    registrations.refused,
    registration_answers.nulls,
    registration_answers.echoed,
    registration_answers.status,
    registration_answers.secret_expiry,
    registration_answers.epochs,
    registration_answers.characters,
    registrations.method_kept,
    authorizations.loopback_ports,
    authorizations.refused,
    authorizations.form_action,
    authorizations.frames,
    authorizations.open_redirect,
    authorizations.pkce,
    tokens.client_authentication,
    tokens.unknown_client,
    tokens.authorization_response,
    tokens.token_response,
    tokens.audience,
    calls.good_token,
    calls.legacy_handshake,
    calls.tool_calls,
    calls.legacy_unknown_method,
    calls.get_with_token,
    calls.modern_discovery,
    calls.modern_results,
    refreshes.refresh_token,
    refreshes.refreshed,
    refreshes.race,
    strangers.another_audience,
    strangers.ended,
    patience.patience,
)


def found(visit: Visit) -> list[Finding]:
    """What is wrong, in the order in which a client would meet it."""
    if "POST" not in visit.opened:
        return []
    return [finding for check in CHECKS for finding in check(visit)]
