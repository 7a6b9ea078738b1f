"""Without a token: what the MCP endpoint says, by either method and spelled either way."""

from typing import Final

from cli.doctor.messages import headers, initialize
from cli.doctor.visit import Visit

STEP: Final = "Without a token"


def probe(visit: Visit) -> None:
    """Post and get without a token, and try the URL with or without a slash at its end."""
    message = initialize()
    sent = headers(message)
    ask = visit.recorder.ask_once
    visit.opened["POST"] = ask(STEP, "POST", visit.url, headers=sent, message=message)
    visit.opened["GET"] = ask(STEP, "GET", visit.url, headers={"accept": "text/event-stream"})
    respelled = visit.url[:-1] if visit.url.endswith("/") else f"{visit.url}/"
    if respelled.count("/") > 3:
        visit.respelled = ask(STEP, "POST", respelled, headers=sent, message=message)
