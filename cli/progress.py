"""Progress of what takes long, for whoever watches."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

_Item = TypeVar("_Item")


def counted(items: Iterable[_Item], what: str) -> Iterator[_Item]:
    """The same items; at a terminal, stderr tells meanwhile how many `what` were read."""
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console

    with Console(stderr=True).status(f"Reading {what}") as status:
        for number, item in enumerate(items, 1):
            status.update(f"Reading {what}: {number}")
            yield item


@contextmanager
def busy(what: str) -> Iterator[None]:
    """At a terminal, stderr tells what takes a while, for as long as it does."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield
