"""AWS Signature Version 4 for a POST of JSON to a service endpoint."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

_ALGORITHM: Final = "AWS4-HMAC-SHA256"


class Credentials(NamedTuple):
    """What a request is signed with; the session token belongs to temporary credentials."""

    access_key_id: str
    secret_access_key: str
    session_token: str | None = None


def signed_headers(
    headers: Mapping[str, str],
    body: bytes,
    *,
    credentials: Credentials,
    region: str,
    service: str,
    at: datetime,
    path: str = "/",
) -> dict[str, str]:
    """`headers`, which must hold `host`, with the signature's own added. Names are lower-case.

    `path` is of unreserved characters only (RFC 3986), which are signed as they are sent.
    """
    timestamp = at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    signed = {**headers, "x-amz-date": timestamp}
    if credentials.session_token:
        signed["x-amz-security-token"] = credentials.session_token
    names = sorted(signed)
    canonical_headers = "".join(f"{name}:{' '.join(signed[name].split())}\n" for name in names)
    body_hash = hashlib.sha256(body).hexdigest()
    canonical = "\n".join(["POST", path, "", canonical_headers, ";".join(names), body_hash])
    scope = f"{timestamp[:8]}/{region}/{service}/aws4_request"
    to_sign = "\n".join(
        [_ALGORITHM, timestamp, scope, hashlib.sha256(canonical.encode()).hexdigest()]
    )
    key = f"AWS4{credentials.secret_access_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    signed["authorization"] = (
        f"{_ALGORITHM} Credential={credentials.access_key_id}/{scope}, "
        f"SignedHeaders={';'.join(names)}, Signature={signature}"
    )
    return signed
