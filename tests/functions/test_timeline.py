"""`gatehouse timeline`, told from the lines that real flows leave behind."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import jwt
import pytest
import time_machine

from cli import log_lines
from cli.main import main
from gatehouse import wiring
from gatehouse.protect import protect
from gatehouse.story import connection_id
from local.account import REGION
from local.engines import Engines
from local.function_log import FunctionLog
from tests.functions.actors import EMAIL, PASSWORD, Browser, Client, call_mcp, call_tool
from tests.functions.deployment import ORIGIN, Deployment
from tests.functions.log_lines import Written, followed_log
from tests.functions.protected import Behind, Protected
from tests.functions.tables import Tables
from tests.functions.test_token import claims

PORT = 3999


class Operator:
    """Asks the command what became of a connection."""

    def __init__(self, state: Path, written: Written, capsys: pytest.CaptureFixture[str]) -> None:
        self._file = state / str(PORT) / "functions.log"
        self._file.parent.mkdir()
        self._written = written
        self._capsys = capsys
        self._of_lambda = state / "of-lambda.log"
        self._of_lambda.touch()

    def lambda_says(self, message: str) -> None:
        """The local stack's Lambda tells of a function that gave no answer."""
        FunctionLog(self._of_lambda).error("Mcp", message)

    def timeline(self, *named: str) -> list[str]:
        texts = ["START RequestId: 1\n", self._written.text, self._of_lambda.read_text()]
        self._file.write_text("".join([*texts, "not JSON\n[1]\n"]))
        assert main(["timeline", "--local", str(PORT), *named]) == 0
        return self._capsys.readouterr().out.splitlines()

    def verdict(self, client: Client) -> str:
        return self.timeline(client.client_id)[-1].removeprefix("Verdict: ")


@pytest.fixture
def written() -> Iterator[Written]:
    with followed_log(lines_only=True) as written:
        yield written


