"""The configuration of identity providers: what is understood, and how the rest is refused."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatehouse.provider_settings import read_provider_settings
from gatehouse.settings import SettingsError
from gatehouse.signin.providers.provider import Allowed, Provider, ProviderSettings

GOOGLE = {
    "id": "google",
    "issuer": "https://accounts.google.com",
    "client_id": "an-id",
    "client_secret": "ssm:/gatehouse/google",
}
GITHUB = {
    "id": "github",
    "type": "github",
    "name": "GitHub",
    "client_id": "an-id",
    "client_secret": "secretsmanager:gatehouse/github#client_secret",
}


def read(*providers: Any, **environment: str) -> ProviderSettings:
    return read_provider_settings({"IDENTITY_PROVIDERS": json.dumps(providers), **environment})


def read_one(**changes: Any) -> Provider:
    given = {name: value for name, value in (GOOGLE | changes).items() if value is not None}
    (provider,) = read(given).providers
    return provider


def test_nothing_is_the_built_in_directory_alone() -> None:
    settings = read_provider_settings({"IDENTITY_PROVIDERS": ""})

    assert settings.providers == ()
    assert settings.password_sign_in
    assert not settings.tokens_for_tools
    assert not settings.on_loopback


def test_a_provider_takes_four_members() -> None:
    assert read_one() == Provider(
        "google", "Google", "https://accounts.google.com", "an-id", "ssm:/gatehouse/google"
    )


def test_every_member_arrives() -> None:
    provider = read_one(
        name="Acme & Co",
        scope="openid email",
        allow={"domains": ["Acme.example"], "emails": ["Ann@acme.example"], "groups": ["Staff"]},
        verified_domains=["acme.example"],
        groups_claim="roles",
        token_endpoint_auth_method="client_secret_post",
    )

    assert provider.name == "Acme & Co"
    assert provider.allowed == Allowed(
        domains=frozenset({"acme.example"}),
        emails=frozenset({"ann@acme.example"}),
        groups=frozenset({"Staff"}),
    )
    assert provider.verified_domains == {"acme.example"}
    assert (provider.scope, provider.groups_claim) == ("openid email", "roles")
    assert provider.token_endpoint_auth_method == "client_secret_post"


@pytest.mark.parametrize(
    ("allow", "scope"),
    [
        (None, "read:user user:email"),
        ({"anyone": True}, "read:user user:email"),
        ({"groups": ["acme"]}, "read:user user:email read:org"),
    ],
)
def test_github_is_asked_for_organisations_where_they_matter(
    allow: dict[str, Any] | None, scope: str
) -> None:
    (provider,) = read(GITHUB if allow is None else {**GITHUB, "allow": allow}).providers

    assert provider.issuer == "https://github.com"
    assert provider.scope == scope


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"id": None}, "each provider: id is missing"),
        ({"id": "Google"}, "id is missing or not of lower-case letters"),
        ({"id": "a/b"}, "id is missing"),
        ({"issuer": None}, "google: issuer is missing"),
        ({"issuer": "http://accounts.google.com"}, "issuer is no https URL"),
        ({"issuer": "http://localhost:4700"}, "issuer is no https URL"),
        ({"issuer": "https://a.example/?x=y"}, "issuer is no https URL"),
        ({"client_id": ""}, "client_id is missing"),
        ({"type": "saml"}, "type is neither oidc nor github"),
        ({"allowed": {}}, "no member allowed"),
        ({"allow": {}}, "allows nobody"),
        ({"allow": {"anyone": False}}, "allows nobody"),
        ({"allow": {"anyone": "true"}}, "neither true nor false"),
        ({"allow": {"domain": ["a.example"]}}, "allow has no member domain"),
        ({"allow": {"domains": "a.example"}}, "domains is no array of strings"),
        ({"allow": {"domains": ["@a.example"]}}, "names no domain"),
        ({"allow": {"domains": [""]}}, "no array of strings"),
        ({"allow": ["a.example"]}, "allow is a JSON object"),
        ({"verified_domains": ["*"]}, "names no domain"),
        ({"token_endpoint_auth_method": "none"}, "token_endpoint_auth_method is none of"),
    ],
)
def test_a_mistake_is_told_by_its_place(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_one(**changes)


@pytest.mark.parametrize(
    "secret",
    [
        "GOCSPX-the-secret-itself",
        "ssm:/other/google",
        "ssm:gatehouse/google",
        "ssm:/gatehouse/../other",
        "secretsmanager:other/google",
        "secretsmanager:gatehouse/google#a#b",
        "",
        7,
        None,
    ],
)
def test_a_secret_is_named_and_never_repeated(secret: Any) -> None:
    with pytest.raises(SettingsError, match="says where the secret is") as refused:
        read_one(client_secret=secret)

    assert not secret or str(secret) not in str(refused.value)


def test_an_id_is_one_providers() -> None:
    with pytest.raises(SettingsError, match="several providers with the id google"):
        read(GOOGLE, GOOGLE)


@pytest.mark.parametrize("text", ["{", "{}", "7", '"x"', "null", '["google"]'])
def test_what_is_no_array_of_providers_is_refused_without_a_word_of_it(text: str) -> None:
    with pytest.raises(SettingsError):
        read_provider_settings({"IDENTITY_PROVIDERS": text})


def test_a_stack_on_this_machine_may_have_a_provider_on_it() -> None:
    on_loopback = {**GOOGLE, "issuer": "http://localhost:4700"}

    settings = read(on_loopback, PUBLIC_URL="http://localhost:3000")

    assert settings.on_loopback
    with pytest.raises(SettingsError, match="issuer is no https URL"):
        read(on_loopback, PUBLIC_URL="https://mcp.example.com")


@pytest.mark.parametrize("name", ["PASSWORD_SIGN_IN", "PROVIDER_TOKENS_FOR_TOOLS"])
def test_a_switch_is_true_or_false(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read(**{name: "yes"})


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*GOOGLE, "allow", "verified_domains", "name"]), _JSON))
def test_whatever_is_written_is_understood_or_refused(changes: dict[str, Any]) -> None:
    try:
        provider = read({**GOOGLE, **changes}).providers[0]
    except SettingsError:
        return
    # a provider that would let nobody in, or everybody without a word, was never read
    assert provider.allowed != Allowed()
