"""`gatehouse doctor URL`."""

import argparse
import os
import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from cli.arguments import add_where, open_stack
from cli.doctor.profile import known_profiles
from cli.exits import Misused

if TYPE_CHECKING:
    from cli.doctor.exchange import Exchange
    from cli.doctor.report.outcome import Outcome
    from cli.doctor.steps.sign_in import Person

TOKEN_VARIABLE: Final = "GATEHOUSE_DOCTOR_TOKEN"
_WRONG, _UNREACHABLE = 1, 2


def declare(subjects: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its arguments."""
    doctor = subjects.add_parser(
        "doctor", help="walk any MCP server's sign-in as the known clients do; what is wrong"
    )
    doctor.add_argument(
        "url",
        nargs="?",
        type=_mcp_url,
        help="the MCP URL, as it is pasted into clients; a stack's own where it is left out",
    )
    add_where(doctor, required=False)
    doctor.add_argument(
        "--client",
        action="append",
        choices=sorted(known_profiles()),
        metavar="NAME",
        help="one of the known clients, and no other; may be given again (all)",
    )
    doctor.add_argument("--no-sign-in", action="store_true", help="only what needs no person")
    doctor.add_argument(
        "--wait",
        type=float,
        default=300,
        metavar="SECONDS",
        help="how long to wait for the person at the browser (300)",
    )
    doctor.add_argument("--no-browser", action="store_true", help="print the URL, and open none")
    doctor.add_argument(
        "--token", default="", help=f"an access token to call with (or ${TOKEN_VARIABLE})"
    )
    doctor.add_argument("--tool", default="", metavar="NAME", help="the tool to call, which is run")
    doctor.add_argument(
        "--destructive", action="store_true", help="probes that may end the doctor's own grant too"
    )
    doctor.add_argument("--json", action="store_true", help="print JSON, and nothing else")
    doctor.add_argument(
        "--html", type=_report_file, metavar="FILE", help="write a report to look at"
    )
    doctor.set_defaults(run=_run)


def _mcp_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        whole = None
    if not whole or parts.username is not None or parts.fragment:
        raise argparse.ArgumentTypeError("that is no http or https URL of an MCP server")
    return text


def _report_file(text: str) -> Path:
    # told before somebody signs in for a report
    if not os.path.isdir(Path(text).parent):
        raise argparse.ArgumentTypeError(f"there is no folder for {text}")
    return Path(text)


def _stacks_url(chosen: argparse.Namespace) -> str:
    if chosen.stack is None and chosen.local is None:
        raise Misused("name a URL, or a stack by --stack or --local")
    with open_stack(chosen) as stack:
        return stack.mcp_url


def _run(chosen: argparse.Namespace) -> int:
    """0 if nothing is wrong, 1 if something is, 2 if there is no answer."""
    from cli.doctor.report.telling import tell
    from cli.doctor.walk import NotReachable

    chosen.url = chosen.url or _stacks_url(chosen)
    try:
        outcome = examine(chosen, _person(chosen))
    except NotReachable as error:
        print(f"gatehouse: {chosen.url} does not answer: {error}", file=sys.stderr)
        return _UNREACHABLE
    tell(outcome, json=chosen.json, html=chosen.html)
    return _WRONG if outcome.findings else 0


def examine(chosen: argparse.Namespace, person: "Person") -> "Outcome":
    """Walk, and print each exchange unless JSON was chosen; raises `NotReachable`."""
    from cli.doctor.recorder import Recorder
    from cli.doctor.report.outcome import outcome_of
    from cli.doctor.report.text import Narrator
    from cli.doctor.visit import Options, Visit
    from cli.doctor.walk import walk

    known = known_profiles()
    profiles = tuple(known[name] for name in chosen.client or known)
    options = Options(
        sign_in=not chosen.no_sign_in,
        destructive=chosen.destructive,
        token=chosen.token or os.environ.get(TOKEN_VARIABLE, ""),
        tool=chosen.tool,
        wait_seconds=chosen.wait,
    )
    narrator = Narrator()

    def heard(exchange: "Exchange") -> None:
        if not chosen.json:
            for line in narrator.lines(recorder.secrets.shown(exchange)):
                print(line)

    with Recorder(chosen.url, heard=heard) as recorder:
        visit = Visit(chosen.url, profiles, recorder, options)
        walk(visit, person)
        return outcome_of(visit)


def _person(chosen: argparse.Namespace) -> "Person":
    from cli.doctor.masking import plain

    def person(url: str) -> None:
        # to stderr, so that what is printed stays JSON
        print(f"\nSign in and allow the doctor in your browser:\n{plain(url)}\n", file=sys.stderr)
        # only a web page: a hostile server must not choose what else this machine opens
        if not chosen.no_browser and url.startswith(("https://", "http://")):
            webbrowser.open(url)

    return person
