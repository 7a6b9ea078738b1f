"""The engines that every test of ours runs on: one pair per worker.

Property tests: the same examples on every run, without a deadline and without a database.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings

from local.account import CREDENTIALS
from local.children import Children
from local.engines import Engines
from local.recorder import VARIABLE, Recorder
from local.seed import create_key, create_tables
from local.template import Template
from tests.internet import Internet
from tests.stores import PREFIX, Stores

ROOT = Path(__file__).parents[1]

if VARIABLE in os.environ:
    Recorder(Path(os.environ[VARIABLE])).install()
settings.register_profile("ours", derandomize=True, deadline=None, database=None, max_examples=100)
settings.load_profile("ours")


@pytest.fixture(scope="session")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    children = Children()
    try:
        engines = Engines(root=ROOT, state=tmp_path_factory.mktemp("state"), children=children)
        engines.dynamodb.wait_until_ready()
        engines.kms.wait_until_ready()
        yield engines
    finally:
        children.end()


@pytest.fixture(scope="session")
def key_arns(engines: Engines) -> dict[str, str]:
    """The template's KMS keys: one each, as whoever shares a table has to open what is in it."""
    keys = Template(ROOT / "template.yaml").logical_ids("AWS::KMS::Key")
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name, value in CREDENTIALS.items():
            monkeypatch.setenv(name, value)
        return {f"{key}.Arn": create_key(endpoint=engines.kms.url) for key in keys}


@pytest.fixture(scope="session")
def network() -> Iterator[Internet]:
    internet = Internet()
    yield internet
    internet.close()


@pytest.fixture
def stores(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stores]:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    declared = Template(ROOT / "template.yaml").resolve({"HttpSseTransport": "true"}, {})
    # under names of their own: what is tried here must not reach the handlers' tables
    tables = [
        replace(
            table,
            name=PREFIX + table.name,
            request={**table.request, "TableName": PREFIX + table.name},
        )
        for table in declared.tables
    ]
    create_tables(tables, endpoint=engines.dynamodb.url)
    stores = Stores(engines.dynamodb.url)
    yield stores
    stores.close()
