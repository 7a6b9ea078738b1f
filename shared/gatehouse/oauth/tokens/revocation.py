"""Token revocation (RFC 7009): a client gives up what it was given."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from gatehouse.errors import InvalidGrant, InvalidToken
from gatehouse.oauth.capabilities import REVOCATION_ENDPOINT_AUTH_METHODS
from gatehouse.oauth.clients.assertions import ClientAssertions
from gatehouse.oauth.clients.authentication import authenticate_client
from gatehouse.oauth.clients.directory import ClientDirectory
from gatehouse.oauth.grants import Grant
from gatehouse.oauth.secret_values import RefreshTokenValue
from gatehouse.oauth.tokens.access_tokens import read_access_token
from gatehouse.oauth.tokens.presented_tokens import find_refresh_token
from gatehouse.parameters import Parameters
from gatehouse.story import Story

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

    from gatehouse.storage.contract.grants import GrantStore

FindKey = Callable[[str], "EllipticCurvePublicKey | None"]


def revoke_token(
    parameters: Parameters,
    authorization: str | None,
    *,
    clients: ClientDirectory,
    assertions: ClientAssertions,
    grants: "GrantStore",
    find_key: FindKey,
    issuer: str,
    now: int,
    story: Story,
) -> None:
    """End the grant of the token in `parameters`, with every other token of it.

    A token that is unknown, or dead already, is no error. Raises `InvalidRequest`, `InvalidClient`,
    and `InvalidGrant` for a token of another client.
    """
    parameters.require_single(repeatable=())
    client = authenticate_client(
        parameters,
        authorization,
        clients=clients,
        assertions=assertions,
        now=now,
        story=story,
        methods=REVOCATION_ENDPOINT_AUTH_METHODS,
    )
    # RFC 7009 section 2.1: token_type_hint only speeds up a search. Our tokens say what they are,
    # so it is never read; and there is no other type to call unsupported (section 2.2.1)
    presented = parameters.require("token")
    assertions.single_use.require_first(now=now, story=story)
    grant = _find_grant(presented, grants, find_key, issuer)
    # RFC 7009 section 2.2: an invalid token is no error, what the client asked for is the case
    if grant is None:
        story.outcome = "nothing_to_revoke"
        return
    _require_own(grant, client.client_id)
    story.grant_id = grant.grant_id
    story.outcome = "revoked" if grant.is_live(now) else "nothing_to_revoke"
    if grant.revoked_at is None:
        grants.revoke(grant.grant_id, now)


def _find_grant(
    presented: str, grants: "GrantStore", find_key: FindKey, issuer: str
) -> Grant | None:
    """The grant that a token was once issued under; None if it is gone or never was.

    However old the token: a client that was away for long signs out with what it has.
    """
    try:
        if RefreshTokenValue.parse(presented):
            return find_refresh_token(presented, grants)[1]
        # the story is the client's that asks, whosever this token turns out to be
        access_token = read_access_token(presented, find_key=find_key, issuer=issuer, story=Story())
    except (InvalidGrant, InvalidToken):
        return None
    return grants.get(access_token.grant_id)


def _require_own(grant: Grant, client_id: str) -> None:
    # RFC 7009 section 2.1: the request is refused, and says the same whatever became of the token
    if grant.client_id != client_id:
        raise InvalidGrant(
            "The token was not issued to this client", reason="another client's token"
        )
