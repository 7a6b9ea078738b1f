"""How the doctor behaves: as which client, how long it waits, what it leaves out and behind."""

from dataclasses import replace

import pytest

from cli.doctor.profile import known_profiles
from cli.doctor.walk import NotReachable
from tests.doctor.faults import at, both, having, status, where
from tests.doctor.small_server import RESOURCE, SERVER, Asked, Given, running
from tests.doctor.visiting import allow, codes, examined
from tests.running_stack import free_port


class Steps:
    """A clock by which every answer takes `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._now, self._seconds = 0.0, seconds

    def __call__(self) -> float:
        self._now += self._seconds
        return self._now


@pytest.mark.parametrize(
    ("seconds", "impatient"),
    [
        (4, ()),
        (6, ("mcp-remote",)),
        (11, ("Claude Code", "Claude web", "mcp-remote")),
    ],
)
def test_who_does_not_wait_for_a_cold_start_is_named(
    seconds: float, impatient: tuple[str, ...]
) -> None:
    with running() as server:
        # one after another, as two at once would share the clock
        outcome = examined(server.url, clock=Steps(seconds), sign_in=False)

    assert [set(each.clients) for each in outcome.findings] == (
        [set(impatient)] if impatient else []
    )
    assert codes(outcome) == ["slower_than_patience"] * bool(impatient)


def test_the_server_that_the_project_started_from() -> None:
    """No metadata, a bare 401, and a registration endpoint that nobody is told of."""

    def change(asked: Asked, given: Given) -> Given:
        if "/.well-known/" in asked.path:
            return Given(404)
        return given.with_headers(www_authenticate=None)

    with running(change=change) as server:
        outcome = examined(server.url)

    assert {
        "challenge_missing",
        "resource_metadata_missing",
        "server_metadata_missing",
        "root_endpoints_missing",
        "registration_endpoint_missing",
    } <= set(codes(outcome))


def test_the_same_server_as_its_authors_fixed_it() -> None:
    """One document at the root, for the origin; metadata with the members of their list only."""
    listed = ("grant_types_supported", "token_endpoint_auth_methods_supported")
    change = both(
        where(lambda asked: asked.path == f"{RESOURCE}/mcp", status(404)),
        where(at("/mcp"), _challenge_of_the_root),
        where(at(SERVER), having(response_types_supported=None, **dict.fromkeys(listed))),
    )
    with running("any_resource", "any_audience", change=change) as server:
        outcome = examined(server.url, destructive=True)

    assert set(codes(outcome)) == {
        "resource_metadata_root_only",
        "resource_is_not_the_url",
        "response_types_missing",
        "none_not_listed",
        "other_audience_accepted",
    }


def _challenge_of_the_root(given: Given) -> Given:
    right = given.headers.get("www-authenticate")
    changed = right and right.replace(f"{RESOURCE}/mcp", RESOURCE)
    return given.with_headers(www_authenticate=changed)


def test_a_server_that_means_to_be_open_has_nothing_wrong() -> None:
    change = where(lambda asked: "/.well-known/" in asked.path, status(404))
    with running("open", change=change) as server:
        outcome = examined(server.url)

    assert codes(outcome) == []
    assert any("tools/call" in each.sent_body for each in outcome.exchanges)
    assert outcome.unchecked == ("OAuth: the server lets everybody in, so there is none to walk",)


def test_a_client_with_a_document_does_not_register() -> None:
    def change(asked: Asked, given: Given) -> Given:
        if asked.path == "/client.json":
            return Given(200, {"client_id": "this document"})
        if asked.path == SERVER:
            return given.having(client_id_metadata_document_supported=True)
        if asked.path == "/oauth/authorize" and "client.json" in asked.query["client_id"]:
            return Given(200, "<p>Sign in")
        return given

    with running(change=change) as server:
        document = f"{server.origin}/client.json"
        client = replace(known_profiles()["Claude Code"], document=document)
        outcome = examined(server.url, clients=[client], sign_in=False)

    asked = [each for each in outcome.exchanges if each.client == "Claude Code"]
    assert not any("/register" in each.url for each in asked)
    assert any("client.json" in each.url and "/authorize" in each.url for each in asked)


def test_a_client_asks_where_it_looks_and_in_its_order() -> None:
    change = where(lambda asked: asked.path == SERVER, status(404))
    with running(change=change) as server:
        outcome = examined(server.url, clients=[known_profiles()["mcp-remote"]], sign_in=False)

    (client,) = outcome.clients
    by_number = {each.number: each.url.removeprefix(server.origin) for each in outcome.exchanges}
    assert [by_number[each] for each in client.exchanges][:7] == [
        "/mcp",
        f"{RESOURCE}/mcp",
        f"{SERVER}/mcp",
        "/.well-known/openid-configuration/mcp",
        "/mcp/.well-known/openid-configuration",
        SERVER,
        "/.well-known/openid-configuration",
    ]


def test_a_client_that_stops_at_a_5xx_is_named() -> None:
    change = both(
        where(at(SERVER), status(500)),
        lambda asked, given: (
            Given(200, {"issuer": f"http://{asked.headers['host']}"})
            if asked.path == "/.well-known/openid-configuration"
            else given
        ),
    )
    with running(change=change) as server:
        outcome = examined(server.url, sign_in=False)

    (finding,) = (each for each in outcome.findings if each.code == "metadata_place_fails")
    assert finding.clients == ("FastMCP", "Python SDK 1.x", "Python SDK 2.x")


def test_nothing_destructive_is_done_unasked() -> None:
    with running("any_resource", "any_audience", "any_generation", "codes_last") as server:
        outcome = examined(server.url)

    assert codes(outcome) == []
    assert outcome.unchecked == (
        "old, revoked and reused tokens, and tokens of another audience (--destructive)",
    )
    exchanged = [
        each for each in outcome.exchanges if "grant_type=authorization_code" in each.sent_body
    ]
    assert len([each for each in exchanged if each.status == 200]) == 1


def test_what_remains_of_a_visit_is_said() -> None:
    with running() as server:
        outcome = examined(server.url, clients=[known_profiles()["Cursor"]])

    assert outcome.remains == (
        "2 registrations of the doctor, which cannot be deleted here (RFC 7592)",
    )
    assert any(each.url.endswith("/oauth/revoke") for each in outcome.exchanges)


def test_nobody_comes_back_from_the_browser() -> None:
    with running() as server:
        outcome = examined(server.url, lambda _: None, wait_seconds=0)

    assert codes(outcome) == []
    assert outcome.unchecked == (
        "everything behind the sign-in: nobody came back from the browser",
    )


def test_a_token_that_one_has_saves_the_sign_in() -> None:
    given: list[str] = []

    def keep(asked: Asked, answer: Given) -> Given:
        if asked.path == "/oauth/token" and isinstance(answer.body, dict):
            given.extend(filter(None, [answer.body.get("access_token")]))
        return answer

    with running("tokens_last", change=keep) as server:
        examined(server.url, allow)
        outcome = examined(server.url, token=given[-1])

    assert codes(outcome) == []
    assert any("tools/call" in each.sent_body for each in outcome.exchanges)
    assert given[-1] not in str(outcome)


def test_the_token_of_http_on_another_host_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with running(host="127.0.0.2") as server:
        outcome = examined(server.url, sign_in=False)

    assert {"not_https", "endpoint_not_https"} == set(codes(outcome))


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(NotReachable):
        examined(f"http://127.0.0.1:{free_port()}/mcp")


def test_codex_finds_a_server_on_another_host_by_the_resource_metadata() -> None:
    with running() as server, running("any_resource") as other:

        def lead(asked: Asked, given: Given) -> Given:
            if asked.path.startswith(RESOURCE) and given.status == 200:
                return given.having(authorization_servers=[other.origin])
            return Given(404) if asked.path == SERVER else given

        server.change = lead
        outcome = examined(server.url, clients=[known_profiles()["Codex"]], sign_in=False)

    asked = [each.url for each in outcome.exchanges if each.client == "Codex"]
    assert asked[:3] == [
        f"{server.origin}{SERVER}/mcp",
        f"{server.url}{SERVER}",
        f"{server.origin}{SERVER}",
    ]
    assert f"{other.origin}/oauth/register" in asked
    assert [each.reached for each in outcome.clients] == ["the token endpoint"]


def test_a_registration_is_not_deleted_at_another_host() -> None:
    """The answer of a server is no reason to send a DELETE to another."""

    def change(asked: Asked, given: Given) -> Given:
        if asked.path != "/oauth/register":
            return given
        return given.having(
            registration_client_uri="http://localhost:1/", registration_access_token="a-token-of-it"
        )

    with running(change=change) as server:
        outcome = examined(server.url, sign_in=False)

    assert not any(each.method == "DELETE" for each in outcome.exchanges)
    assert "registrations" in outcome.remains[0]


def test_a_registration_is_deleted_where_that_is_offered() -> None:
    def change(asked: Asked, given: Given) -> Given:
        if asked.path == "/oauth/register":
            uri = f"http://{asked.headers['host']}/oauth/register/one"
            return given.having(registration_client_uri=uri, registration_access_token="a-token")
        return Given(204) if asked.method == "DELETE" else given

    with running(change=change) as server:
        outcome = examined(server.url, sign_in=False)

    assert outcome.remains == ()
    assert len([e for e in outcome.exchanges if e.method == "DELETE"]) == len(known_profiles()) + 1
