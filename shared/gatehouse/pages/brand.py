"""The brand of the stack beside its name: a colour and a logo, read for pages alone."""

import base64
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gatehouse.pages.colours import Colour, parse
from gatehouse.settings import SettingsError

# Beside `gatehouse_scopes.py`: what belongs to whoever runs the stack
_FOLDER: Final = Path(__file__).parents[2]
_TYPES: Final = {"svg": "image/svg+xml", "png": "image/png", "webp": "image/webp"}
# It is inlined in every page, so that none asks for anything else
LARGEST_LOGO: Final = 32 * 1024


@dataclass(frozen=True, slots=True)
class Brand:
    """`colour` is the brand's own, readable or not; `logo` is a data URI, None without a logo."""

    colour: Colour
    logo: str | None = None


def read_brand(environment: Mapping[str, str] = os.environ, folder: Path = _FOLDER) -> Brand:
    """The brand in `environment`, with its logo from `folder`. Raises `SettingsError`."""
    colour, logo = environment.get("BRAND_COLOR", ""), environment.get("BRAND_LOGO", "")
    # What is read here goes into a stylesheet, whatever the template has let through
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
        raise SettingsError(f"BRAND_COLOR is no colour such as #1c4a86: {colour}")
    return Brand(parse(colour), _data_uri(logo, folder) if logo else None)


def _data_uri(name: str, folder: Path) -> str:
    named = re.fullmatch(r"[A-Za-z0-9_-]+\.(svg|png|webp)", name)
    if not named:
        raise SettingsError(f"BRAND_LOGO is no name of an SVG, PNG or WebP file: {name}")
    try:
        content = (folder / name).read_bytes()
    except OSError:
        raise SettingsError(f"BRAND_LOGO does not lie beside gatehouse_scopes.py: {name}") from None
    if len(content) > LARGEST_LOGO:
        raise SettingsError(f"BRAND_LOGO has more than {LARGEST_LOGO} bytes: {name}")
    return f"data:{_TYPES[named[1]]};base64,{base64.b64encode(content).decode()}"
