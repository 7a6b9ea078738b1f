"""What a function loads before its first answer: a cold start pays for it (docs/decisions/0007)."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.functions.deployment import Deployment

ROOT = Path(__file__).parents[2]
DEAR = ("jwt", "pydantic", "jinja2", "argon2", "gatehouse.fetch.documents")
ANSWER = """
import json, sys
from pathlib import Path
root = Path(sys.argv[1])
sys.path[:0] = [str(root / "functions" / "token"), str(root / "shared")]
import app
answer = app.handler(json.loads((root / "events" / "post-token.json").read_text()), None)
assert answer["statusCode"] == 401, answer
print(*sys.modules, file=sys.stderr)
"""


@pytest.mark.parametrize("dear", DEAR)
def test_the_token_endpoint_loads_nothing_dear_on_its_plain_path(
    deployment: Deployment, dear: str
) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", ANSWER, str(ROOT)], capture_output=True, text=True, check=True
    )

    loaded = ran.stderr.split()
    assert "gatehouse.oauth.client_assertions" in loaded
    assert dear not in loaded
