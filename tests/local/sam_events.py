"""The SAM CLI's own events, made in its own environment: `.venv-sam/bin/python sam_events.py`.

Each line of standard input is a request in JSON, each line of output the event it makes of it.
"""

import base64
import io
import json
import sys
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Request
from samcli.local.apigw.event_constructor import construct_v2_event_http


def event(request: dict[str, Any]) -> Any:
    body = base64.b64decode(request["body"])
    environ = {
        "REQUEST_METHOD": request["method"],
        "PATH_INFO": unquote_to_bytes(request["path"]).decode("latin-1"),
        "QUERY_STRING": request["query"],
        "REMOTE_ADDR": request["source_ip"],
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
    }
    for name, value in request["headers"]:
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return construct_v2_event_http(Request(environ), 3000, [], route_key="$default")


for line in sys.stdin:
    print(json.dumps(event(json.loads(line))), flush=True)
