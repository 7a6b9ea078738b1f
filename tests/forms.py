"""What a browser without scripts sees of a page: its text and its form."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """A form: where it posts to, its fields and what its buttons would add."""

    action: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)

    def filled(self, button: str, **values: str) -> dict[str, str]:
        """What is posted when `button` is pressed after `values` were typed."""
        name, value = self.buttons[button]
        return {**self.fields, **values, name: value}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.form = Form()
        self.forms: list[Form] = []
        self.text: list[str] = []
        self._button: tuple[str, str] | None = None
        self._hidden = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.form = Form(given["action"])
            self.forms.append(self.form)
        elif tag == "input":
            self.form.fields[given["name"]] = given.get("value", "")
        elif tag == "button":
            self._button = given["name"], given["value"]
        elif tag in ("style", "script"):
            self._hidden += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script"):
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if not text or self._hidden:
            return
        self.text.append(text)
        if self._button:
            self.form.buttons[text] = self._button
            self._button = None


def read_form(html: str) -> Form:
    """The first form of a page; an empty one if there is none."""
    forms = read_forms(html)
    return forms[0] if forms else Form()


def read_forms(html: str) -> list[Form]:
    """Every form of a page, in order."""
    reader = _Reader()
    reader.feed(html)
    return reader.forms


def form_with(html: str, button: str) -> Form:
    """The first form of a page that has that button."""
    return next(form for form in read_forms(html) if button in form.buttons)


def read_text(html: str) -> str:
    """The text of a page, as a person reads it."""
    reader = _Reader()
    reader.feed(html)
    return " ".join(reader.text)
