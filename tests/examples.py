"""The project with the functions of docs/examples in it, as their page says to put them there."""

import shutil
from pathlib import Path

from tests.running_stack import ROOT, copy_of_project

EXAMPLES = ROOT / "docs" / "examples"
# The example's folder, and the function's that it becomes.
FUNCTIONS = {"official_sdk": "notes", "fastmcp": "memos"}
RESOURCES = ("/notes/mcp", "/memos/mcp")


def project_with_examples(folder: Path) -> Path:
    """A copy of the project in `folder`, with the examples in it and their resources declared."""
    copy_of_project(folder)
    for example, function in FUNCTIONS.items():
        shutil.copytree(EXAMPLES / example, folder / "functions" / function)
    (folder / "template.yaml").write_text(template_with_examples())
    return folder


def template_with_examples() -> str:
    """The template with every example's part pasted in, and ProtectedResources filled in."""
    template = (ROOT / "template.yaml").read_text()
    for example in FUNCTIONS:
        pasted = (EXAMPLES / example / "template.yaml").read_text()
        template = template.replace("\nOutputs:\n", f"\n{pasted}\nOutputs:\n", 1)
    parameter = '  ProtectedResources:\n    Type: String\n    Default: "'
    assert parameter in template
    return template.replace(parameter, parameter + ",".join(RESOURCES), 1)
