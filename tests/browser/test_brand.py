"""A stack in the brand of whoever runs it."""

from collections.abc import Iterator, Sequence
from typing import Literal

import pytest
from playwright.sync_api import expect

from gatehouse.pages import stylesheet
from gatehouse.pages.colours import Colour, palette, parse
from tests.browser.client import register
from tests.browser.conftest import NewVisitor
from tests.running_stack import RunningStack, copy_of_project, running_stack

YELLOW = "#ffe600"
# What a picture must not do, as it is somebody's file: run scripts, and fetch
LOGO = """<svg xmlns="http://www.w3.org/2000/svg" width="96" height="32" onload="alert(1)">
<script>alert(2)</script>
<image href="https://elsewhere.example/picture.png" width="8" height="8"/>
<rect width="96" height="32" rx="6"/>
</svg>"""


@pytest.fixture(scope="module")
def branded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """The stack of a company that has a name, a colour and a logo."""
    root = copy_of_project(tmp_path_factory.mktemp("project"))
    template = (root / "template.yaml").read_text()
    for ours, theirs in (
        ("Default: Gatehouse", "Default: شركة Acme"),
        ('Default: "#1c4a86"', f'Default: "{YELLOW}"'),
        (
            'BrandLogo:\n    Type: String\n    Default: ""',
            "BrandLogo:\n    Default: logo.svg\n    Type: String",
        ),
    ):
        assert ours in template
        template = template.replace(ours, theirs, 1)
    (root / "template.yaml").write_text(template)
    (root / "shared" / "logo.svg").write_text(LOGO)
    with running_stack(root=root) as stack:
        yield stack


def in_css(colour: Colour) -> str:
    red, green, blue = colour
    return f"rgb({red}, {green}, {blue})"


def test_pages_have_the_name_and_the_logo_and_ask_nobody_for_it(
    new_visitor: NewVisitor, branded: RunningStack
) -> None:
    visitor = new_visitor()
    visitor.open(register(branded, "http://127.0.0.1/callback").authorization_url())
    expect(visitor.page).to_have_title("Sign in · شركة Acme")
    expect(visitor.page.get_by_role("banner")).to_have_text("شركة Acme")
    logo = visitor.page.locator("header img")
    assert logo.evaluate("image => [image.naturalWidth, image.width, image.height]") == [96, 96, 32]
    visitor.page.wait_for_load_state("networkidle")
    assert len(visitor.requests) == 1


def test_pages_have_the_colour_as_far_as_it_can_be_read(
    new_visitor: NewVisitor, branded: RunningStack
) -> None:
    visitor = new_visitor()
    visitor.open(f"{branded.url}/account")
    light, dark = stylesheet.surfaces_of(stylesheet.written())
    button = visitor.button("Sign in")
    schemes: tuple[tuple[Literal["light", "dark"], Sequence[Colour]], ...]
    schemes = (("light", light), ("dark", dark))
    for scheme, surfaces in schemes:
        visitor.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        made = palette(parse(YELLOW), surfaces)
        expect(button).to_have_css("background-color", in_css(made.fill))
        expect(button).to_have_css("color", in_css(made.on_fill))
        expect(visitor.email).to_be_focused()
        expect(visitor.email).to_have_css("outline-color", in_css(made.accent))
    assert in_css(made.fill) == in_css(parse(YELLOW))
