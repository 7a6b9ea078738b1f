"""What this authorization server can do: the one place.

The metadata documents advertise these constants and the endpoints enforce them, so that the two
cannot drift apart.
"""

from collections.abc import Mapping
from typing import Final

RESPONSE_TYPES: Final = ("code",)
RESPONSE_MODES: Final = ("query",)
# OpenID Connect Core section 3.1.2.1, which MCP clients take `prompt=consent` from.
PROMPT_VALUES: Final = ("none", "login", "consent", "select_account")
JWT_BEARER: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
GRANT_TYPES: Final = ("authorization_code", "refresh_token", "client_credentials", JWT_BEARER)
# No person takes part in these, so the client has to prove who it is.
CONFIDENTIAL_GRANT_TYPES: Final = ("client_credentials", JWT_BEARER)
# Whoever has one of these needs nobody's consent: no client gets it but from the operator.
OPERATOR_GRANT_TYPES: Final = ("client_credentials",)
# What a client registers that names none.
DEFAULT_GRANT_TYPES: Final = ("authorization_code", "refresh_token")
# The profiles of the grant for assertions, where the operator trusts an issuer of them.
GRANT_PROFILES: Final = ("urn:ietf:params:oauth:grant-profile:id-jag",)
ID_JAG_TYPE: Final = "oauth-id-jag+jwt"
SECRET_METHODS: Final = ("client_secret_post", "client_secret_basic")
KEY_METHOD: Final = "private_key_jwt"
CONFIDENTIAL_METHODS: Final = (*SECRET_METHODS, KEY_METHOD)
TOKEN_ENDPOINT_AUTH_METHODS: Final = ("none", *CONFIDENTIAL_METHODS)
# Whoever was given a token may end it.
REVOCATION_ENDPOINT_AUTH_METHODS: Final = TOKEN_ENDPOINT_AUTH_METHODS
# RFC 7662 section 4: tokens are told of to those alone who prove who they are.
INTROSPECTION_ENDPOINT_AUTH_METHODS: Final = CONFIDENTIAL_METHODS
CLIENT_ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# What others sign with, and the key that it takes: its kty, and its crv where there is one.
ASSERTION_ALGORITHMS: Final[Mapping[str, tuple[str, str | None]]] = {
    "ES256": ("EC", "P-256"),
    "ES384": ("EC", "P-384"),
    "ES512": ("EC", "P-521"),
    "EdDSA": ("OKP", "Ed25519"),
    "PS256": ("RSA", None),
    "PS384": ("RSA", None),
    "PS512": ("RSA", None),
    "RS256": ("RSA", None),
    "RS384": ("RSA", None),
    "RS512": ("RSA", None),
}
CODE_CHALLENGE_METHODS: Final = ("S256", "plain")
BEARER_METHODS: Final = ("header",)
SIGNING_ALGORITHM: Final = "ES256"
ACCESS_TOKEN_TYPE: Final = "at+jwt"
