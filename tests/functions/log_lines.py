"""What the handlers log, read back as a test goes along."""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

from gatehouse.log.line import logger
from local.account import STACK_NAME


class Written:
    """Everything that was written to standard output and error."""

    def __init__(self) -> None:
        self._output = StringIO()

    @property
    def text(self) -> str:
        return self._output.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Every line; each has to be one JSON object."""
        return [json.loads(line) for line in self.text.splitlines()]

    def of(self, client_id: str) -> list[dict[str, Any]]:
        """The lines that concern a client."""
        return [line for line in self.lines if line["client_id"] == client_id]


@contextmanager
def followed_log(*, lines_only: bool = False) -> Iterator[Written]:
    """What is written meanwhile, by whomever, or by the logger alone.

    The logger keeps to the stream it found first.
    """
    written = Written()
    handler = logger().registered_handler
    assert isinstance(handler, logging.StreamHandler)
    first = handler.stream, sys.stdout, sys.stderr
    handler.setStream(written._output)
    if not lines_only:
        sys.stdout = sys.stderr = written._output
    try:
        yield written
    finally:
        stream, sys.stdout, sys.stderr = first
        handler.setStream(stream)


def counted(line: dict[str, Any]) -> dict[str, int]:
    """The metrics in a line, as CloudWatch counts them."""
    if "_aws" not in line:
        return {}
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Gatehouse"
    assert directive["Dimensions"] == [["service"]]
    assert line["service"] == STACK_NAME  # so that stacks in one account count apart
    assert all(metric["Unit"] == "Count" for metric in directive["Metrics"])
    return {metric["Name"]: sum(line[metric["Name"]]) for metric in directive["Metrics"]}
