"""GET /.well-known/oauth-protected-resource, at the root and under a path (RFC 9728 section 3)."""

from gatehouse.http.endpoint import endpoint
from gatehouse.http.request import Request
from gatehouse.http.response import Response, json_response
from gatehouse.oauth.metadata import PROTECTED_RESOURCE_METADATA_PATH, protected_resource_metadata


def show_metadata(request: Request) -> Response:
    """The resource that the path behind the well-known one names, cacheable for five minutes."""
    path = request.path.removeprefix(PROTECTED_RESOURCE_METADATA_PATH)
    document = protected_resource_metadata(request.issuer, path)
    # RFC 9728 section 3.2: nothing is protected at that path, so there is no document
    if document is None:
        return json_response(404, {"message": "Not Found"}, outcome="not_found")
    headers = {"cache-control": "public, max-age=300"}
    return json_response(200, document, headers=headers, outcome="discovered")


handler = endpoint(show_metadata)
