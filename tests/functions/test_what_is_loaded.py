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
folder, event, status = sys.argv[2:]
sys.path[:0] = [str(root / "functions" / folder), str(root / "shared")]
import app
answer = app.handler(json.loads((root / "events" / event).read_text()), None)
assert answer["statusCode"] == int(status), answer
print(*sys.modules, file=sys.stderr)
"""


@pytest.mark.parametrize("dear", DEAR)
def test_the_token_endpoint_loads_nothing_dear_on_its_plain_path(
    deployment: Deployment, dear: str
) -> None:
    loaded = loaded_by("token", "post-token.json", 401)

    assert "gatehouse.oauth.clients.assertions" in loaded
    assert dear not in loaded


def test_whoever_comes_from_a_provider_waits_for_no_password_hash(deployment: Deployment) -> None:
    loaded = loaded_by("sign_in_callback", "get-sign-in-callback.json", 404)

    assert "gatehouse.http.provider_callback" in loaded
    assert "argon2" not in loaded


def loaded_by(folder: str, event: str, status: int) -> list[str]:
    """The modules that the function of a folder has loaded when it has answered that event."""
    ran = subprocess.run(
        [sys.executable, "-c", ANSWER, str(ROOT), folder, event, str(status)],
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stderr.split()
