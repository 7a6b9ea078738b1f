"""What `sam build` produced holds the source, its dependencies and bytecode, for the runtime."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from local.template import Template
from tests.packaging.builds import DEPLOYED, LAYER, LOCAL, RUNTIME, runtime_python
from tests.running_stack import ROOT, copy_of_project

BUILT = LOCAL.folder
ELF_MACHINES = {"x86_64": 62, "aarch64": 183}
PICTURES = (".svg", ".png", ".webp")


def _python_files(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*.py"))
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.mark.parametrize("build", [BUILT, DEPLOYED.folder], ids=["local", "deployed"])
def test_the_code_is_the_source(build: Path) -> None:
    source, built = Template(ROOT / "template.yaml"), Template(build / "template.yaml")
    pairs = zip(source.resolve({}, {}).functions, built.resolve({}, {}).functions, strict=True)
    for ours, theirs in pairs:
        assert _python_files(theirs.code) == _python_files(ours.code), ours.name
    assert _python_files(build / LAYER / "gatehouse") == _python_files(
        ROOT / "shared" / "gatehouse"
    )
    scopes = "gatehouse_scopes.py"
    assert (build / LAYER / scopes).read_bytes() == (ROOT / "shared" / scopes).read_bytes()


def test_all_bytecode_is_taken_as_it_is() -> None:
    """Unchecked-hash (PEP 552): flags 1, so that no source is looked at."""
    for source in BUILT.rglob("*.py"):
        if "runtime-client" not in source.parts:
            tag = sys.implementation.cache_tag
            bytecode = source.parent / "__pycache__" / f"{source.stem}.{tag}.pyc"
            assert _flags(bytecode) == 1, source
    assert {_flags(path) for path in BUILT.rglob("*.pyc")} == {1}


def test_deployed_bytecode_is_for_the_runtime_and_complete_where_it_could_be_made() -> None:
    compiled = list(DEPLOYED.folder.rglob("*.pyc"))

    tag = RUNTIME.replace("python", "cpython-").replace(".", "")
    assert {path.suffixes[-2] for path in compiled} <= {f".{tag}"}
    assert {_flags(path) for path in compiled} <= {1}
    sources = list(DEPLOYED.folder.rglob("*.py"))
    assert len(compiled) == (len(sources) if runtime_python() else 0)


@pytest.mark.parametrize("where", ["on the PATH", "in pyenv's folder", "named"])
def test_the_runtimes_python_is_found_behind_a_shim_that_leads_nowhere(
    tmp_path: Path, where: str
) -> None:
    shims = _program(tmp_path / "shims" / RUNTIME, "exit 127").parent
    version = RUNTIME.removeprefix("python")
    pyenvs = tmp_path / "pyenv" / "versions" / f"{version}.1" / "bin" / RUNTIME
    own = tmp_path / "own" / RUNTIME
    found = _program(pyenvs if where == "in pyenv's folder" else own, 'echo "$0"')
    path = f"{own.parent if where == 'on the PATH' else shims}:{os.environ['PATH']}"
    named = {"RUNTIME_PYTHON": str(own)} if where == "named" else {}

    assert runtime_python(PATH=path, PYENV_ROOT=str(tmp_path / "pyenv"), **named) == str(found)


def _program(file: Path, line: str) -> Path:
    file.parent.mkdir(parents=True)
    file.write_text(f"#!/bin/sh\n{line}\n")
    file.chmod(0o755)
    return file


def _flags(bytecode: Path) -> int:
    return int.from_bytes(bytecode.read_bytes()[4:8], "little")


@pytest.mark.parametrize("build", [BUILT, DEPLOYED.folder], ids=["local", "deployed"])
def test_the_layer_holds_the_pinned_dependencies_and_nothing_else(build: Path) -> None:
    lines = (ROOT / "shared" / "requirements.txt").read_text().splitlines()
    pins = [Requirement(line.rstrip("\\ ")) for line in lines if line[:1].isalnum()]
    pinned = {f"{canonicalize_name(pin.name)}{pin.specifier}" for pin in pins}
    installed, owned = set(), {"gatehouse", "gatehouse_scopes.py"}
    for folder in (build / LAYER).glob("*.dist-info"):
        name, version = folder.stem.split("-")
        installed.add(f"{canonicalize_name(name)}=={version}")
        owned |= {line.split("/")[0] for line in (folder / "RECORD").read_text().splitlines()}
        owned |= {line.split(",")[0] for line in (folder / "RECORD").read_text().splitlines()}

    # A logo of whoever runs this stack
    owned |= {path.name for path in (ROOT / "shared").iterdir() if path.suffix in PICTURES}

    assert installed == pinned
    assert {path.name for path in (build / LAYER).iterdir()} - {"__pycache__"} <= owned
    assert not list((build / LAYER).glob("**/tests"))
    assert not (build / LAYER / "bin").exists()


def test_a_logo_goes_into_the_layer(tmp_path: Path) -> None:
    shared = copy_of_project(tmp_path / "project") / "shared"
    (shared / "requirements.txt").write_text("")  # pip has nothing to do
    for suffix in PICTURES:
        (shared / f"logo{suffix}").write_text("a picture")
    layer = tmp_path / "layer" / "python"
    layer.mkdir(parents=True)
    environment = {**os.environ, "ARTIFACTS_DIR": str(layer.parent), "LAYER_PYTHON": sys.executable}
    subprocess.run(["make", "-s", "build-SharedLayer"], cwd=shared, env=environment, check=True)

    assert {path.name for path in layer.iterdir()} == {
        "gatehouse",
        "gatehouse_scopes.py",
        *(f"logo{suffix}" for suffix in PICTURES),
    }


@contextmanager
def _layer(machine: str, folder: Path) -> Iterator[Path]:
    """The layer for a machine: the one that is deployed by default, or one built for the test."""
    if machine == "x86_64":
        yield DEPLOYED.folder / LAYER
    else:
        environment = {**os.environ, "ARTIFACTS_DIR": str(folder), "ARCHITECTURE": "arm64"}
        subprocess.run(
            ["make", "-s", "build-SharedLayer"], cwd=ROOT / "shared", env=environment, check=True
        )
        yield folder / "python"


@pytest.mark.parametrize("machine", ELF_MACHINES)
def test_the_wheels_are_for_the_runtime(machine: str, tmp_path: Path) -> None:
    version = RUNTIME.removeprefix("python").replace(".", "")
    with _layer(machine, tmp_path) as layer:
        tags = [_tags(file) for file in layer.glob("*.dist-info/WHEEL")]
        libraries = list(layer.rglob("*.so"))

        assert tags
        assert not [each for each in tags if not _fits(each, f"cp{version}", machine)]
        assert libraries
        for library in libraries:
            assert library.name.endswith((".abi3.so", f".cpython-{version}-{machine}-linux-gnu.so"))
            assert int.from_bytes(library.read_bytes()[18:20], "little") == ELF_MACHINES[machine]


def _tags(wheel: Path) -> list[str]:
    return [tag for line in wheel.read_text().splitlines() for tag in _tag(line)]


def _tag(line: str) -> list[str]:
    name, _, value = line.partition(": ")
    return [value] if name == "Tag" else []


def _fits(tags: list[str], python: str, machine: str) -> bool:
    return any(
        tag.endswith("-none-any")
        or (tag.endswith(f"_{machine}") and (tag.startswith(python) or "-abi3-" in tag))
        for tag in tags
    )


def _runtimes(content: Mapping[str, Any]) -> set[str]:
    (layer,) = (r for r in content["Resources"].values() if "LayerVersion" in r["Type"])
    return {*layer["Properties"]["CompatibleRuntimes"], content["Globals"]["Function"]["Runtime"]}


def test_the_layer_is_for_the_functions_runtime() -> None:
    assert _runtimes(Template(ROOT / "template.yaml")._content) == {RUNTIME}
