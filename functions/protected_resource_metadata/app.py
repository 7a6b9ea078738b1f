"""GET /.well-known/oauth-protected-resource, at the root and under a path (RFC 9728 section 3)."""

from gatehouse import wiring
from gatehouse.http.handler import endpoint
from gatehouse.http.request import Request
from gatehouse.http.response import Response, json_response
from gatehouse.oauth.metadata import protected_resource_metadata
from gatehouse.oauth.resources import METADATA_PATH, Resources


def show_metadata(request: Request) -> Response:
    """The resource that the path behind the well-known one names, cacheable for five minutes."""
    policy = wiring.settings().policy
    resources = Resources(request.issuer, policy.resources)
    resource = resources.find(request.issuer + request.path.removeprefix(METADATA_PATH))
    # RFC 9728 section 3.2: nothing is protected at that path, so there is no document
    if resource is None:
        return json_response(404, {"message": "Not Found"}, outcome="not_found")
    document = protected_resource_metadata(resource, resources, policy.scopes)
    headers = {"cache-control": "public, max-age=300"}
    return json_response(200, document, headers=headers, outcome="discovered")


handler = endpoint(show_metadata)
