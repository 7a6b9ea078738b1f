"""What is shown of an exchange: no secrets, and nothing that a terminal or a reader would obey."""

import json
import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import quote, quote_plus, unquote_plus

from cli.doctor.exchange import Exchange, Headers

_SECRET: Final = (
    "access_token|refresh_token|id_token|client_secret|registration_access_token|code|"
    "code_verifier|client_assertion|assertion|password"
)
_IN_JSON: Final = re.compile(rf'("(?:{_SECRET})"\s*:\s*)"((?:[^"\\]|\\.)*)"')
_IN_QUERY: Final = re.compile(rf"((?:^|[?&#\s])({_SECRET})=)([^&#\s\"'<>]+)")
_HEADERS: Final = ("authorization", "proxy-authorization", "cookie", "set-cookie", "mcp-session-id")
_SHORTEST: Final = 8


@dataclass(frozen=True)
class Secrets:
    """Values that were met under a secret's name, and are masked wherever they come again."""

    values: dict[str, str]

    def learn(self, name: str, value: str) -> None:
        """Mask `value` from now on."""
        if len(value) >= _SHORTEST:
            for spelling in (
                value,
                quote(value, safe=""),
                quote_plus(value),
                json.dumps(value)[1:-1],
            ):
                self.values[spelling] = name

    def learn_from(self, text: str) -> None:
        """Mask what stands in JSON, a form or a URL under a secret's name."""
        for match in _IN_JSON.finditer(text):
            self.learn(match[1].partition('"')[2].partition('"')[0], _unescaped(match[2]))
        for match in _IN_QUERY.finditer(text):
            self.learn(match[2], unquote_plus(match[3]))

    def masked(self, text: str) -> str:
        """`text` without secrets."""
        for value, name in sorted(self.values.items(), key=lambda item: -len(item[0])):
            text = text.replace(value, f"[{name}]")
        text = _IN_JSON.sub(r'\1"[masked]"', text)
        return _IN_QUERY.sub(_mask_value, text)

    def shown(self, exchange: Exchange) -> Exchange:
        """The exchange as it may be printed or kept."""
        body = exchange.body
        if exchange.content_type == "text/html" and body:
            body = f"(a page of {len(body)} characters)"
        if exchange.private:
            body = f"({len(body)} characters, which are the person's own)"
        return replace(
            exchange,
            step=plain(exchange.step),
            url=plain(self.masked(exchange.url)),
            sent_headers=self._headers(exchange.sent_headers),
            sent_body=plain(self.masked(exchange.sent_body)),
            headers=self._headers(exchange.headers),
            body=plain(self.masked(body)),
            failure=plain(self.masked(exchange.failure)),
        )

    def _headers(self, headers: Headers) -> Headers:
        return tuple(
            (plain(name), "[masked]" if name.lower() in _HEADERS else plain(self.masked(value)))
            for name, value in headers
        )


def plain(text: Any) -> str:
    """One line of text without control characters, or others that change how text is shown."""
    spaced = re.sub(r"[\r\n\t ]+", " ", str(text)).strip()
    # Cc: control; Cf: formatting, direction among it; Cs and Co: surrogates and private use
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(each) in _UNSAFE else each
        for each in spaced
    )


_UNSAFE: Final = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))


def _mask_value(match: re.Match[str]) -> str:
    # what was masked by its value already says what it was
    return match[0] if match[3].startswith("[") else f"{match[1]}[masked]"


def _unescaped(value: str) -> str:
    try:
        return str(json.loads(f'"{value}"'))
    except ValueError:
        return value
