"""Without the template's mapping no client sees a challenge: what the other tests see, it made.

The local stack renames WWW-Authenticate as API Gateway is reported to. Here the mapping that writes
it back is missing from a copy of the template, once by the parameter and once altogether.
"""

import re
from collections.abc import Iterator

import httpx2
import pytest
from mcp.client.auth.utils import extract_resource_metadata_from_www_auth

from tests.clients import test_curl
from tests.clients.sign_in import new_http
from tests.running_stack import RunningStack, copy_of_project, running_stack

EDITS = {
    "parameter": (
        r'(RestoreChallengeHeader:\n    Type: String\n    Default: )"true"',
        r'\1"false"',
    ),
    "mapping": (r"\n      ResponseParameters: !If\n(        .*\n)+", "\n"),
}


@pytest.fixture(scope="module", params=EDITS)
def unmapped(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningStack]:
    root = copy_of_project(tmp_path_factory.mktemp("project"))
    template = root / "template.yaml"
    changed, times = re.subn(*EDITS[request.param], template.read_text())
    assert times >= 1
    template.write_text(changed)
    with running_stack(root=root) as stack:
        yield stack


def refused(stack: RunningStack) -> httpx2.Response:
    with new_http(stack.url) as http:
        answer = http.post("/mcp/mcp", json={})
    assert answer.status_code == 401
    return answer


def test_the_challenge_leaves_under_another_name(unmapped: RunningStack) -> None:
    headers = refused(unmapped).headers

    assert "www-authenticate" not in headers
    assert headers["x-amzn-remapped-www-authenticate"].startswith("Bearer ")


def test_the_plain_check_fails(unmapped: RunningStack) -> None:
    with pytest.raises(ValueError, match="not enough values to unpack"):
        test_curl.test_a_401_includes_www_authenticate(unmapped)


def test_the_official_python_client_reads_nothing(
    unmapped: RunningStack, stack: RunningStack
) -> None:
    document = f"{stack.url}/.well-known/oauth-protected-resource/mcp/mcp"

    assert extract_resource_metadata_from_www_auth(refused(stack)) == document
    assert extract_resource_metadata_from_www_auth(refused(unmapped)) is None
