"""Sign-in by identity providers, in DynamoDB."""

from dataclasses import asdict
from typing import Final

from gatehouse.signin.providers.accounts import Identity
from gatehouse.signin.providers.attempts import ProviderAttempt
from gatehouse.signin.providers.tool_tokens import KeptTokens
from gatehouse.storage.attributes import read
from gatehouse.storage.table import ConditionFailed, Table

# The kind of items that hold providers' own tokens
UPSTREAM: Final = "upstream"


class DynamoDBProviderAttemptStore:
    """Keeps the promises of `ProviderAttemptStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, attempt: ProviderAttempt) -> None:
        self._table.put({"id": f"attempt#{attempt.state_hash}", **asdict(attempt)})

    def find(self, state_hash: str) -> ProviderAttempt | None:
        item = self._table.get(id=f"attempt#{state_hash}")
        return read(ProviderAttempt, item) if item else None

    def use(self, state_hash: str) -> bool:
        try:
            self._table.delete_if(
                {"id": f"attempt#{state_hash}"},
                condition="state_hash = :state_hash",
                values={":state_hash": state_hash},
            )
        except ConditionFailed:
            # or our own second attempt after a lost answer, which then has to begin again
            return False
        return True


class DynamoDBIdentityStore:
    """Keeps the promises of `IdentityStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, identity_hash: str) -> Identity | None:
        item = self._table.get(id=f"identity#{identity_hash}")
        return read(Identity, item) if item else None

    def link(self, identity: Identity, *, instead_of: str | None) -> bool:
        try:
            self._table.put(
                {"id": f"identity#{identity.identity_hash}", **asdict(identity)},
                condition="attribute_not_exists(id) OR subject IN (:person, :gone)",
                values={":person": identity.subject, ":gone": instead_of or identity.subject},
            )
        except ConditionFailed:
            return False
        return True


class DynamoDBUpstreamTokenStore:
    """Keeps the promises of `UpstreamTokenStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def keep(self, tokens: KeptTokens) -> None:
        self._table.put({"id": _tokens_id(tokens.subject, tokens.provider), **asdict(tokens)})

    def find(self, subject: str, provider: str) -> KeptTokens | None:
        item = self._table.get(id=_tokens_id(subject, provider))
        return read(KeptTokens, item) if item else None


def _tokens_id(subject: str, provider: str) -> str:
    return f"{UPSTREAM}#{subject}#{provider}"
