"""SSM and Secrets Manager: where the client secrets of identity providers are kept."""

import json
from collections.abc import Callable
from typing import Final

from gatehouse.aws.client import AwsClient, AwsError
from gatehouse.errors import Unavailable

_REMEMBERED: Final = 300  # seconds, so that one that was replaced is taken up


class ClientSecrets:
    """Reads secrets by reference when they are needed, and remembers them for a while.

    A reference is `ssm:/gatehouse/google`, `secretsmanager:gatehouse/google`, or
    `secretsmanager:gatehouse/google#client_secret` for a member of a secret that is JSON.
    """

    def __init__(
        self,
        ssm: Callable[[], AwsClient],
        secrets_manager: Callable[[], AwsClient],
        clock: Callable[[], int],
    ) -> None:
        self._ssm = ssm
        self._secrets_manager = secrets_manager
        self._clock = clock
        self._kept: dict[str, tuple[str, int]] = {}

    def __call__(self, reference: str) -> str:
        """The secret. Raises `Unavailable`, whose message is for the log and does not have it."""
        now = self._clock()
        secret, read_at = self._kept.get(reference, ("", -_REMEMBERED))
        if not read_at <= now < read_at + _REMEMBERED:
            secret = self._read(reference)
            self._kept[reference] = secret, now
        return secret

    def _read(self, reference: str) -> str:
        store, _, name = reference.partition(":")
        try:
            secret = self._from_ssm(name) if store == "ssm" else self._from_secrets_manager(name)
        except AwsError as error:
            raise Unavailable(f"{reference} cannot be read: {error.code}") from None
        if not secret:
            raise Unavailable(f"{reference} has no text of that name")
        return secret

    def _from_ssm(self, name: str) -> str:
        answer = self._ssm().call("GetParameter", {"Name": name, "WithDecryption": True})
        return str(answer["Parameter"]["Value"])

    def _from_secrets_manager(self, name: str) -> str:
        secret_id, _, member = name.partition("#")
        answer = self._secrets_manager().call("GetSecretValue", {"SecretId": secret_id})
        text = str(answer.get("SecretString", ""))
        return _member(text, member) if member else text


def _member(text: str, name: str) -> str:
    try:
        members = json.loads(text)
    except ValueError:
        return ""
    value = members.get(name) if isinstance(members, dict) else None
    return value if isinstance(value, str) else ""
