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


def project_with_whole_server(folder: Path, *, of_fastmcp: bool = False) -> Path:
    """A copy of the project in `folder`, whose MCP server is the example's, or one of FastMCP."""
    copy_of_project(folder)
    shutil.copytree(EXAMPLES / "whole_server", folder / "functions" / "mcp", dirs_exist_ok=True)
    if of_fastmcp:
        books = folder / "functions" / "mcp" / "books.py"
        text = books.read_text().replace("from mcp.server import", "from fastmcp import")
        books.write_text(text.replace("MCPServer", "FastMCP"))
    return folder
