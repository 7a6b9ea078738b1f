"""The last step of `make test`: the functions' roles against what the functions did all along.

Its name keeps it out of every other run, whose calls would be too few. The calls are in the folder
that AWS_CALLS_FOLDER names (local/recorder.py).
"""

import os
from pathlib import Path

import pytest

from local.recorder import VARIABLE
from tests.least_privilege.roles import allowed, beyond, idle, reasons, used, wildcards
from tests.packaging.transformed import transformed, transformed_with_examples

# The tests run the functions of docs/examples too, so their roles are held against it all as well
TEMPLATE = transformed_with_examples()
# Without the whole suite behind it, this says nothing
CALLS = used(TEMPLATE, Path(os.environ[VARIABLE]))


def test_no_function_did_what_its_role_does_not_allow() -> None:
    assert beyond(CALLS, allowed(TEMPLATE)) == []


def test_no_role_allows_what_its_function_never_did() -> None:
    assert idle(CALLS, allowed(TEMPLATE)) == []


@pytest.mark.parametrize("tracing", ["Active", "Disabled"])
def test_every_wildcard_has_a_written_reason(tracing: str) -> None:
    template = transformed(Tracing=tracing)

    assert wildcards(template) <= {name for name, why in reasons(template).items() if why}
