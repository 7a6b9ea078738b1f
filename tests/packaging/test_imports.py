"""Who may import whom: the layers of the design."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "shared" / "gatehouse"

AWS = ("boto3", "botocore", "aws_lambda_powertools", "gatehouse.aws")


def imports(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every module that the files of a folder import when they run, and where."""
    for file in sorted(folder.rglob("*.py")):
        tree = ast.parse(file.read_text())
        skipped = _for_types_only(tree)
        for node in ast.walk(tree):
            if node in skipped:
                continue
            if isinstance(node, ast.Import):
                yield from ((file, name.name) for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield file, node.module
                yield from ((file, f"{node.module}.{name.name}") for name in node.names)


def _for_types_only(tree: ast.AST) -> set[ast.AST]:
    return {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }


def breaches(folder: Path, forbidden: tuple[str, ...]) -> list[str]:
    return [
        f"{file.relative_to(ROOT)} imports {name}"
        for file, name in imports(folder)
        if any(name == module or name.startswith(f"{module}.") for module in forbidden)
    ]


@pytest.mark.parametrize(
    ("folder", "forbidden"),
    [
        # the protocol is pure: no AWS, no clock, no environment, nothing of the layers around it
        (
            PACKAGE / "oauth",
            (
                *AWS,
                "os",
                "time",
                "datetime",
                "gatehouse.wiring",
                "gatehouse.settings",
                "gatehouse.storage",
                "gatehouse.http",
                "gatehouse.signin",
                "gatehouse.mcp",
                "gatehouse.pages",
                "gatehouse.keys",
                "gatehouse.fetch",
            ),
        ),
        # MCP knows nothing of who is let in, or by what
        (
            PACKAGE / "mcp",
            (
                *AWS,
                "os",
                "gatehouse.oauth",
                "gatehouse.storage",
                "gatehouse.http",
                "gatehouse.wiring",
                "gatehouse.signin",
            ),
        ),
        # streams are MCP's, and know of the rest what a mailbox promises
        (
            PACKAGE / "sse",
            (
                *AWS,
                "os",
                "time",
                "gatehouse.storage",
                "gatehouse.http",
                "gatehouse.wiring",
                "gatehouse.settings",
                "gatehouse.signin",
                "gatehouse.keys",
                "gatehouse.pages",
            ),
        ),
        (
            PACKAGE / "log",
            ("gatehouse.storage", "gatehouse.aws", "gatehouse.http", "gatehouse.wiring"),
        ),
        (PACKAGE / "pages", (*AWS, "gatehouse.oauth", "gatehouse.storage", "gatehouse.http")),
        (PACKAGE / "storage", ("gatehouse.http", "gatehouse.wiring")),
        (PACKAGE / "http", ("gatehouse.storage", "gatehouse.aws", "gatehouse.keys")),
        (
            PACKAGE / "signin",
            (
                "gatehouse.storage",
                "gatehouse.aws",
                "gatehouse.http",
                "gatehouse.wiring",
                "gatehouse.pages",
                "gatehouse.mcp",
                "gatehouse.keys",
            ),
        ),
        (
            PACKAGE / "keys",
            (
                "gatehouse.storage",
                "gatehouse.aws",
                "gatehouse.http",
                "gatehouse.wiring",
                "gatehouse.signin",
                "gatehouse.mcp",
                "os",
                "time",
            ),
        ),
        (
            PACKAGE / "aws",
            (
                "gatehouse.oauth",
                "gatehouse.storage",
                "gatehouse.http",
                "gatehouse.wiring",
                "gatehouse.signin",
                "gatehouse.keys",
                "gatehouse.mcp",
            ),
        ),
        # fetching serves OAuth, and knows nothing of it
        (
            PACKAGE / "fetch",
            (
                *AWS,
                "os",
                "gatehouse.oauth",
                "gatehouse.storage",
                "gatehouse.http",
                "gatehouse.wiring",
                "gatehouse.settings",
                "gatehouse.signin",
                "gatehouse.keys",
                "gatehouse.mcp",
            ),
        ),
        (ROOT / "functions", ("gatehouse.storage", "gatehouse.aws", "boto3", "botocore", "local")),
        (ROOT / "local", ("gatehouse.storage", "boto3", "botocore")),
        # the doctor's checks ask nothing, and its reports neither
        (ROOT / "cli" / "doctor" / "findings", ("cli.doctor.recorder", "httpx2", "socket", "time")),
        (ROOT / "cli" / "doctor" / "report", ("cli.doctor.recorder", "httpx2", "socket", "time")),
        (PACKAGE, ("local", "cli", "tests", "boto3", "botocore")),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else "",
)
def test_a_layer_keeps_to_what_it_may_know(folder: Path, forbidden: tuple[str, ...]) -> None:
    assert breaches(folder, forbidden) == []


def test_only_storage_touches_dynamodb() -> None:
    """Through a table, that is: nobody else makes or asks one."""
    users = {
        file.relative_to(PACKAGE).parts[0]
        for file, name in imports(PACKAGE)
        if name.startswith("gatehouse.storage.table")
    }

    assert users == {"storage", "wiring"}


def test_storage_knows_of_mcp_what_a_task_is() -> None:
    known = {name for _, name in imports(PACKAGE / "storage") if name.startswith("gatehouse.mcp")}

    assert {name.rpartition(".")[0] for name in known} <= {
        "gatehouse.mcp.tasks",
        "gatehouse.mcp.tasks.task",
    }


def test_streams_know_of_oauth_how_a_secret_is_kept() -> None:
    known = {name for _, name in imports(PACKAGE / "sse") if name.startswith("gatehouse.oauth.")}

    assert {name.split(".")[2] for name in known} == {"secret_values"}


def test_what_runs_in_the_place_of_lambdas_runtime_stands_alone() -> None:
    own = {name for file, name in imports(PACKAGE) if file.name == "streaming.py"}

    assert not [name for name in own if name.startswith("gatehouse")]


def test_of_http_only_the_handler_asks_for_what_was_built() -> None:
    askers = {file.name for file, name in imports(PACKAGE / "http") if name == "gatehouse.wiring"}

    assert askers == {"handler.py"}


def test_the_rules_see_what_is_imported() -> None:
    found = {name for _, name in imports(PACKAGE / "storage")}

    assert {"gatehouse.oauth.grants", "gatehouse.storage.table.Table"} <= found


@pytest.mark.parametrize(
    "folder", sorted(p.name for p in (ROOT / "functions").iterdir() if p.is_dir())
)
def test_no_function_folder_is_a_package(folder: str) -> None:
    """`functions/token` as a package would shadow the standard library's `token`."""
    assert not (ROOT / "functions" / folder / "__init__.py").exists()
