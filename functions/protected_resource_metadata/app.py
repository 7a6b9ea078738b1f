"""GET /.well-known/oauth-protected-resource, at the root and under a path (RFC 9728 section 3)."""

from gatehouse import wiring
from gatehouse.http.handler import endpoint
from gatehouse.http.metadata_response import resource_metadata_response
from gatehouse.http.request import Request
from gatehouse.http.response import Response
from gatehouse.oauth.resources import METADATA_PATH, Resources


def show_metadata(request: Request) -> Response:
    """The resource that the path behind the well-known one names, cacheable for five minutes."""
    policy = wiring.settings().policy
    resources = Resources(request.issuer, policy.resources)
    resource = resources.find(request.issuer + request.path.removeprefix(METADATA_PATH))
    return resource_metadata_response(resource, resources, policy.scopes)


handler = endpoint(show_metadata)
