"""Authorization requests, opened as a browser opens them, up to the first page."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from cli.doctor.exchange import Exchange
from cli.doctor.places import origin_of
from cli.doctor.profile import Profile, filled
from cli.doctor.visit import Authorization, Registration, Visit, texts

STEP: Final = "Authorization"
_MOST_REDIRECTS: Final = 5


def authorization_endpoint(visit: Visit, server: Mapping[str, Any]) -> str:
    """Where the person is sent; the root's where there is no metadata (protocol 2025-03-26)."""
    if not server:
        return f"{origin_of(visit.url)}/authorize"
    endpoint = server.get("authorization_endpoint")
    return endpoint if isinstance(endpoint, str) else ""


def request_of(
    visit: Visit, profile: Profile, registration: Registration, server: Mapping[str, Any]
) -> dict[str, str]:
    """What the client adds to its authorization request: its scope and its resource."""
    scopes = visit.scopes or profile.scope_without
    added = filled(profile.authorize, scopes=scopes, resource=visit.resource)
    # clients append it where the server lists it (OpenID Connect Core section 11)
    if profile.has("asks_offline_access") and "offline_access" in texts(
        server.get("scopes_supported")
    ):
        added["scope"] = f"{added.get('scope', '')} offline_access".strip()
        added["prompt"] = "consent"
    return {name: value for name, value in added.items() if value}


def authorization_url(
    endpoint: str, client_id: str, redirect_uri: str, state: str, added: Mapping[str, str]
) -> str:
    """An authorization request (RFC 6749 section 4.1.1)."""
    parameters = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "state": state,
        **added,
    }
    return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(parameters)}"


def open_as_browser(
    visit: Visit, url: str, redirect_uri: str
) -> tuple[Authorization, list[Exchange]]:
    """Where the request leads, by redirects with their cookies, and what was asked on the way."""
    asked: list[Exchange] = []
    cookies: dict[str, str] = {}
    for _ in range(_MOST_REDIRECTS):
        headers = {"accept": "text/html"}
        if cookies:
            headers["cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        exchange = visit.recorder.ask(STEP, "GET", url, headers=headers)
        asked.append(exchange)
        if not exchange.is_redirect:
            return Authorization(_shown(exchange), redirect_uri, exchange), asked
        target = urljoin(url, exchange.header("location"))
        if target.startswith(redirect_uri):
            return read_return(target, redirect_uri, exchange), asked
        if origin_of(target) == origin_of(url):
            cookies |= _cookies(exchange)
        else:
            cookies = {}
        if urlsplit(target).scheme not in ("http", "https"):
            return Authorization("elsewhere", redirect_uri, exchange), asked
        url = target
    return Authorization("elsewhere", redirect_uri, asked[-1]), asked


def read_return(target: str, redirect_uri: str, exchange: Exchange) -> Authorization:
    """An authorization response (RFC 6749 section 4.1.2)."""
    query = parse_qs(urlsplit(target).query)
    returned = {name: values[0] for name, values in query.items()}
    outcome = "code" if "code" in returned else "error"
    return Authorization(outcome, redirect_uri, exchange, returned)


def _shown(exchange: Exchange) -> str:
    ok = exchange.status is not None and 200 <= exchange.status < 300
    if ok:
        return "page"
    return "elsewhere" if exchange.failure.startswith("not asked") else "refused"


def _cookies(exchange: Exchange) -> dict[str, str]:
    pairs = (each.partition(";")[0].partition("=") for each in exchange.values("set-cookie"))
    return {name.strip(): value.strip() for name, _, value in pairs}
