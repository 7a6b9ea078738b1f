"""A stack that CloudFormation knows."""

import json

import boto3
import pytest

from local.account import CREDENTIALS, REGION
from local.engines import Engines
from tests.stores import PREFIX, Stores

TABLES = ("ClientsTable", "UsersTable")
TEMPLATE = {
    "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
    "Outputs": {name: {"Value": f"{PREFIX}{name}"} for name in TABLES},
}


@pytest.fixture
def stack(engines: Engines, stores: Stores, monkeypatch: pytest.MonkeyPatch) -> str:
    for name, value in {
        **CREDENTIALS,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": engines.kms.url,
        "AWS_ENDPOINT_URL_DYNAMODB": engines.dynamodb.url,
    }.items():
        monkeypatch.setenv(name, value)
    cloudformation = boto3.client("cloudformation")
    if "gatehouse" not in {s["StackName"] for s in cloudformation.list_stacks()["StackSummaries"]}:
        cloudformation.create_stack(StackName="gatehouse", TemplateBody=json.dumps(TEMPLATE))
    cloudformation.close()
    return "gatehouse"
