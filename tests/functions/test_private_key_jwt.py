"""Client authentication by private_key_jwt: RFC 7523, RFC 7521, RFC 8725."""

import json
from typing import Any

import pytest
import time_machine

from gatehouse import base64url, wiring
from gatehouse.oauth.clients.fetch_limit import MOST_FETCHES, WINDOW
from tests.functions.actors import Client, call_mcp
from tests.functions.deployment import MCP_URL, ORIGIN, Answer, Deployment, basic
from tests.functions.log_lines import counted, followed_log
from tests.functions.machines import (
    TOKEN_ENDPOINT,
    KeyClient,
    key_client,
    key_machine,
    now,
)
from tests.functions.published import new_url, publish
from tests.functions.tables import Tables
from tests.internet import Internet, answer, document
from tests.signers import Signer, edwards, elliptic, rivest

LONG = 3600


@pytest.fixture
def client(deployment: Deployment) -> KeyClient:
    return key_client(deployment)


def refused(answer: Answer, said: str = "") -> None:
    assert (answer.status, answer.json["error"]) == (401, "invalid_client"), answer.text
    assert said in answer.json["error_description"]


def test_a_client_with_a_key_goes_the_whole_way(deployment: Deployment, client: KeyClient) -> None:
    answer = client.exchange(client.authorize()["code"], **client.assertion())
    assert answer.status == 200, answer.text
    renewed = client.refresh(answer.json["refresh_token"], **client.assertion())

    assert "client_secret" not in client.registration
    assert renewed.status == 200, renewed.text
    assert call_mcp(deployment, renewed.json["access_token"]).status == 200


@pytest.mark.parametrize(
    "signer", [elliptic(), edwards(), rivest(), rivest("PS512")], ids=lambda s: s.algorithm
)
@pytest.mark.parametrize("kid", ["key-1", None])
def test_every_kind_of_key_will_do_named_or_not(
    deployment: Deployment, signer: Signer, kid: str | None
) -> None:
    client = key_client(deployment, signer)
    encoded = signer.sign(client.claims(), kid=kid)

    answer = client.exchange(client.authorize()["code"], **client.sent(encoded))

    assert answer.status == 200, answer.text


@pytest.mark.parametrize(
    "aud",
    [
        ORIGIN,
        f"{ORIGIN}/",
        TOKEN_ENDPOINT,
        [ORIGIN],
        [TOKEN_ENDPOINT, ORIGIN],
    ],
    ids=str,
)
def test_it_is_for_us_by_our_issuer_or_our_token_endpoint(client: KeyClient, aud: Any) -> None:
    answer = client.exchange(client.authorize()["code"], **client.assertion(aud=aud))

    assert answer.status == 200, answer.text


@pytest.mark.parametrize("path", ["/token", "/api/oauth/token"])
def test_the_endpoint_that_was_asked_will_do(client: KeyClient, path: str) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": "gtr_a.b.c"}
    proof = client.assertion(aud=ORIGIN + path)
    form |= {name: value for name, value in proof.items() if value}

    answer = client.deployment.ask("POST", path, form=form)

    # the client is known now, and its refresh token is not
    assert answer.json["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": None},
        {"aud": []},
        {"aud": ""},
        {"aud": "https://other.example"},
        {"aud": MCP_URL},
        {"aud": f"{ORIGIN}.evil.example"},
        {"aud": [ORIGIN, "https://other.example"]},
        {"aud": [[ORIGIN]]},
        {"aud": {"0": ORIGIN}},
        {"iss": None},
        {"sub": None},
        {"iss": "someone-else"},
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
        {"jti": "x" * 3000},
        {"exp": None},
        {"exp": 1},
        {"exp": 4102444800},
        {"exp": "soon"},
        {"nbf": 4102444800},
        {"iat": 4102444800},
        {"iat": 1},
    ],
    ids=str,
)
def test_an_assertion_that_does_not_fit_proves_nothing(
    client: KeyClient, changes: dict[str, Any]
) -> None:
    code = client.authorize()["code"]

    refused(client.exchange(code, **client.assertion(**changes)))

    assert client.exchange(code, **client.assertion()).status == 200