@pytest.fixture
def operator(
    tmp_path: Path,
    written: Written,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Operator:
    monkeypatch.setattr(log_lines, "_STATE", tmp_path)
    return Operator(tmp_path, written, capsys)


@pytest.fixture
def client(operator: Operator, deployment: Deployment) -> Client:
    return Client.register(deployment)


def test_it_tells_one_connection_a_line_a_step(
    operator: Operator, deployment: Deployment, client: Client
) -> None:
    consent = Browser(deployment).sign_in(client.authorization_url())
    Client.register(deployment)

    head, _, *steps, _, verdict = operator.timeline(connection_id(client.client_id))

    assert head == f"Connection {connection_id(client.client_id)}, client {client.client_id}"
    assert [step[22:] for step in steps] == [
        "POST /register         registered     the client registered",
        "GET /oauth/authorize   sign_in_shown  the sign-in page was shown",
        "POST /oauth/authorize  signed_in      somebody signed in",
        "GET /oauth/authorize   consent_shown  the consent page was shown",
    ]
    assert verdict == "Verdict: somebody is signed in, but pressed neither Allow nor Deny"
    assert consent.status == 200


def test_without_a_name_it_lists_every_connection(
    operator: Operator, deployment: Deployment, client: Client
) -> None:
    call_mcp(deployment, None)
    other = Client.register(deployment)
    other.tokens()

    first, second, note = operator.timeline()

    assert first.startswith(connection_id(client.client_id))
    assert first.endswith("registered, but nobody opened the sign-in page")
    assert second.startswith(connection_id(other.client_id))
    assert second.endswith("token issued, no MCP call since")
    assert note.startswith("1 requests name no connection")


# ---- Where a connection can stop -----------------------------------------------------------


def test_nobody_opened_the_sign_in_page(operator: Operator, client: Client) -> None:
    assert operator.verdict(client) == "registered, but nobody opened the sign-in page"


def test_nobody_signed_in(operator: Operator, deployment: Deployment, client: Client) -> None:
    browser = Browser(deployment)
    page = browser.get(client.authorization_url())
    assert operator.verdict(client) == "the sign-in page was opened, but nobody signed in"

    for _ in range(2):
        browser.press(page, "Sign in", email=EMAIL, password="not the password")
    assert operator.verdict(client) == (
        "nobody got in (2 times): sign-in failed: wrong email address or password"
    )


def test_nobody_allowed_it(operator: Operator, deployment: Deployment, client: Client) -> None:
    browser = Browser(deployment)
    browser.press(browser.sign_in(client.authorization_url()), "Deny")

    assert operator.verdict(client) == "the person did not allow the access"


def test_the_authorization_request_was_refused(
    operator: Operator, deployment: Deployment, client: Client
) -> None:
    Browser(deployment).get(client.authorization_url(code_challenge=None))

    assert operator.verdict(client).startswith("stopped at GET /oauth/authorize: refused: ")


def test_the_code_was_not_exchanged(operator: Operator, client: Client) -> None:
    code = client.authorize()["code"]
    assert operator.verdict(client).startswith("access was allowed, but the client never came")

    client.exchange(code, code_verifier="x" * 43)
    assert operator.verdict(client).startswith("stopped at POST /api/oauth/token: refused: ")

    client.exchange(code)
    client.exchange(code)
    assert operator.verdict(client).startswith("the code was used twice")


def test_no_mcp_call_came(operator: Operator, client: Client) -> None:
    tokens = client.tokens()
    assert operator.verdict(client) == "token issued, no MCP call since"

    client.refresh(tokens["refresh_token"])
    assert operator.verdict(client).startswith("token refreshed ")
    client.refresh(tokens["refresh_token"])
    assert operator.verdict(client).endswith(", no MCP call since")


def test_all_is_well(operator: Operator, deployment: Deployment) -> None:
    with time_machine.travel("2026-03-01T00:00Z", tick=False) as clock:
        client = Client.register(deployment)
        access_token = client.tokens()["access_token"]
        call_mcp(deployment, access_token)
        clock.shift(10)
        assert operator.verdict(client) == (
            "connected, but no tool was called yet: last MCP call 10 seconds ago"
        )

        call_tool(deployment, access_token, "whoami")
        deployment.ask("GET", "/mcp/mcp", headers={"authorization": f"Bearer {access_token}"})
        clock.shift(180)
        assert operator.verdict(client) == "all well: last tool call 3 minutes ago"

        clock.shift(7200)
        call_mcp(deployment, access_token)
        assert operator.verdict(client).startswith("the token expired, and the client did not")


def test_a_call_needs_more_than_was_allowed(operator: Operator, notes: Deployment) -> None:
    client = Client.register(notes)
    access_token = client.tokens(scope="mcp")["access_token"]
    call_tool(notes, access_token, "write_note", text="x")
    assert operator.verdict(client) == (
        "a call needs more access than was allowed, and the client has not asked for it"
    )

    call_tool(notes, client.tokens(scope="mcp notes:write")["access_token"], "write_note", text="x")
    assert operator.verdict(client).startswith("all well: last tool call")


def test_the_client_was_let_in_without_a_page_and_never_came(
    operator: Operator, deployment: Deployment
) -> None:
    web = "https://app.example.com/callback"
    client = Client.register(deployment, redirect_uris=[web])
    browser = Browser(deployment)
    target = client.authorization_url(redirect_uri=web)
    browser.press(browser.sign_in(target), "Allow")
    browser.get(target)

    assert operator.verdict(client).startswith("access had been allowed before, but the client")


def test_the_token_was_revoked(operator: Operator, deployment: Deployment, client: Client) -> None:
    first = client.tokens()
    second = client.refresh(first["refresh_token"]).json
    client.refresh(second["refresh_token"])
    client.refresh(first["refresh_token"])
    assert operator.verdict(client).startswith("an old refresh token was used again")

    call_mcp(deployment, second["access_token"])
    assert operator.verdict(client).startswith("the client asked with a token that was revoked:")
    client.refresh(second["refresh_token"])
    assert operator.verdict(client) == (
        "the client keeps asking with a token that was revoked (2 times): connect again"
    )


def test_the_token_is_for_another_resource(
    operator: Operator, deployment: Deployment, client: Client
) -> None:
    genuine = claims(client.tokens()["access_token"])
    key = wiring.signing_keys().signing_key()
    headers = {"typ": "at+jwt", "kid": key.kid}
    elsewhere = jwt.encode(
        genuine | {"aud": f"{ORIGIN}/other"}, key.private_key, algorithm="ES256", headers=headers
    )
    call_mcp(deployment, elsewhere)

    assert operator.verdict(client) == (
        "stopped at POST /mcp/mcp: the client came with a token for another resource"
    )


def test_the_registration_is_gone(
    operator: Operator, deployment: Deployment, tables: Tables, client: Client
) -> None:
    tables.delete("ClientsTable", client_id=client.client_id)
    Browser(deployment).get(client.authorization_url())

    assert operator.verdict(client).startswith("the client is not registered here any more")


def test_the_registration_has_expired(operator: Operator, deployment: Deployment) -> None:
    with time_machine.travel("2026-03-01T00:00Z", tick=False):
        client = Client.register(deployment)
    Browser(deployment).get(client.authorization_url())

    assert operator.verdict(client).startswith("the client's registration has expired")


def test_the_client_has_a_wrong_secret(operator: Operator, deployment: Deployment) -> None:
    client = Client.register(deployment, token_endpoint_auth_method="client_secret_post")
    client.exchange("gtc_a.b", client_secret="not the secret")

    assert operator.verdict(client) == (
        "stopped at POST /api/oauth/token: the client's secret was wrong"
    )


def test_somebody_signed_in_and_closed_the_browser(
    operator: Operator, deployment: Deployment, client: Client
) -> None:
    browser = Browser(deployment)
    page = browser.get(client.authorization_url())
    browser.press(page, "Sign in", email=EMAIL, password=PASSWORD)

    assert operator.verdict(client) == "somebody signed in, but the consent page was not opened"


def test_somebody_signed_out(operator: Operator, deployment: Deployment, client: Client) -> None:
    browser = Browser(deployment)
    browser.press(browser.sign_in(client.authorization_url()), "Use another account")

    assert operator.verdict(client) == "somebody signed out, and nobody signed in since"


def test_the_sign_in_ended_before_consent(
    operator: Operator, deployment: Deployment, client: Client
) -> None:
    browser = Browser(deployment)
    consent = browser.sign_in(client.authorization_url())
    browser.cookies.clear()
    browser.press(consent, "Allow")

    assert operator.verdict(client).startswith("the sign-in ended before consent was given")


def test_a_page_was_out_of_date(operator: Operator, deployment: Deployment, client: Client) -> None:
    browser = Browser(deployment)
    browser.sign_in(client.authorization_url())
    browser.post(client.authorization_url(), {"step": "allow", "csrf": "of another page"})

    assert operator.verdict(client).startswith("a page was out of date when its button was pressed")


def test_something_failed_here(
    operator: Operator, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = client.tokens()
    monkeypatch.setattr(wiring, "signing_keys", lambda: None)
    client.refresh(tokens["refresh_token"])

    assert operator.verdict(client).startswith("stopped by a failure on our side")


def test_a_tool_crashed(
    operator: Operator, deployment: Deployment, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    access_token = client.tokens()["access_token"]
    with monkeypatch.context() as broken:
        broken.setattr("gatehouse.mcp.registry.tools.Tool.call", lambda *_: 1 / 0)
        call_tool(deployment, access_token, "whoami")
    call_mcp(deployment, access_token)

    *_, crashed, _, _, verdict = operator.timeline(client.client_id)
    assert "a tool was called, and crashed (request " in crashed
    assert verdict.startswith("Verdict: connected, but a tool crashed: look for request ")
    call_tool(deployment, access_token, "whoami")
    assert operator.verdict(client).startswith("all well: ")


def test_a_function_that_gave_no_answer_may_have_been_asked_by_anybody(
    operator: Operator, deployment: Deployment, client: Client
) -> None:
    access_token = client.tokens()["access_token"]
    operator.lambda_says("Task timed out after 15.00 seconds")
    operator.lambda_says("Runtime exited with status -9")

    assert operator.verdict(client) == (
        "token issued, no MCP call since; but since then a function gave no answer 2 times, and"
        " nothing tells to whom (last Mcp: Runtime exited with status -9)"
    )
    assert operator.timeline()[-1] == "2 requests have no line: their function was stopped."
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=1)):
        call_tool(deployment, access_token, "whoami")
        assert operator.verdict(client) == "all well: last tool call just now"


def test_the_client_gave_up_its_access(operator: Operator, client: Client) -> None:
    tokens = client.tokens()
    form = {"client_id": client.client_id, "token": tokens["refresh_token"]}
    for _ in range(2):
        client.deployment.ask("POST", "/api/oauth/revoke", form=form)

    *_, revoked, again, _, verdict = operator.timeline(client.client_id)
    assert revoked.endswith("the client gave up its access")
    assert again.endswith("the client gave up a token that was dead or unknown")
    assert verdict == "Verdict: the client gave up its access: connect again to use it"


def test_the_client_deleted_its_registration(operator: Operator, client: Client) -> None:
    path = f"/register/{client.client_id}"
    token = client.registration["registration_access_token"]
    for method, presented in (("GET", token), ("DELETE", token), ("GET", token)):
        headers = {"authorization": f"Bearer {presented}"}
        client.deployment.ask(method, path, headers=headers)

    assert operator.verdict(client).startswith("the client deleted its registration")


def test_the_client_registered_like_another(operator: Operator, deployment: Deployment) -> None:
    with time_machine.travel("2026-03-01T00:00Z", tick=False):
        first, second = (
            Client.register(deployment, software_id="shared in the timeline") for _ in range(2)
        )

    assert first.client_id == second.client_id
    assert operator.verdict(second) == "registered, but nobody opened the sign-in page"


# ---- What cannot be told -------------------------------------------------------------------


def test_a_connection_that_nobody_knows(
    operator: Operator, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    operator.timeline()

    for named in ("0123456789ab", "a-client-that-never-came"):
        assert main(["timeline", "--local", str(PORT), named]) == 3
        assert f"the log does not tell of {named}" in capsys.readouterr().err


def test_a_stack_that_never_ran(operator: Operator, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["timeline", "--local", "1"]) == 1
    assert "no stack has run on port 1: PORT=1 make local starts one" in capsys.readouterr().err


@pytest.mark.parametrize("since", ["1", "h", "0h", "1w"])
def test_a_duration_that_is_none(since: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["timeline", "--stack", "gatehouse", "--since", since])
    assert "no duration like 30m" in capsys.readouterr().err


# ---- A deployed stack ----------------------------------------------------------------------


def test_it_reads_every_log_group_of_a_deployed_stack(
    engines: Engines,
    deployment: Deployment,
    written: Written,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with time_machine.travel("2026-03-01T00:00Z", tick=False):
        old = Client.register(deployment)
    client, other = Client.register(deployment), Client.register(deployment)
    access_token = client.tokens()["access_token"]
    call_tool(deployment, access_token, "whoami")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_ENDPOINT_URL", engines.kms.url)
    _deploy_logs(written)

    assert main(["timeline", client.client_id, "--stack", "logged", "--since", "1h"]) == 0
    story = capsys.readouterr().out
    assert main(["timeline", "--stack", "logged"]) == 0
    listed = capsys.readouterr().out
    assert main(["timeline", "--stack", "elsewhere"]) == 1

    routes = ("/register", "/oauth/authorize", "/api/oauth/token", "/mcp/mcp")
    assert all(route in story for route in routes)
    verdict = story.splitlines()[-1]
    assert verdict.startswith("Verdict: all well: last tool call")
    assert verdict.endswith(f"(last {_groups()['RestLogs']}: Task timed out after 15.00 seconds)")
    assert other.client_id not in story
    assert connection_id(other.client_id) in listed
    assert connection_id(old.client_id) not in listed
    assert "cannot read the stack elsewhere" in capsys.readouterr().err


def _deploy_logs(written: Written) -> None:
    """A stack with a log group for each function's kind of lines, as CloudWatch would have them."""
    groups = {"RegisterLogs": "/register", "AuthorizeLogs": "/authorize", "RestLogs": ""}
    kept: dict[str, list[dict[str, Any]]] = {name: [] for name in groups}
    for line in written.lines:
        name = next(name for name, path in groups.items() if path in line["route"])
        kept[name].append({"timestamp": line["_aws"]["Timestamp"], "message": json.dumps(line)})
    cloudformation, logs = boto3.client("cloudformation"), boto3.client("logs")
    resources = {name: {"Type": "AWS::Logs::LogGroup"} for name in groups}
    resources["Topic"] = {"Type": "AWS::SNS::Topic"}
    cloudformation.create_stack(
        StackName="logged", TemplateBody=json.dumps({"Resources": resources})
    )
    physical = _groups()
    for name, events in kept.items():
        stream = {"logGroupName": physical[name], "logStreamName": "an environment"}
        logs.create_log_stream(**stream)
        last = events[-1]["timestamp"]
        texts = ["REPORT RequestId: 1"]
        if name == "RestLogs":
            texts.append("2026-03-01T00:00:00.000Z 1-2-3 Task timed out after 15.00 seconds\n\n")
        noise = [{"timestamp": last + 1, "message": text} for text in texts]
        logs.put_log_events(**stream, logEvents=[*events, *noise])
    cloudformation.close()
    logs.close()


def test_a_protected_server_is_told_of_too(operator: Operator, client: Client) -> None:
    access_token = client.tokens(resource="https://mcp.example.com/notes/mcp")["access_token"]
    headers = {"authorization": f"Bearer {access_token}"}
    Protected(protect(Behind(), resource="/notes/mcp")).ask("POST", "/notes/mcp", headers=headers)

    assert operator.verdict(client) == "all well: last answer at ANY /notes/mcp just now"


def _groups() -> dict[str, str]:
    """The physical names of the stack's resources."""
    cloudformation = boto3.client("cloudformation")
    summaries = cloudformation.list_stack_resources(StackName="logged")["StackResourceSummaries"]
    cloudformation.close()
    return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in summaries}
