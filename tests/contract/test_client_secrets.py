"""Client secrets in SSM and Secrets Manager: read when they are needed, remembered for a while."""

from collections.abc import Iterator
from itertools import count

import pytest

from gatehouse.aws.client import AwsClient
from gatehouse.aws.client_secrets import ClientSecrets
from gatehouse.aws.services import SECRETS_MANAGER, SSM
from gatehouse.errors import Unavailable
from local.account import CREDENTIALS, REGION
from local.engines import Engines
from local.seed import store_secrets

_NUMBERS = count()


class Account:
    """What the operator keeps in both stores, and what reads it by a clock that stands."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self.ssm = SSM.client(REGION, endpoint=endpoint)
        self.secrets_manager = SECRETS_MANAGER.client(REGION, endpoint=endpoint)
        self.now = 1000
        self.read = ClientSecrets(self._ssm, self._secrets_manager, lambda: self.now)

    def keep(self, reference: str, secret: str) -> str:
        store_secrets({reference: secret}, endpoint=self._endpoint)
        return reference

    def parameter(self, value: str) -> str:
        return self.keep(f"ssm:/gatehouse/parameter-{next(_NUMBERS)}", value)

    def secret(self, value: str) -> str:
        return self.keep(f"secretsmanager:gatehouse/secret-{next(_NUMBERS)}", value)

    def _ssm(self) -> AwsClient:
        return self.ssm

    def _secrets_manager(self) -> AwsClient:
        return self.secrets_manager


@pytest.fixture
def account(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    account = Account(engines.kms.url)
    yield account
    account.ssm.close()
    account.secrets_manager.close()


def test_a_parameter_is_read_decrypted(account: Account) -> None:
    assert account.read(account.parameter("a secret")) == "a secret"


@pytest.mark.parametrize(
    ("member", "stored", "secret"),
    [("", "plain", "plain"), ("", '{"x": "y"}', '{"x": "y"}'), ("#x", '{"x": "y"}', "y")],
)
def test_a_secret_is_a_text_or_a_member(
    account: Account, member: str, stored: str, secret: str
) -> None:
    assert account.read(account.secret(stored) + member) == secret


@pytest.mark.parametrize("stored", ["plain", '{"x": 7}', '["x"]', "{}", '{"x": ""}'])
def test_a_member_that_is_missing_is_told_without_the_secret(account: Account, stored: str) -> None:
    reference = f"{account.secret(stored)}#x"

    with pytest.raises(Unavailable) as missing:
        account.read(reference)

    assert str(missing.value) == f"{reference} has no text of that name"


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("ssm:/gatehouse/nothing", "ParameterNotFound"),
        ("secretsmanager:gatehouse/nothing", "ResourceNotFoundException"),
    ],
)
def test_a_refusal_is_told_by_its_code(account: Account, reference: str, code: str) -> None:
    with pytest.raises(Unavailable, match=code):
        account.read(reference)


def test_a_secret_is_read_anew_after_five_minutes(account: Account) -> None:
    reference = account.parameter("first")
    assert account.read(reference) == "first"
    account.keep(reference, "second")

    account.now = 1299
    assert account.read(reference) == "first"
    account.now = 1300
    assert account.read(reference) == "second"
    # by a clock that went back as well
    account.keep(reference, "third")
    account.now = 900
    assert account.read(reference) == "third"
