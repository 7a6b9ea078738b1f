"""The report for a terminal: each exchange as it happens, then the verdict."""

from collections.abc import Iterator
from typing import Final

from cli.doctor.exchange import Exchange
from cli.doctor.findings.finding import Finding
from cli.doctor.report.outcome import Outcome

_TOLD: Final = (
    "www-authenticate",
    "location",
    "content-security-policy",
    "access-control-allow-origin",
    "access-control-allow-headers",
    "content-type",
)
_SENT: Final = (
    "origin",
    "authorization",
    "mcp-protocol-version",
    "access-control-request-method",
    "access-control-request-headers",
)
_LONGEST: Final = 300


class Narrator:
    """Says each exchange in lines, under a heading where the step or the client changes."""

    def __init__(self) -> None:
        self._heading = ""

    def lines(self, exchange: Exchange) -> Iterator[str]:
        """What was sent and what came back. The exchange is masked already."""
        heading = f"{exchange.step}, as {exchange.client}" if exchange.client else exchange.step
        if heading != self._heading:
            self._heading = heading
            yield f"\n{heading}"
        yield f"  {exchange.number:>3} > {exchange.method} {_short(exchange.url)}"
        for name, value in exchange.sent_headers:
            if name in _SENT:
                yield f"        {name}: {_short(value)}"
        if exchange.sent_body:
            yield f"        {_short(exchange.sent_body)}"
        status = exchange.status or "no answer"
        yield f"      < {status} in {exchange.seconds:.2f} s {exchange.failure}".rstrip()
        for name in _TOLD:
            if exchange.header(name):
                yield f"        {name}: {_short(exchange.header(name))}"
        if exchange.body:
            yield f"        {_short(exchange.body)}"


def verdict(outcome: Outcome) -> Iterator[str]:
    """What is wrong, how far each client gets, what was not looked at and what remains."""
    if outcome.clients:
        yield "\nHow far each client gets"
        for client in outcome.clients:
            why = f", then stops: {client.stopped}" if client.stopped else ""
            seen = f" ({', '.join(str(each) for each in client.exchanges)})"
            yield f"  {client.name}: {client.reached}{why}{seen}"
    for heading, lines in (
        ("Not looked at", outcome.unchecked),
        ("What remains there of this visit", outcome.remains),
    ):
        if lines:
            yield f"\n{heading}"
            yield from (f"  {line}" for line in lines)
    count = len(outcome.findings)
    things = "1 thing is" if count == 1 else f"{count} things are"
    yield f"\n{things} wrong" if count else "\nNothing is wrong"
    for number, finding in enumerate(outcome.findings, 1):
        yield from _finding(number, finding)


def _finding(number: int, finding: Finding) -> Iterator[str]:
    yield f"\n{number}. {finding.wrong}  [{finding.code}]"
    if finding.clauses:
        yield f"   Against: {'; '.join(finding.clauses)}"
    if finding.clients:
        yield f"   Breaks:  {', '.join(finding.clients)}"
    yield f"   Fix:     {finding.fix}"
    if finding.seen_in:
        yield f"   Seen in: {', '.join(str(each) for each in finding.seen_in)}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
