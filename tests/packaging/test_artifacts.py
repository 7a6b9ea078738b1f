"""What `sam build` produces is what runs: under Lambda's runtime client, with nothing else.

`make build-local` builds for this machine's Python, by the makefile that builds for Lambda.
"""

import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from local.build import fresh_build
from local.declared import Function
from local.engines import Engines
from local.execution_environment import FunctionTimeout, HandlerError, RequestTooLarge
from local.routes import Routes
from local.schedules import scheduled_function
from tests.functions.test_events import EXPECTED
from tests.packaging.builds import (
    LAYER,
    LOCAL,
    RUNTIME,
    Build,
    Lambda,
    runnable,
    running,
)
from tests.running_stack import ROOT, running_stack

BUILT = LOCAL.folder


@pytest.fixture(scope="module", autouse=True)
def fresh() -> None:
    assert fresh_build(ROOT), "there is no build of what is here now: make build-local"


# ---- Under the runtime client ---------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """What became of every event of `events/`: the status by route, and the build's files.

    `streamed` has the status by path of what the URL of a function takes. `scheduled` are the
    functions that a schedule called, and that ended well.
    """

    statuses: Mapping[str, int]
    streamed: Mapping[str, int]
    scheduled: tuple[str, ...]
    before: Mapping[Path, int]
    after: Mapping[Path, int]


@pytest.fixture(scope="module", params=runnable(), ids=lambda build: build.name)
def build(request: pytest.FixtureRequest) -> Build:
    build: Build = request.param
    return build


@pytest.fixture(scope="module")
def built(
    build: Build,
    engines: Engines,
    key_arns: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Lambda]:
    with running(build, engines, key_arns, tmp_path_factory.mktemp("log")) as built:
        yield built


@pytest.fixture(scope="module")
def run(build: Build, built: Lambda) -> Run:
    before = _files(build.folder)
    routes = Routes(built.declared.routes)
    functions = {each.name: built.function(each) for each in built.declared.functions}
    statuses, streamed, scheduled = {}, {}, []
    for file in sorted((ROOT / "events").glob("*.json")):
        event = json.loads(file.read_text())
        if "routeKey" not in event:
            name = scheduled_function(built.declared.functions, event).name
            assert functions[name].invoke(event) is None
            scheduled.append(name)
            continue
        if event["routeKey"] == "$default":
            path = event["rawPath"]
            chunks = functions[built.declared.streams[path]].stream(event)
            prelude, _, _ = b"".join(chunks).partition(b"\0" * 8)
            streamed[path] = json.loads(prelude)["statusCode"]
            continue
        match = routes.match(event["requestContext"]["http"]["method"], event["rawPath"])
        assert match
        result = functions[match.route.integration.function].invoke(event)
        statuses[event["routeKey"]] = result["statusCode"]
    return Run(statuses, streamed, tuple(scheduled), before, _files(build.folder))


def _files(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_every_function_starts_and_answers_its_events(built: Lambda, run: Run) -> None:
    preflights = {r.key: 204 for r in built.declared.routes if r.key.startswith("OPTIONS")}

    assert run.statuses == EXPECTED | preflights
    # nobody's token opens a stream
    assert run.streamed == dict.fromkeys(built.declared.streams, 401)
    assert run.scheduled == tuple(each.name for each in built.declared.functions if each.schedules)


def test_no_file_of_the_build_is_written(run: Run) -> None:
    assert run.after == run.before


def test_a_build_runs_on_the_python_that_it_is_for(
    build: Build, built: Lambda, tmp_path: Path
) -> None:
    (tmp_path / "app.py").write_text(
        "import sys\nimport pydantic_core, cryptography.hazmat.bindings._rust\n"
        "def handler(event, context):\n    return list(sys.version_info[:2])\n"
    )

    seen = built.function(replace(built.declared.functions[0], code=tmp_path)).invoke({})

    own = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    assert "python{}.{}".format(*seen) == (own if build == LOCAL else RUNTIME)


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
