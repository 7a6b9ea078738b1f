"""A stack in an AWS account, found by its name."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property
from typing import Self

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from gatehouse.aws.client import AwsClient
from gatehouse.aws.services import DYNAMODB
from gatehouse.aws.signature import Credentials
from gatehouse.errors import GatehouseError
from gatehouse.storage.clients import DynamoDBClientStore
from gatehouse.storage.passkeys import DynamoDBPasskeyStore
from gatehouse.storage.people import DynamoDBPeopleStore
from gatehouse.storage.table import Table


class StackNotFound(GatehouseError):
    """No such stack can be read with these credentials; the message says why."""


class LogsUnreadable(GatehouseError):
    """A log group cannot be read with these credentials; the message says why."""


class DeployedStack:
    """Reads the stack's outputs with whatever credentials the AWS CLI would use; a `with` block."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._session = boto3.Session()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if "_dynamodb" in vars(self):
            self._dynamodb.close()

    @cached_property
    def people(self) -> DynamoDBPeopleStore:
        """The built-in directory."""
        return DynamoDBPeopleStore(Table(self._dynamodb, self._outputs["UsersTable"]))

    @cached_property
    def passkeys(self) -> DynamoDBPasskeyStore:
        """The passkeys of people."""
        return DynamoDBPasskeyStore(Table(self._dynamodb, self._outputs["UsersTable"]))

    @cached_property
    def clients(self) -> DynamoDBClientStore:
        """Registered clients."""
        return DynamoDBClientStore(Table(self._dynamodb, self._outputs["ClientsTable"]))

    def physical_ids(self, kind: str) -> list[str]:
        """The names of the stack's resources of one type. Raises `StackNotFound`."""
        try:
            # describe_stack_resources tells of the first hundred alone
            client = self._session.client("cloudformation")
            pages = client.get_paginator("list_stack_resources").paginate(StackName=self._name)
            resources = [each for page in pages for each in page["StackResourceSummaries"]]
        except (BotoCoreError, ClientError) as error:
            raise StackNotFound(f"cannot read the stack {self._name}: {error}") from None
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
    def _outputs(self) -> dict[str, str]:
        try:
            client = self._session.client("cloudformation")
            stacks = client.describe_stacks(StackName=self._name)["Stacks"]
        except (BotoCoreError, ClientError) as error:
            raise StackNotFound(f"cannot read the stack {self._name}: {error}") from None
        return {each["OutputKey"]: each["OutputValue"] for each in stacks[0].get("Outputs", ())}

    @cached_property
    def _dynamodb(self) -> AwsClient:
        return DYNAMODB.client(self._session.region_name, credentials=self._credentials)

    def _credentials(self) -> Credentials:
        found = self._session.get_credentials()
        if found is None:
            raise StackNotFound(
                "there are no AWS credentials: run `aws configure` or set AWS_PROFILE"
            )
        frozen = found.get_frozen_credentials()
        return Credentials(frozen.access_key, frozen.secret_key, frozen.token)
