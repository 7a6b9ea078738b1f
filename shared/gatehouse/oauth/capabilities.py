"""What this authorization server can do: the one place.

The metadata documents advertise these constants and the endpoints enforce them, so that the two
cannot drift apart.
"""

from typing import Final

RESPONSE_TYPES: Final = ("code",)
RESPONSE_MODES: Final = ("query",)
GRANT_TYPES: Final = ("authorization_code", "refresh_token")
# What a client registers that names none.
DEFAULT_GRANT_TYPES: Final = ("authorization_code", "refresh_token")
SECRET_METHODS: Final = ("client_secret_post", "client_secret_basic")
TOKEN_ENDPOINT_AUTH_METHODS: Final = ("none", *SECRET_METHODS)
# Whoever was given a token may end it.
REVOCATION_ENDPOINT_AUTH_METHODS: Final = TOKEN_ENDPOINT_AUTH_METHODS
# RFC 7662 section 4: tokens are told of to those alone who prove who they are.
INTROSPECTION_ENDPOINT_AUTH_METHODS: Final = tuple(
    method for method in TOKEN_ENDPOINT_AUTH_METHODS if method != "none"
)
CODE_CHALLENGE_METHODS: Final = ("S256", "plain")
BEARER_METHODS: Final = ("header",)
SIGNING_ALGORITHM: Final = "ES256"
ACCESS_TOKEN_TYPE: Final = "at+jwt"
