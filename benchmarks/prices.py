"""What AWS asks for a million of each, in US dollars.

List prices of us-east-1 without free tiers and volume discounts, looked up in November 2026 under
the names of AWS's pages: "AWS Lambda Pricing", "Amazon API Gateway pricing", "Pricing for
On-Demand Capacity" of DynamoDB, and "AWS KMS Pricing".
"""

import math
from typing import Final

DATE: Final = "November 2026"
REGION: Final = "us-east-1"

HTTP_API_REQUESTS: Final = 1.00
LAMBDA_REQUESTS: Final = 0.20
# For one GB-second on x86, in dollars: 16.6667 for a million
LAMBDA_GB_SECOND: Final = 0.0000166667
# One of up to 4 KB, strongly consistent; one of up to 1 KB. Standard tables, on demand
DYNAMODB_READ_UNITS: Final = 0.125
DYNAMODB_WRITE_UNITS: Final = 0.625
# 0.03 for ten thousand
KMS_REQUESTS: Final = 3.00

_MILLION: Final = 1_000_000


def million(
    *, read_units: float, write_units: float, kms: int, milliseconds: float, megabytes: int
) -> float:
    """Dollars for a million requests that each take this much."""
    # Lambda rounds each request up to the next millisecond
    seconds = math.ceil(milliseconds) / 1000
    return (
        HTTP_API_REQUESTS
        + LAMBDA_REQUESTS
        + megabytes / 1024 * seconds * LAMBDA_GB_SECOND * _MILLION
        + read_units * DYNAMODB_READ_UNITS
        + write_units * DYNAMODB_WRITE_UNITS
        + kms * KMS_REQUESTS
    )
