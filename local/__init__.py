"""The local stack: AWS as the handlers see it, on loopback. Never deployed.

`python -m local` reads template.yaml and serves what it declares: API Gateway (`gateway`), Lambda
(`runtime`), DynamoDB and KMS (`engines`), filled by `seed`.
"""
