"""The template, as a reviewer reads it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gatehouse.mcp.tasks.tasks import START_WITHIN
from gatehouse.oauth import metadata
from gatehouse.oauth.metadata import authorization_server_metadata
from gatehouse.oauth.policy import LONGEST_ACCESS_TOKEN, Policy
from gatehouse.oauth.resources import METADATA_PATH
from local.template import Template

ROOT = Path(__file__).parents[2]
ISSUER = "https://mcp.example.com"
DECLARED = Template(ROOT / "template.yaml").resolve({}, {})
KEYS = [route.key for route in DECLARED.routes]
CONTENT: dict[str, Any] = Template(ROOT / "template.yaml")._content


def resources(kind: str) -> dict[str, Any]:
    return {n: r for n, r in CONTENT["Resources"].items() if r["Type"] == kind}


def test_no_route_is_declared_twice() -> None:
    assert len(KEYS) == len(set(KEYS))


def advertised() -> list[str]:
    """The route of every endpoint that a metadata document names, whatever endpoints there are."""
    document = authorization_server_metadata(ISSUER, Policy())
    urls = {n: v for n, v in document.items() if n.endswith(("_endpoint", "_uri"))}
    paths = {name: url.removeprefix(ISSUER) for name, url in urls.items()}
    methods = {"authorization_endpoint": ("GET", "POST"), "jwks_uri": ("GET",)}
    keys = [f"{m} {path}" for name, path in paths.items() for m in methods.get(name, ("POST",))]
    return [*keys, f"GET {METADATA_PATH}"]


@pytest.mark.parametrize("key", advertised())
def test_what_the_metadata_advertises_is_routed(key: str) -> None:
    assert key in KEYS


def test_every_route_that_a_browser_client_may_call_has_a_preflight() -> None:
    paths = {key.split(" ", 1)[1] for key in KEYS}
    preflighted = {key.split(" ", 1)[1] for key in KEYS if key.startswith("OPTIONS ")}

    # pages, which a person's own browser opens, and what takes a secret that no browser keeps
    assert paths - preflighted == {
        *("/oauth/authorize", "/authorize", "/account", "/account/invitation"),
        "/sign-in/callback/{provider}",
        metadata.INTROSPECTION_PATH,
    }


def test_every_function_folder_is_deployed_and_the_other_way_round() -> None:
    folders = {path.name for path in (ROOT / "functions").iterdir() if path.is_dir()}

    assert {function.code.name for function in DECLARED.functions} == folders


def statements(function: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What a function may do, also what a parameter switches on."""
    for policy in function["Properties"].get("Policies", []):
        for written in policy["Statement"]:
            yield written["Fn::If"][1] if "Fn::If" in written else written


def test_a_function_may_be_called_by_the_api_or_by_its_schedule_and_by_nobody_else() -> None:
    permissions = resources("AWS::Lambda::Permission").values()
    called = {permission["Properties"]["FunctionName"]["Ref"] for permission in permissions}

    assert len(permissions) == len(called)
    # a schedule has a role of its own instead, and so has a function that calls another one
    others = {function.name for function in DECLARED.functions if not function.schedules}
    assert called == others - {"McpTask"}
    assert called == {route.integration.function for route in DECLARED.routes}
    for permission in permissions:
        assert permission["Properties"]["Principal"] == "apigateway.amazonaws.com"
        assert "${Api}" in permission["Properties"]["SourceArn"]["Fn::Sub"]


def test_tasks_are_handed_over_by_the_mcp_server_alone() -> None:
    able = {
        (name, statement["Resource"]["Fn::GetAtt"])
        for name, function in resources("AWS::Serverless::Function").items()
        for statement in statements(function)
        if "lambda:InvokeFunction" in statement["Action"]
    }

    assert able == {("Mcp", "McpTask.Arn")}
    assert CONTENT["Resources"]["Mcp"]["Properties"]["CodeUri"] == "functions/mcp/"
    assert CONTENT["Resources"]["McpTask"]["Properties"]["CodeUri"] == "functions/mcp/"


def test_a_task_that_lambda_may_still_hand_over_has_not_failed() -> None:
    hands_over = CONTENT["Resources"]["McpTask"]["Properties"]["EventInvokeConfig"]

    assert hands_over["MaximumRetryAttempts"] > 0
    assert 0 < hands_over["MaximumEventAgeInSeconds"] < START_WITHIN
    assert CONTENT["Parameters"]["TaskTimeout"]["MaxValue"] == 900
    # the longest task is over before it is forgotten
    longest = START_WITHIN + CONTENT["Parameters"]["TaskTimeout"]["MaxValue"]
    assert CONTENT["Parameters"]["TaskLifetime"]["MinValue"] > longest


