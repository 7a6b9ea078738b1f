"""Clients that are described by a document at their client_id, on every leg of the flow."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from gatehouse import wiring
from gatehouse.aws.client import AwsClient
from gatehouse.oauth.clients.document_rules import domain_of
from gatehouse.oauth.clients.fetch_limit import MOST_FETCHES, WINDOW
from tests.forms import read_text
from tests.functions.actors import CALLBACK, Browser, Client, call_mcp
from tests.functions.deployment import Answer, Deployment
from tests.functions.log_lines import followed_log
from tests.functions.published import new_url, publish
from tests.functions.tables import Tables
from tests.internet import Internet, answer, document

NOW = datetime(2027, 3, 1, tzinfo=UTC).timestamp()
FIVE_MINUTES, HOUR, DAY = 300, 3600, 86400
# What the page says of a document that cannot be had: no 5xx, and no 400, which would tell FastMCP
# that its registration is dead.
FAILED_DEPENDENCY = 424


@pytest.fixture
def url() -> str:
    return new_url()


@pytest.fixture
def published(internet: Internet, deployment: Deployment, url: str) -> Client:
    return publish(internet, deployment, url)


def breaks_down(internet: Internet, url: str) -> None:
    internet.publish(url, answer(b"", status=503))


def refreshed(client: Client, tokens: dict[str, Any]) -> dict[str, Any]:
    renewed = client.refresh(tokens["refresh_token"])
    assert renewed.status == 200, renewed.text
    answered: dict[str, Any] = renewed.json
    return answered


def kept(tables: Tables, url: str) -> list[dict[str, Any]]:
    return [item for item in tables.items("ClientsTable") if item["client_id"] == {"S": url}]


def authorize(client: Client) -> Answer:
    return client.deployment.ask("GET", client.authorization_url())


# ---- A document serves every leg -------------------------------------------------------------


def test_a_client_with_a_document_signs_in_without_registering(
    deployment: Deployment, internet: Internet, published: Client, url: str
) -> None:
    tokens = published.tokens()
    renewed = refreshed(published, tokens)

    assert call_mcp(deployment, tokens["access_token"]).status == 200
    assert call_mcp(deployment, renewed["access_token"]).status == 200
    assert internet.times_asked(url) == 1


def test_a_token_request_costs_what_one_of_a_registered_client_costs(
    client: Client, published: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_registration = client.tokens()["refresh_token"]
    by_document = published.tokens()["refresh_token"]
    calls: list[str] = []
    call = AwsClient.call

    def counted(aws: AwsClient, operation: str, request: Any) -> dict[str, Any]:
        calls.append(f"{operation} {request.get('TableName')}")
        return call(aws, operation, request)

    monkeypatch.setattr(AwsClient, "call", counted)
    assert client.refresh(by_registration).status == 200
    of_registered = calls.copy()
    calls.clear()
    assert published.refresh(by_document).status == 200

    assert calls == of_registered


def test_a_redirect_uri_that_the_document_does_not_list_gets_a_page(
    deployment: Deployment, published: Client
) -> None:
    target = published.authorization_url(redirect_uri="https://evil.example.com/callback")

    refused = deployment.ask("GET", target)

    assert refused.status == 400
    assert "location" not in refused.headers


def test_the_log_tells_of_the_client_by_its_url(published: Client, url: str) -> None:
    with followed_log() as log:
        authorize(published)

    (line,) = log.lines
    assert (line["client_id"], line["outcome"]) == (url, "sign_in_shown")


# ---- Freshness -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cache_control", "fresh_for"),
    [
        (None, FIVE_MINUTES),
        ("no-store", FIVE_MINUTES),
        ("max-age=10", FIVE_MINUTES),
        ("max-age=3600", HOUR),
        ("max-age=31536000", DAY),
    ],
)
def test_a_document_is_kept_as_its_headers_say_within_bounds(
    internet: Internet,
    deployment: Deployment,
    url: str,
    cache_control: str | None,
    fresh_for: int,
) -> None:
    headers = {"cache_control": cache_control} if cache_control else {}
    client = publish(internet, deployment, url, headers)

    asked = []
    for passed in (0, fresh_for - 1, fresh_for):
        with time_machine.travel(NOW + passed, tick=False):
            assert authorize(client).status == 200
        asked.append(internet.times_asked(url))

    assert asked == [1, 1, 2]


def test_a_redirect_uri_that_was_taken_out_is_not_accepted_any_more(
    internet: Internet, deployment: Deployment, url: str
) -> None:
    with time_machine.travel(NOW, tick=False):
        client = publish(internet, deployment, url)
        assert authorize(client).status == 200
    with time_machine.travel(NOW + FIVE_MINUTES, tick=False):
        publish(internet, deployment, url, redirect_uris=["https://elsewhere.example.com/cb"])

        assert authorize(client).status == 400


# ---- A server that cannot be reached ---------------------------------------------------------


def test_a_server_that_is_down_signs_nobody_out(
    internet: Internet, published: Client, url: str
) -> None:
    with time_machine.travel(NOW, tick=False):
        tokens = published.tokens()
    breaks_down(internet, url)
    for passed in (FIVE_MINUTES, HOUR, FIVE_MINUTES + DAY - 1):
        with time_machine.travel(NOW + passed, tick=False):
            tokens = refreshed(published, tokens)


def test_it_does_so_for_a_day_and_then_asks_to_come_again(
    internet: Internet, published: Client, url: str
) -> None:
    with time_machine.travel(NOW, tick=False):
        tokens = published.tokens()
    breaks_down(internet, url)
    with time_machine.travel(NOW + FIVE_MINUTES + DAY, tick=False):
        refused = published.refresh(tokens["refresh_token"])

        assert (refused.status, refused.json["error"]) == (503, "temporarily_unavailable")
        publish(internet, published.deployment, url)
        refreshed(published, tokens)


def test_it_is_asked_once_a_minute_while_it_is_down(
    internet: Internet, published: Client, url: str
) -> None:
    with time_machine.travel(NOW, tick=False):
        tokens = published.tokens()
    breaks_down(internet, url)
    asked = []
    for passed in (HOUR, HOUR + 59, HOUR + 60):
        with time_machine.travel(NOW + passed, tick=False):
            tokens = refreshed(published, tokens)
        asked.append(internet.times_asked(url))

    assert asked == [2, 2, 3]


def test_nobody_is_let_in_anew_while_it_is_down(
    internet: Internet, published: Client, url: str
) -> None:
    with time_machine.travel(NOW, tick=False):
        assert authorize(published).status == 200
    breaks_down(internet, url)
    with time_machine.travel(NOW + FIVE_MINUTES, tick=False):
        page = authorize(published)

        assert page.status == FAILED_DEPENDENCY
        assert "could not be read" in read_text(page.text)
        # an error is never kept: the next one asks again
        publish(internet, published.deployment, url)
        assert authorize(published).status == 200


@pytest.mark.parametrize(
    "reply",
    [
        answer(b"", status=503),
        answer(b"<h1>Maintenance</h1>", {"content_type": "text/html"}),
        answer(b"", {"location": "https://elsewhere.example.com/"}, status=302),
        answer(b"x" * 6000, {"content_type": "application/json"}),
    ],
    ids=["error", "no JSON", "redirect", "too large"],
)
def test_a_client_that_cannot_be_looked_up_leaves_no_trace(
    internet: Internet, deployment: Deployment, tables: Tables, url: str, reply: Any
) -> None:
    internet.publish(url, reply)
    client = Client(deployment, {"client_id": url})

    refused = client.refresh("gtr_a.b.c")

    # it was never let in, so it is unknown; and nobody's server raises an alarm of ours
    assert (refused.status, refused.json["error"]) == (401, "invalid_client")
    page = authorize(client)
    assert (page.status, "Try again" in read_text(page.text)) == (FAILED_DEPENDENCY, True)
    assert kept(tables, url) == []
    publish(internet, deployment, url)
    assert authorize(client).status == 200


def test_a_name_that_leads_into_our_own_network_is_not_followed(
    internet: Internet, deployment: Deployment, url: str
) -> None:
    client = publish(internet, deployment, url)
    internet.names[url.split("/")[2]] = ["169.254.169.254"]

    page = authorize(client)

    assert page.status == FAILED_DEPENDENCY
    assert "169.254" not in page.text
    assert internet.connected == []


# ---- A document that is gone, or wrong -------------------------------------------------------


@pytest.mark.parametrize("status", [404, 410])
def test_a_client_whose_document_is_gone_is_refused_at_once(
    internet: Internet, published: Client, url: str, tables: Tables, status: int
) -> None:
    with time_machine.travel(NOW, tick=False):
        tokens = published.tokens()
    internet.publish(url, answer(b"", status=status))
    with time_machine.travel(NOW + FIVE_MINUTES, tick=False):
        refused = published.refresh(tokens["refresh_token"])

        assert (refused.status, refused.json["error"]) == (401, "invalid_client")
        assert kept(tables, url) == []
        page = authorize(published)
        assert (page.status, "no client metadata document" in page.text) == (400, True)
        # what comes back is served again
        publish(internet, published.deployment, url)
        refreshed(published, tokens)


@pytest.mark.parametrize(
    "members",
    [
        {"client_id": "https://app.example.com/another.json"},
        {"client_name": None},
        {"redirect_uris": []},
        {"client_secret": "not a secret"},
    ],
    ids=lambda members: next(iter(members)),
)
def test_a_client_whose_document_turned_wrong_is_refused_at_once(
    internet: Internet, published: Client, url: str, tables: Tables, members: dict[str, Any]
) -> None:
    with time_machine.travel(NOW, tick=False):
        tokens = published.tokens()
    publish(internet, published.deployment, url, **members)
    with time_machine.travel(NOW + FIVE_MINUTES, tick=False):
        refused = published.refresh(tokens["refresh_token"])

        assert (refused.status, refused.json["error"]) == (401, "invalid_client")
        assert authorize(published).status == 400
        assert kept(tables, url) == []


def test_an_unknown_document_at_the_token_endpoint_is_an_invalid_client(
    internet: Internet, deployment: Deployment, url: str
) -> None:
    refused = Client(deployment, {"client_id": url}).refresh("gtr_a.b.c")

    assert (refused.status, refused.json["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    "client_id",
    [
        "https://app.example.com",
        "https://app.example.com/client.json?version=1",
        "https://app.example.com/client.json#fragment",
        "https://user:password@app.example.com/client.json",
        "https://app.example.com/a/../client.json",
        "https://app.example.com/a/%2E%2e/client.json",
        "https://127.0.0.1/client.json",
        "https://localhost/client.json",
    ],
)
def test_a_url_that_may_not_be_a_client_id_is_not_asked(
    internet: Internet, deployment: Deployment, client_id: str
) -> None:
    client = Client(deployment, {"client_id": client_id})

    assert client.refresh("gtr_a.b.c").json["error"] == "invalid_client"
    assert authorize(client).status == 400
    assert internet.resolved == []


# ---- What the operator decides ---------------------------------------------------------------


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Sets the stack's parameter for one test."""

    def decide(value: str) -> None:
        monkeypatch.setenv("CLIENT_ID_METADATA_DOCUMENTS", value)
        wiring.settings.cache_clear()
        wiring.clients.cache_clear()

    yield decide
    monkeypatch.undo()
    wiring.settings.cache_clear()
    wiring.clients.cache_clear()


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("any", 200),
        ("off", 400),
        ("trusted.example.org,{host}", 200),
        ("trusted.example.org,.example.com", 200),
        ("trusted.example.org,example.com", 400),
        (".{host}", 400),
        ("trusted.example.org", 400),
    ],
)
def test_the_operator_decides_whose_documents_are_read(
    internet: Internet, published: Client, stack: Any, value: str, status: int
) -> None:
    url = published.client_id
    stack(value.format(host=domain_of(url)))

    assert authorize(published).status == status
    assert internet.times_asked(url) == (status == 200)


