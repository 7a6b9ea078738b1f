"""What the README shows is true."""

import re
from pathlib import Path
from typing import Any

from gatehouse.mcp.caller import Caller, Person
from gatehouse.mcp.context import Context
from gatehouse.mcp.registry.tools import Tool

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def test_its_tool_is_one() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)
    (greet,) = [
        each.__gatehouse_offer__ for each in names.values() if hasattr(each, "__gatehouse_offer__")
    ]

    assert isinstance(greet, Tool)
    assert list(greet.signature.input_schema["properties"]) == ["name"]
    context = Context(Caller(Person("subject", "ada@example.com"), "client", ("mcp",)))
    assert greet.call({"name": "Bob"}, context) == "ada@example.com says hello to Bob."


def test_every_file_it_leads_to_is_there() -> None:
    targets = re.findall(r"\]\(([^)]+)\)|src=\"([^\"]+)\"", README)
    for target in (first or second for first, second in targets):
        assert (ROOT / target).exists(), target


def test_every_command_of_make_is_a_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"^    make (\w+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_folder_it_names_is_there() -> None:
    for folder in re.findall(r"^\| `(\w+)/` \|", README, re.MULTILINE):
        assert (ROOT / "shared" / "gatehouse" / folder).is_dir(), folder