INDEX = re.compile(r"\$\{\w+Table\.Arn\}/index/\w+")
# Client secrets, which the operator names
SECRETS = "arn:${AWS::Partition}:%s:${AWS::Region}:${AWS::AccountId}:%s/*"
SECRETS_OF = {
    "SignInCallback": {
        SECRETS % ("ssm", "parameter/gatehouse"),
        SECRETS % ("secretsmanager", "secret:gatehouse"),
    },
}
SECRETS_OF["Mcp"] = SECRETS_OF["SignInCallback"]


def test_no_policy_reaches_beyond_named_tables_and_keys() -> None:
    for name, each in resources("AWS::Serverless::Function").items():
        for statement in statements(each):
            ((function, argument),) = statement["Resource"].items()
            is_named = function == "Fn::GetAtt" or (
                function == "Fn::Sub"
                and (INDEX.fullmatch(argument) or argument in SECRETS_OF[name])
            )
            assert is_named, name
            assert not [action for action in statement["Action"] if "*" in action], name


def test_only_a_parameter_lets_the_mcp_server_at_tokens_and_secrets() -> None:
    (policy,) = CONTENT["Resources"]["Mcp"]["Properties"]["Policies"]
    always = [each for each in policy["Statement"] if "Fn::If" not in each]
    switched = [each["Fn::If"] for each in policy["Statement"] if "Fn::If" in each]

    assert {condition for condition, *_ in switched} == {"SharesProviderTokens"}
    assert CONTENT["Parameters"]["ProviderTokensForTools"]["Default"] == "false"
    text = json.dumps(always)
    assert [
        each for each in ("ssm:", "secretsmanager:", "UsersTable", "provider-") if each in text
    ] == []


def test_the_longest_list_of_providers_leaves_room_in_a_functions_environment() -> None:
    """Lambda takes 4 KB. On AWS the names of tables and of the key are some 300 characters more."""
    longest = CONTENT["Parameters"]["IdentityProviders"]["MaxLength"]
    parameters = {"IdentityProviders": "x" * longest, "PublicUrl": ISSUER}
    for function in Template(ROOT / "template.yaml").resolve(parameters, {}).functions:
        length = sum(len(name) + len(value) for name, value in function.environment.items())
        assert length <= 4096 - 300 - 800, function.name


def test_the_api_has_no_cors_of_its_own() -> None:
    """It would cover the authorization endpoint, and override what the functions say."""
    (api,) = resources("AWS::ApiGatewayV2::Api").values()

    assert "CorsConfiguration" not in api["Properties"]


def test_the_api_is_the_first_resource() -> None:
    """The SAM CLI's start-api finds no routes otherwise."""
    assert next(iter(CONTENT["Resources"])) == "Api"


@pytest.mark.parametrize("status", [401, 403])
def test_the_challenge_is_restored_on_every_mcp_route(status: int) -> None:
    for route in DECLARED.routes:
        if route.key.endswith("/mcp/mcp") and not route.key.startswith("OPTIONS"):
            (change,) = route.integration.response_parameters[status]
            assert change.destination == "overwrite:header.www-authenticate"


def test_a_challenge_is_restored_from_its_copy_and_nothing_else_is_changed() -> None:
    for route in DECLARED.routes:
        for status, changes in route.integration.response_parameters.items():
            (change,) = changes
            assert status in (401, 403)
            assert change.destination == "overwrite:header.www-authenticate"
            assert change.source == "$response.header.x-gatehouse-challenge"


def test_a_parameter_leaves_the_mapping_out() -> None:
    without = Template(ROOT / "template.yaml").resolve({"RestoreChallengeHeader": "false"}, {})

    assert not any(route.integration.response_parameters for route in without.routes)


@pytest.mark.parametrize(
    "table", ["ClientsTable", "GrantsTable", "UsersTable", "ReplaysTable", "TasksTable"]
)
def test_what_expires_has_a_time_to_live(table: str) -> None:
    assert {t.name: t.ttl_attribute for t in DECLARED.tables}[table] == "expires_at"


def test_nothing_stored_is_lost_with_the_stack() -> None:
    kept = resources("AWS::DynamoDB::Table") | resources("AWS::KMS::Key")

    for name, resource in kept.items():
        assert resource["DeletionPolicy"] == "Retain", name
        assert resource["UpdateReplacePolicy"] == "Retain", name


def test_every_parameter_and_output_says_what_it_is() -> None:
    for section in ("Parameters", "Outputs"):
        for name, each in CONTENT[section].items():
            assert each["Description"], name


def test_no_access_token_outlives_its_key() -> None:
    assert CONTENT["Parameters"]["AccessTokenLifetime"]["MaxValue"] == LONGEST_ACCESS_TOKEN


def test_every_parameter_is_used() -> None:
    text = (ROOT / "template.yaml").read_text()

    for name in CONTENT["Parameters"]:
        assert f"!Ref {name}" in text or f"${{{name}}}" in text, name
