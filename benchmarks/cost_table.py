"""The calls of each step and their price, as a table."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks import prices
from benchmarks.counting_proxy import Calls

# What a step may ask of DynamoDB at most, in a process that is warm.
LIMITS: Final[Mapping[str, int]] = {"code exchange": 4, "refresh": 3, "tool call": 1}


@dataclass(frozen=True, slots=True)
class Counted:
    """What one step asked, of DynamoDB and of KMS, and the memory of its function in MB."""

    dynamodb: Calls
    kms: Calls
    megabytes: int


def cost_table(
    cold: Mapping[str, Counted], warm: Mapping[str, Counted], milliseconds: Mapping[str, float]
) -> str:
    """A row a step, in Markdown; `cold` and `warm` are what it asks, `milliseconds` its time."""
    lines = [
        "What a step asks of DynamoDB and KMS, in a process that has just started and in one that"
        " is warm; and what a million of the warm ones cost in dollars: HTTP API, Lambda on x86,"
        f" DynamoDB on demand, KMS, at the list prices of {prices.REGION} in {prices.DATE}. The"
        " time is that of this machine, whose DynamoDB is near.",
        "",
        "| step | cold: DynamoDB | KMS | warm: DynamoDB | KMS | at most | met"
        " | read units | write units | MB | ms | a million |",
        "|---|--:|--:|--:|--:|--:|---|--:|--:|--:|--:|--:|",
    ]
    total = 0.0
    for step, asked in warm.items():
        price = _price(asked, milliseconds[step])
        total += price
        lines.append(_row(step, cold[step], asked, milliseconds[step], price))
    lines += [f"| all of them | | | | | | | | | | | {total:.2f} |", ""]
    return "\n".join(lines)


def _row(step: str, cold: Counted, warm: Counted, milliseconds: float, price: float) -> str:
    limit = LIMITS.get(step)
    met = "" if limit is None else "yes" if warm.dynamodb.number <= limit else "no"
    cells: Sequence[object] = [
        step,
        cold.dynamodb.number,
        cold.kms.number,
        warm.dynamodb.number,
        warm.kms.number,
        "" if limit is None else limit,
        met,
        f"{warm.dynamodb.read_units:g}",
        f"{warm.dynamodb.write_units:g}",
        warm.megabytes,
        math.ceil(milliseconds),
        f"{price:.2f}",
    ]
    return f"| {' | '.join(map(str, cells))} |"


def _price(asked: Counted, milliseconds: float) -> float:
    return prices.million(
        read_units=asked.dynamodb.read_units,
        write_units=asked.dynamodb.write_units,
        kms=asked.kms.number,
        milliseconds=milliseconds,
        megabytes=asked.megabytes,
    )
