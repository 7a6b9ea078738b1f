"""`gatehouse init`: what a stack needs once, after it was deployed. As often as one likes."""

import argparse
import sys
from typing import TYPE_CHECKING, Any

from cli.arguments import add_verb, open_stack
from cli.exits import DONE, FAILED, Misused
from cli.printing import print_facts
from cli.stack import Stack
from cli.users.adding import add_by_link, add_with_password, in_words
from cli.users.listing import user_facts
from gatehouse.signin.administration import list_people
from gatehouse.signin.people import canonical_email
from local.banner import client_lines

if TYPE_CHECKING:
    from cli.arguments import Subparsers


def declare(subjects: "Subparsers") -> None:
    """Add the command."""
    init = add_verb(
        subjects,
        "init",
        _init,
        says="after a deployment: the first person, the signing key, and a look by the doctor",
    )
    init.add_argument("--email", help="the first person; asked for where nobody is there yet")
    init.add_argument(
        "--invite", action="store_true", help="print a link for them instead of taking a password"
    )
    init.add_argument("--no-doctor", action="store_true", help="leave the doctor out")


class _Told:
    """What was done: told to people as it happens, to scripts at the end."""

    def __init__(self, chosen: argparse.Namespace) -> None:
        self._chosen = chosen
        self.facts: dict[str, Any] = {}

    def tell(self, name: str, facts: object, *lines: str) -> None:
        """Something that was done or found."""
        self.facts[name] = facts
        if not self._chosen.json and lines:
            print_facts(self._chosen, self.facts, *lines)
            sys.stdout.flush()

    def end(self) -> None:
        """Nothing follows."""
        if self._chosen.json:
            print_facts(self._chosen, self.facts, "")


def _init(chosen: argparse.Namespace) -> int:
    told = _Told(chosen)
    with open_stack(chosen) as stack:
        url = stack.mcp_url
        _see_to_person(stack, chosen, told)
        made = stack.key_upkeep.rotate().made
        told.tell("made_keys", made, f"Signing key  {_of_keys(len(made))}")
    code = DONE if chosen.no_doctor else _examine(url, told)
    told.tell("mcp_url", url, f"MCP URL      {url}", "", *client_lines(url).splitlines())
    told.end()
    return code


def _of_keys(made: int) -> str:
    if made == 0:
        return "there is one"
    return "there is one; the next one is made" if made == 1 else "made, and the next one"


def _see_to_person(stack: Stack, chosen: argparse.Namespace, told: _Told) -> None:
    email = canonical_email(chosen.email) if chosen.email else None
    if email is None and next(list_people(people=stack.people), None):
        told.tell("user", None, "Person       there are some; --email adds another")
        return
    email = email or _ask_email()
    person = stack.people.find(email)
    if person:
        told.tell("user", user_facts(person), f"Person       {email} is in the directory already")
    elif chosen.invite:
        link = add_by_link(stack, email)
        told.tell("invitation", link, f"Person       {email} is invited", *in_words(link))
    else:
        person = add_with_password(stack, email)
        told.tell("user", user_facts(person), f"Person       {email} can sign in now")


def _ask_email() -> str:
    if not sys.stdin.isatty():
        raise Misused("nobody is in the directory yet: name the first person by --email")
    print("Your email address: ", end="", file=sys.stderr, flush=True)
    return canonical_email(sys.stdin.readline())


def _examine(url: str, told: _Told) -> int:
    from cli.doctor.report.text import verdict
    from cli.examination import NoAnswer, examined

    try:
        outcome = examined(url)
    except NoAnswer as error:
        told.tell("doctor", {"answers": False, "findings": []}, f"Doctor       {error}")
        return FAILED
    findings = [{"code": each.code, "wrong": each.wrong} for each in outcome.findings]
    facts = {"answers": True, "findings": findings}
    if findings:
        told.tell("doctor", facts, "Doctor", *"\n".join(verdict(outcome)).splitlines(), "")
        return FAILED
    told.tell("doctor", facts, "Doctor       nothing is wrong, as far as nobody signs in")
    return DONE
