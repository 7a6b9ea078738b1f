"""What a cold start loads: docs/decisions/0007, of the functions as they run.

Under Lambda's runtime client, with their folder and the layer alone, through one answer.
"""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.subjects import Subject, Subjects
from gatehouse import wiring
from local.account import CREDENTIALS, REGION
from local.recorder import VARIABLE
from tests.packaging.builds import Lambda
from tests.running_stack import ROOT

ISSUER = "https://mcp.example.com"
DISCOVERY = ["AuthorizationServerMetadata", "ProtectedResourceMetadata", "Preflight"]

# OpenSSL, and what it takes to ask AWS for anything
OPENSSL = {"ssl", "_ssl", "_hashlib", "cryptography", "http.client", "gatehouse.aws"}
# What costs a function more than all else that it loads.
LIBRARIES = {"boto3", "botocore", "pydantic", "jwt"}
ASKING = {
    "gatehouse.mcp.questions",
    "gatehouse.mcp.request_state",
    "gatehouse.keys.request_states",
    "cryptography.hazmat.primitives.ciphers.aead",
}
PAGES = {"jinja2", "argon2", "gatehouse.pages", "gatehouse.signin"}

# The functions' own module, and what was loaded when it had answered.
PROBE = """
import sys
from app import handler as answer
def handler(event, context):
    return {"status": answer(event, context)["statusCode"], "loaded": sorted(sys.modules)}
"""


@pytest.fixture(scope="module")
def subjects(aws: Lambda) -> Iterator[Mapping[str, Subject]]:
    """Every function with the request that it is there for, as `make bench` sends it."""
    variables = {**CREDENTIALS, "AWS_REGION": REGION}
    for function in aws.declared.functions:
        variables |= function.environment
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name, value in {**variables, **aws.endpoints}.items():
            monkeypatch.setenv(name, value)
        wiring.close()
        made = Subjects(aws.declared, issuer=ISSUER, root=ROOT).ours()
        yield {subject.name: subject for subject in made}
        wiring.close()


@pytest.fixture
def loaded(
    aws: Lambda,
    subjects: Mapping[str, Subject],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> "Loaded":
    monkeypatch.delenv(VARIABLE, raising=False)  # the recorder would load what it watches
    return Loaded(aws, subjects, tmp_path)


class Loaded:
    """Starts a function, asks it once, and tells which modules that took."""

    def __init__(self, aws: Lambda, subjects: Mapping[str, Subject], folder: Path) -> None:
        self._aws = aws
        self._subjects = subjects
        self._folder = folder

    def by(self, name: str) -> set[str]:
        subject = self._subjects[name]
        probed = replace(subject.function, code=self._folder, handler="probe.handler")
        shutil.copytree(subject.function.code, self._folder, dirs_exist_ok=True)
        (self._folder / "probe.py").write_text(PROBE)
        answer = self._aws.function(probed).invoke(subject.event())
        assert answer["status"] < 300, answer
        return set(answer["loaded"])


@pytest.mark.parametrize("function", DISCOVERY)
def test_discovery_loads_no_openssl_and_no_library(loaded: Loaded, function: str) -> None:
    modules = loaded.by(function)

    # a NamedTuple is made in a ninth of the time, and needs no `dataclasses`
    dear = OPENSSL | LIBRARIES | PAGES | {"pydantic_core", "dataclasses"}
    assert modules & dear == set()
    assert "aws_lambda_powertools" in modules


def test_tokens_are_issued_without_jwt_pydantic_or_pages(loaded: Loaded) -> None:
    modules = loaded.by("Token")

    assert modules & (LIBRARIES | PAGES | {"pydantic_core", "cryptography.x509"}) == set()
    assert "cryptography" in modules


def test_a_tool_of_plain_types_is_called_with_pydantics_core_alone(loaded: Loaded) -> None:
    modules = loaded.by("mcp (tools/call)")

    # what asks the person, and seals what it asked, is loaded by a tool that does
    assert modules & ASKING == set()
    # nothing is signed, so no private key is read
    reader = "cryptography.hazmat.primitives.serialization"
    assert modules & (LIBRARIES | PAGES | {reader, "cryptography.x509"}) == set()
    assert "pydantic_core" in modules
    # whoever brings no server of the official SDK has nothing of what asks one
    assert modules & {"mcp", "starlette", "asyncio", "gatehouse.whole_server"} == set()
    # a tool that is answered at once has no use for tasks, but for the extension's name
    assert {name for name in modules if name.startswith("gatehouse.mcp.tasks.")} == set()
    assert {"gatehouse.aws.invocations", "gatehouse.storage.tasks"} & modules == set()
    # nor what other methods need, and other results
    others = ("reading", "prompting", "completing", "content", "schemas.signatures")
    assert modules & {f"gatehouse.mcp.{name}" for name in others} == set()


def test_tools_of_plain_types_are_listed_without_pydantic_or_its_core(loaded: Loaded) -> None:
    """What every client asks first."""
    assert loaded.by("mcp (tools/list)") & (LIBRARIES | {"pydantic_core"}) == set()


def test_a_registration_is_read_by_pydantic(loaded: Loaded) -> None:
    """So that the tests before see it where it is."""
    assert "pydantic" in loaded.by("Register")


@pytest.mark.parametrize("function", ["Jwks", "Register", "authorize (sign-in page)"])
def test_no_function_loads_boto3_or_jwt(loaded: Loaded, function: str) -> None:
    # nor, for the sign-in page, what checks the passkeys and passwords that it asks for
    assert loaded.by(function) & {"boto3", "botocore", "jwt", "fido2", "argon2"} == set()
