"""The environment, parsed once. `template.yaml` is where every value comes from."""

import os
import re
from collections.abc import Mapping
from typing import Final, NamedTuple

import gatehouse_scopes
from gatehouse.oauth.capabilities import CODE_CHALLENGE_METHODS
from gatehouse.oauth.policy import LONGEST_ACCESS_TOKEN, Policy
from gatehouse.oauth.resources import MCP_PATH, is_declarable

# Compiled where one is needed, which a cold start of discovery does not.
_ISSUER: Final = r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/%-]*)?"
_DOMAIN: Final = r"\.?[a-z0-9-]+(\.[a-z0-9-]+)+"
_A_DAY: Final = 86400


class SettingsError(Exception):
    """The environment lacks a value or holds one that makes no sense; the message says which."""


class TokenSettings(NamedTuple):
    """What it takes to check an access token, in whichever stack the function is."""

    region: str
    public_url: str
    grants_table: str
    keys_table: str


class Settings(NamedTuple):
    """What the stack decides for its functions. Durations are seconds."""

    region: str
    public_url: str
    grants_table: str
    keys_table: str
    clients_table: str
    users_table: str
    replays_table: str
    key_encryption_key: str
    server_name: str
    session_lifetime: int
    key_lifetime: int
    policy: Policy
    edge_proof: str = ""
    behind_cloudfront: bool = False


def read_token_settings(environment: Mapping[str, str] = os.environ) -> TokenSettings:
    """The settings in `environment` that a token is checked by. Raises `SettingsError`."""
    return TokenSettings(
        region=_text(environment, "AWS_REGION"),
        public_url=_public_url(environment),
        grants_table=_text(environment, "GRANTS_TABLE"),
        keys_table=_text(environment, "KEYS_TABLE"),
    )


class TaskSettings(NamedTuple):
    """What the stack decides for calls that go on as tasks. Durations are seconds."""

    region: str
    tasks_table: str
    lifetime: int
    timeout: int


def read_task_settings(environment: Mapping[str, str] = os.environ) -> TaskSettings:
    """The settings of tasks in `environment`. Raises `SettingsError`."""
    return TaskSettings(
        region=_text(environment, "AWS_REGION"),
        tasks_table=_text(environment, "TASKS_TABLE"),
        lifetime=_number(environment, "TASK_LIFETIME"),
        timeout=_number(environment, "TASK_TIMEOUT"),
    )


def read_task_function(environment: Mapping[str, str] = os.environ) -> str:
    """The name of the function that runs tasks. Raises `SettingsError`."""
    return _text(environment, "TASK_FUNCTION")


def read_protected_resources(
    environment: Mapping[str, str] = os.environ,
) -> tuple[str, ...] | None:
    """The resources that the stack declares beside its own; None in a stack that is another.

    Raises `SettingsError`.
    """
    declared = environment.get("PROTECTED_RESOURCES")
    if declared is None:
        return None
    resources = tuple(declared.split(",")) if declared else ()
    # the stack's own, where it serves HTTP+SSE
    resources += tuple(filter(None, [environment.get("HTTP_SSE_RESOURCE")]))
    for resource in resources:
        if not is_declarable(resource) or resource == MCP_PATH or resources.count(resource) > 1:
            raise SettingsError(
                "PROTECTED_RESOURCES names each resource once, by a path such as /notes/mcp or an"
                f" https URL, both without a slash at the end; {MCP_PATH} is always one: {resource}"
            )
    return resources


