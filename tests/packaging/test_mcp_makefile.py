"""The makefile of the MCP functions: their files, and what their requirements.txt names."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from local.template import Template
from tests.packaging.builds import DEPLOYED, LOCAL
from tests.running_stack import ROOT, copy_of_project

# Of the folder, what only its build reads.
_FOR_THE_BUILD = {"Makefile", "requirements.txt"}
_MODULE = "of_a_library.py"


def _files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in found
        if "__pycache__" not in path.parts
    }


def _functions() -> list[str]:
    """Those that have the folder's code."""
    functions = Template(ROOT / "template.yaml").resolve({"HttpSseTransport": "true"}, {}).functions
    return [each.name for each in functions if Path(each.code).name == "mcp"]


def _wheel(folder: Path, module: str = _MODULE) -> Path:
    """A library of one module and one program."""
    file, info = folder / "of_a_library-1-py3-none-any.whl", "of_a_library-1.dist-info"
    with zipfile.ZipFile(file, "w") as wheel:
        wheel.writestr(module, "")
        wheel.writestr("of_a_library-1.data/scripts/program", "#!python\n")
        wheel.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: of-a-library\nVersion: 1\n"
        )
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return file


def _project(folder: Path) -> Path:
    (folder / "project").mkdir()
    return copy_of_project(folder / "project")


def _built(
    project: Path, function: str, artifacts: Path, python: str = sys.executable
) -> dict[str, bytes]:
    """What `sam build` has the makefile leave behind for a function."""
    artifacts.mkdir()
    environment = {**os.environ, "ARTIFACTS_DIR": str(artifacts), "LAYER_PYTHON": python}
    subprocess.run(
        ["make", "-s", f"build-{function}"],
        cwd=project / "functions" / "mcp",
        env=environment,
        check=True,
    )
    return _files(artifacts)


@pytest.mark.parametrize("build", [LOCAL.folder, DEPLOYED.folder], ids=["local", "deployed"])
@pytest.mark.parametrize("function", _functions())
def test_without_requirements_a_function_is_its_files_and_nothing_else(
    build: Path, function: str
) -> None:
    source = _files(ROOT / "functions" / "mcp")

    assert source.keys() >= _FOR_THE_BUILD
    expected = {name: source[name] for name in source.keys() - _FOR_THE_BUILD}
    assert _files(build / function) == expected


@pytest.mark.parametrize("function", _functions())
@pytest.mark.parametrize("line", ["", "# a word about it\n"])
def test_what_is_named_is_installed_beside_them(tmp_path: Path, function: str, line: str) -> None:
    project = _project(tmp_path)
    named = project / "functions" / "mcp" / "requirements.txt"
    # which asks no pip
    before = _built(project, function, tmp_path / "before", python="false")
    named.write_text(f"{line}of-a-library @ {_wheel(tmp_path).as_uri()} # as said\n")
    after = _built(project, function, tmp_path / "after")

    installed = {name for name in after.keys() - before.keys() if ".dist-info/" not in name}
    assert installed == {_MODULE}
    assert after.items() >= before.items()


def test_the_file_of_a_library_does_not_stand_above_one_of_ours(tmp_path: Path) -> None:
    project = _project(tmp_path)
    folder = project / "functions" / "mcp"
    wheel = _wheel(tmp_path, "server.py")
    (folder / "requirements.txt").write_text(f"of-a-library @ {wheel.as_uri()}\n")

    built = _built(project, _functions()[0], tmp_path / "built")
    assert built["server.py"] == (folder / "server.py").read_bytes()
