"""Identity assertions as grants (ID-JAG): MCP's enterprise-managed authorization, RFC 7523."""

import json
from typing import Any

import pytest
import time_machine

from gatehouse import wiring
from gatehouse.oauth.capabilities import JWT_BEARER
from tests.functions.actors import CALLBACK, Client, call_mcp
from tests.functions.deployment import MCP_URL, ORIGIN, Answer, Deployment
from tests.functions.log_lines import counted, followed_log
from tests.functions.machines import (
    IdentityProvider,
    Machine,
    assistant,
    exchange_assertion,
    machine,
    now,
)
from tests.functions.published import new_url, publish
from tests.functions.tables import Tables
from tests.functions.test_client_credentials import granted, whoami
from tests.functions.test_token import claims
from tests.internet import Internet, answer, document
from tests.signers import elliptic, rivest, segment


@pytest.fixture
def app(deployment: Deployment, provider: IdentityProvider) -> Machine:
    return assistant(deployment)


def refused(got: Answer, said: str = "", *, error: str = "invalid_grant") -> None:
    assert (got.status, got.json["error"]) == (400, error), got.text
    assert said in got.json["error_description"]


def test_an_assertion_is_exchanged_for_an_access_token(
    deployment: Deployment, provider: IdentityProvider, app: Machine
) -> None:
    got = exchange_assertion(app, provider.assertion(app))

    tokens = granted(got)
    assert got.headers["cache-control"] == "no-store"
    assert set(tokens) == {"access_token", "token_type", "expires_in", "scope"}
    said = claims(tokens["access_token"])
    assert (said["aud"], said["client_id"], said["scope"]) == (MCP_URL, app.client_id, "mcp")
    assert whoami(deployment, tokens["access_token"]) == {
        "subject": said["sub"],
        "email": "ada@acme.example",
        "client_id": app.client_id,
        "scopes": ["mcp"],
    }


def test_the_token_can_be_revoked(
    deployment: Deployment, provider: IdentityProvider, app: Machine
) -> None:
    token = granted(exchange_assertion(app, provider.assertion(app)))["access_token"]
    wiring.grants().revoke(claims(token)["grant_id"], now())

    assert call_mcp(deployment, token).status == 401


def test_a_person_is_the_same_each_time_and_nobody_else(
    provider: IdentityProvider, app: Machine
) -> None:
    def subject(**changes: Any) -> str:
        got = granted(exchange_assertion(app, provider.assertion(app, **changes)))
        return str(claims(got["access_token"])["sub"])

    assert subject() == subject(email="new@acme.example")
    assert subject() != subject(sub="somebody else")
    assert "U019488227" not in subject()


