"""The AWS account that the local stack plays."""

from collections.abc import Mapping
from typing import Final

REGION: Final = "us-east-1"
ACCOUNT_ID: Final = "000000000000"
STACK_NAME: Final = "gatehouse-local"

PSEUDO_PARAMETERS: Final[Mapping[str, str]] = {
    "AWS::AccountId": ACCOUNT_ID,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackName": STACK_NAME,
    "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT_ID}:stack/{STACK_NAME}/local",
    "AWS::URLSuffix": "amazonaws.com",
}

# The engines take any signature, but they want one.
CREDENTIALS: Final[Mapping[str, str]] = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_SESSION_TOKEN": "local",
}


def function_arn(name: str) -> str:
    """The ARN of a Lambda function."""
    return f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:{name}"


def local_arn(resource_type: str, logical_id: str) -> str:
    """An ARN for a resource of a CloudFormation type, for where only its form matters."""
    if resource_type == "AWS::Serverless::Function":
        return function_arn(logical_id)
    service = resource_type.split("::")[1].lower()
    kind = resource_type.split("::")[2].lower()
    return f"arn:aws:{service}:{REGION}:{ACCOUNT_ID}:{kind}/{logical_id}"
