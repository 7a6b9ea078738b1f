"""What `sam build` produces, built for this machine so that the local stack can run it.

`python -m local.build` builds into `.aws-sam/local`, by the same template and makefile as the build
that is deployed; what differs is the Python that wheels and bytecode are for. It does nothing when
that build is fresh.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Final

from local.declared import RUNTIME_CLIENT

_ROOT: Final = Path(__file__).parents[1]
_SOURCES: Final = (
    "template.yaml",
    "functions",
    "shared",
    "requirements/local.txt",
    "local/build.py",
)
# Written last: a build without it was not finished.
_FINGERPRINT: Final = "fingerprint"
_RUNTIME_CLIENT_DISTRIBUTIONS: Final = ("awslambdaric", "simplejson", "snapshot-restore-py")


def fresh_build(root: Path) -> Path | None:
    """The template of the build of `root`, if it was made of what is there now."""
    folder = _folder(root)
    try:
        fresh = (folder / _FINGERPRINT).read_text() == _fingerprint(root)
    except OSError:
        return None
    return folder / "template.yaml" if fresh else None


def build(root: Path) -> None:
    """Build `root`. Raises `CalledProcessError`; what went wrong was printed."""
    folder = _folder(root)
    fingerprint = _fingerprint(root)  # now: a file that is changed meanwhile makes the build stale
    shutil.rmtree(folder, ignore_errors=True)
    # Not cached: the SAM CLI's cache knows nothing of LAYER_PYTHON
    sam = [".venv-sam/bin/sam", "build", "--no-cached", "--build-dir", str(folder)]
    environment = {**os.environ, "SAM_CLI_TELEMETRY": "0", "LAYER_PYTHON": sys.executable}
    ended = subprocess.run(sam, cwd=root, env=environment, capture_output=True, check=False)
    if ended.returncode:
        sys.stderr.buffer.write(ended.stdout + ended.stderr)
        ended.check_returncode()
    _compile(folder)
    # Lambda's runtime brings its own; here it must not bring this machine's site-packages along
    for name in _RUNTIME_CLIENT_DISTRIBUTIONS:
        _copy_distribution(name, folder / RUNTIME_CLIENT)
    (folder / _FINGERPRINT).write_text(fingerprint)


def _folder(root: Path) -> Path:
    return root / ".aws-sam" / "local"


def _fingerprint(root: Path) -> str:
    """A hash of everything that a build is made of: the sources, and this Python."""
    digest = hashlib.sha256(f"{sys.version} {platform.platform()}".encode())
    for file in _source_files(root):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        digest.update(f"\n{file.relative_to(root)} {content}".encode())
    return digest.hexdigest()


def _source_files(root: Path) -> Iterator[Path]:
    for name in _SOURCES:
        source = root / name
        for file in sorted(source.rglob("*")) if source.is_dir() else [source]:
            if file.is_file() and "__pycache__" not in file.parts:
                yield file


def _compile(folder: Path) -> None:
    # Relative names, so that the bytecode does not depend on where this folder is
    command = [sys.executable, "-m", "compileall", "-q", "-j", "0"]
    command += ["--invalidation-mode", "unchecked-hash", "."]
    subprocess.run(command, cwd=folder, check=True)


def _copy_distribution(name: str, target: Path) -> None:
    found = distribution(name)
    for file in found.files or ():
        if ".." not in file.parts and "__pycache__" not in file.parts:
            copy = target / file
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(Path(str(found.locate_file(file))), copy)


def main() -> int:
    """Build unless the build is fresh; the exit code of the process."""
    if fresh_build(_ROOT) is None:
        try:
            build(_ROOT)
        except subprocess.CalledProcessError as error:
            print(f"build-local: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