def test_two_issuers_with_one_sub_mean_two_people(
    deployment: Deployment,
    internet: Internet,
    provider: IdentityProvider,
    app: Machine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = IdentityProvider(internet, f"{provider.issuer}/other")
    other.publish()
    monkeypatch.setenv("TRUSTED_ISSUERS", f"{provider.issuer},{other.issuer}")
    wiring.close()

    subjects = {
        claims(granted(exchange_assertion(app, each.assertion(app)))["access_token"])["sub"]
        for each in (provider, other)
    }

    assert len(subjects) == 2


@pytest.mark.parametrize(
    ("said", "email"),
    [
        ({"email": "ada@acme.example"}, "ada@acme.example"),
        ({"email_verified": True}, "ada@acme.example"),
        ({"email_verified": False}, None),
        ({"email_verified": "false"}, None),
        ({"email_verified": "true"}, None),
        ({"email_verified": 1}, None),
        ({"email": None}, None),
        ({"email": ["ada@acme.example"]}, None),
        ({"email": "nobody"}, None),
        ({"email": "ada@acme.example\n"}, None),
        ({"email": f"{'a' * 300}@acme.example"}, None),
    ],
    ids=str,
)
def test_an_address_is_the_persons_unless_it_is_not_vouched_for(
    deployment: Deployment,
    provider: IdentityProvider,
    app: Machine,
    said: dict[str, Any],
    email: str | None,
) -> None:
    got = granted(exchange_assertion(app, provider.assertion(app, **said)))

    assert whoami(deployment, got["access_token"])["email"] == email


@pytest.mark.parametrize("aud", [ORIGIN, [ORIGIN]], ids=str)
@pytest.mark.parametrize(
    "resource", [MCP_URL, [MCP_URL], f"{MCP_URL}/", [MCP_URL, ORIGIN]], ids=str
)
def test_one_and_several_are_written_alike(
    provider: IdentityProvider, app: Machine, aud: Any, resource: Any
) -> None:
    assertion = provider.assertion(app, aud=aud, resource=resource)

    got = granted(exchange_assertion(app, assertion, resource=MCP_URL))

    assert claims(got["access_token"])["aud"] == MCP_URL


@pytest.mark.parametrize(
    "signer", [elliptic(), rivest(), rivest("PS384")], ids=lambda s: s.algorithm
)
def test_every_algorithm_that_is_advertised_will_do(
    provider: IdentityProvider, app: Machine, signer: Any
) -> None:
    provider.signer = signer
    provider.publish()

    granted(exchange_assertion(app, provider.assertion(app)))


# ---- What is no assertion for us ------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": None},
        {"iss": "https://evil.example"},
        {"iss": ["https://first.example"]},
        {"aud": None},
        {"aud": []},
        {"aud": f"{ORIGIN}/"},
        {"aud": MCP_URL},
        {"aud": f"{ORIGIN}/api/oauth/token"},
        {"aud": "https://other.example"},
        {"aud": [ORIGIN, "https://other.example"]},
        {"aud": [ORIGIN, ORIGIN]},
        {"aud": [[ORIGIN]]},
        {"client_id": None},
        {"client_id": "another"},
        {"client_id": ["another"]},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"jti": None},
        {"jti": ["x"]},
        {"exp": None},
        {"exp": 1},
        {"exp": 4102444800},
        {"exp": True},
        {"iat": None},
        {"iat": 1},
        {"iat": 4102444800},
        {"nbf": 4102444800},
        {"resource": None},
        {"resource": ""},
        {"resource": []},
        {"resource": [MCP_URL, 7]},
        {"resource": {"0": MCP_URL}},
        {"scope": ["mcp"]},
        {"scope": 7},
        {"scope": ""},
        {"tenant": "acme"},
        {"cnf": {"jkt": "x"}},
        {"authorization_details": [{"type": "x"}]},
    ],
    ids=str,
)
def test_an_assertion_that_does_not_fit_is_refused_and_leaves_no_trace(
    provider: IdentityProvider, app: Machine, tables: Tables, changes: dict[str, Any]
) -> None:
    before = tables.everything()

    refused(exchange_assertion(app, provider.assertion(app, **changes)), "assertion is not valid")

    assert tables.everything() == before


@pytest.mark.parametrize(
    ("changes", "asked", "error"),
    [
        ({"resource": "https://other.example"}, {}, "invalid_target"),
        ({"resource": [MCP_URL, "https://other.example"]}, {}, "invalid_target"),
        ({}, {"resource": ORIGIN}, "invalid_target"),
        ({}, {"resource": "https://other.example"}, "invalid_target"),
        ({"scope": "chat.read"}, {}, "invalid_scope"),
        ({"scope": "offline_access"}, {}, "invalid_scope"),
        ({"scope": "chat.read"}, {"scope": "mcp"}, "invalid_scope"),
    ],
    ids=str,
)
def test_what_is_not_to_be_had_is_refused_in_its_own_words(
    provider: IdentityProvider,
    app: Machine,
    changes: dict[str, Any],
    asked: dict[str, str],
    error: str,
) -> None:
    refused(exchange_assertion(app, provider.assertion(app, **changes), **asked), error=error)


@pytest.mark.parametrize(
    ("claimed", "asked", "scope"),
    [
        ("mcp", None, "mcp"),
        ("mcp chat.read", None, "mcp"),
        (None, None, "mcp"),
        (None, "mcp offline_access", "mcp"),
        ("mcp offline_access", "mcp offline_access", "mcp"),
        ("mcp", "openid", "mcp"),
    ],
)
def test_the_scope_is_what_all_of_us_allow(
    provider: IdentityProvider, app: Machine, claimed: str | None, asked: str | None, scope: str
) -> None:
    got = exchange_assertion(app, provider.assertion(app, scope=claimed), scope=asked)

    assert granted(got)["scope"] == scope
    assert "refresh_token" not in got.json


