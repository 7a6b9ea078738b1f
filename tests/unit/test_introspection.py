"""Introspection says active where the MCP endpoint serves, and nowhere else."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from hypothesis import given
from hypothesis import strategies as st

from gatehouse.errors import InsufficientScope, InvalidClient, InvalidToken
from gatehouse.oauth.bearer import authorize_bearer
from gatehouse.oauth.clients import Client, ClientDirectory
from gatehouse.oauth.grants import AuthorizationCode, Grant
from gatehouse.oauth.introspection import Introspection, introspect_token
from gatehouse.oauth.parameters import Parameters
from gatehouse.oauth.policy import Policy
from gatehouse.oauth.resources import Resources
from gatehouse.oauth.secret_values import digest
from gatehouse.oauth.story import Story
from tests.nothing_outside import NO_ASSERTIONS, NO_DOCUMENTS
from tests.unit.tokens import CLAIMS, HEADER, ISSUER, KEY, NOW, OTHER_KEY, RESOURCE, minted

ELSEWHERE = "https://api.example.com"
POLICY = Policy(resources=(ELSEWHERE,))
MCP = Resources(ISSUER, POLICY.resources).mcp
AROUND_NOW = st.sampled_from([NOW - 1, NOW, NOW + 1])
INACTIVE = {"active": False}


def client(client_id: str, *resources: str, method: str = "client_secret_post") -> Client:
    metadata = {"token_endpoint_auth_method": method, "grant_types": ["refresh_token"]}
    return Client(client_id, metadata, NOW, NOW, NOW + 1, digest("s3cret"), resources=resources)


class Kept:
    """Clients and one grant, without tables. Nothing is ever written."""

    def __init__(self, grant: Grant | None) -> None:
        clients = (
            client("resource-server", *MCP.audiences),
            client("client-1"),
            client("client-2"),
            client("public", method="none"),
        )
        self._clients = {each.client_id: each for each in clients}
        self._grant = grant

    def get(self, key: str) -> Any:
        grants = {self._grant.grant_id: self._grant} if self._grant else {}
        return self._clients.get(key) or grants.get(key)

    def note_use(self, client_id: str, now: int, expires_at: int) -> None:
        raise AssertionError(f"one that was used today: {client_id} {now} {expires_at}")


def find_key(kid: str) -> EllipticCurvePublicKey | None:
    return KEY.public_key() if kid == "key-1" else None


def asked(client_id: str, token: str, grant: Grant | None, secret: str = "s3cret") -> Any:
    kept: Any = Kept(grant)
    pairs = {"client_id": client_id, "client_secret": secret, "token": token}
    return introspect_token(
        Parameters(pairs.items()),
        None,
        Introspection(kept, find_key, POLICY, ISSUER, NOW),
        clients=ClientDirectory(kept, NO_DOCUMENTS, POLICY),
        assertions=NO_ASSERTIONS,
        story=Story(),
    )


def is_served(token: str, grant: Grant | None) -> bool:
    """Whether the MCP endpoint takes the token; a scope that does not reach is another matter."""
    kept: Any = Kept(grant)
    try:
        authorize_bearer(
            f"Bearer {token}",
            find_key=find_key,
            grants=kept,
            resource=MCP,
            needed=POLICY.scopes.minimum,
            scopes=POLICY.scopes,
            issuer=ISSUER,
            now=NOW,
            story=Story(),
        )
    except InsufficientScope:
        return True
    except InvalidToken:
        return False
    return True


def one_of(usual: Any, *unusual: Any) -> st.SearchStrategy[Any]:
    """Mostly what makes a token good, so that many examples are."""
    return st.one_of(st.just(usual), st.just(usual), st.sampled_from([usual, *unusual]))


CODES = st.one_of(
    st.none(),
    st.builds(
        AuthorizationCode,
        *map(st.just, ("hash", "https://a.example/cb", "challenge", "S256")),
        expires_at=AROUND_NOW,
        used_at=one_of(NOW - 5, None),
    ),
)
GRANTS = st.builds(
    Grant,
    grant_id=one_of("grant-1", "grant-2"),
    client_id=one_of("client-1", "client-2"),
    subject=st.just("person-1"),
    email=st.sampled_from(["ada@example.com", None]),
    scopes=st.just(("mcp",)),
    resources=st.just((RESOURCE,)),
    created_at=st.just(NOW - 10),
    expires_at=one_of(NOW + 1, NOW, NOW - 1),
    code=CODES,
    revoked_at=one_of(None, NOW - 1, NOW, NOW + 1, 0),
)
TOKENS = st.builds(
    lambda typ, kid, claims, key: minted(HEADER | {"typ": typ, "kid": kid}, claims, key=key),
    typ=one_of("at+jwt", "JWT"),
    kid=one_of("key-1", "key-2"),
    key=one_of(KEY, OTHER_KEY),
    claims=st.fixed_dictionaries(
        {name: st.just(value) for name, value in CLAIMS.items()}
        | {
            "iss": one_of(ISSUER, ELSEWHERE, f"{ISSUER}/"),
            "aud": one_of(
                RESOURCE,
                ISSUER,
                ELSEWHERE,
                [ISSUER, RESOURCE],
                [RESOURCE, ELSEWHERE],
                [],
                "https://foreign.example",
            ),
            "exp": one_of(NOW + 1, NOW, NOW - 1, None),
            "scope": one_of("mcp", "mcp offline_access", "offline_access", ""),
            "client_id": one_of("client-1", "client-2"),
        }
    ),
)


@given(TOKENS, st.one_of(GRANTS, GRANTS, GRANTS, st.none()))
def test_what_is_active_is_what_the_mcp_endpoint_serves(token: str, grant: Grant | None) -> None:
    answer = asked("resource-server", token, grant)

    assert answer["active"] is is_served(token, grant)
    assert answer["active"] or answer == INACTIVE
    if answer["active"]:
        told = answer["aud"] if isinstance(answer["aud"], list) else [answer["aud"]]
        assert set(told) <= set(MCP.audiences)
        assert answer["exp"] > NOW
        assert "ada@example.com" not in str(answer)


@given(TOKENS, GRANTS)
def test_a_client_is_told_of_its_own_tokens_alone(token: str, grant: Grant) -> None:
    answers = [asked(name, token, grant) for name in ("client-1", "client-2")]

    for answer, name in zip(answers, ("client-1", "client-2"), strict=True):
        assert answer == INACTIVE or answer["client_id"] == name
    if is_served(token, grant):
        assert sum(answer["active"] for answer in answers) == 1


def test_the_examples_are_not_all_refused() -> None:
    grant = Grant("grant-1", "client-1", "person-1", None, (), (), NOW, NOW + 1)

    assert asked("resource-server", minted(), grant)["active"]
    assert asked("client-1", minted(), grant)["active"]


@pytest.mark.parametrize(
    ("client_id", "secret"),
    [("public", ""), ("client-1", ""), ("client-1", "wrong"), ("unknown", "s3cret"), ("", "")],
)
def test_whoever_proves_nothing_is_told_nothing(client_id: str, secret: str) -> None:
    with pytest.raises(InvalidClient):
        asked(client_id, minted(), None, secret=secret)
