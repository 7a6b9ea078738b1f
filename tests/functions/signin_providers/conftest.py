"""A stack whose people come from providers."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gatehouse import wiring
from local.engines import Engines
from local.seed import store_secrets
from tests.functions.actors import Browser
from tests.functions.deployment import Deployment
from tests.internet import Internet
from tests.providers.played import SECRET, PlayedProvider

Configure = Callable[..., None]


@pytest.fixture(scope="session", autouse=True)
def secrets(deployment: Deployment, engines: Engines) -> None:
    """Where the operator keeps them: one in each store."""
    kept = {
        "ssm:/gatehouse/acme": SECRET,
        "secretsmanager:gatehouse/acme": json.dumps({"client_secret": SECRET}),
    }
    store_secrets(kept, endpoint=engines.kms.url)


@pytest.fixture
def configure(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> Iterator[Configure]:
    """Have the stack know these providers, and further parameters."""

    def configure(*providers: dict[str, Any], **environment: str) -> None:
        monkeypatch.setenv("IDENTITY_PROVIDERS", json.dumps(providers))
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        wiring.close()

    yield configure
    monkeypatch.undo()
    wiring.close()


@pytest.fixture
def acme(internet: Internet, configure: Configure) -> PlayedProvider:
    """A provider that anybody may come from."""
    provider = PlayedProvider(internet)
    configure(provider.configuration(allow={"anyone": True}))
    return provider


@pytest.fixture
def browser(deployment: Deployment) -> Browser:
    return Browser(deployment)
