"""Failures of a request, kept for the line that tells of it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

_logger = logging.getLogger("gatehouse")


class _Notes(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(self.format(record))


@contextmanager
def noted_failures() -> Iterator[list[str]]:
    """Collect what our own modules log meanwhile, tracebacks included, instead of writing it."""
    notes = _Notes()
    before = _logger.handlers, _logger.propagate
    _logger.handlers, _logger.propagate = [notes], False
    try:
        yield notes.texts
    finally:
        _logger.handlers, _logger.propagate = before


def log_failure(message: str, error: BaseException) -> None:
    """Have an error of ours told, with its traceback, in the line of the request."""
    _logger.error(message, exc_info=error)
