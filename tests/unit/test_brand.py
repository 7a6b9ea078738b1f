"""The brand's parameters, and what pages make of them."""

import base64
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gatehouse.pages import stylesheet
from gatehouse.pages.brand import LARGEST_LOGO, Brand, read_brand
from gatehouse.pages.colours import parse
from gatehouse.pages.frame import policy_of, templates_of
from gatehouse.settings import SettingsError

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
COLOUR = {"BRAND_COLOR": "#1C4a86"}
# What is inlined in every page; the least that a page needs would be about this
LARGEST_STYLESHEET = 8 * 1024


def test_a_brand_may_be_a_colour_alone() -> None:
    assert read_brand(COLOUR | {"BRAND_LOGO": ""}) == Brand((28, 74, 134), None)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("logo.svg", "svg+xml"), ("Logo-2.png", "png"), ("our_logo.webp", "webp")],
)
def test_a_logo_lies_in_a_file_and_goes_into_the_page(tmp_path: Path, name: str, kind: str) -> None:
    (tmp_path / name).write_bytes(SVG)
    brand = read_brand(COLOUR | {"BRAND_LOGO": name}, tmp_path)
    assert brand.logo == f"data:image/{kind};base64,{base64.b64encode(SVG).decode()}"


@given(st.text(max_size=20))
@example("")
@example("red")
@example("#fff")
@example("#1c4a86;}body{display:none")
@example("#1c4a86\n")
@example("#١٢٣٤٥٦")
def test_only_a_hexadecimal_colour_gets_into_the_stylesheet(colour: str) -> None:
    with pytest.raises(SettingsError, match="BRAND_COLOR"):
        read_brand({"BRAND_COLOR": colour})


@pytest.mark.parametrize(
    "name",
    ["../logo.svg", "/etc/logo.svg", "logo.html", "logo", "a/logo.svg", ".svg", "logo.svg\n", " "],
)
def test_a_logo_is_nothing_but_a_picture_in_that_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "logo.html").write_bytes(SVG)
    with pytest.raises(SettingsError, match="BRAND_LOGO is no name"):
        read_brand(COLOUR | {"BRAND_LOGO": name}, tmp_path / "folder")


def test_a_logo_that_is_missing_or_too_large_is_said(tmp_path: Path) -> None:
    logo = COLOUR | {"BRAND_LOGO": "logo.png"}
    with pytest.raises(SettingsError, match=r"does not lie beside .*: logo\.png"):
        read_brand(logo, tmp_path)
    (tmp_path / "logo.png").write_bytes(bytes(LARGEST_LOGO))
    assert read_brand(logo, tmp_path).logo
    (tmp_path / "logo.png").write_bytes(bytes(LARGEST_LOGO + 1))
    with pytest.raises(SettingsError, match=f"more than {LARGEST_LOGO} bytes"):
        read_brand(logo, tmp_path)


def test_the_policy_lets_pictures_in_only_for_a_logo() -> None:
    black = parse("#000000")
    assert "img-src" not in policy_of(Brand(black))
    assert "; img-src data:;" in policy_of(Brand(black, "data:image/png;base64,"))


def test_a_page_has_the_logo_of_the_brand_or_else_our_own() -> None:
    said = {"title": "Sorry", "message": "It broke.", "advice": (), "way_back": None}
    page = {"server_name": "Acme", **said}
    ours = templates_of(Brand(parse("#000000"))).get_template("error.html").render(page)
    assert "<svg" in ours
    assert "<img" not in ours
    logo = "data:image/svg+xml;base64,PHN2Zy8+"
    theirs = templates_of(Brand(parse("#000000"), logo)).get_template("error.html").render(page)
    assert f'<img class="mark" src="{logo}" alt="">' in theirs
    assert "<svg" not in theirs


def test_the_stylesheet_is_small_and_has_nothing_for_readers_only() -> None:
    sent = stylesheet.stylesheet(parse("#1c4a86"))
    assert len(sent.encode()) < LARGEST_STYLESHEET
    assert "/*" not in sent
    assert "\n" not in sent
    assert "<" not in sent