def test_a_key_of_somebody_else_proves_nothing(deployment: Deployment, client: KeyClient) -> None:
    other = key_client(deployment)

    # signed by another client, in its own name and in ours
    refused(client.refresh("gtr_a.b.c", **client.sent(other.signer.sign(client.claims()))))
    refused(other.refresh("gtr_a.b.c", **client.assertion(iss=other.client_id)))
    # ... and a client that only says that it is another
    refused(client.refresh("gtr_a.b.c", **client.assertion() | {"client_id": other.client_id}))


def test_its_client_id_may_stand_beside_it(client: KeyClient) -> None:
    proof = client.assertion() | {"client_id": client.client_id}

    assert client.exchange(client.authorize()["code"], **proof).status == 200


@pytest.mark.parametrize("header", ["jwk", "jku", "x5u", "x5c"])
def test_a_key_that_it_brings_along_is_not_used(
    client: KeyClient, internet: Internet, header: str
) -> None:
    thief = elliptic()
    url = "https://evil.example/jwks.json"
    internet.publish(url, document(thief.jwks))
    brought = {"jwk": thief.jwk, "jku": url, "x5u": url, "x5c": ["MIIB"]}[header]

    encoded = thief.sign(client.claims(), **{header: brought})

    refused(client.refresh("gtr_a.b.c", **client.sent(encoded)), "no key of its issuer's")
    assert internet.asked == []


@pytest.mark.parametrize("alg", ["none", "HS256"])
def test_an_assertion_without_a_signature_of_its_key_proves_nothing(
    client: KeyClient, alg: str
) -> None:
    header = json.dumps({"alg": alg, "kid": client.signer.kid})
    encoded = client.signer.sign_text(header, json.dumps(client.claims()))

    refused(client.refresh("gtr_a.b.c", **client.sent(encoded)))
    refused(client.refresh("gtr_a.b.c", **client.sent(encoded.rpartition(".")[0] + ".")))


def test_names_that_stand_twice_are_refused(client: KeyClient) -> None:
    claims = json.dumps(client.claims())
    twice = '{"sub": "someone-else", ' + claims[1:]
    encoded = client.signer.sign_text('{"alg": "ES256"}', twice)

    refused(client.refresh("gtr_a.b.c", **client.sent(encoded)), "no JWT that can be read")


def test_an_assertion_of_another_kind_is_refused(client: KeyClient) -> None:
    for typ in ("at+jwt", "oauth-id-jag+jwt", "dpop+jwt"):
        encoded = client.signer.sign(client.claims(), typ=typ)
        refused(client.refresh("gtr_a.b.c", **client.sent(encoded)), "another kind")


def test_an_enormous_assertion_is_refused(client: KeyClient) -> None:
    refused(client.refresh("gtr_a.b.c", **client.assertion(x="x" * 30_000)))
    answer = client.refresh("gtr_a.b.c", **client.assertion(x="x" * 60_000))
    assert (answer.status, answer.json["error"]) == (413, "invalid_request")


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "é.é.é", "\0.\0.\0"])
def test_what_is_no_assertion_is_refused(client: KeyClient, text: str) -> None:
    answer = client.refresh("gtr_a.b.c", **client.sent(text))

    assert (answer.status, answer.json["error"]) in [
        (401, "invalid_client"),
        (400, "invalid_request"),
    ]


# ---- One authentication, of the method that was registered --------------------------------------