@pytest.mark.parametrize(("value", "advertised"), [("any", True), ("off", False), ("a.org", True)])
def test_clients_are_told_whether_there_is_a_use_in_a_document(
    deployment: Deployment, stack: Any, value: str, advertised: bool
) -> None:
    stack(value)

    metadata = deployment.ask("GET", "/.well-known/oauth-authorization-server").json

    assert metadata["client_id_metadata_document_supported"] is advertised


def test_a_client_that_is_not_trusted_any_more_gets_no_tokens(
    internet: Internet, published: Client, stack: Any
) -> None:
    tokens = published.tokens()
    stack("off")

    refused = published.refresh(tokens["refresh_token"])

    assert (refused.status, refused.json["error"]) == (401, "invalid_client")


# ---- We are no tool to attack others ---------------------------------------------------------


def made_up(client: Client, number: int, *, port: str = "") -> Client:
    """A client whose document nobody published, on the host of another one's."""
    host = client.client_id.split("/")[2]
    url = f"https://{host}{port}/made-up-{number}.json"
    return Client(client.deployment, {"client_id": url})


def test_a_host_is_asked_only_so_often(
    internet: Internet, deployment: Deployment, url: str
) -> None:
    origin = url.removesuffix("/client.json")
    urls = [f"{origin}/{number}.json" for number in range(MOST_FETCHES + 1)]

    with time_machine.travel(NOW, tick=False):
        statuses = [authorize(publish(internet, deployment, each)).status for each in urls]
        asked = len(internet.asked)
    with time_machine.travel(NOW + WINDOW, tick=False):
        later = authorize(Client(deployment, {"client_id": urls[-1]})).status

    assert statuses == [200] * MOST_FETCHES + [FAILED_DEPENDENCY]
    assert asked == MOST_FETCHES
    assert later == 200


