"""What all pages have around them: the templates, the brand, and the content security policy."""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from gatehouse.pages.brand import Brand, read_brand
from gatehouse.pages.stylesheet import stylesheet

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).with_name("templates")


@cache
def templates() -> "Environment":
    """The templates in the stack's brand. Raises `SettingsError`."""
    return templates_of(_brand())


@cache
def content_security_policy(*, asks_for_passkeys: bool) -> str:
    """The policy of pages in the stack's brand. Raises `SettingsError`."""
    return policy_of(_brand(), asks_for_passkeys=asks_for_passkeys)


def templates_of(brand: Brand) -> "Environment":
    """The templates, which know the stylesheet and the logo of a brand."""
    # Imported here because most requests, the token endpoint's above all, show no page.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from gatehouse.pages.moments import moment

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals |= {
        "stylesheet": stylesheet(brand.colour),
        "logo": brand.logo,
        "passkey_script": _passkey_script(),
    }
    environment.filters["moment"] = moment
    return environment


# There is no form-action on purpose. Chromium applies it to the whole redirect chain after a
# form, and the consent form's chain ends at the client's redirect URI: any host, or another
# scheme altogether. With form-action 'self' the code would never reach the client.
def policy_of(brand: Brand, *, asks_for_passkeys: bool = False) -> str:
    """The header's value: a page may have its own stylesheet, logo and script, and nothing else."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src {_hash_of(stylesheet(brand.colour))}",
            *((f"script-src {_hash_of(_passkey_script())}",) if asks_for_passkeys else ()),
            *(("img-src data:",) if brand.logo else ()),
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def _hash_of(inlined: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(inlined.encode()).digest()).decode()}'"


@cache
def _passkey_script() -> str:
    # The hash covers the text between the tags to the byte, as the browser reads it: read_text
    # turns CRLF into LF, and so does an HTML parser.
    return (_TEMPLATES / "passkeys.js").read_text(encoding="utf-8")


@cache
def _brand() -> Brand:
    return read_brand()