def test_two_authentications_at_once_are_refused(client: KeyClient) -> None:
    header = {"authorization": basic(client.client_id, "secret")}
    proof = {name: value for name, value in client.assertion().items() if value}
    form = {"grant_type": "refresh_token", "refresh_token": "x", **proof}

    by_header = client.deployment.ask("POST", "/token", headers=header, form=form)
    by_body = client.deployment.ask("POST", "/token", form={**form, "client_secret": "secret"})
    half = client.refresh("x", **client.assertion() | {"client_assertion_type": None})
    other_half = client.refresh("x", **client.assertion() | {"client_assertion": None})

    for each in (by_header, by_body, half, other_half):
        assert (each.status, each.json["error"]) == (400, "invalid_request")


def test_an_unknown_kind_of_assertion_is_refused(client: KeyClient) -> None:
    kind = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"

    refused(client.refresh("x", **client.assertion() | {"client_assertion_type": kind}))


def test_a_client_uses_the_method_that_it_registered(
    deployment: Deployment, client: KeyClient
) -> None:
    public = Client.register(deployment)
    secretive = Client.register(deployment, token_endpoint_auth_method="client_secret_post")
    for other in (public, secretive):
        claims = client.claims(iss=other.client_id, sub=other.client_id)
        refused(other.refresh("x", **client.sent(client.signer.sign(claims))))
    refused(client.refresh("x"), "private_key_jwt")
    refused(client.refresh("x", client_secret="x" * 43), "private_key_jwt")


def test_a_client_that_nobody_knows_is_told_to_register_again(client: KeyClient) -> None:
    claims = client.claims(iss="nobody", sub="nobody")

    refused(client.refresh("x", **client.sent(client.signer.sign(claims))), "register it again")


# ---- Once ----------------------------------------------------------------------------------


def test_an_assertion_is_used_once(client: KeyClient) -> None:
    proof = client.assertion()
    tokens = client.exchange(client.authorize()["code"], **proof).json

    with followed_log() as log:
        refused(client.refresh(tokens["refresh_token"], **proof), "used before")

    (line,) = log.lines
    assert (line["outcome"], line["level"]) == ("assertion_replayed", "WARNING")
    assert counted(line) == {"AssertionReplayed": 1}
    assert client.refresh(tokens["refresh_token"], **client.assertion()).status == 200


def test_it_is_used_once_however_it_is_written(client: KeyClient) -> None:
    claims = client.claims()
    tokens = client.exchange(
        client.authorize()["code"], **client.sent(client.signer.sign(claims))
    ).json

    again = client.signer.sign({**claims, "exp": claims["exp"] + 60, "x": 1}, kid=None)

    refused(client.refresh(tokens["refresh_token"], **client.sent(again)), "used before")


def test_two_clients_may_use_the_same_jti(deployment: Deployment) -> None:
    for client in (key_client(deployment), key_client(deployment)):
        code = client.authorize()["code"]
        assert client.exchange(code, **client.assertion(jti="one and the same")).status == 200


def test_a_repeated_request_ends_before_it_has_effect(client: KeyClient) -> None:
    """A proxy that repeats it, or a thief, cannot even end the grant with it."""
    code, proof = client.authorize()["code"], client.assertion()
    tokens = client.exchange(code, **proof).json

    refused(client.exchange(code, **proof), "used before")

    old = tokens["refresh_token"]
    proof = client.assertion()
    tokens = client.refresh(old, **proof).json
    refused(client.refresh(old, **proof), "used before")
    tokens = client.refresh(tokens["refresh_token"], **client.assertion()).json
    # by now it would be reuse, if it were the client that sends it
    refused(client.refresh(old, **proof), "used before")
    assert client.refresh(tokens["refresh_token"], **client.assertion()).status == 200


def test_a_lost_answer_is_had_again_with_a_new_assertion(client: KeyClient) -> None:
    first = client.exchange(client.authorize()["code"], **client.assertion()).json["refresh_token"]

    answers = [client.refresh(first, **client.assertion()) for _ in range(2)]

    assert [each.status for each in answers] == [200, 200]
    assert answers[0].json == answers[1].json


