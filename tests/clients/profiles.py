"""How each client goes from a URL to a tool, from what the doctor knows: cli/doctor/profiles.

In every value `{mcp}` stands for the MCP URL and `{origin}` for the origin before it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cli.doctor.places import OPENID, RESOURCE, RESOURCE_PLACES, SERVER, server_place
from cli.doctor.profile import LEGACY, MODERN, filled, known_profiles
from cli.doctor.profile import Profile as Habits
from tests.unit.registrations import EVERYBODY

__all__ = (
    "LEGACY_VERSION",
    "MODERN_VERSION",
    "OPENID",
    "PROFILES",
    "RESOURCE",
    "SERVER",
    "Profile",
)

MODERN_VERSION: Final = MODERN
LEGACY_VERSION: Final = LEGACY
_BASIC: Final = {"token_endpoint_auth_method": "client_secret_basic"}
# Python adds a slash to a URL without a path, and these two are played with one
_OF_THE_ORIGIN: Final = {"resource": "{origin}/"}
_WITHOUT_A_PATH: Final = ("FastMCP", "Python SDK 1.x")


@dataclass(frozen=True)
class Profile:
    """One client that is played here.

    `opens` is the method of the first request, before there is a token; `asks` every path that it
    may ask metadata of. `secret` is how it sends one: in the body, or in Basic `raw` or `encoded`,
    the latter with its id in the body as well. The rest are the parameters that it adds.
    """

    name: str
    registration: Mapping[str, Any]
    comes_back_to: str
    opens: str
    asks: tuple[str, ...]
    secret: str
    authorize: Mapping[str, str]
    exchange: Mapping[str, str]
    refresh: Mapping[str, str]
    version: str


def _played(habits: Habits) -> Profile:
    registration = dict(EVERYBODY[habits.name])
    if habits.secret != "body" and "token_endpoint_auth_method" not in registration:
        # it takes what it is told, and is told to use what it is played with
        registration |= _BASIC if habits.name.endswith("1.x") else {}
    added = [habits.authorize, habits.exchange, habits.refresh]
    scopes = habits.scope_without or "mcp"
    authorize, exchange, refresh = (
        filled(each, scopes=scopes, resource="{mcp}", granted="mcp") for each in added
    )
    if habits.has("asks_offline_access"):
        authorize |= {"scope": "mcp offline_access", "prompt": "consent"}
    if habits.name in _WITHOUT_A_PATH:
        authorize = exchange = refresh = _OF_THE_ORIGIN
    return Profile(
        habits.name,
        registration,
        habits.comes_back_to,
        habits.opens,
        _asked(habits),
        habits.secret,
        authorize,
        exchange,
        refresh,
        habits.era,
    )


def _asked(habits: Habits) -> tuple[str, ...]:
    origin = "http://localhost"
    named = [RESOURCE_PLACES[each] for each in habits.resource_metadata if each != "header"]
    urls = [place(f"{origin}/mcp/mcp") for place in named]
    urls += [
        server_place(each, mcp_url=f"{origin}/mcp/mcp", issuer=origin)
        for each in (*habits.server_first, *habits.also_asks, *habits.server_metadata)
    ]
    return tuple(dict.fromkeys(url.removeprefix(origin) for url in urls))


PROFILES: Final = {name: _played(habits) for name, habits in known_profiles().items()}
