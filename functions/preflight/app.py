"""OPTIONS of every route that browser clients may call (the Fetch standard, CORS preflight)."""

from gatehouse.http import cors
from gatehouse.http.handler import endpoint
from gatehouse.http.request import Request
from gatehouse.http.response import Response


def allow(request: Request) -> Response:
    """The methods and headers that a page of another origin may send."""
    return Response(204, headers=cors.PREFLIGHT_HEADERS)


handler = endpoint(allow)
