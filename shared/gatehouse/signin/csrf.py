"""Tokens that bind a posted form to the browser and the request it was made for.

The token is a MAC of the request under the browser's own cookie: another site can neither read
the cookie nor, thanks to its `__Host-` prefix, plant one, and a form made for one request is of
no use for another. Nothing is stored.
"""

import hashlib
import hmac


def csrf_token(cookie: str, *, purpose: str, request: str) -> str:
    """The token for a form that does `purpose` for `request` in the browser with `cookie`."""
    key = hashlib.sha256(cookie.encode()).digest()
    return hmac.new(key, f"{purpose}\n{request}".encode(), hashlib.sha256).hexdigest()


def is_csrf_token(presented: str | None, cookie: str | None, *, purpose: str, request: str) -> bool:
    """Whether `presented` is the token that `csrf_token` gives, in constant time."""
    if not presented or not cookie:
        return False
    expected = csrf_token(cookie, purpose=purpose, request=request)
    return hmac.compare_digest(presented.encode(), expected.encode())
