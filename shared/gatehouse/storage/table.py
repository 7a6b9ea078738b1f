"""One DynamoDB table."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from gatehouse.aws.client import AwsClient, AwsError
from gatehouse.storage.attributes import from_item, to_item

_CONDITION_FAILED: Final = "ConditionalCheckFailedException"
_LARGEST_BATCH: Final = 100  # of BatchGetItem


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

    def keys_of(
        self, index: str, *, begins: tuple[str, str] | None = None, **partition: str
    ) -> list[dict[str, Any]]:
        """The keys of the items that an index of keys has in a partition, of all its pages.

        `begins` is the name of a sort key and what it begins with. An index is as old as DynamoDB
        makes it, a second perhaps: what is read by these keys may be gone.
        """
        ((name, value),) = partition.items()
        condition, values = f"{name} = :partition", {":partition": value}
        if begins:
            condition += f" AND begins_with({begins[0]}, :begins)"
            values[":begins"] = begins[1]
        return list(
            self._pages(
                "Query",
                {
                    "IndexName": index,
                    "KeyConditionExpression": condition,
                    "ExpressionAttributeValues": to_item(values),
                },
            )
        )

    def get_all(self, keys: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
        """The items that are there of those with these keys, in any order."""
        items = []
        for start in range(0, len(keys), _LARGEST_BATCH):
            asked = [to_item(key) for key in keys[start : start + _LARGEST_BATCH]]
            while asked:
                request = {self._name: {"Keys": asked, "ConsistentRead": True}}
                answer = self._client.call("BatchGetItem", {"RequestItems": request})
                items += answer["Responses"].get(self._name, [])
                # a busy table, or one with large items, answers the rest when it is asked again
                asked = answer.get("UnprocessedKeys", {}).get(self._name, {}).get("Keys", [])
        return [from_item(item) for item in items]

    def scan(self, *, begins: tuple[str, str] | None = None) -> Iterator[dict[str, Any]]:
        """Every item of the table: for the operator, as it reads and pays for all of them.

        `begins` is the name of an attribute and what it begins with, for fewer to be sent.
        """
        request: dict[str, Any] = {"ConsistentRead": True}
        if begins:
            request["FilterExpression"] = f"begins_with({begins[0]}, :begins)"
            request["ExpressionAttributeValues"] = to_item({":begins": begins[1]})
        return self._pages("Scan", request)

    def _pages(self, operation: str, request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        start: Mapping[str, Any] = {}
        while True:
            asked = {"TableName": self._name, **request, **start}
            answer = self._client.call(operation, asked)
            yield from map(from_item, answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

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

    def delete(self, **key: str) -> dict[str, Any] | None:
        """Remove the item, if there is one, and return it."""
        answer = self._client.call(
            "DeleteItem",
            {"TableName": self._name, "Key": to_item(key), "ReturnValues": "ALL_OLD"},
        )
        return from_item(answer["Attributes"]) if answer.get("Attributes") else None

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
        condition: str | None = None,
        values: Mapping[str, object],
        names: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Change an item, or make it, and return it as it is afterwards. Raises `ConditionFailed`.

        `names` stand for attributes whose names are words of DynamoDB's own.
        """
        request: dict[str, Any] = {
            "Key": to_item(key),
            "UpdateExpression": expression,
            "ReturnValues": "ALL_NEW",
        }
        if values:  # DynamoDB refuses none
            request["ExpressionAttributeValues"] = to_item(values)
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
