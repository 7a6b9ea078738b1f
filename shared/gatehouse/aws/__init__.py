"""The part of AWS's API that Gatehouse calls: JSON requests, signed.

botocore alone takes longer to import than an MCP call may take from cold, so the handlers speak
to DynamoDB and KMS with the standard library (docs/decisions/0002-own-aws-client.md).
"""
