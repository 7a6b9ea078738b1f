"""The report for scripts. docs/doctor.md explains it; members are added, never changed."""

import json
from typing import Any, Final

from cli.doctor.exchange import Exchange
from cli.doctor.report.outcome import Outcome

_FORMAT: Final = 1


def as_json(outcome: Outcome) -> str:
    """The whole outcome."""
    value = {
        "format": _FORMAT,
        "url": outcome.url,
        "ok": not outcome.findings,
        "findings": [
            {
                "code": each.code,
                "wrong": each.wrong,
                "clauses": each.clauses,
                "clients": each.clients,
                "fix": each.fix,
                "exchanges": each.seen_in,
            }
            for each in outcome.findings
        ],
        "clients": [
            {
                "name": each.name,
                "reached": each.reached,
                "stopped": each.stopped or None,
                "exchanges": each.exchanges,
            }
            for each in outcome.clients
        ],
        "unchecked": outcome.unchecked,
        "remains": outcome.remains,
        "exchanges": [_exchange(each) for each in outcome.exchanges],
    }
    return json.dumps(value, indent=2)


def _exchange(exchange: Exchange) -> dict[str, Any]:
    return {
        "number": exchange.number,
        "step": exchange.step,
        "client": exchange.client or None,
        "method": exchange.method,
        "url": exchange.url,
        "sent": {"headers": exchange.sent_headers, "body": exchange.sent_body},
        "status": exchange.status,
        "headers": exchange.headers,
        "body": exchange.body,
        "seconds": round(exchange.seconds, 3),
        "failure": exchange.failure or None,
    }
