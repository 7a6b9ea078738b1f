"""Discovery documents over HTTP, which whoever asked may keep for a while."""

from collections.abc import Mapping
from typing import Any, Final

from gatehouse.http.response import Response, json_response
from gatehouse.oauth.metadata import protected_resource_metadata
from gatehouse.oauth.resources import Resource, Resources
from gatehouse.oauth.scopes import ScopeCatalogue

# What is in them changes with a deployment
_FRESH_SECONDS: Final = 300


def metadata_response(document: Mapping[str, Any]) -> Response:
    """A document of the authorization server's or a resource's own, cacheable for five minutes."""
    headers = {"cache-control": f"public, max-age={_FRESH_SECONDS}"}
    return json_response(200, document, headers=headers, outcome="discovered")


def resource_metadata_response(
    resource: Resource | None, resources: Resources, scopes: ScopeCatalogue
) -> Response:
    """The document of one of `resources`; a plain 404 where none is asked for.

    Clients look around for it, and give up at any other answer.
    """
    # RFC 9728 section 3.2: nothing is protected at that path, so there is no document
    if resource is None:
        return json_response(404, {"message": "Not Found"}, outcome="not_found")
    return metadata_response(protected_resource_metadata(resource, resources, scopes))
