"""The services that Gatehouse asks, and how each is spoken to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gatehouse.aws.client import AwsClient, environment_credentials, service_endpoint
from gatehouse.aws.signature import Credentials


@dataclass(frozen=True, slots=True)
class Service:
    """A service's name in signatures and hosts, and the JSON protocol that it speaks."""

    name: str
    target_prefix: str
    content_type: str

    def client(
        self,
        region: str,
        *,
        endpoint: str | None = None,
        credentials: Callable[[], Credentials] = environment_credentials,
    ) -> AwsClient:
        """A client in `region`, at the endpoint that AWS's own tools would take unless given."""
        return AwsClient(
            self.name,
            self.target_prefix,
            region=region,
            endpoint=endpoint or service_endpoint(self.name, region),
            content_type=self.content_type,
            credentials=credentials,
        )


DYNAMODB: Final = Service("dynamodb", "DynamoDB_20120810", "application/x-amz-json-1.0")
KMS: Final = Service("kms", "TrentService", "application/x-amz-json-1.1")
SSM: Final = Service("ssm", "AmazonSSM", "application/x-amz-json-1.1")
SECRETS_MANAGER: Final = Service("secretsmanager", "secretsmanager", "application/x-amz-json-1.1")
