"""`python -m local`, from the repository root: serves the stack until Ctrl-C.

It runs the build of `make build-local` if that is fresh, or else the source.

Environment: PORT (3000), LOCAL_USER (demo@example.com), LOCAL_PASSWORD (demo-password),
LOCAL_SIGNING_KEY (the file of a private JWK; the stack makes its own without it),
LOCAL_CLIENT_DOCUMENTS (the parameter ClientIdMetadataDocuments: `off` where nothing outside can be
reached, so that clients register), LOCAL_HTTP_SSE (true; the parameter HttpSseTransport),
LOCAL_PARAMETERS (a JSON object of further parameters, such as IdentityProviders), LOCAL_SECRETS (a
JSON object of what SSM and Secrets Manager have, {"ssm:/gatehouse/google": "…"}).
"""

import json
import os
import queue
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from local.errors import LocalError

if TYPE_CHECKING:
    from local.stack import Options, Stack

Outcome = LocalError | signal.Signals | None


def main() -> int:
    """Run a stack; the exit code of the process."""
    # The work is done in a thread, so that a signal cannot cut it in two: the main thread alone
    # hears signals, and then ends what there is
    outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: outcomes.put(signal.Signals(number)))
    from local.stack import Stack  # takes its time, so it comes after the signals

    try:
        options = read_options(os.environ)
    except LocalError as error:
        return _failed(error)
    stack = Stack(options)
    threading.Thread(target=_run, args=[stack, options, outcomes], daemon=True).start()
    outcome = outcomes.get()
    stack.stop()
    if isinstance(outcome, LocalError):
        return _failed(outcome)
    if outcome is None:
        return 1
    return 130 if outcome == signal.SIGINT else 0


def read_options(environment: Mapping[str, str]) -> "Options":
    """The options in `environment`. Raises `LocalError`."""
    from local.build import fresh_build
    from local.stack import Options

    root = Path(__file__).parents[1]
    port = environment.get("PORT") or "3000"
    if not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise LocalError(f"PORT is no port number: {port}")
    key = environment.get("LOCAL_SIGNING_KEY")
    return Options(
        root=root,
        template=fresh_build(root) or root / "template.yaml",
        port=int(port),
        user=environment.get("LOCAL_USER") or "demo@example.com",
        password=environment.get("LOCAL_PASSWORD") or "demo-password",
        signing_key=Path(key) if key else None,
        client_documents=environment.get("LOCAL_CLIENT_DOCUMENTS") or "any",
        http_sse=environment.get("LOCAL_HTTP_SSE") or "true",
        parameters=_texts(environment, "LOCAL_PARAMETERS"),
        secrets=_texts(environment, "LOCAL_SECRETS"),
    )


def _texts(environment: Mapping[str, str], name: str) -> dict[str, str]:
    """A JSON object of texts. Raises `LocalError`, which does not repeat it: it may be secret."""
    try:
        value = json.loads(environment.get(name) or "{}")
    except ValueError:
        value = None
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise LocalError(f"{name} is no JSON object of strings")
    return value


def _run(stack: "Stack", options: "Options", outcomes: "queue.SimpleQueue[Outcome]") -> None:
    from local.banner import banner
    from local.children import Ended

    try:
        stack.start()
        print(banner(options, persistent=stack.persistent), flush=True)
        stack.watch()
    except LocalError as error:
        outcomes.put(error)
    except Ended:
        pass  # the main thread is at it
    except BaseException:
        outcomes.put(None)  # a mistake of ours: its traceback is for us
        raise


def _failed(error: LocalError) -> int:
    print(f"local stack: {error}", file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