def test_a_host_is_asked_no_oftener_by_other_ports_or_spellings(
    internet: Internet, published: Client
) -> None:
    ports = ["", ":443", ":0443", ":٤٤٣", ":8443", ":08443", ":9443", ":٩٤٤٣"]
    with time_machine.travel(NOW, tick=False):
        for number in range(3 * MOST_FETCHES):
            authorize(made_up(published, number, port=ports[number % len(ports)]))
        capitals = published.client_id.replace("app", "APP")
        authorize(Client(published.deployment, {"client_id": capitals}))

    assert len(internet.connected) == MOST_FETCHES


def test_whoever_makes_up_documents_keeps_others_there_away_for_seconds(
    published: Client,
) -> None:
    """What is new at that host has to be tried again, and not a minute later."""
    with time_machine.travel(NOW, tick=False):
        for number in range(3 * MOST_FETCHES):
            authorize(made_up(published, number))
        assert authorize(published).status == FAILED_DEPENDENCY
    with time_machine.travel(NOW + 5, tick=False):
        assert authorize(published).status == 200


@pytest.mark.parametrize("later", [FIVE_MINUTES, FIVE_MINUTES + DAY + 1, 20 * DAY])
def test_documents_that_somebody_makes_up_do_not_keep_a_known_one_from_being_renewed(
    internet: Internet, published: Client, url: str, later: int
) -> None:
    with time_machine.travel(NOW, tick=False):
        tokens = published.tokens()
    with time_machine.travel(NOW + later, tick=False):
        for number in range(MOST_FETCHES + 1):
            authorize(made_up(published, number))

        refreshed(published, tokens)
        assert authorize(published).status == 200
        assert internet.times_asked(url) == 2


