"""The local stack, with which nothing is wrong, and two peers, with which something is."""

from cli.doctor.profile import known_profiles
from tests.clients.sign_in import new_http, sign_in
from tests.doctor.conftest import peer
from tests.doctor.visiting import codes, examined
from tests.running_stack import RunningStack

# what the two have in common: both serve the official SDK's authorization endpoints
OF_THE_SDK = {
    "mcp_endpoint_redirects",  # /mcp/ to /mcp
    "none_not_listed",
    "cors_missing",  # a preflight of the MCP endpoint is asked for a token
    "cors_challenge_hidden",
    "loopback_port_refused",
    "refresh_race",  # refresh tokens are deleted as they are used
    "refresh_ignores_resource",
    "revocation_refused",  # a client without a secret is asked for one
}
CHANGES_PORT = ("Claude Code", "Codex", "VS Code")


def sign_in_and_come_back(url: str) -> None:
    returned = sign_in(url)
    with new_http() as browser:
        browser.get(returned)


def test_nothing_is_wrong_with_the_local_stack(stack: RunningStack) -> None:
    outcome = examined(stack.mcp_url, sign_in_and_come_back, destructive=True)

    assert outcome.findings == ()
    assert {each.name for each in outcome.clients} == set(known_profiles())
    assert {each.reached for each in outcome.clients} == {"the token endpoint"}
    assert (outcome.unchecked, outcome.remains) == ((), ())
    called = [each.sent_body for each in outcome.exchanges if "tools/call" in each.sent_body]
    # in each era
    assert ["_meta" in each for each in called] == [False, True]


def test_a_visit_leaves_no_client_in_the_local_stack(stack: RunningStack) -> None:
    outcome = examined(stack.mcp_url, sign_in=False)

    registered = [e for e in outcome.exchanges if e.method == "POST" and "register" in e.url]
    deleted = [e for e in outcome.exchanges if e.method == "DELETE" and e.status == 204]
    assert len(registered) == len(deleted) == len(known_profiles()) + 1
    assert outcome.unchecked[0] == "everything behind the sign-in, which was left out"


def test_what_is_wrong_with_the_official_sdks_server_is_named() -> None:
    with peer("tests.doctor.sdk_server") as url:
        outcome = examined(url, destructive=True)

    # it checks audiences, as it was told to
    assert set(codes(outcome)) == OF_THE_SDK
    (ports,) = (each for each in outcome.findings if each.code == "loopback_port_refused")
    assert ports.clients == CHANGES_PORT
    assert [each.name for each in outcome.clients if each.stopped] == list(CHANGES_PORT)


def test_what_is_wrong_with_fastmcps_server_is_named() -> None:
    with peer("tests.doctor.fastmcp_server") as url:
        outcome = examined(url, destructive=True)

    # its provider keeps no resource, so there is nothing to check a token's by
    assert set(codes(outcome)) == OF_THE_SDK | {"other_audience_accepted"}
    assert [each.name for each in outcome.clients if each.stopped] == list(CHANGES_PORT)
