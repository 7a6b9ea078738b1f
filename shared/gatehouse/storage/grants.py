"""Grants in DynamoDB: one item each, so that every step is one conditional write."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

from gatehouse.oauth.grants import AuthorizationCode, Grant, RefreshToken
from gatehouse.oauth.secret_values import new_identifier
from gatehouse.storage.attributes import read
from gatehouse.storage.table import ConditionFailed, Table

_AT_ONCE: Final = 100  # of a person's grants; whoever has seen enough reads no more


class DynamoDBGrantStore:
    """Keeps the promises of `GrantStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, grant: Grant) -> None:
        self._table.put(asdict(grant))

    def get(self, grant_id: str) -> Grant | None:
        item = self._table.get(grant_id=grant_id)
        return _from_item(item) if item else None

    def of_subject(self, subject: str) -> Iterator[Grant]:
        found = self._table.keys_of("by_subject", subject=subject)
        keys = [{"grant_id": each["grant_id"]} for each in found]
        for start in range(0, len(keys), _AT_ONCE):
            yield from map(_from_item, self._table.get_all(keys[start : start + _AT_ONCE]))

    def all(self) -> Iterator[Grant]:
        return map(_from_item, self._table.scan())

    def redeem_code(
        self,
        grant_id: str,
        code_hash: str,
        *,
        refresh_token: RefreshToken | None,
        now: int,
        expires_at: int,
        origin: str | None = None,
    ) -> bool:
        # Names the call, so that its own second attempt after a lost answer is no replay
        redemption = new_identifier()
        values: dict[str, object] = {
            ":now": now,
            ":expires_at": expires_at,
            ":redemption": redemption,
            ":code_hash": code_hash,
        }
        expression = "SET code.used_at = :now, expires_at = :expires_at, redemption = :redemption"
        if refresh_token:
            expression += ", refresh_token = :refresh_token"
            values[":refresh_token"] = asdict(refresh_token)
        if origin:
            expression += ", origin = :origin"
            values[":origin"] = origin
        try:
            self._table.update(
                {"grant_id": grant_id},
                expression,
                condition=(
                    "code.code_hash = :code_hash AND attribute_not_exists(code.used_at)"
                    " AND attribute_not_exists(revoked_at)"
                ),
                values=values,
            )
        except ConditionFailed as failed:
            return failed.item is not None and failed.item.get("redemption") == redemption
        return True

    def rotate(
        self,
        grant_id: str,
        refresh_token: RefreshToken,
        *,
        now: int,
        expires_at: int,
        origin: str | None = None,
    ) -> Grant | None:
        expression = "SET refresh_token = :refresh_token, expires_at = :expires_at"
        try:
            item = self._table.update(
                {"grant_id": grant_id},
                f"{expression}, origin = :origin" if origin else expression,
                condition=(
                    "refresh_token.current_hash = :previous_hash"
                    " AND attribute_not_exists(revoked_at) AND expires_at > :now"
                ),
                values={
                    ":refresh_token": asdict(refresh_token),
                    ":previous_hash": refresh_token.previous_hash,
                    ":expires_at": expires_at,
                    ":now": now,
                    ":origin": origin,
                },
            )
        except ConditionFailed as failed:
            return _from_item(failed.item) if failed.item else None
        return _from_item(item)

    def revoke(self, grant_id: str, now: int) -> None:
        try:
            self._table.update(
                {"grant_id": grant_id},
                "SET revoked_at = :now",
                condition="attribute_exists(grant_id) AND attribute_not_exists(revoked_at)",
                values={":now": now},
            )
        except ConditionFailed:
            return


def _from_item(item: dict[str, Any]) -> Grant:
    # what is None is not stored
    members = {"email": None, **item}
    if "code" in item:
        members["code"] = read(AuthorizationCode, item["code"])
    if "refresh_token" in item:
        members["refresh_token"] = read(RefreshToken, item["refresh_token"])
    return read(Grant, members)
