"""What is wrong, whom or what it breaks, and the fix."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cli.doctor.exchange import Exchange
from cli.doctor.visit import Visit


@dataclass(frozen=True)
class Finding:
    """One fault, by a code that stays, and in plain words.

    `clauses` are those of the specifications that it breaks, `clients` those that stumble over it;
    at least one of the two is there. `seen_in` are the numbers of the exchanges that show it.
    """

    code: str
    wrong: str
    fix: str
    clauses: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    seen_in: tuple[int, ...] = ()


Check = Callable[[Visit], Iterator[Finding]]


def numbers(*exchanges: Exchange | None) -> tuple[int, ...]:
    """The numbers of those exchanges that there are."""
    return tuple(dict.fromkeys(each.number for each in exchanges if each))
