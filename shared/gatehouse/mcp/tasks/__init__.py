"""The extension io.modelcontextprotocol/tasks: calls that go on after their answer.

A call of a tool that is declared so is kept as a task, and answered with its id. A runner starts
it elsewhere; the client asks for it until it is over (SEP-2663).
"""

from typing import Final

EXTENSION: Final = "io.modelcontextprotocol/tasks"
