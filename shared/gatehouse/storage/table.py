"""One DynamoDB table."""

from collections.abc import Mapping
from typing import Any, Final

from gatehouse.aws.client import AwsClient, AwsError
from gatehouse.storage.attributes import from_item, to_item

_CONDITION_FAILED: Final = "ConditionalCheckFailedException"


class ConditionFailed(Exception):
    """A conditional write found another state; `item` is that state, None if there is no item."""

    def __init__(self, item: dict[str, Any] | None) -> None:
        super().__init__("the condition of the write does not hold")
        self.item = item


class Table:
    """Reads and writes of whole items, in Python values. Reads are strongly consistent."""

    def __init__(self, client: AwsClient, name: str) -> None:
        self._client = client
        self._name = name

    def get(self, **key: str | int) -> dict[str, Any] | None:
        """The item with that key, if there is one."""
        answer = self._client.call(
            "GetItem", {"TableName": self._name, "Key": to_item(key), "ConsistentRead": True}
        )
        return from_item(answer["Item"]) if "Item" in answer else None

    def query(self, **partition: str) -> list[dict[str, Any]]:
        """Every item of a partition that fits one answer (1 MB), in the order of the sort key."""
        ((name, value),) = partition.items()
        answer = self._client.call(
            "Query",
            {
                "TableName": self._name,
                "KeyConditionExpression": f"{name} = :partition",
                "ExpressionAttributeValues": to_item({":partition": value}),
                "ConsistentRead": True,
            },
        )
        return [from_item(item) for item in answer["Items"]]

    def query_after(self, sort_key: str, after: int, **partition: str) -> list[dict[str, Any]]:
        """The items of a partition behind that sort key, the first ones that fit one answer."""
        ((name, value),) = partition.items()
        answer = self._client.call(
            "Query",
            {
                "TableName": self._name,
                "KeyConditionExpression": f"{name} = :partition AND {sort_key} > :after",
                "ExpressionAttributeValues": to_item({":partition": value, ":after": after}),
                "ConsistentRead": True,
            },
        )
        return [from_item(item) for item in answer["Items"]]

    def put(
        self,
        item: Mapping[str, object],
        *,
        condition: str | None = None,
        values: Mapping[str, object] | None = None,
    ) -> None:
        """Write an item; `values` are those of the condition. Raises `ConditionFailed`."""
        request: dict[str, Any] = {"Item": to_item(item)}
        if values:
            request["ExpressionAttributeValues"] = to_item(values)
        self._write("PutItem", request, condition)

    def delete(self, **key: str) -> None:
        """Remove the item, if there is one."""
        self._client.call("DeleteItem", {"TableName": self._name, "Key": to_item(key)})

    def delete_if(
        self, key: Mapping[str, str | int], *, condition: str, values: Mapping[str, object]
    ) -> None:
        """Remove the item if the condition holds. Raises `ConditionFailed`."""
        request = {"Key": to_item(key), "ExpressionAttributeValues": to_item(values)}
        self._write("DeleteItem", request, condition)

    def update(
        self,
        key: Mapping[str, str | int],
        expression: str,
        *,
        condition: str,
        values: Mapping[str, object],
        names: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Change an item and return it as it is afterwards. Raises `ConditionFailed`.

        `names` stand for attributes whose names are words of DynamoDB's own.
        """
        request: dict[str, Any] = {
            "Key": to_item(key),
            "UpdateExpression": expression,
            "ExpressionAttributeValues": to_item(values),
            "ReturnValues": "ALL_NEW",
        }
        if names:
            request["ExpressionAttributeNames"] = names
        answer = self._write("UpdateItem", request, condition)
        return from_item(answer["Attributes"])

    def _write(
        self, operation: str, request: dict[str, Any], condition: str | None
    ) -> dict[str, Any]:
        request["TableName"] = self._name
        if condition:
            request["ConditionExpression"] = condition
            request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        try:
            return self._client.call(operation, request)
        except AwsError as error:
            if error.code != _CONDITION_FAILED:
                raise
            item = error.body.get("Item")
            raise ConditionFailed(from_item(item) if item else None) from None
