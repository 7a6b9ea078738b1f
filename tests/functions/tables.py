"""What the tables hold, read past our own code."""

import json
from typing import Any

import boto3


class Tables:
    """Every table of the stack, by its logical id."""

    def __init__(self, endpoint: str, names: list[str]) -> None:
        self._client = boto3.client(
            "dynamodb",
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )
        self._names = names

    def items(self, table: str) -> list[dict[str, Any]]:
        pages = self._client.get_paginator("scan").paginate(TableName=table)
        return [item for page in pages for item in page["Items"]]

    def count(self, table: str) -> int:
        return len(self.items(table))

    def delete(self, table: str, **key: str) -> None:
        item = {name: {"S": value} for name, value in key.items()}
        self._client.delete_item(TableName=table, Key=item)

    def put(self, table: str, *items: dict[str, Any]) -> None:
        """Write items as `items` gives them."""
        for item in items:
            self._client.put_item(TableName=table, Item=item)

    def set_attribute(self, table: str, name: str, value: int, **key: str) -> None:
        self._update(table, "SET #name = :value", name, key, {":value": {"N": str(value)}})

    def remove_attribute(self, table: str, name: str, **key: str) -> None:
        self._update(table, "REMOVE #name", name, key, {})

    def _update(
        self, table: str, change: str, name: str, key: dict[str, str], values: dict[str, Any]
    ) -> None:
        self._client.update_item(
            TableName=table,
            Key={part: {"S": value} for part, value in key.items()},
            UpdateExpression=change,
            ExpressionAttributeNames={"#name": name},
            **({"ExpressionAttributeValues": values} if values else {}),
        )

    def everything(self) -> str:
        """All that is stored, as one text to search in."""
        stored = {name: self.items(name) for name in self._names}
        return json.dumps(stored, default=bytes.hex, sort_keys=True)