def read_mailbox_table(environment: Mapping[str, str] = os.environ) -> str:
    """The table of the function that streams. Raises `SettingsError`."""
    return _text(environment, "MAILBOX_TABLE")


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings in `environment`. Raises `SettingsError`."""
    return Settings(
        region=_text(environment, "AWS_REGION"),
        public_url=_public_url(environment),
        clients_table=_text(environment, "CLIENTS_TABLE"),
        grants_table=_text(environment, "GRANTS_TABLE"),
        users_table=_text(environment, "USERS_TABLE"),
        keys_table=_text(environment, "KEYS_TABLE"),
        replays_table=_text(environment, "REPLAYS_TABLE"),
        key_encryption_key=_text(environment, "KEY_ENCRYPTION_KEY"),
        server_name=_text(environment, "SERVER_NAME"),
        session_lifetime=_number(environment, "SESSION_LIFETIME"),
        key_lifetime=_number(environment, "KEY_ROTATION_DAYS") * _A_DAY,
        policy=Policy(
            code_challenge_methods=_code_challenge_methods(environment),
            authorization_code_lifetime=_number(environment, "AUTHORIZATION_CODE_LIFETIME"),
            access_token_lifetime=_access_token_lifetime(environment),
            refresh_token_lifetime=_number(environment, "REFRESH_TOKEN_LIFETIME"),
            refresh_grace=_number(environment, "REFRESH_GRACE"),
            client_lifetime=_number(environment, "CLIENT_LIFETIME"),
            consent_lifetime=_count(environment, "CONSENT_LIFETIME"),
            scopes=gatehouse_scopes.CATALOGUE,
            advertise_iss_parameter=_switch(environment, "ADVERTISE_ISS_PARAMETER"),
            resources=read_protected_resources(environment) or (),
            trusted_issuers=_trusted_issuers(environment),
            trusted_client_domains=_trusted_client_domains(environment),
        ),
        # only the functions that sign people in have one
        edge_proof=environment.get("EDGE_PROOF", ""),
        behind_cloudfront=_switch(environment, "BEHIND_CLOUDFRONT"),
    )


def _public_url(environment: Mapping[str, str]) -> str:
    return environment.get("PUBLIC_URL", "").rstrip("/")


def _code_challenge_methods(environment: Mapping[str, str]) -> tuple[str, ...]:
    methods = tuple(_text(environment, "CODE_CHALLENGE_METHODS").split(","))
    if not methods or not set(methods) <= set(CODE_CHALLENGE_METHODS):
        raise SettingsError(f"CODE_CHALLENGE_METHODS may hold {', '.join(CODE_CHALLENGE_METHODS)}")
    return methods


def _trusted_issuers(environment: Mapping[str, str]) -> tuple[str, ...]:
    listed = environment.get("TRUSTED_ISSUERS", "")
    issuers = tuple(each.strip() for each in listed.split(",")) if listed.strip() else ()
    for issuer in issuers:
        # RFC 8414 section 2: an https URL without query and fragment
        if not re.fullmatch(_ISSUER, issuer):
            raise SettingsError(f"TRUSTED_ISSUERS names what is no issuer's https URL: {issuer}")
    return issuers


def _trusted_client_domains(environment: Mapping[str, str]) -> tuple[str, ...] | None:
    name = "CLIENT_ID_METADATA_DOCUMENTS"
    value = _text(environment, name)
    if value in ("any", "off"):
        return None if value == "any" else ()
    domains = tuple(value.split(","))
    if not all(re.fullmatch(_DOMAIN, domain) for domain in domains):
        raise SettingsError(
            f"the environment variable {name} is neither any nor off nor a list of domains: {value}"
        )
    return domains


def _access_token_lifetime(environment: Mapping[str, str]) -> int:
    lifetime = _number(environment, "ACCESS_TOKEN_LIFETIME")
    if lifetime > LONGEST_ACCESS_TOKEN:  # its key would be gone before it
        raise SettingsError(f"ACCESS_TOKEN_LIFETIME may be at most {LONGEST_ACCESS_TOKEN}")
    return lifetime


def _switch(environment: Mapping[str, str], name: str) -> bool:
    value = _text(environment, name)
    if value not in ("true", "false"):
        raise SettingsError(f"the environment variable {name} is neither true nor false: {value}")
    return value == "true"


def _text(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise SettingsError(f"the environment variable {name} is missing")
    return value


def _number(environment: Mapping[str, str], name: str) -> int:
    value = _count(environment, name)
    if value == 0:
        raise SettingsError(f"the environment variable {name} is no positive whole number: {value}")
    return value


def _count(environment: Mapping[str, str], name: str) -> int:
    value = _text(environment, name)
    if not value.isdecimal():
        raise SettingsError(f"the environment variable {name} is no whole number: {value}")
    return int(value)
