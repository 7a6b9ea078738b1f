"""Lambda: hands events to a function that answers nobody."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from gatehouse.aws.client import AwsClient, environment_credentials, service_endpoint
from gatehouse.aws.signature import Credentials

_SERVICE: Final = "lambda"
# Named as IAM names the permission; Lambda's API says Invoke
_OPERATION: Final = "InvokeFunction"


class Invocations(AwsClient):
    """Invokes one function asynchronously. Lambda queues the event, and may hand it over twice."""

    def __init__(
        self,
        function: str,
        region: str,
        *,
        endpoint: str | None = None,
        credentials: Callable[[], Credentials] = environment_credentials,
    ) -> None:
        """`function` is its name, not its ARN."""
        super().__init__(
            _SERVICE,
            "",
            region=region,
            endpoint=endpoint or service_endpoint(_SERVICE, region),
            content_type="application/json",
            credentials=credentials,
        )
        self.function = function

    def invoke(self, event: Mapping[str, Any]) -> None:
        """Return when Lambda has the event. Raises `AwsError` and `Unavailable`.

        After an error Lambda may have it all the same.
        """
        self.call(_OPERATION, event)

    def _addressed(self, _: str, /) -> tuple[str, dict[str, str]]:
        path = f"/2015-03-31/functions/{self.function}/invocations"
        return path, {"x-amz-invocation-type": "Event"}
