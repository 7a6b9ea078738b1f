"""`make bench`: cold starts and warm answers of what `sam build` produces.

Each function runs as on the local stack: a process of its own under Lambda's runtime client, with
nothing on its path but its folder and the layer. A round starts every subject once, in an order
that turns by one each round, so that what slows the machine down meets all of them; ratios are
taken within a round. BENCH_ROUNDS sets how many there are. Then the calls of each step to AWS are
counted and priced, which `python -m benchmarks costs` does alone. Nothing here is a test.
"""

import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.costs import costs
from benchmarks.measure import Sample, sample
from benchmarks.report import report
from benchmarks.subjects import Subject, Subjects
from local.account import CREDENTIALS, REGION
from local.build import fresh_build
from local.children import Children
from local.engines import Engines
from local.function_log import FunctionLog
from local.template import Template

_ROOT = Path(__file__).parents[1]
_ISSUER = "https://mcp.example.com"
_WARM = 40


def main() -> None:
    """Measure, print, and write the tables down; the costs alone are printed only."""
    costs_alone = sys.argv[1:] == ["costs"]
    rounds = 0 if costs_alone else int(os.environ.get("BENCH_ROUNDS", "15"))
    children = Children()
    try:
        with tempfile.TemporaryDirectory() as folder:
            text = _measured(Path(folder), rounds, children)
    finally:
        children.end()
    if costs_alone:
        print(text)
        return
    file = _ROOT / "benchmarks" / "results" / f"{datetime.now(UTC):%Y-%m-%d}.md"
    file.write_text(text)
    print(text)


def _measured(folder: Path, rounds: int, children: Children) -> str:
    built = fresh_build(_ROOT)
    if built is None:
        raise SystemExit("there is no build of what is here now: make build-local")
    engines = Engines(root=_ROOT, state=folder, children=children)
    engines.kms.wait_until_ready()
    endpoints = {
        "AWS_ENDPOINT_URL_DYNAMODB": engines.dynamodb.url,
        "AWS_ENDPOINT_URL_KMS": engines.kms.url,
    }
    subjects = _subjects(Template(built), engines, endpoints)
    log = FunctionLog(folder / "functions.log")
    priced = costs(subjects, endpoints, children, log)
    if not rounds:
        return priced
    floors, ours, peers = (
        subjects.floors(os.environ["GRANTS_TABLE"]),
        subjects.ours(),
        subjects.peers(),
    )
    everything = [*floors, *ours, *peers]
    samples: defaultdict[str, list[Sample]] = defaultdict(list)
    for number in range(-1, rounds):  # one to warm the machine's own caches
        for subject in _turned(everything, number):
            taken = sample(subject, warm=_WARM, endpoints=endpoints, children=children, log=log)
            if number >= 0:
                samples[subject.name].append(taken)
    return f"{report([*floors, *ours], peers, samples)}\n{priced}"


def _subjects(template: Template, engines: Engines, endpoints: Mapping[str, str]) -> Subjects:
    """What is measured, with tables to answer from."""
    for folder in template.resolve({}, {}).functions[0].module_folders:
        sys.path.append(str(folder))  # the tables are filled by what is measured
    from gatehouse import wiring
    from local import seed

    os.environ.update({**CREDENTIALS, "AWS_REGION": REGION})
    arns = {
        f"{name}.Arn": seed.create_key(endpoint=engines.kms.url)
        for name in template.logical_ids("AWS::KMS::Key")
    }
    declared = template.resolve({"PublicUrl": _ISSUER}, arns)
    seed.create_tables(declared.tables, endpoint=engines.dynamodb.url)
    for function in declared.functions:
        os.environ.update(function.environment)
    os.environ.update(endpoints)  # the template leaves them empty
    wiring.signing_keys().signing_key()  # as on every stack that has issued a token before
    return Subjects(declared, issuer=_ISSUER, root=_ROOT)


def _turned(subjects: Sequence[Subject], number: int) -> list[Subject]:
    start = number % len(subjects)
    return [*subjects[start:], *subjects[:start]]


if __name__ == "__main__":
    main()
