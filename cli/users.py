"""`gatehouse users`: the people who can sign in."""

import getpass
import sys
import time

from cli.deployed_stack import DeployedStack
from gatehouse.errors import GatehouseError
from gatehouse.signin.people import NotAPerson, add_person


class UserNotAdded(GatehouseError):
    """The person was not added; the message says why."""


def add_user(email: str, *, stack: str) -> int:
    """Add a person to a deployed stack; the password never stands on the command line."""
    interactive = sys.stdin.isatty()
    password = getpass.getpass("Password: ") if interactive else sys.stdin.readline().rstrip("\n")
    try:
        with DeployedStack(stack) as deployed:
            person = add_person(email, password, people=deployed.people, now=int(time.time()))
    except NotAPerson as error:
        raise UserNotAdded(str(error)) from None
    if person is None:
        raise UserNotAdded(f"{email} is in the directory already")
    print(f"{person.email} can sign in now.")
    return 0
