"""The environment, parsed once."""

import pytest

from gatehouse.oauth.policy import LONGEST_ACCESS_TOKEN
from gatehouse.settings import (
    SettingsError,
    read_protected_resources,
    read_settings,
    read_token_settings,
)

ENVIRONMENT = {
    "AWS_REGION": "eu-central-1",
    "PUBLIC_URL": "",
    "CLIENTS_TABLE": "clients",
    "GRANTS_TABLE": "grants",
    "USERS_TABLE": "users",
    "KEYS_TABLE": "keys",
    "REPLAYS_TABLE": "replays",
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
    "CONSENT_LIFETIME": "86400",
    "ADVERTISE_ISS_PARAMETER": "true",
    "PROTECTED_RESOURCES": "/notes/mcp,https://notes.example.org:8443/a/b",
    "CLIENT_ID_METADATA_DOCUMENTS": "any",
    "BEHIND_CLOUDFRONT": "true",
}
# What may be empty, as nothing at all is a choice.
OPTIONAL = ("PUBLIC_URL", "PROTECTED_RESOURCES")
CHECKS_TOKENS = ("AWS_REGION", "GRANTS_TABLE", "KEYS_TABLE")
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
    assert settings.behind_cloudfront is True
    policy = settings.policy
    assert policy.code_challenge_methods == ("S256", "plain")
    assert (policy.authorization_code_lifetime, policy.access_token_lifetime) == (60, 3600)
    assert (policy.refresh_token_lifetime, policy.refresh_grace) == (2592000, 60)
    assert (policy.client_lifetime, policy.consent_lifetime) == (7776000, 86400)
    assert policy.advertise_iss_parameter is True
    assert policy.resources == ("/notes/mcp", "https://notes.example.org:8443/a/b")
    assert policy.trusted_client_domains is None


def test_the_public_url_loses_its_trailing_slash() -> None:
    settings = read_settings(ENVIRONMENT | {"PUBLIC_URL": "https://mcp.example.com/"})
    assert settings.public_url == "https://mcp.example.com"


def test_the_stack_may_narrow_pkce_to_s256() -> None:
    settings = read_settings(ENVIRONMENT | {"CODE_CHALLENGE_METHODS": "S256"})
    assert settings.policy.code_challenge_methods == ("S256",)


def test_the_stack_may_leave_the_iss_advertisement_out() -> None:
    settings = read_settings(ENVIRONMENT | {"ADVERTISE_ISS_PARAMETER": "false"})
    assert settings.policy.advertise_iss_parameter is False


@pytest.mark.parametrize(
    ("listed", "issuers"),
    [
        ("", ()),
        (" ", ()),
        ("https://idp.example", ("https://idp.example",)),
        (
            "https://a.example/, https://b.example:8443/x",
            ("https://a.example/", "https://b.example:8443/x"),
        ),
    ],
)
def test_issuers_are_trusted_as_they_are_written(listed: str, issuers: tuple[str, ...]) -> None:
    settings = read_settings(ENVIRONMENT | {"TRUSTED_ISSUERS": listed})
    assert settings.policy.trusted_issuers == issuers


@pytest.mark.parametrize(
    "listed",
    [*("idp.example", "http://idp.example", "https://", "*"), "https://a.example,", "https://a?x"],
)
def test_what_is_no_issuer_is_named(listed: str) -> None:
    with pytest.raises(SettingsError, match="TRUSTED_ISSUERS"):
        read_settings(ENVIRONMENT | {"TRUSTED_ISSUERS": listed})


@pytest.mark.parametrize(
    ("value", "domains"),
    [
        ("off", ()),
        ("claude.ai", ("claude.ai",)),
        ("claude.ai,.example.com", ("claude.ai", ".example.com")),
    ],
)
def test_the_stack_may_say_whose_client_documents_are_read(
    value: str, domains: tuple[str, ...]
) -> None:
    settings = read_settings(ENVIRONMENT | {"CLIENT_ID_METADATA_DOCUMENTS": value})
    assert settings.policy.trusted_client_domains == domains


