"""Items of several tables, read in one call before they are asked for one by one."""

from collections.abc import Mapping, Sequence
from typing import Any

from gatehouse.aws.client import AwsClient
from gatehouse.storage.attributes import from_item, to_item
from gatehouse.storage.table import Table


class TableReadAhead(Table):
    """A table of which one item was read already: whoever asks for it first, asks nobody."""

    def __init__(
        self, client: AwsClient, name: str, key: Mapping[str, str], item: dict[str, Any] | None
    ) -> None:
        super().__init__(client, name)
        self._read = [(key, item)]

    def get(self, **key: str | int) -> dict[str, Any] | None:
        """The item with that key, if there is one."""
        # Given out once: whoever asks again wants to know what is there by then
        if self._read and self._read[0][0] == key:
            return self._read.pop()[1]
        return super().get(**key)


def read_ahead(client: AwsClient, keys: Mapping[str, Mapping[str, str]]) -> dict[str, Table]:
    """Each table that `keys` names, its item of that key read. Reads are strongly consistent.

    For one request only: what was read ahead is as old as this call.
    """
    answer = client.call(
        "BatchGetItem",
        {
            "RequestItems": {
                name: {"Keys": [to_item(key)], "ConsistentRead": True} for name, key in keys.items()
            }
        },
    )
    # A busy table may be left out of the answer; then its item is read when it is asked for
    read, left_out = answer["Responses"], answer.get("UnprocessedKeys") or {}
    return {
        name: Table(client, name)
        if name in left_out
        else TableReadAhead(client, name, key, _only(read.get(name)))
        for name, key in keys.items()
    }


def _only(items: Sequence[Mapping[str, Any]] | None) -> dict[str, Any] | None:
    return from_item(items[0]) if items else None
