"""What a request that stands alone says of itself, in its metadata and again in its headers."""

import base64
import re
from collections.abc import Iterable, Mapping
from typing import Final

from gatehouse.mcp.eras import (
    CAPABILITIES_KEY,
    OPTIONAL_WHITESPACE,
    STANDING_ALONE,
    SUPPORTED,
    VERSION_KEY,
    meta_of,
)
from gatehouse.mcp.jsonrpc import (
    HEADER_MISMATCH,
    INVALID_PARAMS,
    UNSUPPORTED_PROTOCOL_VERSION,
    Call,
    RpcError,
    clipped,
)

VERSION_HEADER: Final = "mcp-protocol-version"
# An integer as a header may write it; more digits than these are in no integer that may be sent
_INTEGER_FORM: Final = re.compile(r"(-?[0-9]{1,20})(\.0+)?")
_VERSION_FORM: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def require_readable_metadata(call: Call) -> None:
    """Raise `RpcError` for metadata that is no object, in any version."""
    if not isinstance(call.params.get("_meta"), dict | None):
        raise RpcError(INVALID_PARAMS, "params._meta must be an object")


def require_metadata(call: Call, headers: Mapping[str, str]) -> None:
    """Raise `RpcError` unless the request says which version and capabilities it has."""
    meta = meta_of(call)
    # A client of a version to come may say it in the header alone: it learns which ones there are
    named = headers.get(VERSION_HEADER, "").strip(OPTIONAL_WHITESPACE)
    if VERSION_KEY not in meta and _VERSION_FORM.fullmatch(named):
        _require_supported(named)
    # 2026-07-28, Base Protocol, "_meta": both members are required; checked before the headers
    if not isinstance(meta.get(VERSION_KEY), str):
        raise RpcError(INVALID_PARAMS, f"params._meta[{VERSION_KEY!r}] is required")
    if not isinstance(meta.get(CAPABILITIES_KEY), dict):
        raise RpcError(INVALID_PARAMS, f"params._meta[{CAPABILITIES_KEY!r}] is required")


def require_matching_headers(call: Call, headers: Mapping[str, str], named_by: str) -> None:
    """Raise `RpcError` unless each header repeats the body, and the version is supported.

    `named_by` is the parameter that `Mcp-Name` repeats, if any.
    """
    version = meta_of(call)[VERSION_KEY]
    # 2026-07-28, Streamable HTTP, "Standard Request Headers": each repeats the body exactly
    _require_header(headers, VERSION_HEADER, version)
    _require_header(headers, "mcp-method", call.method)
    if named_by:
        _require_header(headers, "mcp-name", call.params.get(named_by))
    _require_supported(version)


def require_known_version(headers: Mapping[str, str]) -> None:
    """Raise `RpcError` if the header names a version that nobody knows."""
    named = headers.get(VERSION_HEADER)
    if named is not None and named.strip(OPTIONAL_WHITESPACE) not in SUPPORTED:
        _require_supported(named)


def require_repeated(values: Mapping[str, object], headers: Mapping[str, str]) -> None:
    """Raise `RpcError` unless each header repeats its value, and is not there without one.

    A value that no header could carry is left to the check of the arguments.
    """
    for name, value in values.items():
        # 2026-07-28, Streamable HTTP, "Server Behavior for Custom Headers": none for null
        if name not in headers and not isinstance(value, str | int | float):
            continue
        # "Server Validation": nor may it tell others of a value that is not there
        given = decoded(headers[name].strip(OPTIONAL_WHITESPACE)) if name in headers else None
        if given is None or not _repeats(given, value):
            raise RpcError(HEADER_MISMATCH, f"The header {name} does not match the body")


def _repeats(given: str, value: object) -> bool:
    if isinstance(value, bool):
        return given == ("true" if value else "false")
    if isinstance(value, str):
        return given == value
    if not isinstance(value, int | float):
        return False
    # "Server Validation": as numbers, so 42.0 repeats 42; never as floats, which round
    number = _INTEGER_FORM.fullmatch(given)
    return given == str(value) or (number is not None and int(number[1]) == value)


def _require_header(headers: Mapping[str, str], name: str, expected: object) -> None:
    if name not in headers:
        raise RpcError(HEADER_MISMATCH, f"The header {name} is required")
    value = headers[name].strip(OPTIONAL_WHITESPACE)
    if (decoded(value) if name == "mcp-name" else value) != expected:
        raise RpcError(HEADER_MISMATCH, f"The header {name} does not match the body")


def decoded(value: str) -> str | None:
    """A header's value; what a header cannot carry arrives as =?base64?...?=."""
    if not (value.startswith("=?base64?") and value.endswith("?=")):
        return value
    try:
        read = base64.b64decode(value[9:-2], validate=True)
        # RFC 4648 section 3.5: other texts may be read as the same bytes, and by others as none
        return read.decode() if base64.b64encode(read).decode() == value[9:-2] else None
    except ValueError:
        return None


def _require_supported(version: str) -> None:
    if all(era.version != version for era in STANDING_ALONE):
        raise unsupported_version(version, SUPPORTED)


def unsupported_version(version: str, supported: Iterable[str]) -> RpcError:
    """The error that tells a client which versions it may try."""
    return RpcError(
        UNSUPPORTED_PROTOCOL_VERSION,
        "Unsupported protocol version",
        {"supported": list(supported), "requested": clipped(version)},
    )
