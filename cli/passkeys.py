"""`gatehouse users forget-passkeys`: for people who have lost theirs."""

from cli.deployed_stack import DeployedStack
from gatehouse.errors import GatehouseError
from gatehouse.signin.passkeys.lost import forget_passkeys


class PasskeysNotForgotten(GatehouseError):
    """Nothing was changed; the message says why."""


def forget_passkeys_of(email: str, *, stack: str) -> int:
    """Let a person of a deployed stack sign in by their password alone, if they have one."""
    with DeployedStack(stack) as deployed:
        person = forget_passkeys(email, passkeys=deployed.passkeys, people=deployed.people)
    if person is None:
        raise PasskeysNotForgotten(f"{email} is not in the directory, or was changed just now")
    print(f"{person.email} has no passkeys now; there were {len(person.passkeys)}.")
    if person.password_hash is None:
        print("They have no password either: give them one, or they cannot sign in.")
    return 0
