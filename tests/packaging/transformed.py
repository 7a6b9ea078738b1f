"""The template as CloudFormation gets it, after SAM's transform."""

import json
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@cache
def transformed(**parameters: str) -> dict[str, Any]:
    """The whole template; conditions and functions are still in it. The answer is shared."""
    return _transform(ROOT / "template.yaml", parameters)


@cache
def transformed_with_examples() -> dict[str, Any]:
    """The same with the functions of docs/examples pasted in."""
    from tests.examples import template_with_examples

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "template.yaml"
        file.write_text(template_with_examples())
        return _transform(file, {})


def _transform(template: Path, parameters: dict[str, str]) -> dict[str, Any]:
    defaults = {name: str(each["Default"]) for name, each in _declared(template).items()}
    script = Path(__file__).with_name("sam_transform.py")
    finished = subprocess.run(
        [
            ROOT / ".venv-sam" / "bin" / "python",
            script,
            template,
            json.dumps(defaults | parameters),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    content: dict[str, Any] = json.loads(finished.stdout)
    return content


def resources(content: dict[str, Any], kind: str) -> dict[str, Any]:
    """The resources of a type, by logical id."""
    return {n: each for n, each in content["Resources"].items() if each["Type"] == kind}


def _declared(template: Path) -> dict[str, Any]:
    from local.template import Template

    return Template(template)._section("Parameters")
