"""How each known client connects: the data files in profiles/, read."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

_FOLDER: Final = Path(__file__).parent / "profiles"
LEGACY: Final = "2025-11-25"
MODERN: Final = "2026-07-28"
PHASES: Final = ("metadata", "authorization", "handshake", "refresh")


@dataclass(frozen=True)
class Profile:
    """One client.

    `opens` is the method of its first request. `resource_metadata` and `server_metadata` name the
    places where it looks for metadata, in order (discovery.py says where those are); where
    `falls_back` is false it asks nowhere else once a challenge named a place. `server_first`
    are places of server metadata before all that, and `also_asks` such that it asks whatever comes
    back. `secret` is how it sends one: in the body, or in Basic
    `raw` or `encoded`. `authorize`, `exchange` and `refresh` are what it adds to those requests.
    `patience` is how many seconds it gives each of `PHASES`, as far as that is known.
    """

    name: str
    comes_back_to: str
    registration: Mapping[str, Any]
    authorize: Mapping[str, str]
    exchange: Mapping[str, str]
    refresh: Mapping[str, str]
    patience: Mapping[str, float]
    document: str | None = None
    era: str = LEGACY
    opens: str = "POST"
    resource_metadata: tuple[str, ...] = ("header", "path", "root")
    falls_back: bool = True
    server_first: tuple[str, ...] = ()
    server_metadata: tuple[str, ...] = ("oauth", "openid", "openid_behind")
    also_asks: tuple[str, ...] = ()
    scope_without: str = ""
    secret: str = "body"
    quirks: frozenset[str] = frozenset()

    def has(self, quirk: str) -> bool:
        """Whether the client has that habit."""
        return quirk in self.quirks


def read(text: str) -> Profile:
    """A profile from the text of its file; raises `TypeError` for what no profile has."""
    given = tomllib.loads(text)
    resource = {"resource": "{resource}"}
    lists: dict[str, Any] = {
        name: tuple(given[name])
        for name in ("resource_metadata", "server_first", "server_metadata", "also_asks")
        if name in given
    }
    values: dict[str, Any] = {
        **dict.fromkeys(("authorize", "exchange", "refresh"), resource),
        "patience": {},
        **given,
        **lists,
        "quirks": frozenset(given.get("quirks", ())),
    }
    return Profile(**values)


@cache
def known_profiles() -> Mapping[str, Profile]:
    """Every known client, by its name."""
    profiles = [read(file.read_text()) for file in sorted(_FOLDER.glob("*.toml"))]
    return {profile.name: profile for profile in profiles}


def filled(parameters: Mapping[str, Any], **values: str) -> dict[str, Any]:
    """`parameters` with each `{name}` in them replaced by that value."""

    def fill(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return re.sub(r"\{(\w+)\}", lambda match: values.get(match[1], ""), value)

    return {name: fill(value) for name, value in parameters.items()}
