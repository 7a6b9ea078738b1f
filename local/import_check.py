"""Whether every handler can be imported, without a cold start of every function.

`python -m local.import_check` loads them all in one process, each as its function would be: under
the function's variables, with its folder and its layers on the path. What to load is its argument,
what failed is its output, both as JSON.
"""

import contextlib
import importlib.util
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Final

from local.children import Children
from local.declared import Function
from local.errors import LocalError
from local.execution_environment import interpreter
from local.runtime import lambda_variables

_ROOT: Final = Path(__file__).parents[1]


class ImportCheck:
    """A check that is under way."""

    def __init__(self, functions: Sequence[Function], *, state: Path, children: Children) -> None:
        """Start it; its output goes to `state`."""
        self._children = children
        self._output = state / "import-check.json"
        work = [
            {
                "function": function.name,
                "folder": str(function.code),
                "handler": function.handler,
                "variables": lambda_variables(function),
            }
            for function in functions
        ]
        python = interpreter(functions[0])  # they are all built, or none is
        command = [*python, "-m", "local.import_check", json.dumps(work)]
        with self._output.open("wb") as output:
            self._process = children.start(
                command, cwd=_ROOT, stdout=output, stderr=subprocess.DEVNULL
            )

    def finish(self) -> None:
        """Return when every handler was imported. Raises `LocalError` if one was not."""
        self._children.forget(self._process)
        try:
            failures = json.loads(self._output.read_text())
        except ValueError:
            failures = ["a handler ends the process that imports it"]
        if failures:
            raise LocalError("; ".join(failures))


def main(work: str) -> None:
    """Print the failures as a JSON list of lines."""
    sys.path.remove(str(_ROOT))  # where -m found this module; a function has no such path
    with contextlib.redirect_stdout(sys.stderr):
        failures = [_failure(**function) for function in json.loads(work)]
    print(json.dumps([failure for failure in failures if failure]))


def _failure(function: str, folder: str, handler: str, variables: dict[str, str]) -> str | None:
    os.environ.clear()
    os.environ.update(variables)
    paths = [folder, *variables["PYTHONPATH"].split(os.pathsep)]
    module_name, _, attribute = handler.rpartition(".")
    file = Path(folder, *module_name.split(".")).with_suffix(".py")
    if not file.is_file():
        return f"{function}: there is no {file}"
    before = set(sys.modules)
    sys.path[:0] = paths
    try:
        module = _load(file, f"handler_of_{function}")
        return None if hasattr(module, attribute) else f"{function}: {file.name} has no {attribute}"
    except BaseException as error:  # SystemExit too: whatever it is, the function would not start
        return f"{function} does not import: {_described(error)}"
    finally:
        del sys.path[: len(paths)]
        _forget(set(sys.modules) - before, folder)


def _load(file: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is no Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _forget(names: Iterable[str], folder: str) -> None:
    # Each folder may have modules of the same names; those of the layers may stay
    for name in names:
        if (getattr(sys.modules[name], "__file__", None) or "").startswith(folder + os.sep):
            del sys.modules[name]


def _described(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return f"{error.msg} ({error.filename}, line {error.lineno})"
    frames = traceback.extract_tb(error.__traceback__)
    last = [frame for frame in frames if "importlib" not in frame.filename][-1]
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text} ({last.filename}, line {last.lineno})"


if __name__ == "__main__":
    main(sys.argv[1])
