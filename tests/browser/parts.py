"""The page of `parts.html`, which has every part that pages are made of."""

from pathlib import Path

from gatehouse.pages.brand import Brand
from gatehouse.pages.frame import templates_of

_PARTS = Path(__file__).with_name("parts.html")
# One from left to right, one from right to left, one without a place to break
_NAMES = ("Claude Code", "تطبيق التقويم", "W" * 120)


def all_parts(brand: Brand) -> str:
    """The document."""
    parts = templates_of(brand).from_string(_PARTS.read_text(encoding="utf-8"))
    return parts.render(server_name="Gatehouse", email="demo@example.com", names=_NAMES)
