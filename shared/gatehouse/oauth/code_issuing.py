"""Granting an authorization request: the code (RFC 6749 section 4.1.2)."""

from typing import TYPE_CHECKING

from gatehouse.oauth.authorization_request import AuthorizationRequest
from gatehouse.oauth.clients.directory import ClientDirectory
from gatehouse.oauth.grants import AuthorizationCode, Grant
from gatehouse.oauth.policy import Policy
from gatehouse.oauth.secret_values import AuthorizationCodeValue, digest
from gatehouse.story import Story

if TYPE_CHECKING:
    from gatehouse.storage.contract.grants import GrantStore


def issue_code(
    request: AuthorizationRequest,
    *,
    grant_id: str,
    subject: str,
    email: str,
    clients: ClientDirectory,
    grants: "GrantStore",
    policy: Policy,
    now: int,
    story: Story,
) -> str:
    """Store what the person allowed as the new grant `grant_id`, and return its code."""
    clients.note_use(request.client, now=now)
    code = AuthorizationCodeValue.new(grant_id)
    expires_at = now + policy.authorization_code_lifetime
    grants.add(
        Grant(
            grant_id=code.grant_id,
            client_id=request.client.client_id,
            subject=subject,
            email=email,
            scopes=request.scopes,
            resources=request.resources,
            created_at=now,
            # a grant whose code nobody redeems goes with its code
            expires_at=expires_at,
            code=AuthorizationCode(
                code_hash=digest(str(code)),
                redirect_uri=request.destination.redirect_uri,
                code_challenge=request.code_challenge,
                code_challenge_method=request.code_challenge_method,
                expires_at=expires_at,
            ),
        )
    )
    story.grant_id = code.grant_id
    return str(code)