def test_a_known_document_is_asked_for_only_so_often_while_its_server_is_down(
    internet: Internet, published: Client, url: str
) -> None:
    with time_machine.travel(NOW, tick=False):
        assert authorize(published).status == 200
    breaks_down(internet, url)
    with time_machine.travel(NOW + FIVE_MINUTES, tick=False):
        for _ in range(MOST_FETCHES + 1):
            assert authorize(published).status == FAILED_DEPENDENCY

    assert internet.times_asked(url) == 1 + MOST_FETCHES


def test_the_log_has_no_word_of_a_strange_server(
    internet: Internet, deployment: Deployment
) -> None:
    host = "secret-word.example.com"
    urls = [f"https://{host}/{number}" for number in range(MOST_FETCHES + 1)]
    internet.publish(urls[0], answer(b"secret-word", {"content_type": "application/json"}))
    with followed_log() as log, time_machine.travel(NOW, tick=False):
        for each in urls:
            authorize(Client(deployment, {"client_id": each}))

    assert "that host was asked often enough" in log.text
    assert "secret-word" not in log.text


# ---- What the person reads -------------------------------------------------------------------


def consent(client: Client, **changes: str) -> str:
    browser = Browser(client.deployment)
    return read_text(browser.sign_in(client.authorization_url(**changes)).text)


