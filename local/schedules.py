"""What EventBridge Scheduler hands to a function, and which function that is.

The local stack calls none by itself: whoever wants a run sends the event.
https://docs.aws.amazon.com/lambda/latest/dg/with-eventbridge-scheduler.html
"""

import re
import time
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final

from local.account import ACCOUNT_ID, REGION, STACK_NAME
from local.declared import Function
from local.errors import LocalError

# CloudFormation's name for a schedule: the stack's, the logical id, and something random.
_SCHEDULE: Final = re.compile(r"arn:aws:scheduler:.+:schedule/default/.+-(\w+)-[0-9A-Za-z]+")


def scheduled_event(schedule: str) -> dict[str, Any]:
    """The event of a schedule without an input of its own, by the schedule's logical id."""
    name = f"{STACK_NAME}-{schedule}-{uuid.uuid4().hex[:12].upper()}"
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": ACCOUNT_ID,
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "region": REGION,
        "resources": [f"arn:aws:scheduler:{REGION}:{ACCOUNT_ID}:schedule/default/{name}"],
        "detail": "{}",
    }


def scheduled_function(functions: Iterable[Function], event: Mapping[str, Any]) -> Function:
    """The function that an event of a schedule is for. Raises `LocalError`."""
    (arn,) = event["resources"]
    match = _SCHEDULE.fullmatch(arn)
    for function in functions:
        if match and match[1] in function.schedules:
            return function
    raise LocalError(f"there is no schedule {arn}")
