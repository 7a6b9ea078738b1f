"""One deployment per worker: real engines, the template's own tables and environment."""

import os
import runpy
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import gatehouse_scopes
from gatehouse import wiring
from gatehouse.signin.people import add_person
from gatehouse.wiring import signin
from local.account import CREDENTIALS, REGION
from local.engines import Engines
from local.invocation_api import InvocationApi
from local.seed import create_tables
from local.template import Template
from tests.functions.actors import EMAIL, PASSWORD, Client
from tests.functions.deployment import ORIGIN, PROTECTED, Deployment
from tests.functions.machines import IdentityProvider, new_issuer
from tests.functions.streams import STREAMING, Streams
from tests.functions.tables import Tables
from tests.internet import Internet
from tests.large_offers import add_large_offers
from tests.notes import add_notes
from tests.running_stack import copy_of_project

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def deployment(engines: Engines, key_arns: dict[str, str]) -> Iterator[Deployment]:
    os.environ |= {**CREDENTIALS, "AWS_REGION": REGION}
    parameters = {"PublicUrl": ORIGIN, "ProtectedResources": ",".join(PROTECTED)}
    declared = Template(ROOT / "template.yaml").resolve(parameters, key_arns)
    streaming = Template(ROOT / "template.yaml").resolve(parameters | STREAMING, key_arns)
    create_tables(streaming.tables, endpoint=engines.dynamodb.url)
    for function in declared.functions:
        os.environ |= function.environment
    os.environ |= {
        "AWS_ENDPOINT_URL_DYNAMODB": engines.dynamodb.url,
        "AWS_ENDPOINT_URL_KMS": engines.kms.url,
        "AWS_ENDPOINT_URL_SSM": engines.kms.url,
        "AWS_ENDPOINT_URL_SECRETS_MANAGER": engines.kms.url,
    }
    deployment = Deployment(declared)
    invocations = InvocationApi(deployment.taking_events)
    os.environ["AWS_ENDPOINT_URL_LAMBDA"] = invocations.url
    add_person(EMAIL, PASSWORD, people=signin.people(), now=wiring.now())
    yield deployment
    wiring.close()
    invocations.close()


@pytest.fixture(scope="module")
def notes(deployment: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The same stack with the tools of `tests.notes`, whose operator describes their scopes."""
    project = add_notes(copy_of_project(tmp_path_factory.mktemp("project")))
    written = runpy.run_path(str(project / "shared" / "gatehouse_scopes.py"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gatehouse_scopes, "CATALOGUE", written["CATALOGUE"])
        wiring.close()
        yield Deployment(Template(project / "template.yaml").resolve({"PublicUrl": ORIGIN}, {}))
    wiring.close()


@pytest.fixture(scope="module")
def streams(deployment: Deployment) -> Iterator[Streams]:
    """The same stack with HTTP+SSE, on one host by CloudFront."""
    parameters = {"PublicUrl": ORIGIN, **STREAMING}
    declared = Template(ROOT / "template.yaml").resolve(parameters, {})
    with pytest.MonkeyPatch.context() as patch:
        for function in declared.functions:
            for name, value in function.environment.items():
                if name in ("HTTP_SSE_RESOURCE", "MAILBOX_TABLE"):
                    patch.setenv(name, value)
        wiring.close()
        yield Streams(declared)
    wiring.close()


@pytest.fixture(scope="module")
def offering(
    deployment: Deployment, streams: Streams, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Streams]:
    """The same with resources, prompts and tasks: the conformance suite's, and large ones."""
    project = add_large_offers(copy_of_project(tmp_path_factory.mktemp("project")))
    for name in ("offers.py", "questions.py", "task_offers.py"):
        source = ROOT / "tests" / "conformance" / name
        shutil.copy(source, project / "functions" / "mcp" / "tools")
    parameters = {"PublicUrl": ORIGIN, **STREAMING}
    declared = Template(project / "template.yaml").resolve(parameters, {})
    yield Streams(declared, handed_over=deployment.handed_over)
    # tasks that nobody wants to be run
    while not deployment.nothing_handed_over:
        deployment.handed_over.get()


@pytest.fixture
def tables(deployment: Deployment, engines: Engines) -> Tables:
    names = Template(ROOT / "template.yaml").logical_ids("AWS::DynamoDB::Table")
    return Tables(engines.dynamodb.url, names)


@pytest.fixture
def internet(network: Internet, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Internet:
    """What the functions find outside: empty at first."""
    network.forget_everything()
    network.surround(monkeypatch, tmp_path)
    return network


@pytest.fixture
def provider(
    deployment: Deployment, internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> Iterator[IdentityProvider]:
    """An identity provider that the operator trusts, for one test."""
    provider = IdentityProvider(internet, new_issuer())
    provider.publish()
    monkeypatch.setenv("TRUSTED_ISSUERS", f"https://first.example,{provider.issuer}")
    wiring.close()
    yield provider
    monkeypatch.undo()
    wiring.close()


@pytest.fixture
def client(deployment: Deployment) -> Client:
    return Client.register(deployment)