def test_a_code_that_comes_twice_ends_the_grant_still(
    deployment: Deployment, client: KeyClient
) -> None:
    code = client.authorize()["code"]
    tokens = client.exchange(code, **client.assertion()).json

    assert client.exchange(code, **client.assertion()).json["error"] == "invalid_grant"
    assert call_mcp(deployment, tokens["access_token"]).status == 401


def test_a_request_that_is_refused_leaves_no_trace_and_uses_nothing_up(
    client: KeyClient, tables: Tables
) -> None:
    code, proof = client.authorize()["code"], client.assertion()
    before = tables.everything()

    for changes in ({"code_verifier": "x" * 43}, {"resource": "https://other.example"}):
        assert client.exchange(code, **proof | changes).status == 400
    refused(client.exchange(code, **client.assertion(aud="https://other.example")))

    assert tables.everything() == before
    assert client.exchange(code, **proof).status == 200


def test_an_assertion_is_remembered_for_longer_than_it_is_good(
    client: KeyClient, tables: Tables
) -> None:
    with time_machine.travel(now(), tick=False):
        claims = client.claims(exp=now() + LONG)
        client.exchange(client.authorize()["code"], **client.sent(client.signer.sign(claims)))

    remembered = [int(item["expires_at"]["N"]) for item in tables.items("ReplaysTable")]
    assert claims["exp"] + 60 in remembered


def test_what_is_kept_names_neither_the_client_nor_the_assertion(
    client: KeyClient, tables: Tables
) -> None:
    proof = client.assertion(jti="a telling name")
    assert client.exchange(client.authorize()["code"], **proof).status == 200

    kept = json.dumps(tables.items("ReplaysTable"))
    assert client.client_id not in kept
    assert "a telling name" not in kept
    assert str(proof["client_assertion"]).rpartition(".")[2] not in tables.everything()


# ---- Keys that the client publishes --------------------------------------------------------------


@pytest.fixture
def publisher(deployment: Deployment, internet: Internet) -> KeyClient:
    """A client that registered the place of its keys."""
    url = new_url().replace("client.json", "jwks.json")
    client = key_client(deployment, jwks=None, jwks_uri=url)
    internet.publish(url, document(client.signer.jwks, cache_control="max-age=3600"))
    return client


def jwks_uri(client: KeyClient) -> str:
    return str(client.registration["jwks_uri"])


def test_keys_are_found_at_the_jwks_uri_and_kept(publisher: KeyClient, internet: Internet) -> None:
    tokens = publisher.exchange(publisher.authorize()["code"], **publisher.assertion()).json
    answer = publisher.refresh(tokens["refresh_token"], **publisher.assertion())

    assert answer.status == 200, answer.text
    assert internet.times_asked(jwks_uri(publisher)) == 1


def test_a_client_that_changes_its_key_is_known_at_once(
    publisher: KeyClient, internet: Internet
) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        tokens = publisher.exchange(publisher.authorize()["code"], **publisher.assertion()).json
        old, new = publisher.signer, elliptic("key-2")
        internet.publish(jwks_uri(publisher), document(new.jwks))
        clock.shift(30)
        publisher.signer = new

        assert publisher.refresh(tokens["refresh_token"], **publisher.assertion()).status == 200
        refused(publisher.refresh("x", **publisher.sent(old.sign(publisher.claims()))))


def test_invented_kids_are_not_asked_for_all_the_time(
    publisher: KeyClient, internet: Internet
) -> None:
    with time_machine.travel(now(), tick=False):
        for number in range(10):
            invented = publisher.signer.sign(publisher.claims(), kid=f"invented-{number}")
            refused(publisher.refresh("x", **publisher.sent(invented)))

    assert internet.times_asked(jwks_uri(publisher)) == 1


