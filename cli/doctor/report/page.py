"""The report as one HTML file: no scripts, nothing fetched, escaped by the template."""

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cli.doctor.report.diagram import Diagram, diagram_of
from cli.doctor.report.outcome import Outcome

_TEMPLATES: Final = Path(__file__).parent / "templates"


def as_page(outcome: Outcome) -> str:
    """The whole outcome, with a diagram of the doctor's own visit and one of each client's."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("report.html")
    return page.render(outcome=outcome, diagrams=_diagrams(outcome))


def _diagrams(outcome: Outcome) -> list[Diagram]:
    own = [each for each in outcome.exchanges if each.client in ("", "the browser")]
    found = [diagram_of("The doctor's own visit", own, outcome.url)]
    for client in outcome.clients:
        exchanges = [each for each in outcome.exchanges if each.number in client.exchanges]
        found.append(diagram_of(f"As {client.name}", exchanges, outcome.url))
    return found
