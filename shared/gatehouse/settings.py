"""The environment, parsed once. `template.yaml` is where every value comes from."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from gatehouse.oauth.capabilities import CODE_CHALLENGE_METHODS
from gatehouse.oauth.policy import LONGEST_ACCESS_TOKEN, Policy

_A_DAY = 86400


class SettingsError(Exception):
    """The environment lacks a value or holds one that makes no sense; the message says which."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the stack decides for its functions. Durations are seconds."""

    region: str
    public_url: str
    clients_table: str
    grants_table: str
    users_table: str
    keys_table: str
    key_encryption_key: str
    server_name: str
    session_lifetime: int
    key_lifetime: int
    policy: Policy


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings in `environment`. Raises `SettingsError`."""
    return Settings(
        region=_text(environment, "AWS_REGION"),
        public_url=environment.get("PUBLIC_URL", "").rstrip("/"),
        clients_table=_text(environment, "CLIENTS_TABLE"),
        grants_table=_text(environment, "GRANTS_TABLE"),
        users_table=_text(environment, "USERS_TABLE"),
        keys_table=_text(environment, "KEYS_TABLE"),
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
            advertise_iss_parameter=_switch(environment, "ADVERTISE_ISS_PARAMETER"),
        ),
    )


def _code_challenge_methods(environment: Mapping[str, str]) -> tuple[str, ...]:
    methods = tuple(_text(environment, "CODE_CHALLENGE_METHODS").split(","))
    if not methods or not set(methods) <= set(CODE_CHALLENGE_METHODS):
        raise SettingsError(f"CODE_CHALLENGE_METHODS may hold {', '.join(CODE_CHALLENGE_METHODS)}")
    return methods


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
    value = _text(environment, name)
    if not value.isdecimal() or int(value) == 0:
        raise SettingsError(f"the environment variable {name} is no positive whole number: {value}")
    return int(value)