def test_the_consent_page_sets_a_verified_domain_apart_from_a_name(
    client: Client, published: Client, url: str
) -> None:
    of_published, of_registered = consent(published), consent(client)

    assert f"Verified: {url.split('/')[2]}" in of_published
    assert "Not verified" not in of_published
    assert "Not verified" in of_registered
    assert "Verified:" not in of_registered


def test_it_warns_where_any_program_could_use_the_identity(
    internet: Internet, deployment: Deployment, client: Client
) -> None:
    somewhere = "https://app.example.com/callback"
    local = publish(internet, deployment, new_url())
    mixed = publish(internet, deployment, new_url(), redirect_uris=[CALLBACK, somewhere])
    private = publish(internet, deployment, new_url(), redirect_uris=["cursor://app/cb", somewhere])
    warning = "Any program on this computer can use this identity"

    assert warning in consent(local)
    # where this code goes counts, whatever else the document lists
    assert warning in consent(mixed)
    assert warning not in consent(mixed, redirect_uri=somewhere)
    assert warning in consent(private, redirect_uri="cursor://app/cb")
    assert warning not in consent(client)


def test_it_says_when_the_way_back_leads_to_another_domain(
    internet: Internet, deployment: Deployment, url: str
) -> None:
    own, other = url.replace("client.json", "callback"), "https://evil.example.org/callback"
    client = publish(internet, deployment, url, redirect_uris=[own, other])

    def page(redirect_uri: str) -> str:
        target = client.authorization_url(redirect_uri=redirect_uri)
        return read_text(Browser(deployment).sign_in(target).text)

    assert "Another domain" not in page(own)
    assert "Another domain evil.example.org" in page(other)


def test_what_a_document_says_is_escaped(
    internet: Internet, deployment: Deployment, url: str
) -> None:
    client = publish(internet, deployment, url, client_name="<script>alert(1)</script>")
    page = Browser(deployment).sign_in(client.authorization_url())

    assert "<script" not in page.text
    assert "&lt;script&gt;" in page.text


def test_a_page_never_repeats_what_a_strange_document_says(
    internet: Internet, deployment: Deployment, url: str
) -> None:
    internet.publish(url, document({"client_id": "<b>evil</b>", "client_name": "<b>evil</b>"}))

    assert "evil" not in authorize(Client(deployment, {"client_id": url})).text


def test_what_is_kept_of_a_document_is_what_was_checked(
    internet: Internet, deployment: Deployment, tables: Tables, url: str
) -> None:
    client = publish(
        internet,
        deployment,
        url,
        grant_types=["authorization_code", "urn:example:unknown"],
        unknown={"deep": ["value"]},
        tos_uri="https://app.example.com/terms",
    )
    authorize(client)

    (item,) = kept(tables, url)
    assert json.loads(item["metadata"]["S"]) == {
        "client_name": "Test client",
        "redirect_uris": [CALLBACK],
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
        "token_endpoint_auth_methods_supported": ["none"],
    }
    times = {"fetched_at", "fresh_until", "stale_until", "expires_at"}
    assert set(item) == {"client_id", "metadata", *times}
