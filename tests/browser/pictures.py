"""Takes the pictures of `docs/pictures` anew: `make pictures`.

Each page by day and by night, on a desk and on a phone, in the font that most people's machines
would take something like. What differs between two runs is left out: the stack's port, times,
and by which address this machine knows itself.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from playwright.sync_api import Browser, Page, StorageState

from tests.browser.chromium import running_chromium
from tests.browser.client import register
from tests.browser.pages import PAGES, show
from tests.browser.small_png import small_png
from tests.browser.visitor import visiting
from tests.notes import add_notes
from tests.running_stack import ROOT, RunningStack, copy_of_project, running_stack

FOLDER: Final = ROOT / "docs" / "pictures"
LARGEST: Final = 80 * 1024
# The pages are as wide as this, and as high as they need.
_WIDTHS: Final = {"desk": 760, "phone": 390}
_SCHEMES: Final = ("light", "dark")
# The account page is a long one
_SCALES: Final = {"account": 1.0}
_SCALE: Final = 1.5
_SHOWN: Final = (
    (r"http://localhost:\d+/", "https://mcp.example.com/"),
    (r"\d+ [A-Z][a-z]+ 20\d\d", "3 March 2026"),
    (r"\d\d:\d\d UTC", "09:41 UTC"),
    (r"127\.0\.0\.0/24|(?<!\w)::/48", "198.51.100.0/24"),
)

# What browsers ask for instead of system-ui, by machine
_FONT = """<match><test name="family"><string>{}</string></test>
<edit name="family" mode="assign" binding="strong"><string>Liberation Sans</string></edit>
</match>"""
_FONTS = f"""<fontconfig><include>/etc/fonts/fonts.conf</include>
{"".join(map(_FONT.format, ("system-ui", "sans", "sans-serif")))}</fontconfig>"""

_REPLACE = """pairs => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) for (const [ours, theirs] of pairs) {
        texts.currentNode.data = texts.currentNode.data.replace(new RegExp(ours), theirs);
    }
}"""


def names() -> set[str]:
    """The files that there are."""
    return {_file(name, width, scheme) for name, width, scheme in product(PAGES, _WIDTHS, _SCHEMES)}


def take_all(folder: Path, stack: RunningStack, browser: Browser) -> None:
    """Take every picture, into a folder. The stack is one with notes."""
    claude_code = register(stack, "http://localhost:3118/callback")
    claude = register(stack, "https://claude.ai/api/mcp/auth_callback", name="Claude")
    with visiting(browser) as elsewhere:
        cookies = _signed_in(browser, claude_code.authorization_url())
        for name, width in product(PAGES, _WIDTHS):
            with visiting(browser, storage_state=cookies, **_options(name, width)) as visitor:
                show(name, visitor, claude if name == "step-up" else claude_code)
                visitor.page.evaluate(_REPLACE, _SHOWN)
                for scheme in _SCHEMES:
                    taken = _take(visitor.page, scheme)
                    (folder / _file(name, width, scheme)).write_bytes(
                        small_png(taken, elsewhere.page)
                    )


@contextmanager
def with_fonts(folder: Path) -> Iterator[None]:
    """Browsers that start meanwhile have Liberation Sans for the system's font."""
    (folder / "fonts.conf").write_text(_FONTS)
    os.environ["FONTCONFIG_FILE"] = str(folder / "fonts.conf")
    try:
        yield
    finally:
        del os.environ["FONTCONFIG_FILE"]


def _signed_in(browser: Browser, url: str) -> StorageState:
    with visiting(browser) as visitor:
        visitor.open(url)
        visitor.sign_in()
        visitor.button("Allow").wait_for()
        return visitor.page.context.storage_state()


def _options(name: str, width: str) -> Mapping[str, Any]:
    viewport = {"width": _WIDTHS[width], "height": 100}
    return {"viewport": viewport, "device_scale_factor": _SCALES.get(name, _SCALE)}


def _take(page: Page, scheme: str) -> bytes:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    return page.screenshot(full_page=True, animations="disabled", caret="hide")


def _file(name: str, width: str, scheme: str) -> str:
    return f"{name.replace(' ', '-')}-{width}-{scheme}.png"


def main() -> None:
    with TemporaryDirectory() as folder, with_fonts(Path(folder)):
        root = add_notes(copy_of_project(Path(folder)))
        with running_stack(root=root) as stack, running_chromium() as browser:
            for old in FOLDER.glob("*.png"):
                old.unlink()
            take_all(FOLDER, stack, browser)


if __name__ == "__main__":
    main()
