"""docs/examples: what a user pastes is as careful as what is there."""

import ast
import re
from pathlib import Path

import pytest

from gatehouse.oauth.resources import DECLARABLE
from local.template import Template
from tests.examples import EXAMPLES, FUNCTIONS, RESOURCES, template_with_examples
from tests.least_privilege.roles import Permission, allowed
from tests.packaging.transformed import ROOT, transformed, transformed_with_examples

NAMES = [name.capitalize() for name in FUNCTIONS.values()]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    file = tmp_path_factory.mktemp("template") / "template.yaml"
    file.write_text(template_with_examples())
    return Template(file)


@pytest.mark.parametrize("name", NAMES)
def test_its_role_checks_tokens_and_does_nothing_else(name: str) -> None:
    permissions = {each for each in allowed(transformed_with_examples()) if each.function == name}

    assert permissions == {
        Permission(name, "dynamodb:GetItem", "GrantsTable"),
        Permission(name, "dynamodb:Query", "KeysTable"),
    }


@pytest.mark.parametrize("path", RESOURCES)
def test_its_challenge_is_restored_and_its_preflight_routed(template: Template, path: str) -> None:
    routes = {route.key: route.integration for route in template.resolve({}, {}).routes}

    assert routes[f"OPTIONS {path}"].function == "Preflight"
    for method in ("GET", "POST", "DELETE"):
        for status in (401, 403):
            (change,) = routes[f"{method} {path}"].response_parameters[status]
            assert change.destination == "overwrite:header.www-authenticate"


@pytest.mark.parametrize("example", FUNCTIONS)
def test_its_makefile_builds_the_function_that_its_template_declares(example: str) -> None:
    name = FUNCTIONS[example].capitalize()

    assert f"\nbuild-{name}:\n" in (EXAMPLES / example / "Makefile").read_text()
    assert (
        f"CodeUri: functions/{FUNCTIONS[example]}/"
        in (EXAMPLES / example / "template.yaml").read_text()
    )


@pytest.mark.parametrize("example", [*FUNCTIONS, "whole_server"])
def test_it_is_made_of_what_the_tests_run(example: str) -> None:
    locked = (ROOT / "requirements" / "test.txt").read_text()

    for name in (EXAMPLES / example / "requirements.txt").read_text().split():
        assert f"\n{name}==" in locked


def test_the_whole_server_takes_the_place_of_files_that_are_there() -> None:
    example, function = EXAMPLES / "whole_server", ROOT / "functions" / "mcp"
    there = {file.name for file in function.iterdir()}

    # one assignment and its imports, what it needs, and the server that somebody has already
    assert {file.name for file in example.iterdir()} - there == {"books.py"}
    before, after = statements(function / "server.py"), statements(example / "server.py")
    assert sorted(after - before) == [
        "SERVER = whole_server(server)",
        "from books import server",
        "from gatehouse.whole_server import whole_server",
    ]
    # and nothing of the other one is left, whose tools would be loaded
    assert after & before == set()


def statements(file: Path) -> set[str]:
    """What a module does, without what it says of itself."""
    _, *body = ast.parse(file.read_text()).body
    return {ast.unparse(statement) for statement in body}


def test_the_parameter_takes_what_the_settings_take() -> None:
    pattern = transformed()["Parameters"]["ProtectedResources"]["AllowedPattern"]

    assert pattern == f"^$|^({DECLARABLE})(,({DECLARABLE}))*$"


def test_every_file_that_the_page_leads_to_is_there() -> None:
    page = (EXAMPLES / "README.md").read_text()

    for target in re.findall(r"\]\(([^)]+)\)", page):
        assert (EXAMPLES / target).exists(), target
    for folder in re.findall(r"docs/examples/\w+", page):
        assert (ROOT / folder).is_dir(), folder


def test_what_the_page_names_of_the_stack_is_there(template: Template) -> None:
    page = (EXAMPLES / "README.md").read_text()
    names = set(re.findall(r"`([A-Z][A-Za-z]+)`", page)) - {"Authorization", "Default", "Cors"}
    known = (ROOT / "template.yaml").read_text() + Path(ROOT / "docs" / "operating.md").read_text()

    for name in names:
        assert name in known, name
