"""Answers that come later than a client waits: a cold start counts."""

from collections.abc import Iterator

from cli.doctor.exchange import Exchange
from cli.doctor.findings.finding import Finding, numbers
from cli.doctor.steps import refresh
from cli.doctor.visit import Visit


def patience(visit: Visit) -> Iterator[Finding]:
    """No answer takes longer than the least patient client waits for it."""
    asked = [(each, phase) for each in visit.recorder.exchanges if (phase := _phase(visit, each))]
    slow: dict[int, tuple[Exchange, list[str]]] = {}
    for exchange, phase in asked:
        for profile in visit.profiles:
            if phase in profile.patience and exchange.seconds > profile.patience[phase]:
                slow.setdefault(exchange.number, (exchange, []))[1].append(profile.name)
    if slow:
        worst, _ = max(slow.values(), key=lambda each: each[0].seconds)
        clients = dict.fromkeys(name for _, names in slow.values() for name in names)
        yield Finding(
            "slower_than_patience",
            f"{worst.url} took {worst.seconds:.1f} seconds, longer than these clients wait.",
            "Let the first answer after a pause come sooner: load less at the start, keep an "
            "instance warm, give the function more memory.",
            clients=tuple(clients),
            seen_in=numbers(*(each for each, _ in slow.values())),
        )


def _phase(visit: Visit, exchange: Exchange) -> str:
    """Which of a client's patiences counts; empty for what no client waits for."""
    if "/.well-known/" in exchange.url:
        return "metadata"
    if exchange.step == refresh.STEP:
        return "refresh"
    if exchange.url == visit.url:
        return "handshake" if '"initialize"' in exchange.sent_body else ""
    endpoints = ("registration_endpoint", "authorization_endpoint", "token_endpoint")
    url = exchange.url.partition("?")[0]
    return "authorization" if url in [visit.server.get(name) for name in endpoints] else ""
