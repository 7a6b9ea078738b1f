"""A stack in an AWS account, found by its name."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from cli.exits import CommandError
from cli.stack import Stack
from gatehouse.aws.client import AwsClient
from gatehouse.aws.services import DYNAMODB, KMS
from gatehouse.aws.signature import Credentials

_A_DAY: Final = 86400


class StackNotFound(CommandError):
    """No such stack can be read with these credentials; the message says why."""


class LogsUnreadable(CommandError):
    """A log group cannot be read with these credentials; the message says why."""


class DeployedStack(Stack):
    """Reads the stack's outputs with whatever credentials the AWS CLI would use."""

    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def issuer(self) -> str:
        """The output of that name."""
        return self.named("Issuer")

    @property
    def mcp_url(self) -> str:
        """The output of that name."""
        return self.named("McpUrl")

    @property
    def key_lifetime(self) -> int:
        """By the stack's parameter."""
        for each in self._description.get("Parameters", ()):
            if each["ParameterKey"] == "KeyRotationDays":
                return int(each["ParameterValue"]) * _A_DAY
        raise StackNotFound(f"the stack {self._name} has no parameter KeyRotationDays")

    @cached_property
    def dynamodb(self) -> AwsClient:
        """In the region of the stack."""
        return DYNAMODB.client(self._session.region_name, credentials=self._credentials)

    @cached_property
    def kms(self) -> AwsClient:
        """In the region of the stack."""
        return KMS.client(self._session.region_name, credentials=self._credentials)

    def named(self, name: str) -> str:
        """The stack's output of that name. Raises `StackNotFound`."""
        for each in self._description.get("Outputs", ()):
            if each["OutputKey"] == name:
                return str(each["OutputValue"])
        raise StackNotFound(
            f"the stack {self._name} has no output {name}: is it Gatehouse, and of this version?"
        )

    def physical_ids(self, kind: str) -> list[str]:
        """The names of the stack's resources of one type. Raises `StackNotFound`."""
        with self._reading():
            # describe_stack_resources tells of the first hundred alone
            client = self._session.client("cloudformation")
            pages = client.get_paginator("list_stack_resources").paginate(StackName=self._name)
            resources = [each for page in pages for each in page["StackResourceSummaries"]]
        # a resource that is being made has no name yet
        found = [each for each in resources if each["ResourceType"] == kind]
        return [each["PhysicalResourceId"] for each in found if each.get("PhysicalResourceId")]

    def log_events(
        self, group: str, pattern: str, *, since: datetime
    ) -> Iterator[tuple[datetime, str]]:
        """What was written to a log group and matches, and when. Raises `LogsUnreadable`."""
        try:
            client = self._session.client("logs")
            pages = client.get_paginator("filter_log_events").paginate(
                logGroupName=group,
                filterPattern=pattern,
                startTime=int(since.timestamp() * 1000),
            )
            for page in pages:
                for event in page["events"]:
                    yield datetime.fromtimestamp(event["timestamp"] / 1000, UTC), event["message"]
        except (BotoCoreError, ClientError) as error:
            raise LogsUnreadable(f"cannot read the log group {group}: {error}") from None

    @cached_property
    def _session(self) -> Any:
        with self._reading():  # a profile may not be there
            return boto3.Session()

    @cached_property
    def _description(self) -> dict[str, Any]:
        with self._reading():
            client = self._session.client("cloudformation")
            found: dict[str, Any] = client.describe_stacks(StackName=self._name)["Stacks"][0]
        return found

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except (BotoCoreError, ClientError) as error:
            raise StackNotFound(f"cannot read the stack {self._name}: {error}") from None

    def _credentials(self) -> Credentials:
        found = self._session.get_credentials()
        if found is None:
            raise StackNotFound(
                "there are no AWS credentials: run `aws configure` or set AWS_PROFILE"
            )
        frozen = found.get_frozen_credentials()
        return Credentials(frozen.access_key, frozen.secret_key, frozen.token)
