"""Colours that can be read, whatever a brand's colour is: contrast as WCAG 2.2 defines it.

Pure arithmetic. A colour is its red, green and blue, from 0 to 255.
"""

from bisect import bisect_left
from collections.abc import Sequence
from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import dataclass

Colour = tuple[int, int, int]

BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)

# WCAG 2.2: 1.4.3 for text, 1.4.11 for what shows where a button is
TEXT_CONTRAST = 4.5
SHAPE_CONTRAST = 3.0
_HOVER = 0.14


@dataclass(frozen=True, slots=True)
class Palette:
    """What a brand's colour becomes on some surfaces.

    `fill` is a button's, `on_fill` the text on it, `fill_hover` the button's under a pointer.
    `accent` is text and the focus ring upon the surfaces themselves.
    """

    fill: Colour
    fill_hover: Colour
    on_fill: Colour
    accent: Colour


def palette(brand: Colour, surfaces: Sequence[Colour]) -> Palette:
    """The brand's colour as near as can be read on every one of `surfaces`."""
    fill = _nearest(brand, surfaces, SHAPE_CONTRAST)
    on_fill = _clearer(fill, against=(BLACK, WHITE))
    return Palette(
        fill=fill,
        # Away from its text, so that the text is read better than before
        fill_hover=mix(fill, WHITE if on_fill == BLACK else BLACK, _HOVER),
        on_fill=on_fill,
        accent=_nearest(brand, surfaces, TEXT_CONTRAST),
    )


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Colour) -> float:
    """The relative luminance, from 0 (black) to 1 (WCAG 2.2)."""
    red, green, blue = (_linear(channel / 255) for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mix(colour: Colour, other: Colour, part: float) -> Colour:
    """`colour` with a `part` (0 to 1) of another one in it."""
    red, green, blue = (
        round(own + (foreign - own) * part) for own, foreign in zip(colour, other, strict=True)
    )
    return red, green, blue


def parse(text: str) -> Colour:
    """The colour that CSS writes as `#rrggbb`."""
    red, green, blue = bytes.fromhex(text.removeprefix("#"))
    return red, green, blue


def css(colour: Colour) -> str:
    """The same, the other way round."""
    return f"#{bytes(colour).hex()}"


def _nearest(colour: Colour, surfaces: Sequence[Colour], least: float) -> Colour:
    """As much darker or lighter as gives the `least` contrast with every surface; same hue."""
    ink = _clearer(*surfaces, against=(BLACK, WHITE))

    def is_enough(part: int) -> bool:
        shade = _towards(ink, colour, part / 100)
        return all(contrast(shade, surface) >= least for surface in surfaces)

    return _towards(ink, colour, bisect_left(range(100), x=True, key=is_enough) / 100)


def _towards(ink: Colour, colour: Colour, part: float) -> Colour:
    # Lightness alone changes: with black or white mixed in, colours would turn grey
    hue, lightness, saturation = rgb_to_hls(*(channel / 255 for channel in colour))
    lightness += (luminance(ink) - lightness) * part
    red, green, blue = (round(255 * each) for each in hls_to_rgb(hue, lightness, saturation))
    return red, green, blue


def _clearer(*colours: Colour, against: Sequence[Colour]) -> Colour:
    return max(against, key=lambda ink: min(contrast(ink, colour) for colour in colours))


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
