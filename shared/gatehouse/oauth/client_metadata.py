"""Client metadata (RFC 7591 section 2): what is accepted of it, and what is made of it."""

import json
import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from gatehouse.errors import InvalidClientMetadata, InvalidRedirectUri
from gatehouse.oauth import capabilities, redirect_uris
from gatehouse.oauth.key_sets import BadKeySet, has_private_key, require_public_keys
from gatehouse.oauth.scopes import format_scope, parse_scope

_Text = Annotated[str, StringConstraints(max_length=2048)]
_Name = Annotated[str, StringConstraints(max_length=200)]
_Names = Annotated[list[_Name], Field(max_length=32)]
_SecureUrl = Annotated[str, StringConstraints(max_length=2048, pattern=r"^https://[^\s<>\"\\]+$")]
_WebPage = Annotated[str, StringConstraints(max_length=2048, pattern=r"^https?://[^\s<>\"\\]+$")]

# RFC 7591 section 2.2: these may be repeated with a language tag behind a `#`.
_HUMAN_READABLE: Final = ("client_name", "client_uri", "logo_uri", "tos_uri", "policy_uri")
_LANGUAGE_TAG: Final = re.compile(r"[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8}){0,8}")  # RFC 5646
_MOST_TRANSLATIONS: Final = 64
_LARGEST_METADATA: Final = 16 * 1024  # anybody may register, and it is kept for months


class ClientMetadata(BaseModel):
    """The members of RFC 7591 section 2, and `application_type` of OpenID Connect Registration."""

    model_config = ConfigDict(strict=True, extra="ignore")

    redirect_uris: Annotated[list[_Text], Field(max_length=32)] | None = None
    token_endpoint_auth_method: _Name = "none"
    grant_types: _Names = list(capabilities.DEFAULT_GRANT_TYPES)
    response_types: _Names = list(capabilities.RESPONSE_TYPES)
    application_type: _Name | None = None
    client_name: _Name | None = None
    client_uri: _WebPage | None = None
    logo_uri: _WebPage | None = None
    scope: _Text | None = None
    contacts: _Names | None = None
    tos_uri: _WebPage | None = None
    policy_uri: _WebPage | None = None
    jwks_uri: _SecureUrl | None = None
    jwks: dict[str, Any] | None = None
    software_id: _Name | None = None
    software_version: _Name | None = None


def check_client_metadata(
    document: object, *, grant_types: Collection[str] = capabilities.DEFAULT_GRANT_TYPES
) -> dict[str, Any]:
    """The metadata to register: checked, narrowed to what this server does, unset members left out.

    Unknown members are ignored and grant types that are not of `grant_types` dropped, likewise
    response types, as RFC 7591 section 2 allows: clients list what any server may want.
    """
    if not isinstance(document, Mapping):
        raise InvalidClientMetadata("The body must be a JSON object of client metadata")
    # RFC 7591 section 2 has no meaning for null or empty members; real clients send both
    given = {name: value for name, value in document.items() if not _is_blank(value)}
    metadata = _parse(given)
    _require_auth_method(metadata)
    _narrow_grant_types(metadata, grant_types)
    _narrow_to_redirects(metadata)
    _require_keys(metadata)
    metadata |= _translations(given)
    for name, value in metadata.items():
        _require_printable(name, value)
    if "scope" in metadata:
        metadata["scope"] = format_scope(parse_scope(metadata["scope"]))
    if len(json.dumps(metadata)) > _LARGEST_METADATA:
        raise InvalidClientMetadata(f"The metadata is larger than {_LARGEST_METADATA} bytes")
    return metadata


