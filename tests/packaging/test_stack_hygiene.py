"""What a reviewer looks for in the stack, in the template as CloudFormation gets it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from gatehouse.log.metrics import NAMES
from local.template import Template
from tests.packaging.transformed import resources, transformed

ROOT = Path(__file__).parents[2]
STACK = transformed()
TABLES = resources(STACK, "AWS::DynamoDB::Table")
FUNCTIONS = resources(STACK, "AWS::Lambda::Function")
ALARMS = resources(STACK, "AWS::CloudWatch::Alarm")
SCHEDULES = resources(STACK, "AWS::Scheduler::Schedule")
ROUTES = resources(STACK, "AWS::ApiGatewayV2::Route")
# Something is to happen there although nobody calls.
OF_SCHEDULES = ["KeyRotationAlarm"]
# What costs a write, a password hash or a wait for somebody's server, and anybody may ask for
DEAR = re.compile(
    r"POST .*/(register|authorize|token|revoke|account|account/invitation)|GET .*/authorize"
    r"|(PUT|DELETE) .*/register/\{client_id\}|GET /sign-in/callback/.*"
)
CERTIFICATE = "arn:aws:acm:us-east-1:000000000000:certificate/x"


def properties(content: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = content["Resources"][name]["Properties"]
    return found


def public_url(parameters: dict[str, str]) -> str:
    """PUBLIC_URL as each function gets it."""
    declared = Template(ROOT / "template.yaml").resolve(parameters, {})
    (url,) = {function.environment["PUBLIC_URL"] for function in declared.functions}
    return url


# ---- What must not be lost -------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_encrypted_backed_up_and_protected(table: str) -> None:
    own = properties(STACK, table)

    assert own["SSESpecification"] == {"SSEEnabled": True}
    assert own["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert own["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}
    assert STACK["Parameters"]["DeletionProtection"]["Default"] == "true"


def test_the_key_encryption_key_is_kept_and_rotated() -> None:
    assert STACK["Resources"]["KeyEncryptionKey"]["DeletionPolicy"] == "Retain"
    assert properties(STACK, "KeyEncryptionKey")["EnableKeyRotation"] is True


# ---- Logs and traces -------------------------------------------------------------------------


def test_every_log_is_kept_for_as_long_as_the_parameter_says() -> None:
    for log in resources(STACK, "AWS::Logs::LogGroup").values():
        assert log["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    for name, function in FUNCTIONS.items():
        assert function["Properties"]["LoggingConfig"] == {"LogGroup": {"Ref": f"{name}Logs"}}


def test_the_api_logs_every_request_and_no_query() -> None:
    settings = properties(STACK, "Stage")["AccessLogSettings"]
    line = json.loads(settings["Format"])

    assert settings["DestinationArn"] == {"Fn::GetAtt": ["AccessLogs", "Arn"]}
    assert {"$context.requestId", "$context.routeKey", "$context.status"} <= set(line.values())
    assert all(re.fullmatch(r"\$context\.[A-Za-z.]+", value) for value in line.values())
    # what somebody else words may hold quotation marks
    assert [value for value in line.values() if re.search("(?i)message|agent|claims", value)] == []


@pytest.mark.parametrize("tracing", ["Active", "Disabled"])
def test_x_ray_is_switched_with_its_permission(tracing: str) -> None:
    stack = transformed(Tracing=tracing)

    for name, function in resources(stack, "AWS::Lambda::Function").items():
        traced = "TracingConfig" in function["Properties"]
        may_write = "XrayWrite" in json.dumps(properties(stack, f"{name}Role")["ManagedPolicyArns"])
        assert traced == may_write == (tracing == "Active"), name


# ---- Limits ----------------------------------------------------------------------------------


def test_the_stage_is_the_default_one() -> None:
    """So that /.well-known is at the root of the host."""
    (stage,) = resources(STACK, "AWS::ApiGatewayV2::Stage").values()

    assert stage["Properties"]["StageName"] == "$default"
    assert stage["Properties"]["AutoDeploy"] is True


def test_the_dear_routes_are_throttled_below_the_rest() -> None:
    stage = properties(STACK, "Stage")
    default, own = stage["DefaultRouteSettings"], stage["RouteSettings"]
    dear = {
        route["Properties"]["RouteKey"]
        for route in ROUTES.values()
        if DEAR.fullmatch(route["Properties"]["RouteKey"])
    }

    assert set(own) == dear
    assert len(dear) == 16
    for limits in own.values():
        assert 0 < limits["ThrottlingRateLimit"] < default["ThrottlingRateLimit"]
        assert 0 < limits["ThrottlingBurstLimit"] < default["ThrottlingBurstLimit"]


def test_the_stage_waits_for_the_routes_that_it_sets() -> None:
    """API Gateway refuses the settings of a route that is not there yet."""
    waits_for = STACK["Resources"]["Stage"]["DependsOn"]

    assert {ROUTES[name]["Properties"]["RouteKey"] for name in waits_for} == set(
        properties(STACK, "Stage")["RouteSettings"]
    )


def test_concurrency_is_reserved_for_every_function_if_the_parameter_says_so() -> None:
    assert STACK["Parameters"]["ReservedConcurrency"]["Default"] == 0
    assert STACK["Conditions"]["ReservesConcurrency"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "ReservedConcurrency"}, "0"]}]
    }
    for function in FUNCTIONS.values():
        assert function["Properties"]["ReservedConcurrentExecutions"] == {
            "Fn::If": [
                "ReservesConcurrency",
                {"Ref": "ReservedConcurrency"},
                {"Ref": "AWS::NoValue"},
            ]
        }


# ---- Schedules -------------------------------------------------------------------------------


def test_a_schedule_may_call_its_function_and_do_nothing_else() -> None:
    functions = {name: f["Properties"] for name, f in FUNCTIONS.items()}
    for name, schedule in SCHEDULES.items():
        target = schedule["Properties"]["Target"]
        (policy,) = properties(STACK, target["RoleArn"]["Fn::GetAtt"][0])["Policies"]
        (statement,) = policy["PolicyDocument"]["Statement"]

        assert target["Arn"]["Fn::GetAtt"][0] in functions, name
        assert statement["Action"] == "lambda:InvokeFunction"
        assert statement["Resource"] == target["Arn"]


def test_the_keys_are_looked_after_daily() -> None:
    (schedule,) = SCHEDULES.values()

    assert schedule["Properties"]["ScheduleExpression"] == "rate(1 day)"
    assert schedule["Properties"]["Target"]["Arn"] == {"Fn::GetAtt": ["RotateKeys", "Arn"]}


def test_a_schedule_has_no_name_that_a_second_stack_would_want_too() -> None:
    assert not [name for name, each in SCHEDULES.items() if "Name" in each["Properties"]]


# ---- A host of its own -----------------------------------------------------------------------


def test_a_domain_leads_to_the_api_which_has_no_other_url_then() -> None:
    assert STACK["Resources"]["Domain"]["Condition"] == "HasApiDomain"
    assert STACK["Resources"]["DomainMapping"]["Condition"] == "HasApiDomain"
    assert properties(STACK, "DomainMapping") == {
        "ApiId": {"Ref": "Api"},
        "DomainName": {"Ref": "Domain"},
        "Stage": {"Ref": "Stage"},
    }
    (configuration,) = properties(STACK, "Domain")["DomainNameConfigurations"]
    assert configuration["CertificateArn"] == {"Ref": "CertificateArn"}
    assert configuration["SecurityPolicy"] == "TLS_1_2"
    assert properties(STACK, "Api")["DisableExecuteApiEndpoint"] == {
        "Fn::If": ["HasApiDomain", True, False]
    }


def test_a_domain_needs_a_certificate() -> None:
    assert set(STACK["Rules"]) == {"DomainNeedsCertificate", "CloudFrontNeedsHost"}


def test_a_hosted_zone_gets_the_record() -> None:
    record = STACK["Resources"]["DomainRecord"]

    assert record["Condition"] == "HasApiDomainRecord"
    assert record["Properties"]["AliasTarget"] == {
        "DNSName": {"Fn::GetAtt": ["Domain", "RegionalDomainName"]},
        "HostedZoneId": {"Fn::GetAtt": ["Domain", "RegionalHostedZoneId"]},
    }


@pytest.mark.parametrize(
    ("parameters", "url"),
    [
        ({}, ""),
        ({"PublicUrl": "https://a.example.com"}, "https://a.example.com"),
        (
            {"DomainName": "mcp.example.com", "CertificateArn": CERTIFICATE},
            "https://mcp.example.com",
        ),
        (
            {
                "DomainName": "mcp.example.com",
                "CertificateArn": CERTIFICATE,
                "PublicUrl": "https://a.example.com",
            },
            "https://a.example.com",
        ),
    ],
)
def test_the_origin_is_the_domain_unless_a_public_url_is_given(
    parameters: dict[str, str], url: str
) -> None:
    assert public_url(parameters) == url


@pytest.mark.parametrize(
    ("parameter", "good", "bad"),
    [
        ("DomainName", "mcp.example.com", "https://mcp.example.com"),
        ("CertificateArn", CERTIFICATE, "arn:aws:iam::000000000000:server-certificate/x"),
        ("AlarmTopicArn", "arn:aws:sns:us-east-1:000000000000:alarms", "alarms"),
        ("AlarmEmail", "ops@example.com", "ops"),
        ("TrustedIssuers", "https://idp.example,https://b.example/x", "https://idp.example,"),
        ("TrustedIssuers", "https://idp.example:8443/", "http://idp.example"),
        ("BrandLogo", "our-logo_2.svg", "../logo.svg"),
        ("BrandLogo", "logo.webp", "https://example.com/logo.png"),
    ],
)
def test_a_parameter_that_cannot_be_meant_is_refused(parameter: str, good: str, bad: str) -> None:
    pattern = STACK["Parameters"][parameter]["AllowedPattern"]

    assert re.fullmatch(pattern, "")
    assert re.fullmatch(pattern, good)
    assert not re.fullmatch(pattern, bad)


@pytest.mark.parametrize("colour", ["", "red", "#fff", "#1c4a86;", "1c4a86"])
def test_a_colour_is_six_hexadecimal_digits(colour: str) -> None:
    pattern = STACK["Parameters"]["BrandColor"]["AllowedPattern"]

    assert re.fullmatch(pattern, STACK["Parameters"]["BrandColor"]["Default"])
    assert re.fullmatch(pattern, "#1C4A86")
    assert not re.fullmatch(pattern, colour)


# ---- HTTP+SSE and CloudFront -------------------------------------------------------------------

OF_STREAMS = {"McpSse", "McpSseLogs", "McpSseRole", "MailboxTable", "StreamErrorsAlarm"}
OF_THE_URL = {"McpSseUrl", "McpSseUrlPublicPermissions", "McpSseURLInvokeAllowPublicAccess"}


def test_a_parameter_leaves_everything_of_http_sse_out() -> None:
    conditional = {
        name
        for name, each in STACK["Resources"].items()
        if each.get("Condition") == "ServesHttpSse"
    }

    assert conditional == OF_STREAMS | OF_THE_URL
    assert STACK["Parameters"]["HttpSseTransport"]["Default"] == "false"
    without = Template(ROOT / "template.yaml").resolve({}, {})
    assert not [each for each in without.functions if each.streams]
    assert {each.environment["HTTP_SSE_RESOURCE"] for each in without.functions} == {""}
    assert "MailboxTable" not in {table.name for table in without.tables}


def test_the_function_of_streams_has_a_url_that_streams_and_checks_tokens_itself() -> None:
    url = properties(STACK, "McpSseUrl")

    assert (url["AuthType"], url["InvokeMode"]) == ("NONE", "RESPONSE_STREAM")
    assert "Cors" not in url  # it would override what the function says


@pytest.mark.parametrize("streams", ["true", "false"])
def test_cloudfront_serves_streams_and_the_api_as_one_host(streams: str) -> None:
    parameters = {"UseCloudFront": "true", "HttpSseTransport": streams}
    declared = Template(ROOT / "template.yaml").resolve(
        {**parameters, "PublicUrl": "https://a.example"}, {}
    )

    assert declared.streams == (
        {"/mcp/sse": "McpSse", "/mcp/message": "McpSse"} if streams == "true" else {}
    )
    resource = "/mcp/sse" if streams == "true" else ""
    assert {each.environment["HTTP_SSE_RESOURCE"] for each in declared.functions} == {resource}


def test_cloudfront_caches_nothing_and_forwards_all_but_the_host() -> None:
    distribution = properties(STACK, "Distribution")["DistributionConfig"]
    behaviors = [
        distribution["DefaultCacheBehavior"],
        *distribution["CacheBehaviors"]["Fn::If"][1],
    ]

    assert STACK["Resources"]["Distribution"]["Condition"] == "UsesCloudFront"
    for behavior in behaviors:
        # the ids that CloudFront documents for CachingDisabled and AllViewerExceptHostHeader
        assert behavior["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
        assert behavior["OriginRequestPolicyId"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac"
        # a redirect from http would come after the token was sent
        assert behavior["ViewerProtocolPolicy"] == "https-only"


def test_without_cloudfront_streams_have_a_host_of_their_own() -> None:
    declared = Template(ROOT / "template.yaml").resolve({"HttpSseTransport": "true"}, {})
    told = {each.name: each.environment["HTTP_SSE_RESOURCE"] for each in declared.functions}

    # it cannot be told its own URL before it has one, and hears it from each request
    assert told.pop("McpSse") == ""
    (url,) = set(told.values())
    assert url.startswith("https://")
    assert url.endswith(".on.aws/mcp/sse")
    # its host says nothing of the issuer
    (sse,) = (each for each in declared.functions if each.streams)
    assert ".execute-api." in sse.environment["PUBLIC_URL"]


# ---- Alarms ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alarm", "namespace", "metric", "dimension"),
    [
        ("LatencyAlarm", "AWS/ApiGateway", "Latency", {"Name": "ApiId", "Value": {"Ref": "Api"}}),
        (
            "RefreshTokenReuseAlarm",
            "Gatehouse",
            "RefreshTokenReused",
            {"Name": "service", "Value": {"Ref": "AWS::StackName"}},
        ),
        (
            "KeyRotationAlarm",
            "AWS/Lambda",
            "Errors",
            {"Name": "FunctionName", "Value": {"Ref": "RotateKeys"}},
        ),
    ],
)
def test_an_alarm_watches_its_metric(
    alarm: str, namespace: str, metric: str, dimension: dict[str, Any]
) -> None:
    own = ALARMS[alarm]["Properties"]

    assert (own["Namespace"], own["MetricName"], own["Dimensions"]) == (
        namespace,
        metric,
        [dimension],
    )


def test_errors_are_answers_of_500() -> None:
    alarm = ALARMS["ErrorsAlarm"]["Properties"]

    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/ApiGateway", "5xx")
    assert alarm["Dimensions"] == [{"Name": "ApiId", "Value": {"Ref": "Api"}}]


def test_every_metric_of_ours_that_is_watched_is_counted() -> None:
    text = json.dumps(list(ALARMS.values()))
    ours = re.findall(r'"Namespace": "Gatehouse", "MetricName": "(\w+)"', text)

    assert {"ToolFailed", "SignInFailed", "SignInSlowed", "RefreshTokenReused"} == set(ours)
    assert set(ours) <= NAMES


def test_claude_waits_longer_than_a_function_may_run() -> None:
    """Ten seconds for the authorization server; HTTP API gives a tool call thirty."""
    seconds = {name: each["Properties"]["Timeout"] for name, each in FUNCTIONS.items()}

    assert seconds.pop("Mcp") < 30
    # nobody waits for a task
    assert seconds.pop("McpTask") == {"Ref": "TaskTimeout"}
    assert seconds.pop("McpSse") == 900  # a stream is there to last
    assert max(seconds.values()) <= 10


def test_latency_is_the_p99() -> None:
    assert ALARMS["LatencyAlarm"]["Properties"]["ExtendedStatistic"] == "p99"


def test_the_throttles_of_every_function_are_watched() -> None:
    alarms = [alarm for alarm in ALARMS if alarm.startswith("Throttles")]
    throttles = [metric for alarm in alarms for metric in watched(alarm)]

    assert {metric["MetricName"] for metric in throttles} == {"Throttles"}
    assert {metric["Dimensions"][0]["Value"]["Ref"] for metric in throttles} == set(FUNCTIONS)


def test_whoever_is_slowed_down_still_counts_as_trying() -> None:
    tries = watched("SignInFailuresAlarm")

    assert [metric["MetricName"] for metric in tries] == ["SignInFailed", "SignInSlowed"]
    for metric in tries:
        assert metric["Namespace"] == "Gatehouse"
        assert metric["Dimensions"] == [{"Name": "service", "Value": {"Ref": "AWS::StackName"}}]


def test_cloudfront_alone_is_believed_who_asked_it() -> None:
    """It says so by a header that no browser can send: its own wins over theirs."""
    proof = {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}
    origin = properties(STACK, "Distribution")["DistributionConfig"]["Origins"][0]
    variables = {
        name: each["Properties"]["Environment"]["Variables"] for name, each in FUNCTIONS.items()
    }

    assert origin["OriginCustomHeaders"] == [
        {"HeaderName": "x-gatehouse-edge", "HeaderValue": proof}
    ]
    assert {name for name, own in variables.items() if own.get("EDGE_PROOF") == proof} == {
        "Authorize",
        "Account",
        "SignInCallback",
    }


def watched(alarm: str) -> list[dict[str, Any]]:
    """The metrics that an alarm adds up; one without data counts as zero."""
    total, *metrics = ALARMS[alarm]["Properties"]["Metrics"]
    each = [metric.get("Fn::If", [None, metric])[1] for metric in metrics]
    # a sum over metrics one of which has no data has none either
    assert total["Expression"] == "SUM(FILL(METRICS(),0))"
    assert len({metric["Id"] for metric in each}) == len(each) <= 10  # CloudWatch's quota
    assert not any(metric["ReturnData"] for metric in each)
    assert {metric["MetricStat"]["Stat"] for metric in each} == {"Sum"}
    return [metric["MetricStat"]["Metric"] for metric in each]


def test_a_stack_counts_apart_from_others_in_the_account() -> None:
    for function in FUNCTIONS.values():
        variables = function["Properties"]["Environment"]["Variables"]
        assert variables["POWERTOOLS_SERVICE_NAME"] == {"Ref": "AWS::StackName"}


@pytest.mark.parametrize("alarm", OF_SCHEDULES)
def test_the_alarm_of_a_schedule_also_tells_when_there_were_no_runs(alarm: str) -> None:
    own = ALARMS[alarm]["Properties"]

    assert own["InsufficientDataActions"] == own["AlarmActions"]
    # a day counts once all of its runs have failed, and three such days are too many
    assert (own["Statistic"], own["Period"], own["EvaluationPeriods"]) == ("Minimum", 86400, 3)


@pytest.mark.parametrize("alarm", ALARMS)
def test_an_alarm_tells_whoever_is_named_and_stays_quiet_without_data(alarm: str) -> None:
    own = ALARMS[alarm]["Properties"]

    assert own["AlarmDescription"]
    assert own["TreatMissingData"] == ("missing" if alarm in OF_SCHEDULES else "notBreaching")
    assert own["AlarmActions"] == [
        {"Fn::If": ["HasAlarmEmail", {"Ref": "AlarmTopic"}, {"Ref": "AWS::NoValue"}]},
        {"Fn::If": ["HasAlarmTopic", {"Ref": "AlarmTopicArn"}, {"Ref": "AWS::NoValue"}]},
    ]


def test_the_dashboard_shows_every_alarm_and_function() -> None:
    body, variables = properties(STACK, "Dashboard")["DashboardBody"]["Fn::Sub"]
    condition, streams, none = variables["StreamAlarm"]["Fn::If"]
    assert (condition, none) == ("ServesHttpSse", "")
    for alarm in (streams["Fn::Sub"], none):
        assert len(json.loads(body.replace("${StreamAlarm}", alarm))["widgets"]) == 5
    shown = body.replace("${StreamAlarm}", streams["Fn::Sub"])
    named = set(re.findall(r"\$\{([A-Za-z]+)[.}]", shown))

    # streams run for as long as they can, so their duration says nothing
    assert named - {"AWS"} == {"Api", *ALARMS, *FUNCTIONS} - {"McpSse"}


# ---- The way in for whoever deploys ----------------------------------------------------------


def test_every_parameter_is_in_one_group_of_the_console() -> None:
    groups = STACK["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    grouped = [name for group in groups for name in group["Parameters"]]

    assert sorted(grouped) == sorted(STACK["Parameters"])
