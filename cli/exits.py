"""How the command ends: its exit codes, and the errors that choose one."""

from typing import ClassVar, Final

from gatehouse.errors import GatehouseError

DONE: Final = 0
FAILED: Final = 1
MISUSED: Final = 2
NOT_FOUND: Final = 3
INTERRUPTED: Final = 130  # 128 and SIGINT, as shells count


class CommandError(GatehouseError):
    """The command did not do what it was asked to; the message says why, in a sentence."""

    exit_code: ClassVar[int] = FAILED


class Misused(CommandError):
    """The arguments are not enough to go on."""

    exit_code = MISUSED


class NotFound(CommandError):
    """What was named is not in the stack."""

    exit_code = NOT_FOUND
