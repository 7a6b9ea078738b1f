"""The part of the environment that is about identity providers, for the functions that need it."""

import json
import os
import re
from collections.abc import Mapping
from typing import Any, Final

from gatehouse.settings import SettingsError
from gatehouse.signin.providers.provider import GITHUB, Allowed, Provider, ProviderSettings

_VARIABLE: Final = "IDENTITY_PROVIDERS"
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_ISSUER: Final = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/%-]*)?")
_LOOPBACK: Final = re.compile(r"http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?")
_DOMAIN: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
# The functions may read what begins with this, and nothing else (template.yaml)
_SECRET: Final = re.compile(
    r"ssm:/gatehouse/[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*"
    r"|secretsmanager:gatehouse/[A-Za-z0-9/_+=.@-]+(#[A-Za-z0-9_.-]+)?"
)
_METHODS: Final = ("client_secret_basic", "client_secret_post")
_MEMBERS: Final = (
    *("id", "name", "type", "issuer", "client_id", "client_secret", "scope", "allow"),
    *("verified_domains", "groups_claim", "token_endpoint_auth_method"),
    "authorization_parameters",
)
_LISTS: Final = ("domains", "emails", "groups")


def read_provider_settings(environment: Mapping[str, str] = os.environ) -> ProviderSettings:
    """The settings of identity providers in `environment`. Raises `SettingsError`."""
    public_url = environment.get("PUBLIC_URL", "").rstrip("/")
    on_loopback = public_url.startswith("http://")
    listed = _json(environment.get(_VARIABLE, "").strip() or "[]")
    if not isinstance(listed, list):
        raise SettingsError(f"{_VARIABLE} is no JSON array")
    providers = tuple(_provider(each, on_loopback=on_loopback) for each in listed)
    ids = [provider.id for provider in providers]
    for name in ids:
        if ids.count(name) > 1:
            raise SettingsError(f"{_VARIABLE} has several providers with the id {name}")
    return ProviderSettings(
        providers,
        password_sign_in=_switch(environment, "PASSWORD_SIGN_IN", default="true"),
        tokens_for_tools=_switch(environment, "PROVIDER_TOKENS_FOR_TOOLS", default="false"),
        on_loopback=on_loopback,
        public_url=public_url,
    )


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        # not what it says, as somebody may have put a secret there
        raise SettingsError(f"{_VARIABLE} is no JSON: {type(error).__name__}") from None


def _provider(given: Any, *, on_loopback: bool) -> Provider:
    read = _Reader(given, f"{_VARIABLE}: each provider", _MEMBERS)
    name = read.text("id", _ID, "lower-case letters, digits and hyphens")
    read.where = f"{_VARIABLE}: {name}"
    kind = given.get("type", "oidc")
    if kind not in ("oidc", "github"):
        raise SettingsError(f"{read.where}: type is neither oidc nor github")
    allowed = _allowed(given["allow"], f"{read.where}: allow") if "allow" in given else None
    scope = "openid email profile"
    if kind == "github":
        # organisations are told to whom it matters
        scope = "read:user user:email" + (" read:org" if allowed and allowed.groups else "")
    return Provider(
        id=name,
        name=read.text("name") if "name" in given else name.capitalize(),
        issuer=GITHUB if kind == "github" else _issuer(read, on_loopback=on_loopback),
        client_id=read.text("client_id"),
        client_secret=_secret(read),
        scope=read.text("scope") if "scope" in given else scope,
        allowed=allowed,
        verified_domains=read.domains("verified_domains"),
        groups_claim=read.text("groups_claim") if "groups_claim" in given else "groups",
        token_endpoint_auth_method=_method(read),
        authorization_parameters=_parameters(read),
    )


def _issuer(read: "_Reader", *, on_loopback: bool) -> str:
    issuer = read.text("issuer")
    # OpenID Connect Discovery section 4.1: an https URL without query and fragment
    if _ISSUER.fullmatch(issuer) or (on_loopback and _LOOPBACK.fullmatch(issuer)):
        return issuer
    raise SettingsError(f"{read.where}: issuer is no https URL: {issuer}")


def _secret(read: "_Reader") -> str:
    reference = read.given.get("client_secret")
    if isinstance(reference, str) and _SECRET.fullmatch(reference) and ".." not in reference:
        return reference
    # never what it says: it may be the secret itself
    raise SettingsError(
        f"{read.where}: client_secret says where the secret is: ssm:/gatehouse/NAME or"
        " secretsmanager:gatehouse/NAME, with #MEMBER for one member of a JSON secret"
    )


def _method(read: "_Reader") -> str | None:
    method = read.given.get("token_endpoint_auth_method")
    if method not in (None, *_METHODS):
        raise SettingsError(f"{read.where}: token_endpoint_auth_method is none of {_METHODS}")
    return method  # type: ignore[no-any-return]


def _parameters(read: "_Reader") -> tuple[tuple[str, str], ...]:
    given = read.given.get("authorization_parameters", {})
    if not isinstance(given, dict) or not all(isinstance(each, str) for each in given.values()):
        raise SettingsError(f"{read.where}: authorization_parameters is no object of strings")
    return tuple(given.items())


def _allowed(given: Any, where: str) -> Allowed:
    read = _Reader(given, where, ("anyone", *_LISTS))
    anyone = given.get("anyone", False)
    if not isinstance(anyone, bool):
        raise SettingsError(f"{where}: anyone is neither true nor false")
    emails = frozenset(each.strip().lower() for each in read.texts("emails"))
    allowed = Allowed(anyone, read.domains("domains"), emails, frozenset(read.texts("groups")))
    # nothing at all was meant by nobody: without allow it is the people of the directory
    if allowed == Allowed():
        raise SettingsError(f"{where} allows nobody: name domains, emails or groups, or anyone")
    return allowed


def _switch(environment: Mapping[str, str], name: str, *, default: str) -> bool:
    value = environment.get(name) or default
    if value not in ("true", "false"):
        raise SettingsError(f"the environment variable {name} is neither true nor false: {value}")
    return value == "true"


class _Reader:
    """Reads the members of one JSON object; `where` it stands is how each complaint begins."""

    def __init__(self, given: Any, where: str, members: tuple[str, ...]) -> None:
        self.given = given
        self.where = where
        if not isinstance(given, dict):
            raise SettingsError(f"{where} is a JSON object")
        for name in given:
            # a misspelt member would leave a list out that keeps people out
            if name not in members:
                raise SettingsError(f"{where} has no member {name}: {', '.join(members)}")

    def text(self, name: str, form: re.Pattern[str] | None = None, said: str = "text") -> str:
        value = self.given.get(name)
        good = isinstance(value, str) and 0 < len(value) <= 512 and value.isprintable()
        if not good or (form and not form.fullmatch(value)):
            raise SettingsError(f"{self.where}: {name} is missing or not of {said}")
        return str(value)

    def texts(self, name: str) -> list[str]:
        values = self.given.get(name, [])
        if not isinstance(values, list) or not all(isinstance(v, str) and v for v in values):
            raise SettingsError(f"{self.where}: {name} is no array of strings")
        return values

    def domains(self, name: str) -> frozenset[str]:
        domains = frozenset(each.lower() for each in self.texts(name))
        for domain in domains:
            if not _DOMAIN.fullmatch(domain):
                raise SettingsError(f"{self.where}: {name} names no domain: {domain}")
        return domains