@pytest.mark.parametrize(
    "value",
    ["Any", "none", "*", "*.example.com", "https://a.org", "a.org, b.org", ".com", ","],
)
def test_what_is_no_list_of_domains_is_named(value: str) -> None:
    with pytest.raises(SettingsError, match="CLIENT_ID_METADATA_DOCUMENTS"):
        read_settings(ENVIRONMENT | {"CLIENT_ID_METADATA_DOCUMENTS": value})


@pytest.mark.parametrize("name", [name for name in ENVIRONMENT if name not in OPTIONAL])
@pytest.mark.parametrize("value", [None, ""], ids=["absent", "empty"])
def test_a_missing_value_is_named(name: str, value: str | None) -> None:
    environment = {key: known for key, known in ENVIRONMENT.items() if key != name}
    if value is not None:
        environment[name] = value
    with pytest.raises(SettingsError, match=name):
        read_settings(environment)


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", ["-1", "1.5", "60s", " 60", "²"])
def test_a_duration_that_makes_no_sense_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_settings(ENVIRONMENT | {name: value})


@pytest.mark.parametrize("name", [name for name in NUMBERS if name != "CONSENT_LIFETIME"])
def test_nothing_lasts_no_time_but_what_is_remembered(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_settings(ENVIRONMENT | {name: "0"})

    assert read_settings(ENVIRONMENT | {"CONSENT_LIFETIME": "0"}).policy.consent_lifetime == 0


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


def test_a_function_that_checks_tokens_needs_nothing_else() -> None:
    environment = {name: ENVIRONMENT[name] for name in CHECKS_TOKENS}
    settings = read_token_settings(environment | {"PUBLIC_URL": "https://mcp.example.com/"})
    assert (settings.region, settings.public_url) == ("eu-central-1", "https://mcp.example.com")
    assert (settings.grants_table, settings.keys_table) == ("grants", "keys")
    assert read_token_settings(environment).public_url == ""


@pytest.mark.parametrize("name", CHECKS_TOKENS)
def test_what_it_lacks_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_token_settings({key: ENVIRONMENT[key] for key in CHECKS_TOKENS if key != name})


def test_no_resource_is_something_else_than_not_to_know() -> None:
    assert read_protected_resources({"PROTECTED_RESOURCES": ""}) == ()
    assert read_protected_resources({}) is None
    assert read_settings(ENVIRONMENT | {"PROTECTED_RESOURCES": ""}).policy.resources == ()


@pytest.mark.parametrize("stream", ["/mcp/sse", "https://x.lambda-url.eu.on.aws/mcp/sse"])
def test_http_sse_is_a_resource_where_the_stack_serves_it(stream: str) -> None:
    served = {"PROTECTED_RESOURCES": "/notes/mcp", "HTTP_SSE_RESOURCE": stream}

    assert read_protected_resources(served) == ("/notes/mcp", stream)
    with pytest.raises(SettingsError, match="once"):
        read_protected_resources({"PROTECTED_RESOURCES": stream, "HTTP_SSE_RESOURCE": stream})


@pytest.mark.parametrize(
    "resources",
    [
        "notes/mcp",
        "/",
        "/notes/mcp/",
        "/notes//mcp",
        "/notes/mcp,",
        "/notes/mcp, /memos/mcp",
        "/notes/mcp,/notes/mcp",
        "/mcp/mcp",
        "/../mcp",
        "/.well-known/notes",
        "/notes/mcp?a=b",
        "/notes/mcp#a",
        "/n%6ftes/mcp",
        "/nötes",
        "/notes\n",
        "http://notes.example.org/mcp",
        "https://notes.example.org/",
        "https://Notes.example.org/mcp",
        "https://user@notes.example.org/mcp",
        "https:///mcp",
        "//notes.example.org/mcp",
    ],
)
def test_a_resource_that_could_be_written_in_two_ways_is_refused(resources: str) -> None:
    with pytest.raises(SettingsError, match="PROTECTED_RESOURCES"):
        read_settings(ENVIRONMENT | {"PROTECTED_RESOURCES": resources})