@pytest.mark.parametrize("typ", [None, "JWT", "at+jwt", "id_token+jwt", "oauth-id-jag", "ID-JAG"])
def test_a_jwt_of_another_type_is_refused(
    provider: IdentityProvider, app: Machine, typ: str | None
) -> None:
    encoded = provider.sign(provider.claims(app), typ=typ)

    refused(exchange_assertion(app, encoded), "another kind of JWT")


def test_its_type_is_read_without_regard_to_case(provider: IdentityProvider, app: Machine) -> None:
    encoded = provider.sign(provider.claims(app), typ="application/OAuth-ID-JAG+JWT")

    granted(exchange_assertion(app, encoded))


def test_an_access_token_of_ours_is_no_assertion(provider: IdentityProvider, app: Machine) -> None:
    token = granted(exchange_assertion(app, provider.assertion(app)))["access_token"]

    refused(exchange_assertion(app, token), "another kind of JWT")


@pytest.mark.parametrize("alg", ["none", "HS256"])
def test_an_assertion_without_its_issuers_signature_is_refused(
    provider: IdentityProvider, app: Machine, alg: str
) -> None:
    header = json.dumps({"alg": alg, "typ": "oauth-id-jag+jwt", "kid": provider.signer.kid})
    payload = json.dumps(provider.claims(app))

    refused(exchange_assertion(app, provider.signer.sign_text(header, payload)), "alg")
    refused(exchange_assertion(app, f"{segment(header)}.{segment(payload)}."), "alg")


@pytest.mark.parametrize("header", ["jwk", "jku", "x5u"])
def test_a_key_that_it_brings_along_is_not_used(
    provider: IdentityProvider, app: Machine, internet: Internet, header: str
) -> None:
    thief = elliptic()
    url = "https://evil.example/jwks.json"
    internet.publish(url, document(thief.jwks))
    brought = {header: thief.jwk if header == "jwk" else url}

    forged = thief.sign(provider.claims(app), typ="oauth-id-jag+jwt", **brought)

    refused(exchange_assertion(app, forged), "no key of its issuer's")
    assert internet.times_asked(url) == 0


def test_a_claim_that_stands_twice_is_refused(provider: IdentityProvider, app: Machine) -> None:
    twice = '{"sub": "somebody else", ' + json.dumps(provider.claims(app))[1:]
    header = json.dumps({"alg": "ES256", "typ": "oauth-id-jag+jwt"})

    refused(exchange_assertion(app, provider.signer.sign_text(header, twice)), "can be read")


def test_an_enormous_assertion_is_refused(provider: IdentityProvider, app: Machine) -> None:
    refused(exchange_assertion(app, provider.assertion(app, x="x" * 30_000)), "reasonable size")


@pytest.mark.parametrize("text", ["x", "..", "a.b.c", "a.b.c.d.e"])
def test_what_is_no_assertion_is_refused(
    provider: IdentityProvider, app: Machine, text: str
) -> None:
    refused(exchange_assertion(app, text))


def test_the_assertion_may_not_be_left_out(provider: IdentityProvider, app: Machine) -> None:
    refused(exchange_assertion(app, ""), "assertion is required", error="invalid_request")


# ---- Who may send it -----------------------------------------------------------------------


def test_an_assertion_for_another_client_is_refused(
    deployment: Deployment, provider: IdentityProvider, app: Machine
) -> None:
    stolen = provider.assertion(app)

    refused(exchange_assertion(assistant(deployment), stolen), "client_id")

    granted(exchange_assertion(app, stolen))


@pytest.mark.parametrize("secret", [None, "wrong"])
def test_the_client_proves_itself(
    provider: IdentityProvider, app: Machine, secret: str | None
) -> None:
    got = exchange_assertion(app, provider.assertion(app), client_secret=secret)

    assert (got.status, got.json["error"]) == (401, "invalid_client")


def test_a_client_may_register_for_it_if_it_has_a_secret(
    deployment: Deployment, provider: IdentityProvider
) -> None:
    document = {"grant_types": [JWT_BEARER], "token_endpoint_auth_method": "client_secret_post"}
    got = deployment.ask("POST", "/register", json_body=document)
    assert got.status == 201, got.text
    app = Machine(deployment, got.json)

    assert got.json["grant_types"] == [JWT_BEARER]
    assert "redirect_uris" not in got.json
    granted(exchange_assertion(app, provider.assertion(app)))