def _parse(given: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return ClientMetadata.model_validate(given).model_dump(exclude_none=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        member = str(first["loc"][0])
        description = f"{member}: {first['msg']}"
        # RFC 7591 section 3.2.2: redirect URIs have an error of their own
        if member == "redirect_uris":
            raise InvalidRedirectUri(description) from None
        raise InvalidClientMetadata(description) from None


def _require_auth_method(metadata: Mapping[str, Any]) -> None:
    supported = capabilities.TOKEN_ENDPOINT_AUTH_METHODS
    if metadata["token_endpoint_auth_method"] not in supported:
        raise InvalidClientMetadata(
            f"token_endpoint_auth_method must be one of: {', '.join(supported)}"
        )


def _narrow_grant_types(metadata: dict[str, Any], allowed: Collection[str]) -> None:
    asked, method = metadata["grant_types"], metadata["token_endpoint_auth_method"]
    proves_itself = method in capabilities.CONFIDENTIAL_METHODS
    usable = [
        each
        for each in capabilities.GRANT_TYPES
        if each in allowed and (proves_itself or each not in capabilities.CONFIDENTIAL_GRANT_TYPES)
    ]
    narrowed = [each for each in usable if each in asked]
    # RFC 6749 section 6: a refresh token comes of a code
    if "authorization_code" not in narrowed:
        narrowed = [each for each in narrowed if each != "refresh_token"]
    if not narrowed:
        raise InvalidClientMetadata(_nothing_left(asked, usable))
    metadata["grant_types"] = narrowed


def _nothing_left(asked: Collection[str], usable: Collection[str]) -> str:
    said = f"grant_types must include {' or '.join(g for g in usable if g != 'refresh_token')}"
    theirs = [each for each in capabilities.OPERATOR_GRANT_TYPES if each in asked]
    return said + (f"; only the operator adds clients for {', '.join(theirs)}" if theirs else "")


def _narrow_to_redirects(metadata: dict[str, Any]) -> None:
    # RFC 7591 sections 2 and 2.1: redirect-based clients alone have redirect URIs, and use the code
    # grant with the code response type
    if "authorization_code" not in metadata["grant_types"]:
        metadata.pop("redirect_uris", None)
        metadata["response_types"] = []
        return
    if not metadata.get("redirect_uris"):
        raise InvalidRedirectUri("redirect_uris: a client that uses codes has at least one")
    for uri in metadata["redirect_uris"]:
        redirect_uris.require_registrable(uri)
    supported = capabilities.RESPONSE_TYPES
    metadata["response_types"] = [each for each in supported if each in metadata["response_types"]]
    if not metadata["response_types"]:
        raise InvalidClientMetadata(f"response_types must include {' or '.join(supported)}")


def _require_keys(metadata: Mapping[str, Any]) -> None:
    jwks = metadata.get("jwks")
    # RFC 7591 section 2: jwks_uri and jwks MUST NOT both be present
    if jwks is not None and "jwks_uri" in metadata:
        raise InvalidClientMetadata("jwks and jwks_uri exclude each other")
    if has_private_key(jwks):
        raise InvalidClientMetadata("jwks has a private or symmetric key: make new ones")
    if metadata["token_endpoint_auth_method"] != capabilities.KEY_METHOD:
        return
    if jwks is None and "jwks_uri" not in metadata:
        raise InvalidClientMetadata(f"{capabilities.KEY_METHOD} needs jwks or jwks_uri")
    if jwks is not None:
        try:
            require_public_keys(jwks)
        except BadKeySet as bad:
            raise InvalidClientMetadata(f"jwks: {bad}") from None


def _translations(given: Mapping[str, Any]) -> dict[str, str]:
    translations = {}
    for name, value in given.items():
        member, _, tag = str(name).partition("#")
        if member in _HUMAN_READABLE and _LANGUAGE_TAG.fullmatch(tag):
            checked = _parse({member: value})
            translations[str(name)] = checked[member]
    if len(translations) > _MOST_TRANSLATIONS:
        raise InvalidClientMetadata(f"At most {_MOST_TRANSLATIONS} translated members are kept")
    return translations


def _is_blank(value: object) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def _require_printable(name: str, value: object) -> None:
    # Names are shown to people: no line breaks, and nothing that turns the text around
    for text in value if isinstance(value, list) else [value]:
        if isinstance(text, str) and any(map(_is_control, text)):
            raise InvalidClientMetadata(f"{name} contains control characters")


def _is_control(character: str) -> bool:
    is_joiner = character in "\u200c\u200d"  # Persian and emoji are written with them
    return not is_joiner and unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
