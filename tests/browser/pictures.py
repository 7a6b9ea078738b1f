"""Takes the pictures of `docs/pictures` anew: `python -m tests.browser.pictures`.

It needs port 3000, as the pictures show the address that `make local` gives.
"""

from playwright.sync_api import Page, expect

from tests.browser.chromium import running_chromium
from tests.browser.client import register
from tests.browser.visitor import visiting
from tests.running_stack import ROOT, USER, running_stack

# The pages are as wide as this, and as high as they need.
_DESK = {"viewport": {"width": 600, "height": 100}, "device_scale_factor": 2}
_PHONE = {
    "viewport": {"width": 390, "height": 100},
    "device_scale_factor": 2,
    "color_scheme": "dark",
}


def main() -> None:
    with running_stack(port=3000) as stack, running_chromium() as browser:
        desktop_app = register(stack, "http://localhost:3118/callback", name="Claude Code")
        web_app = register(stack, "https://claude.ai/api/mcp/auth_callback", name="Claude")
        with visiting(browser, **_DESK) as visitor:
            visitor.open(desktop_app.authorization_url())
            visitor.email.fill(USER)
            visitor.password.focus()
            _take(visitor.page, "sign-in")
            visitor.sign_in()
            expect(visitor.button("Allow")).to_be_visible()
            _take(visitor.page, "consent")
            cookies = visitor.page.context.storage_state()
        with visiting(browser, storage_state=cookies, **_PHONE) as visitor:
            visitor.open(web_app.authorization_url())
            _take(visitor.page, "consent-phone")


def _take(page: Page, name: str) -> None:
    path = ROOT / "docs" / "pictures" / f"{name}.png"
    page.screenshot(path=path, full_page=True, animations="disabled", caret="hide")
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KB")  # noqa: T201 (what it is for)


if __name__ == "__main__":
    main()
