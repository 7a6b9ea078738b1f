"""What axe-core has against a page: by day and night, narrow and wide."""

from itertools import product
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page

AXE = Path(__file__).parent / "axe" / "node_modules" / "axe-core" / "axe.min.js"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (320, 1280)


def violations(page: Page) -> list[str]:
    """What axe-core has against the page as it is shown, best practices included."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate("async () => (await axe.run()).violations")
    return [
        f"{each['id']} ({each['impact']}): {node['html']}"
        for each in found
        for node in each["nodes"]
    ]


def violations_everywhere(page: Page) -> list[str]:
    found = []
    for width, scheme in product(WIDTHS, SCHEMES):
        page.set_viewport_size({"width": width, "height": 640})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [f"{width} {scheme}: {each}" for each in violations(page)]
    return found
