"""Tries at a password that failed before, as the stack has counted them."""

from cli.local_stack import LocalStack
from cli.stack import now
from gatehouse.signin.slow_downs import strange_browsers
from gatehouse.storage.attempts import DynamoDBAttemptStore
from gatehouse.storage.table import Table
from tests.running_stack import RunningStack

# localhost is either, as the machine likes
_HERE = ("127.0.0.0/24", "::/48")


def set_failed_tries(stack: RunningStack, email: str, count: int) -> None:
    """Have so many failed from this machine, in browsers that are not known to the account."""
    with LocalStack(stack.port, stack.state) as local:
        attempts = DynamoDBAttemptStore(Table(local.dynamodb, local.named("UsersTable")))
        for network in _HERE:
            counter, *_ = strange_browsers(email, network, now=now())
            attempts.forget(counter)
            for _ in range(count):
                attempts.count(counter, now=now())
