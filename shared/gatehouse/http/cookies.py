"""Cookies of the pages."""

from gatehouse.http.request import Request


def cookie_name(request: Request, name: str) -> str:
    """The name of a cookie on this host.

    `__Host-` has browsers refuse it from other hosts and without TLS (RFC 6265bis section 4.1.3);
    plain http is the local stack, where browsers would not take it.
    """
    return f"__Host-{name}" if _is_secure(request) else name


def set_cookie(request: Request, name: str, value: str, *, max_age: int | None = None) -> str:
    """A `Set-Cookie` value that lasts until the browser closes, or for `max_age` seconds.

    Lax, as people arrive by a link from their client; no script can read it.
    """
    secure = "; Secure" if _is_secure(request) else ""
    lasts = f"; Max-Age={max_age}" if max_age is not None else ""
    return f"{cookie_name(request, name)}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{lasts}"


def clear_cookie(request: Request, name: str) -> str:
    """A `Set-Cookie` value that removes the cookie."""
    return set_cookie(request, name, "", max_age=0)


def _is_secure(request: Request) -> bool:
    return request.issuer.startswith("https://")
