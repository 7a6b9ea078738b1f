"""Client credentials (RFC 6749 section 4.4): a client that acts for itself."""

from typing import Any

from gatehouse.errors import InvalidScope, UnauthorizedClient
from gatehouse.oauth.clients import Client
from gatehouse.oauth.issuance import Issuance
from gatehouse.oauth.parameters import Parameters
from gatehouse.oauth.scopes import ScopeCatalogue, parse_scope


def issue_to_client(parameters: Parameters, client: Client, issuance: Issuance) -> dict[str, Any]:
    """The token response for a client of the operator's, which is its own subject.

    Raises `UnauthorizedClient`, `InvalidScope` or `InvalidTarget`.
    """
    _require_operators_client(client)
    answer = issuance.answer_without_code(
        client,
        subject=client.client_id,
        email=None,
        scopes=_scopes(parameters, client, issuance.policy.scopes),
        resources=_resources(parameters, client, issuance),
    )
    issuance.story.outcome = "client_admitted"
    return answer


def _require_operators_client(client: Client) -> None:
    # Registration does not give this grant type away either: anybody would let himself in
    if not client.added_by_operator:
        raise UnauthorizedClient("Only clients that the operator added may use client_credentials")


def _scopes(parameters: Parameters, client: Client, scopes: ScopeCatalogue) -> tuple[str, ...]:
    # It is never away, so nothing is offline; names that do not exist here are left out
    asked = [name for name in parse_scope(parameters.get("scope")) if name in scopes.names]
    # RFC 6749 section 3.3: what the operator registered is the most, and what it gets unasked
    if not scopes.covers(client.scopes, asked):
        raise InvalidScope("The scope asks for more than the operator gave this client")
    most = scopes.reach(client.scopes)
    granted = [name for name in scopes.usable(asked or client.scopes) if name in most]
    if not granted:
        raise InvalidScope("The operator gave this client no scope that exists here")
    return scopes.known(granted)


def _resources(parameters: Parameters, client: Client, issuance: Issuance) -> tuple[str, ...]:
    values, resources = parameters.all("resource"), issuance.resources
    if not values and not client.allowed_resources:
        return (resources.mcp.identifier,)
    return resources.narrowed(values, granted=issuance.allowed_resources(client))
