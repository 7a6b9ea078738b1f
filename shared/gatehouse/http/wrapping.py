"""Another handler's event and result, on their way through ours (payload format 2.0)."""

import json
from collections.abc import Mapping
from typing import Any, Final

from gatehouse.http.response import NO_STORE, Response
from gatehouse.mcp.caller import Caller

# MCP, Authorization, Token Passthrough: what the client sent to prove itself goes no further. The
# cookies of this host may be those of somebody's sign-in.
_KEPT_BACK: Final = ("authorization", "cookie")


def handed_over(event: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
    """The event as the wrapped handler gets it: without credentials, with whom they stood for.

    That is where a Lambda authorizer's context would be, so adapters know the place.
    """
    authorizer = {
        "subject": caller.person.subject,
        "email": caller.person.email,
        "client_id": caller.client_id,
        "scopes": list(caller.scopes),
    }
    return {
        **{name: value for name, value in event.items() if name != "cookies"},
        "headers": without_credentials(event.get("headers", {})),
        "requestContext": {**event["requestContext"], "authorizer": {"lambda": authorizer}},
    }


def without_credentials(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that another server gets to see."""
    return {name: value for name, value in headers.items() if name.lower() not in _KEPT_BACK}


def taken_back(result: Any) -> Response:
    """The wrapped handler's result, in any form that API Gateway takes, as a response."""
    # without a statusCode, all of it is the body of a 200
    if not isinstance(result, dict) or "statusCode" not in result:
        result = {
            "statusCode": 200,
            "headers": {"content-type": "application/json"},
            "body": result if isinstance(result, str) else json.dumps(result),
        }
    status = int(result["statusCode"])
    headers = {str(name).lower(): value for name, value in (result.get("headers") or {}).items()}
    return Response(
        status,
        result.get("body") or "",
        {**NO_STORE, **headers},
        cookies=tuple(result.get("cookies") or ()),
        is_base64=bool(result.get("isBase64Encoded")),
        outcome="served" if status < 400 else "not_served",
    )
