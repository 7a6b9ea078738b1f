"""The outcome of a visit, ready to be shown."""

from dataclasses import dataclass, replace

from cli.doctor.exchange import Exchange
from cli.doctor.findings import found
from cli.doctor.findings.finding import Finding
from cli.doctor.masking import plain
from cli.doctor.visit import Visit


@dataclass(frozen=True)
class ClientOutcome:
    """How far a client got: the step that it reached, and why not further."""

    name: str
    reached: str
    stopped: str
    exchanges: tuple[int, ...]


@dataclass(frozen=True)
class Outcome:
    """Nothing in here is secret or could be obeyed: it may be printed, kept and sent on."""

    url: str
    findings: tuple[Finding, ...]
    clients: tuple[ClientOutcome, ...]
    exchanges: tuple[Exchange, ...]
    unchecked: tuple[str, ...]
    remains: tuple[str, ...]


def outcome_of(visit: Visit) -> Outcome:
    """Everything that a report says."""
    secrets = visit.recorder.secrets

    def shown(text: str) -> str:
        return plain(secrets.masked(text))

    findings = (
        replace(each, wrong=shown(each.wrong), fix=shown(each.fix)) for each in found(visit)
    )
    clients = (
        ClientOutcome(
            walk.profile.name,
            walk.reached,
            shown(walk.stopped),
            tuple(dict.fromkeys(each.number for each in walk.exchanges)),
        )
        for walk in visit.walks
    )
    return Outcome(
        shown(visit.url),
        tuple(findings),
        tuple(clients),
        tuple(secrets.shown(each) for each in visit.recorder.exchanges),
        tuple(dict.fromkeys(shown(each) for each in visit.unchecked)),
        tuple(shown(each) for each in visit.remains),
    )
