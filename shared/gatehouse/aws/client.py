"""A client of one AWS service that speaks the JSON protocol."""

import http.client
import json
import os
import random
import ssl
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from gatehouse.aws.signature import Credentials, signed_headers
from gatehouse.errors import GatehouseError, Unavailable

_ATTEMPTS: Final = 4
_TIMEOUT_SECONDS: Final = 3.0
_FIRST_PAUSE_SECONDS: Final = 0.05
_THROTTLED: Final = frozenset(
    {
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
# whose service id, which such a variable is named after, is not its name in a host
_VARIABLES: Final = {"secretsmanager": "secrets_manager"}


class AwsError(GatehouseError):
    """A service's refusal: `code` is its exception's name, `body` the whole answer."""

    def __init__(self, code: str, body: Mapping[str, Any]) -> None:
        super().__init__(f"{code}: {body.get('message') or body.get('Message') or ''}")
        self.code = code
        self.body = body


def environment_credentials() -> Credentials:
    """The credentials that Lambda puts into a function's environment."""
    return Credentials(
        os.environ["AWS_ACCESS_KEY_ID"],
        os.environ["AWS_SECRET_ACCESS_KEY"],
        os.environ.get("AWS_SESSION_TOKEN"),
    )


def service_endpoint(service: str, region: str) -> str:
    """The service's URL: the one that AWS's own tools would take from the environment."""
    # the one partition whose regions a public account can use under another suffix
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    variable = _VARIABLES.get(service, service).upper()
    return (
        os.environ.get(f"AWS_ENDPOINT_URL_{variable}")
        or os.environ.get("AWS_ENDPOINT_URL")
        or f"https://{service}.{region}.{suffix}"
    )


class AwsClient:
    """Calls one service over one connection that is kept open. Not for use by several threads."""

    def __init__(
        self,
        service: str,
        target_prefix: str,
        *,
        region: str,
        endpoint: str,
        content_type: str,
        credentials: Callable[[], Credentials] = environment_credentials,
    ) -> None:
        self._service = service
        self._target_prefix = target_prefix
        self._region = region
        self._endpoint = urlsplit(endpoint)
        self._content_type = content_type
        self._credentials = credentials
        self._connection: http.client.HTTPConnection | None = None

    def call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """The service's answer.

        Throttling, 5xx answers and broken connections are tried again, so an operation may have
        taken effect although its first answer was lost. Raises `AwsError` for a refusal and
        `Unavailable` when the attempts are used up.
        """
        body = json.dumps(request).encode()
        failure: Exception | None = None
        for attempt in range(_ATTEMPTS):
            if failure is not None:
                time.sleep(random.uniform(0, _FIRST_PAUSE_SECONDS * 2**attempt))  # noqa: S311 - jitter
            try:
                return self._attempt(operation, body)
            except (OSError, http.client.HTTPException) as error:
                self.close()
                failure = error
            except AwsError as error:
                if error.code not in _THROTTLED and not error.body.get("retryable"):
                    raise
                failure = error
        raise Unavailable(f"{self._service} {operation}: {failure}") from failure

    def _attempt(self, operation: str, body: bytes) -> dict[str, Any]:
        path, headers = self._addressed(operation)
        headers |= {"content-type": self._content_type, "host": self._endpoint.netloc}
        connection = self._connect()
        connection.request(
            "POST",
            path,
            body,
            signed_headers(
                headers,
                body,
                credentials=self._credentials(),
                region=self._region,
                service=self._service,
                at=datetime.now(UTC),
                path=path,
            ),
        )
        response = connection.getresponse()
        # the REST services name an error in a header, the others in the body
        error = response.headers.get("x-amzn-errortype", "").partition(":")[0]
        return _answer(response.status, response.read(), error)

    def _addressed(self, operation: str, /) -> tuple[str, dict[str, str]]:
        """The path that an operation is sent to, and the headers that name it."""
        return "/", {"x-amz-target": f"{self._target_prefix}.{operation}"}

    def _connect(self) -> http.client.HTTPConnection:
        if self._connection is None:
            host, port = self._endpoint.hostname or "", self._endpoint.port
            if self._endpoint.scheme == "http":
                self._connection = http.client.HTTPConnection(host, port, timeout=_TIMEOUT_SECONDS)
            else:
                self._connection = http.client.HTTPSConnection(
                    host, port, timeout=_TIMEOUT_SECONDS, context=ssl.create_default_context()
                )
        return self._connection

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _answer(status: int, content: bytes, error: str) -> dict[str, Any]:
    try:
        answer = json.loads(content or b"{}")
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        answer = {"message": "the answer is no JSON object"}
    if 200 <= status < 300:
        return answer
    code = error or str(answer.get("__type", f"HTTP {status}")).rpartition("#")[2]
    raise AwsError(code, answer | {"retryable": status >= 500})
