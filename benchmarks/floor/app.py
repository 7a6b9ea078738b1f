"""The floor: answers after one signed GetItem, with the standard library alone."""

import hashlib
import hmac
import http.client
import json
import os
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

ENDPOINT = urlsplit(os.environ["AWS_ENDPOINT_URL_DYNAMODB"])
REGION = os.environ["AWS_REGION"]
CONNECTION = http.client.HTTPConnection(str(ENDPOINT.hostname), ENDPOINT.port)


def handler(event: object, context: object) -> dict[str, Any]:
    """The answer of payload format 2.0."""
    body = json.dumps({"TableName": os.environ["TABLE"], "Key": {"grant_id": {"S": "none"}}})
    headers = signed(body, datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ"))
    CONNECTION.request("POST", "/", body, headers)
    answer = CONNECTION.getresponse()
    answer.read()
    return {"statusCode": answer.status, "headers": {}, "body": "{}", "isBase64Encoded": False}


def signed(body: str, at: str) -> dict[str, str]:
    """The headers of a request under Signature Version 4."""
    headers = {
        "content-type": "application/x-amz-json-1.0",
        "host": ENDPOINT.netloc,
        "x-amz-date": at,
        "x-amz-security-token": os.environ["AWS_SESSION_TOKEN"],
        "x-amz-target": "DynamoDB_20120810.GetItem",
    }
    names = ";".join(headers)
    canonical = "".join(f"{name}:{value}\n" for name, value in headers.items())
    request = f"POST\n/\n\n{canonical}\n{names}\n{sha256(body)}"
    scope = f"{at[:8]}/{REGION}/dynamodb/aws4_request"
    key = ("AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"]).encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    to_sign = f"AWS4-HMAC-SHA256\n{at}\n{scope}\n{sha256(request)}"
    signature = hmac.digest(key, to_sign.encode(), hashlib.sha256).hex()
    credential = f"{os.environ['AWS_ACCESS_KEY_ID']}/{scope}"
    proof = f"Credential={credential}, SignedHeaders={names}, Signature={signature}"
    return {**headers, "authorization": f"AWS4-HMAC-SHA256 {proof}"}


def sha256(text: str) -> str:
    """In hex, as signatures have it."""
    return hashlib.sha256(text.encode()).hexdigest()
