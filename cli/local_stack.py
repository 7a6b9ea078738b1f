"""The stack of `make local`, found by its port."""

import json
import re
import socket
from functools import cached_property
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cli.exits import CommandError
from cli.stack import Stack
from gatehouse.aws.client import AwsClient
from gatehouse.aws.services import DYNAMODB, KMS
from gatehouse.aws.signature import Credentials
from gatehouse.oauth.resources import MCP_PATH
from local.account import CREDENTIALS, REGION

_STATE: Final = Path(__file__).parents[1] / ".local"
_SECONDS: Final = 5
_A_DAY: Final = 86400


class NoLocalStack(CommandError):
    """No stack runs on that port; the message says what was looked for."""


class LocalStack(Stack):
    """Reads what the stack says of its engines and tables."""

    def __init__(self, port: int, state: Path | None = None) -> None:
        """`state` is where a stack of another folder keeps its own. Raises `NoLocalStack`."""
        file = (state or _STATE / str(port)) / "env-vars.json"
        try:
            self._variables: dict[str, str] = json.loads(file.read_text())["Parameters"]
        except (OSError, ValueError, KeyError):
            raise NoLocalStack(
                f"no stack has run on port {port}: PORT={port} make local starts one"
            ) from None
        _require_running(self._variables["AWS_ENDPOINT_URL_DYNAMODB"], port)

    @property
    def issuer(self) -> str:
        """Where `make local` serves."""
        return self._variables["PUBLIC_URL"]

    @property
    def mcp_url(self) -> str:
        """The one that the banner shows."""
        return f"{self.issuer}{MCP_PATH}"

    @property
    def key_lifetime(self) -> int:
        """As the template says."""
        return int(self._variables["KEY_ROTATION_DAYS"]) * _A_DAY

    @cached_property
    def dynamodb(self) -> AwsClient:
        """The engine."""
        endpoint = self._variables["AWS_ENDPOINT_URL_DYNAMODB"]
        return DYNAMODB.client(REGION, endpoint=endpoint, credentials=_credentials)

    @cached_property
    def kms(self) -> AwsClient:
        """The engine."""
        endpoint = self._variables["AWS_ENDPOINT_URL_KMS"]
        return KMS.client(REGION, endpoint=endpoint, credentials=_credentials)

    def named(self, name: str) -> str:
        """The variable by which the functions have it: `ClientsTable` is `CLIENTS_TABLE`."""
        return self._variables[re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper()]


def _require_running(endpoint: str, port: int) -> None:
    where = urlsplit(endpoint)
    try:
        socket.create_connection((str(where.hostname), where.port or 80), _SECONDS).close()
    except OSError:
        raise NoLocalStack(
            f"the stack of port {port} does not run: PORT={port} make local starts it"
        ) from None


def _credentials() -> Credentials:
    return Credentials(CREDENTIALS["AWS_ACCESS_KEY_ID"], CREDENTIALS["AWS_SECRET_ACCESS_KEY"])
