"""Whatever a brand's colour is, what is made of it can be read: WCAG 2.2 AA."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gatehouse.pages import stylesheet
from gatehouse.pages.colours import (
    BLACK,
    SHAPE_CONTRAST,
    TEXT_CONTRAST,
    WHITE,
    Colour,
    contrast,
    css,
    palette,
    parse,
)

CHANNEL = st.integers(0, 255)
COLOURS = st.tuples(CHANNEL, CHANNEL, CHANNEL)
LIGHT, DARK = stylesheet.surfaces_of(stylesheet.written())


def test_the_surfaces_are_those_of_the_stylesheet() -> None:
    assert (len(LIGHT), len(DARK)) == (3, 3)
    assert LIGHT[1] == WHITE


@pytest.mark.parametrize("surfaces", [LIGHT, DARK], ids=["day", "night"])
@given(brand=COLOURS)
@example(BLACK)
@example(WHITE)
@example((255, 255, 0))
@example((0, 0, 255))
@example((119, 119, 119))
def test_every_colour_can_be_read(surfaces: list[Colour], brand: Colour) -> None:
    made = palette(brand, surfaces)
    assert contrast(made.fill, made.on_fill) >= TEXT_CONTRAST
    assert contrast(made.fill_hover, made.on_fill) >= TEXT_CONTRAST
    for surface in surfaces:
        assert contrast(made.fill, surface) >= SHAPE_CONTRAST
        assert contrast(made.accent, surface) >= TEXT_CONTRAST


@given(COLOURS)
def test_a_colour_that_can_be_read_stays_what_it_is(brand: Colour) -> None:
    for surfaces in (LIGHT, DARK):
        made = palette(brand, surfaces)
        if all(contrast(brand, surface) >= TEXT_CONTRAST for surface in surfaces):
            assert made.fill == made.accent == brand


def test_a_colour_that_cannot_be_read_keeps_its_hue() -> None:
    red, green, blue = palette(parse("#ffe600"), LIGHT).fill
    assert red > green > blue == 0
    red, green, blue = palette(parse("#1c4a86"), DARK).fill
    assert blue > green > red


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    # As WCAG's own examples and checkers have it
    [
        ("#ffffff", "#000000", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.0),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(parse(one), parse(other)) == pytest.approx(ratio, abs=0.005)
    assert contrast(parse(other), parse(one)) == contrast(parse(one), parse(other))


@given(COLOURS)
def test_a_colour_is_written_as_it_is_read(colour: Colour) -> None:
    assert parse(css(colour)) == colour