@pytest.mark.parametrize(
    "reply",
    [
        answer(b"", status=404),
        answer(b"", status=500),
        answer(b"no JSON", {"content_type": "application/json"}),
        document([]),
        document({"keys": []}),
        document({"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "key-1"}]}),
    ],
    ids=range(6),
)
def test_a_client_whose_keys_cannot_be_had_proves_nothing(
    publisher: KeyClient, internet: Internet, reply: Any
) -> None:
    internet.publish(jwks_uri(publisher), reply)

    refused(publisher.refresh("x", **publisher.assertion()))


def test_a_jwks_uri_that_leads_into_our_own_network_is_not_followed(
    publisher: KeyClient, internet: Internet
) -> None:
    internet.names[jwks_uri(publisher).split("/")[2]] = ["169.254.169.254"]

    refused(publisher.refresh("x", **publisher.assertion()))
    assert internet.connected == []


def test_nobody_is_asked_for_an_assertion_that_is_not_for_us(
    publisher: KeyClient, internet: Internet
) -> None:
    for changes in ({"aud": "https://other.example"}, {"exp": 1}, {"jti": None}):
        refused(publisher.refresh("x", **publisher.assertion(**changes)))

    assert internet.asked == []


def elsewhere_at(publisher: KeyClient, number: int, *, port: str = "") -> KeyClient:
    """Another client, which says that its keys are at the same host."""
    host = jwks_uri(publisher).split("/")[2]
    url = f"https://{host}{port}/made-up-{number}"
    return key_client(publisher.deployment, jwks=None, jwks_uri=url)


def test_clients_that_anybody_registers_have_a_host_asked_only_so_often(
    publisher: KeyClient, internet: Internet
) -> None:
    ports = ["", ":443", ":8443", ":9443"]
    with time_machine.travel(now(), tick=False):
        for number in range(MOST_FETCHES + 5):
            client = elsewhere_at(publisher, number, port=ports[number % len(ports)])
            refused(client.refresh("x", **client.assertion()), "cannot be had")

    assert len(internet.connected) == MOST_FETCHES


@pytest.mark.parametrize("host", ["93.184.215.14", "1572395790", "[2606:4700::1111]"])
def test_no_keys_are_had_from_an_address_which_has_many_spellings(
    deployment: Deployment, internet: Internet, host: str
) -> None:
    client = key_client(deployment, jwks=None, jwks_uri=f"https://{host}/jwks.json")

    refused(client.refresh("x", **client.assertion()), "cannot be had")
    assert internet.resolved == []


def test_what_others_ask_of_a_host_does_not_keep_a_client_there_from_proving_itself(
    publisher: KeyClient, internet: Internet
) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        tokens = publisher.exchange(publisher.authorize()["code"], **publisher.assertion()).json
        # another process, which has not read its keys yet, an hour later
        wiring.client_key_sets.cache_clear()
        clock.shift(3600)
        for number in range(MOST_FETCHES + 1):
            client = elsewhere_at(publisher, number)
            refused(client.refresh("x", **client.assertion()), "cannot be had")

        assert publisher.refresh(tokens["refresh_token"], **publisher.assertion()).status == 200
        assert internet.times_asked(jwks_uri(publisher)) == 2


def test_one_that_has_not_yet_proven_itself_may_within_seconds(publisher: KeyClient) -> None:
    code = publisher.authorize()["code"]
    with time_machine.travel(now(), tick=False) as clock:
        for number in range(MOST_FETCHES):
            client = elsewhere_at(publisher, number)
            client.refresh("x", **client.assertion())

        refused(publisher.exchange(code, **publisher.assertion()), "cannot be had")
        clock.shift(WINDOW)
        assert publisher.exchange(code, **publisher.assertion()).status == 200


def test_a_proof_is_noted_once_a_day_and_none_without_one(
    publisher: KeyClient, tables: Tables
) -> None:
    def proofs() -> list[Any]:
        return [i for i in tables.items("ClientsTable") if i["client_id"]["S"].startswith("proven")]

    before = len(proofs())
    forged = publisher.sent(elliptic().sign(publisher.claims()))
    refused(publisher.refresh("x", **forged))
    assert len(proofs()) == before

    tokens = publisher.exchange(publisher.authorize()["code"], **publisher.assertion()).json
    after = proofs()
    assert len(after) == before + 1
    publisher.refresh(tokens["refresh_token"], **publisher.assertion())
    assert proofs() == after


@pytest.mark.parametrize("path", ["/api/oauth/revoke", "/api/oauth/introspect"])
def test_every_endpoint_that_a_client_proves_itself_at_asks_and_notes(
    publisher: KeyClient, internet: Internet, path: str
) -> None:
    proof = {name: value for name, value in publisher.assertion().items() if value}

    answer = publisher.deployment.ask("POST", path, form={"token": "x", **proof})

    # to ask about a token takes more than a key; that the key is its own is clear by then
    assert answer.status in (200, 401), answer.text
    assert internet.times_asked(jwks_uri(publisher)) == 1
    assert wiring.client_key_sets()._noted.keys() >= {jwks_uri(publisher)}


# ---- Clients that publish what they are ----------------------------------------------------------


def test_a_client_with_a_document_signs_with_the_keys_in_it(
    deployment: Deployment, internet: Internet
) -> None:
    signer = elliptic()
    published = publish(
        internet,
        deployment,
        new_url(),
        token_endpoint_auth_method="private_key_jwt",
        token_endpoint_auth_methods_supported=["private_key_jwt", "none"],
        jwks=signer.jwks,
    )
    client = KeyClient(deployment, published.registration, signer)

    tokens = client.exchange(client.authorize()["code"], **client.assertion()).json
    refused(
        client.refresh(tokens["refresh_token"], **client.sent(elliptic().sign(client.claims())))
    )
    # it offers both, so it may also come without
    assert client.refresh(tokens["refresh_token"]).status == 200


# ---- What it costs, and what is told ---------------------------------------------------------


def test_no_log_holds_an_assertion(deployment: Deployment, client: KeyClient) -> None:
    good, bad = client.assertion(), client.assertion(aud="https://other.example")
    with followed_log() as log:
        tokens = client.exchange(client.authorize()["code"], **good).json
        refused(client.refresh(tokens["refresh_token"], **good))
        refused(client.refresh(tokens["refresh_token"], **bad))
        refused(client.refresh(tokens["refresh_token"], **client.sent("not.even.one")))

    for proof in (good, bad):
        for part in str(proof["client_assertion"]).split(".")[1:]:
            assert part not in log.text
    assert "not.even.one" not in log.text
    told = [(line["outcome"], line["reason"]) for line in log.lines][-2:]
    assert [outcome for outcome, _ in told] == ["invalid_client", "invalid_client"]
    assert told[0][1] == "assertion: aud is not this authorization server alone"


def test_a_machine_may_prove_itself_by_a_key(deployment: Deployment) -> None:
    robot = key_machine(deployment)
    proof = robot.assertion()

    first = robot.ask(**proof)

    assert first.status == 200, first.text
    refused(robot.ask(**proof), "used before")
    refused(robot.token(grant_type="client_credentials", client_secret="x"))


@pytest.mark.parametrize("alg", [[], {}, 1, None, True])
@pytest.mark.parametrize("endpoint", ["token", "revoke", "introspect"])
def test_a_header_of_any_shape_is_an_invalid_client(
    deployment: Deployment, endpoint: str, alg: object
) -> None:
    parts = [base64url.encode(json.dumps(part).encode()) for part in ({"alg": alg}, {})]
    form = {
        "grant_type": "refresh_token",
        "token": "x",
        "client_assertion": f"{'.'.join(parts)}.AA",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }

    refused(deployment.ask("POST", f"/api/oauth/{endpoint}", form=form))