def test_a_public_client_cannot_register_for_it(
    deployment: Deployment, provider: IdentityProvider
) -> None:
    asked = {"redirect_uris": [CALLBACK], "grant_types": [JWT_BEARER, "authorization_code"]}
    public = Client.register(deployment, **asked)
    alone = {**asked, "grant_types": [JWT_BEARER]}

    assert public.registration["grant_types"] == ["authorization_code"]
    assert deployment.ask("POST", "/register", json_body=alone).status == 400
    got = public.token(grant_type=JWT_BEARER, assertion=provider.assertion(public))
    assert (got.status, got.json["error"]) == (401, "invalid_client")


def test_a_client_that_is_not_registered_for_it_may_not_use_it(
    deployment: Deployment, provider: IdentityProvider
) -> None:
    robot = machine(deployment)

    got = exchange_assertion(robot, provider.assertion(robot))

    assert (got.status, got.json["error"]) == (400, "unauthorized_client")


def test_a_client_that_may_come_without_proof_has_to_prove_itself_for_it(
    deployment: Deployment, provider: IdentityProvider, internet: Internet
) -> None:
    signer = elliptic()
    published = publish(
        internet,
        deployment,
        new_url(),
        grant_types=["authorization_code", JWT_BEARER],
        token_endpoint_auth_method="none",
        token_endpoint_auth_methods_supported=["none", "private_key_jwt"],
        jwks=signer.jwks,
    )
    app = Machine(deployment, published.registration, signer)
    unproven = {"client_assertion": None, "client_assertion_type": None}

    got = exchange_assertion(app, provider.assertion(app), **unproven, client_id=app.client_id)

    assert (got.status, got.json["error"]) == (401, "invalid_client")
    granted(exchange_assertion(app, provider.assertion(app)))


@pytest.mark.parametrize(
    ("metadata", "changes", "error"),
    [
        ({"resources": (ORIGIN,)}, {"resource": MCP_URL}, "invalid_target"),
        ({"resources": (MCP_URL,)}, {"resource": [MCP_URL, ORIGIN]}, "invalid_target"),
        ({"resources": (MCP_URL,)}, {"resource": MCP_URL}, None),
    ],
    ids=str,
)
def test_what_the_operator_gave_the_client_is_the_most(
    deployment: Deployment,
    provider: IdentityProvider,
    metadata: dict[str, Any],
    changes: dict[str, Any],
    error: str | None,
) -> None:
    app = assistant(deployment, **metadata)

    got = exchange_assertion(app, provider.assertion(app, **changes))

    assert got.json.get("error") == error


# ---- Once ----------------------------------------------------------------------------------


def test_an_assertion_is_used_once(
    deployment: Deployment, provider: IdentityProvider, app: Machine
) -> None:
    assertion = provider.assertion(app)
    token = granted(exchange_assertion(app, assertion))["access_token"]

    with followed_log() as log:
        refused(exchange_assertion(app, assertion), "used before")

    (line,) = log.lines
    assert (line["outcome"], line["level"]) == ("assertion_replayed", "WARNING")
    assert counted(line) == {"AssertionReplayed": 1}
    # it was used as it should: a copy that comes later harms nobody
    assert call_mcp(deployment, token).status == 200


def test_a_request_that_is_refused_uses_nothing_up(
    provider: IdentityProvider, app: Machine
) -> None:
    assertion = provider.assertion(app)
    refused(exchange_assertion(app, assertion, resource=ORIGIN), error="invalid_target")

    granted(exchange_assertion(app, assertion))


def test_both_assertions_of_a_request_are_used_once(
    deployment: Deployment, provider: IdentityProvider
) -> None:
    signer = elliptic()
    by_key = {"token_endpoint_auth_method": "private_key_jwt", "jwks": signer.jwks}
    added = assistant(deployment, **by_key)
    app = Machine(deployment, added.registration, signer)
    proof = app.assertion()

    granted(exchange_assertion(app, provider.assertion(app), **proof))

    got = exchange_assertion(app, provider.assertion(app), **proof)
    assert (got.status, got.json["error"]) == (401, "invalid_client")


