"""What this authorization server can do: the one place.

The metadata documents advertise these constants and the endpoints enforce them, so that the two
cannot drift apart.
"""

from typing import Final

RESPONSE_TYPES: Final = ("code",)
RESPONSE_MODES: Final = ("query",)
# OpenID Connect Core section 3.1.2.1, which MCP clients take `prompt=consent` from.
PROMPT_VALUES: Final = ("none", "login", "consent", "select_account")
GRANT_TYPES: Final = ("authorization_code", "refresh_token")
# What a client registers that names none.
DEFAULT_GRANT_TYPES: Final = ("authorization_code", "refresh_token")
SECRET_METHODS: Final = ("client_secret_post", "client_secret_basic")
TOKEN_ENDPOINT_AUTH_METHODS: Final = ("none", *SECRET_METHODS)
CODE_CHALLENGE_METHODS: Final = ("S256", "plain")
BEARER_METHODS: Final = ("header",)
SIGNING_ALGORITHM: Final = "ES256"
ACCESS_TOKEN_TYPE: Final = "at+jwt"
