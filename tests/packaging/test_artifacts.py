"""What `sam build` produces is what runs: under Lambda's runtime client, with nothing else.

`make build-local` builds for this machine's Python, by the makefile that builds for Lambda.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from local.account import CREDENTIALS
from local.build import fresh_build
from local.children import Children
from local.declared import Declared, Function
from local.engines import Engines
from local.execution_environment import FunctionTimeout, HandlerError, RequestTooLarge
from local.function_log import FunctionLog
from local.gateway import Invocable
from local.routes import Routes
from local.runtime import LambdaFunction
from local.schedules import scheduled_function
from local.seed import create_key, create_tables
from local.template import Template
from tests.functions.test_events import EXPECTED
from tests.running_stack import ROOT, running_stack

BUILT = ROOT / ".aws-sam" / "local"
DEPLOYED = ROOT / ".aws-sam" / "build"
LAYER = Path("SharedLayer") / "python"
RUNTIME = Template(ROOT / "template.yaml").resolve({}, {}).functions[0].runtime
ELF_MACHINES = {"x86_64": 62, "aarch64": 183}


@pytest.fixture(scope="module", autouse=True)
def fresh() -> None:
    assert fresh_build(ROOT), "there is no build of what is here now: make build-local"


# ---- Under the runtime client ---------------------------------------------------------------


class Lambda:
    """Functions of the local build, with engines behind them."""

    def __init__(self, declared: Declared, endpoints: Mapping[str, str], log: FunctionLog) -> None:
        self.declared = declared
        self._endpoints = endpoints
        self._log = log
        self._children = Children()

    def function(self, declared: Function) -> Invocable:
        return LambdaFunction(
            declared, endpoints=self._endpoints, children=self._children, log=self._log
        )

    def end(self) -> None:
        self._children.end()


@pytest.fixture(scope="module")
def aws(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lambda]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name, value in CREDENTIALS.items():
            monkeypatch.setenv(name, value)
        template = Template(BUILT / "template.yaml")
        arns = {
            f"{key}.Arn": create_key(endpoint=engines.kms.url)
            for key in template.logical_ids("AWS::KMS::Key")
        }
        declared = template.resolve({}, arns)
        create_tables(declared.tables, endpoint=engines.dynamodb.url)
    endpoints = {
        "AWS_ENDPOINT_URL_DYNAMODB": engines.dynamodb.url,
        "AWS_ENDPOINT_URL_KMS": engines.kms.url,
    }
    log = FunctionLog(tmp_path_factory.mktemp("log") / "functions.log")
    running = Lambda(declared, endpoints, log)
    yield running
    running.end()


@dataclass(frozen=True)
class Run:
    """What became of every event of `events/`: the status by route, and the build's files.

    `scheduled` are the functions that a schedule called, and that ended well.
    """

    statuses: Mapping[str, int]
    scheduled: tuple[str, ...]
    before: Mapping[Path, int]
    after: Mapping[Path, int]


@pytest.fixture(scope="module")
def run(aws: Lambda) -> Run:
    before = _files(BUILT)
    routes = Routes(aws.declared.routes)
    functions = {each.name: aws.function(each) for each in aws.declared.functions}
    statuses, scheduled = {}, []
    for file in sorted((ROOT / "events").glob("*.json")):
        event = json.loads(file.read_text())
        if "routeKey" not in event:
            name = scheduled_function(aws.declared.functions, event).name
            assert functions[name].invoke(event) is None
            scheduled.append(name)
            continue
        match = routes.match(event["requestContext"]["http"]["method"], event["rawPath"])
        assert match
        result = functions[match.route.integration.function].invoke(event)
        statuses[event["routeKey"]] = result["statusCode"]
    return Run(statuses, tuple(scheduled), before, _files(BUILT))


def _files(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_every_function_starts_and_answers_its_events(aws: Lambda, run: Run) -> None:
    preflights = {r.key: 204 for r in aws.declared.routes if r.key.startswith("OPTIONS")}

    assert run.statuses == EXPECTED | preflights
    assert run.scheduled == tuple(each.name for each in aws.declared.functions if each.schedules)


def test_no_file_of_the_build_is_written(run: Run) -> None:
    assert run.after == run.before


@pytest.fixture
def probe(aws: Lambda, tmp_path: Path) -> Function:
    """A function of the build whose code is for the test to write, in `app.py`."""
    return replace(aws.declared.functions[0], code=tmp_path, timeout=60, memory=256)


def test_a_function_finds_its_folder_and_the_layer_and_nothing_else(
    aws: Lambda, probe: Function
) -> None:
    (probe.code / "app.py").write_text(
        "import importlib.util, sys\n"
        "def handler(event, context):\n"
        "    found = [name for name in event if importlib.util.find_spec(name)]\n"
        "    return {'path': sys.path, 'found': found}\n"
    )

    seen = aws.function(probe).invoke(["boto3", "mcp", "local", "yaml", "pytest", "gatehouse"])

    folder, layer, runtime, *standard = seen["path"]
    assert Path(folder) == probe.code
    assert (Path(layer), Path(runtime)) == (BUILT / LAYER, BUILT / "runtime-client")
    assert standard == [path for path in sys.path if path in standard]
    assert not [path for path in standard if "-packages" in path]
    assert seen["found"] == ["gatehouse"]
    assert [path.name for path in probe.code.iterdir()] == ["app.py"]  # no bytecode


def test_a_function_has_the_environment_of_the_template(aws: Lambda, probe: Function) -> None:
    (probe.code / "app.py").write_text(
        "import os\ndef handler(event, context):\n    return dict(os.environ)\n"
    )

    seen = aws.function(probe).invoke({})

    own = {name: value for name, value in probe.environment.items() if "ENDPOINT" not in name}
    assert own.items() <= seen.items()
    assert seen["LAMBDA_TASK_ROOT"] == str(probe.code)
    assert seen["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert "VIRTUAL_ENV" not in seen
    assert "PYTEST_CURRENT_TEST" not in seen


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits another process")
def test_a_function_has_the_memory_of_the_template(aws: Lambda, probe: Function) -> None:
    (probe.code / "app.py").write_text(
        "def handler(event, context):\n    return len(bytearray(event * 1024 * 1024))\n"
    )
    function = aws.function(probe)

    assert function.invoke(128) == 128 * 1024 * 1024
    with pytest.raises(HandlerError, match="MemoryError"):
        function.invoke(256)


def test_a_function_has_the_time_of_the_template_and_starts_again(
    aws: Lambda, probe: Function
) -> None:
    (probe.code / "app.py").write_text(
        "import threading\n"
        "calls = 0\n"
        "def handler(event, context):\n"
        "    global calls\n"
        "    calls += 1\n"
        "    return threading.Event().wait() if event == 'hang' else calls\n"
    )
    function = aws.function(replace(probe, timeout=3))

    assert [function.invoke({}), function.invoke({})] == [1, 2]  # a warm process is reused
    with pytest.raises(FunctionTimeout, match=r"3\.00 seconds"):
        function.invoke("hang")
    assert function.invoke({}) == 1


def test_an_event_and_an_answer_have_lambdas_limits(aws: Lambda, probe: Function) -> None:
    (probe.code / "app.py").write_text(
        "def handler(event, context):\n"
        "    return event if isinstance(event, str) else 'x' * event\n"
    )
    function = aws.function(probe)
    largest = 6 * 1024 * 1024 - len('""')

    assert len(function.invoke("x" * largest)) == largest
    with pytest.raises(RequestTooLarge):
        function.invoke("x" * (largest + 1))
    assert len(function.invoke(largest + 100)) == largest + 100
    with pytest.raises(HandlerError, match="payload size"):
        function.invoke(largest + 101)


def test_the_local_stack_runs_the_build() -> None:
    """So that every client of the tests talks to the built artifacts."""
    with running_stack() as stack:
        assert ".aws-sam/local/template.yaml" in stack.said


def test_a_build_of_something_else_is_not_run(tmp_path: Path) -> None:
    for name in ("template.yaml", "functions", "shared", "requirements", "local/build.py"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        (tmp_path / name).parent.mkdir(exist_ok=True)
        copy(ROOT / name, tmp_path / name)
    assert fresh_build(tmp_path) is None
    built = tmp_path / ".aws-sam" / "local"
    built.mkdir(parents=True)
    shutil.copy(BUILT / "fingerprint", built)
    assert fresh_build(tmp_path) == built / "template.yaml"

    (tmp_path / "functions" / "mcp" / "tools" / "new.py").write_text("")
    assert fresh_build(tmp_path) is None


# ---- What is in it --------------------------------------------------------------------------


def _python_files(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*.py"))
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.mark.parametrize("build", [BUILT, DEPLOYED], ids=["local", "deployed"])
def test_the_code_is_the_source(build: Path) -> None:
    source, built = Template(ROOT / "template.yaml"), Template(build / "template.yaml")
    pairs = zip(source.resolve({}, {}).functions, built.resolve({}, {}).functions, strict=True)
    for ours, theirs in pairs:
        assert _python_files(theirs.code) == _python_files(ours.code), ours.name
    assert _python_files(build / LAYER / "gatehouse") == _python_files(
        ROOT / "shared" / "gatehouse"
    )


def test_all_bytecode_is_taken_as_it_is() -> None:
    """Unchecked-hash (PEP 552): flags 1, so that no source is looked at."""
    for source in BUILT.rglob("*.py"):
        if "runtime-client" not in source.parts:
            tag = sys.implementation.cache_tag
            bytecode = source.parent / "__pycache__" / f"{source.stem}.{tag}.pyc"
            assert _flags(bytecode) == 1, source
    assert {_flags(path) for path in BUILT.rglob("*.pyc")} == {1}


def test_deployed_bytecode_is_for_the_runtime_if_there_is_any() -> None:
    compiled = list(DEPLOYED.rglob("*.pyc"))

    tag = RUNTIME.replace("python", "cpython-").replace(".", "")
    assert {path.suffixes[-2] for path in compiled} <= {f".{tag}"}
    assert {_flags(path) for path in compiled} <= {1}
    assert len(compiled) in (0, len(list(DEPLOYED.rglob("*.py"))))


def _flags(bytecode: Path) -> int:
    return int.from_bytes(bytecode.read_bytes()[4:8], "little")


@pytest.mark.parametrize("build", [BUILT, DEPLOYED], ids=["local", "deployed"])
def test_the_layer_holds_the_pinned_dependencies_and_nothing_else(build: Path) -> None:
    lines = (ROOT / "shared" / "requirements.txt").read_text().splitlines()
    pins = [Requirement(line.rstrip("\\ ")) for line in lines if line[:1].isalnum()]
    pinned = {f"{canonicalize_name(pin.name)}{pin.specifier}" for pin in pins}
    installed, owned = set(), {"gatehouse"}
    for folder in (build / LAYER).glob("*.dist-info"):
        name, version = folder.stem.split("-")
        installed.add(f"{canonicalize_name(name)}=={version}")
        owned |= {line.split("/")[0] for line in (folder / "RECORD").read_text().splitlines()}
        owned |= {line.split(",")[0] for line in (folder / "RECORD").read_text().splitlines()}

    assert installed == pinned
    assert {path.name for path in (build / LAYER).iterdir()} - {"__pycache__"} <= owned
    assert not list((build / LAYER).glob("**/tests"))
    assert not (build / LAYER / "bin").exists()


@contextmanager
def _layer(machine: str, folder: Path) -> Iterator[Path]:
    """The layer for a machine: the one that is deployed by default, or one built for the test."""
    if machine == "x86_64":
        yield DEPLOYED / LAYER
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