# ---- The issuer's keys -----------------------------------------------------------------------


def test_keys_are_asked_for_once(
    provider: IdentityProvider, app: Machine, internet: Internet
) -> None:
    for _ in range(3):
        granted(exchange_assertion(app, provider.assertion(app)))

    assert internet.times_asked(f"{provider.issuer}/.well-known/openid-configuration") == 1


def test_an_issuer_that_changes_its_key_is_known_at_once(
    provider: IdentityProvider, app: Machine
) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        granted(exchange_assertion(app, provider.assertion(app)))
        old, provider.signer = provider.signer, elliptic("key-2")
        provider.publish()
        clock.shift(30)

        granted(exchange_assertion(app, provider.assertion(app)))
        withdrawn = old.sign(provider.claims(app), typ="oauth-id-jag+jwt")
        refused(exchange_assertion(app, withdrawn), "no key of its issuer's")


def test_an_issuer_that_is_away_is_asked_again_later(
    provider: IdentityProvider, app: Machine, internet: Internet
) -> None:
    url = f"{provider.issuer}/.well-known/openid-configuration"
    with time_machine.travel(now(), tick=False) as clock:
        internet.publish(url, answer(b"", status=503))
        assertion = provider.assertion(app)
        for _ in range(5):
            got = exchange_assertion(app, assertion)
            assert (got.status, got.json["error"]) == (503, "temporarily_unavailable")
        assert internet.times_asked(url) == 1
        provider.publish()
        clock.shift(30)

        granted(exchange_assertion(app, assertion))


@pytest.mark.parametrize("issuer", ["https://evil.example", "https://first.example", ""])
def test_metadata_of_another_issuer_leads_to_no_key(
    provider: IdentityProvider, app: Machine, issuer: str
) -> None:
    provider.publish(issuer=issuer)

    assert exchange_assertion(app, provider.assertion(app)).status == 503


def test_an_issuer_that_nobody_trusts_is_not_asked(
    provider: IdentityProvider, app: Machine, internet: Internet
) -> None:
    stranger = IdentityProvider(internet, "https://stranger.example")
    stranger.publish()

    refused(exchange_assertion(app, stranger.assertion(app)), "not trusted")
    for close in (
        f"{provider.issuer}/",
        provider.issuer.upper(),
        f"{provider.issuer}.evil.example",
    ):
        refused(exchange_assertion(app, provider.assertion(app, iss=close)), "not trusted")

    assert internet.asked == []


# ---- Off, unless the operator says otherwise -----------------------------------------------------


def test_it_is_off_until_an_issuer_is_trusted(deployment: Deployment) -> None:
    app = assistant(deployment)
    metadata = deployment.ask("GET", "/.well-known/oauth-authorization-server").json

    got = exchange_assertion(app, "x")

    assert (got.status, got.json["error"]) == (400, "unsupported_grant_type")
    assert JWT_BEARER not in metadata["grant_types_supported"]
    assert "authorization_grant_profiles_supported" not in metadata
    asked = {"grant_types": [JWT_BEARER], "token_endpoint_auth_method": "client_secret_post"}
    assert deployment.ask("POST", "/register", json_body=asked).status == 400


def test_it_is_advertised_when_it_is_on(deployment: Deployment, provider: IdentityProvider) -> None:
    metadata = deployment.ask("GET", "/.well-known/oauth-authorization-server")

    profiles = ["urn:ietf:params:oauth:grant-profile:id-jag"]
    assert metadata.json["authorization_grant_profiles_supported"] == profiles
    assert JWT_BEARER in metadata.json["grant_types_supported"]
    assert provider.issuer not in metadata.text


def test_no_log_holds_an_assertion_or_who_it_is_about(
    provider: IdentityProvider, app: Machine
) -> None:
    assertion = provider.assertion(app)
    with followed_log() as log:
        granted(exchange_assertion(app, assertion))
        refused(exchange_assertion(app, assertion))
        refused(exchange_assertion(app, provider.assertion(app, sub=7)))

    for secret in (*assertion.split(".")[1:], "U019488227", "ada@acme.example"):
        assert secret not in log.text
    assert [line["outcome"] for line in log.lines] == [
        "assertion_exchanged",
        "assertion_replayed",
        "invalid_grant",
    ]
