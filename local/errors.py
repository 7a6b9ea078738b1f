"""What ends the local stack."""


class LocalError(Exception):
    """The stack cannot start or go on; the message is one line that says why."""


class TemplateError(LocalError):
    """The template is broken; the message names the file, the resource and what is wrong."""
