"""Links as the operator hands them out."""

from cli.local_stack import LocalStack
from cli.stack import now
from gatehouse.signin.invitations import invitation_url, invite, offer_reset
from tests.running_stack import USER, RunningStack

_NEWCOMER = "newcomer@example.com"


def new_invitation(stack: RunningStack) -> str:
    """The URL for somebody new, which replaces the one before."""
    with LocalStack(stack.port, stack.state) as local:
        code = invite(_NEWCOMER, people=local.people, invitations=local.invitations, now=now())
    assert code
    return invitation_url(stack.url, code)


def new_reset(stack: RunningStack) -> str:
    """The URL for the person of the stack, which replaces the one before."""
    with LocalStack(stack.port, stack.state) as local:
        code = offer_reset(USER, people=local.people, invitations=local.invitations, now=now())
    assert code
    return invitation_url(stack.url, code)
