"""Examines a server from within a test: a person who allows everything, and no browser."""

import time
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import parse_qs, urljoin, urlsplit

from cli.doctor.profile import Profile, known_profiles
from cli.doctor.recorder import Recorder
from cli.doctor.report.outcome import Outcome, outcome_of
from cli.doctor.steps.sign_in import Person
from cli.doctor.visit import Options, Visit
from cli.doctor.walk import walk
from tests.clients.sign_in import new_http


def allow(url: str) -> None:
    """The person who opens the page and presses its only button, or needs not press any."""
    with new_http() as browser:
        answer = browser.get(url)
        if answer.status_code == 200:
            (state,) = parse_qs(urlsplit(url).query)["state"]
            answer = browser.post(urljoin(url, "/allow"), data={"state": state})
        browser.get(answer.headers["location"])


def examined(
    url: str,
    person: Person = allow,
    *,
    clients: Iterable[Profile] | None = None,
    clock: Callable[[], float] = time.perf_counter,
    **options: bool | str | float,
) -> Outcome:
    """The outcome of a visit."""
    profiles: Sequence[Profile] = tuple(clients or known_profiles().values())
    with Recorder(url, clock=clock) as recorder:
        visit = Visit(url, tuple(profiles), recorder, Options(**options))  # type: ignore[arg-type]
        walk(visit, person)
        return outcome_of(visit)


def codes(outcome: Outcome) -> list[str]:
    """What is wrong, by name."""
    return [finding.code for finding in outcome.findings]
