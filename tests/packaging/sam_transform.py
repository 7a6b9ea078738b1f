"""Prints a SAM template as CloudFormation gets it, in JSON.

A script for the SAM CLI's own environment (.venv-sam), which has AWS's translator:
`python sam_transform.py template.yaml '{"Tracing": "Active"}'`. It needs no AWS account.
"""

import json
import os
import sys
from pathlib import Path


class NoManagedPolicies:
    """What the translator asks for the ARNs of managed policies by name; we name none."""

    def load(self) -> dict[str, str]:
        return {}


def main(template: str, parameters: str) -> None:
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    from samtranslator.translator.transform import transform
    from samtranslator.yaml_helper import yaml_parse

    content = yaml_parse(Path(template).read_text())
    # `sam package` puts what it uploaded in the place of folders, which the translator refuses
    for resource in content["Resources"].values():
        for member in ("CodeUri", "ContentUri"):
            if member in resource["Properties"]:
                resource["Properties"][member] = "s3://bucket/key"
    sys.stdout.write(json.dumps(transform(content, json.loads(parameters), NoManagedPolicies())))


if __name__ == "__main__":
    main(*sys.argv[1:])
