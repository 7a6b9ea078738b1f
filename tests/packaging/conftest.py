"""The build for this machine, running."""

from collections.abc import Iterator

import pytest

from local.build import fresh_build
from local.engines import Engines
from tests.packaging.builds import LOCAL, Lambda, running
from tests.running_stack import ROOT


@pytest.fixture(scope="module")
def aws(
    engines: Engines, key_arns: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lambda]:
    assert fresh_build(ROOT), "there is no build of what is here now: make build-local"
    with running(LOCAL, engines, key_arns, tmp_path_factory.mktemp("log")) as aws:
        yield aws
