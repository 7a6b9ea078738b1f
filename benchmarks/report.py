"""The samples as tables."""

import os
import platform
import statistics
from collections.abc import Mapping, Sequence

from benchmarks.measure import Sample
from benchmarks.subjects import Subject

Samples = Mapping[str, Sequence[Sample]]


def report(ours: Sequence[Subject], peers: Sequence[Subject], samples: Samples) -> str:
    """Two tables in Markdown: functions next to the floor, the tool call next to the peers.

    The floors stand first among `ours`, without a target.
    """
    rounds = len(samples["floor"])
    lines = [
        f"{os.cpu_count()} processors, {platform.system()}, Python {platform.python_version()},"
        f" {rounds} rounds. Milliseconds; ratios are medians of the ratios of each round.",
        "",
        "| function | cold | x floor | cold CPU | x floor | warm p50 | p99 | target | met |",
        "|---|--:|--:|--:|--:|--:|--:|--:|---|",
        *(_row(subject.name, samples, target=subject.target) for subject in ours),
        "",
        "A tool call from cold, ours with its access token checked, the peers' without any:",
        "",
        "| server | cold | x ours | cold CPU | x ours | warm p50 | p99 | x ours |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
        *(_against(peer.name, samples) for peer in peers),
        "",
    ]
    return "\n".join(lines)


def _row(name: str, samples: Samples, *, target: float | None) -> str:
    wall = _ratio(samples, name, "floor", "cold")
    met = "" if target is None else "yes" if wall <= target else "no"
    goal = "" if target is None else f"{target:g}"
    cells = [
        name,
        f"{_median(samples, name, 'cold'):.0f}",
        f"{wall:.2f}",
        f"{_median(samples, name, 'processor'):.0f}",
        f"{_ratio(samples, name, 'floor', 'processor'):.2f}",
        *_warm(samples, name),
        goal,
        met,
    ]
    return f"| {' | '.join(cells)} |"


def _against(name: str, samples: Samples) -> str:
    ours = "mcp (tools/call)"
    cells = [
        name,
        f"{_median(samples, name, 'cold'):.0f}",
        f"{_ratio(samples, name, ours, 'cold'):.2f}",
        f"{_median(samples, name, 'processor'):.0f}",
        f"{_ratio(samples, name, ours, 'processor'):.2f}",
        *_warm(samples, name),
        f"{_warm_median(samples, name) / _warm_median(samples, ours):.2f}",
    ]
    return f"| {' | '.join(cells)} |"


def _median(samples: Samples, name: str, member: str) -> float:
    values: list[float] = [getattr(sample, member) for sample in samples[name]]
    return statistics.median(values)


def _ratio(samples: Samples, name: str, other: str, member: str) -> float:
    pairs = zip(samples[name], samples[other], strict=True)
    ratios: list[float] = [getattr(a, member) / getattr(b, member) for a, b in pairs]
    return statistics.median(ratios)


def _warm(samples: Samples, name: str) -> tuple[str, str]:
    answers = sorted(answer for sample in samples[name] for answer in sample.warm)
    return f"{statistics.median(answers):.2f}", f"{answers[int(len(answers) * 0.99)]:.2f}"


def _warm_median(samples: Samples, name: str) -> float:
    return statistics.median(answer for sample in samples[name] for answer in sample.warm)
