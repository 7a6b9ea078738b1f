"""The environment, parsed once."""

import pytest

from gatehouse.oauth.policy import LONGEST_ACCESS_TOKEN
from gatehouse.settings import SettingsError, read_settings

ENVIRONMENT = {
    "AWS_REGION": "eu-central-1",
    "PUBLIC_URL": "",
    "CLIENTS_TABLE": "clients",
    "GRANTS_TABLE": "grants",
    "USERS_TABLE": "users",
    "KEYS_TABLE": "keys",
    "KEY_ENCRYPTION_KEY": "alias/key",
    "SERVER_NAME": "Gatehouse",
    "SESSION_LIFETIME": "28800",
    "KEY_ROTATION_DAYS": "90",
    "CODE_CHALLENGE_METHODS": "S256,plain",
    "AUTHORIZATION_CODE_LIFETIME": "60",
    "ACCESS_TOKEN_LIFETIME": "3600",
    "REFRESH_TOKEN_LIFETIME": "2592000",
    "REFRESH_GRACE": "60",
    "CLIENT_LIFETIME": "7776000",
    "ADVERTISE_ISS_PARAMETER": "true",
}
NUMBERS = [name for name, value in ENVIRONMENT.items() if value.isdecimal()]


def test_every_value_arrives_where_it_is_used() -> None:
    settings = read_settings(ENVIRONMENT)
    assert (settings.region, settings.public_url) == ("eu-central-1", "")
    tables = (settings.clients_table, settings.grants_table)
    assert tables == ("clients", "grants")
    assert (settings.users_table, settings.keys_table) == ("users", "keys")
    assert (settings.key_encryption_key, settings.server_name) == ("alias/key", "Gatehouse")
    assert settings.session_lifetime == 28800
    assert settings.key_lifetime == 90 * 86400
    policy = settings.policy
    assert policy.code_challenge_methods == ("S256", "plain")
    assert (policy.authorization_code_lifetime, policy.access_token_lifetime) == (60, 3600)
    assert (policy.refresh_token_lifetime, policy.refresh_grace) == (2592000, 60)
    assert (policy.client_lifetime, policy.advertise_iss_parameter) == (7776000, True)


def test_the_public_url_loses_its_trailing_slash() -> None:
    settings = read_settings(ENVIRONMENT | {"PUBLIC_URL": "https://mcp.example.com/"})
    assert settings.public_url == "https://mcp.example.com"


def test_the_stack_may_narrow_pkce_to_s256() -> None:
    settings = read_settings(ENVIRONMENT | {"CODE_CHALLENGE_METHODS": "S256"})
    assert settings.policy.code_challenge_methods == ("S256",)


def test_the_stack_may_leave_the_iss_advertisement_out() -> None:
    settings = read_settings(ENVIRONMENT | {"ADVERTISE_ISS_PARAMETER": "false"})
    assert settings.policy.advertise_iss_parameter is False


@pytest.mark.parametrize("name", [name for name in ENVIRONMENT if name != "PUBLIC_URL"])
@pytest.mark.parametrize("value", [None, ""], ids=["absent", "empty"])
def test_a_missing_value_is_named(name: str, value: str | None) -> None:
    environment = {key: known for key, known in ENVIRONMENT.items() if key != name}
    if value is not None:
        environment[name] = value
    with pytest.raises(SettingsError, match=name):
        read_settings(environment)


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", ["0", "-1", "1.5", "60s", " 60", "²"])
def test_a_duration_that_makes_no_sense_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_settings(ENVIRONMENT | {name: value})


def test_an_access_token_lives_no_longer_than_its_key_is_published() -> None:
    settings = read_settings(ENVIRONMENT | {"ACCESS_TOKEN_LIFETIME": str(LONGEST_ACCESS_TOKEN)})
    assert settings.policy.access_token_lifetime == LONGEST_ACCESS_TOKEN
    with pytest.raises(SettingsError, match="ACCESS_TOKEN_LIFETIME"):
        read_settings(ENVIRONMENT | {"ACCESS_TOKEN_LIFETIME": str(LONGEST_ACCESS_TOKEN + 1)})


@pytest.mark.parametrize("methods", ["S512", "s256", "S256,", "S256, plain", ","])
def test_a_code_challenge_method_that_does_not_exist_is_refused(methods: str) -> None:
    with pytest.raises(SettingsError, match="CODE_CHALLENGE_METHODS"):
        read_settings(ENVIRONMENT | {"CODE_CHALLENGE_METHODS": methods})


@pytest.mark.parametrize("value", ["yes", "True", "1", " true"])
def test_a_switch_is_true_or_false(value: str) -> None:
    with pytest.raises(SettingsError, match="ADVERTISE_ISS_PARAMETER"):
        read_settings(ENVIRONMENT | {"ADVERTISE_ISS_PARAMETER": value})
