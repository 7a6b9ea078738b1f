"""The stylesheet as it is sent: `style.css` in the brand's colour, without what only readers need.

The surfaces that the brand's colour has to be read on are those that `style.css` names.
"""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from gatehouse.pages.colours import Colour, Palette, css, palette, parse

_FILE: Final = Path(__file__).parent / "templates" / "style.css"
_SURFACE: Final = r"--(?:ground|card|inset): (#[0-9a-f]{6});"
_SPACE: Final = r"\s*([{};,])\s*|(?<=:)\s+"


@cache
def stylesheet(brand: Colour) -> str:
    """The text that stands between the tags of `<style>`, to the byte."""
    source = written()
    light, dark = (palette(brand, surfaces) for surfaces in surfaces_of(source))
    return (
        f":root{{{_variables(light)}}}"
        f"@media (prefers-color-scheme:dark){{:root{{{_variables(dark)}}}}}"
        f"{_compressed(source)}"
    )


def written() -> str:
    """`style.css` as it is."""
    return _FILE.read_text(encoding="utf-8")


def surfaces_of(source: str) -> tuple[Sequence[Colour], Sequence[Colour]]:
    """What `style.css` puts text and buttons on: by day, and by night."""
    day, night = source.split("@media (prefers-color-scheme: dark)", 1)
    light, dark = (
        [parse(colour) for colour in re.findall(_SURFACE, scheme)] for scheme in (day, night)
    )
    return light, dark


def _variables(colours: Palette) -> str:
    return (
        f"--fill:{css(colours.fill)};--fill-hover:{css(colours.fill_hover)};"
        f"--on-fill:{css(colours.on_fill)};--accent:{css(colours.accent)}"
    )


def _compressed(source: str) -> str:
    without_comments = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    return re.sub(_SPACE, r"\1", re.sub(r"\s+", " ", without_comments)).strip()
