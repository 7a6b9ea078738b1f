"""Protocol versions, and what tells them apart by name.

Up to 2025-11-25 a client opens with `initialize`; since 2026-07-28 every request stands alone.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from gatehouse.mcp.jsonrpc import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    METHOD_NOT_FOUND,
    RESOURCE_NOT_FOUND,
    Call,
)
from gatehouse.mcp.outcomes import Complete, Outcome

PREFIX: Final = "io.modelcontextprotocol/"
VERSION_KEY: Final = f"{PREFIX}protocolVersion"
CAPABILITIES_KEY: Final = f"{PREFIX}clientCapabilities"
LOG_LEVEL_KEY: Final = f"{PREFIX}logLevel"
_SERVER_INFO_KEY: Final = f"{PREFIX}serverInfo"

# What is listed changes with a deployment; one person's may differ from another's.
_FRESH_SECONDS: Final = 300


class Era(NamedTuple):
    """One protocol version, and what is different in it.

    stands_alone: a request carries its metadata, its headers repeat it, its errors are HTTP errors
    takes_batches: a POST may hold a list
    has_structured_content: results carry `structuredContent`, tools a title and an output schema
    has_resource_links: content may lead to a resource
    has_icons: what is listed may have pictures
    resource_not_found: the code for a URI that leads to nothing
    tells_the_model_of_bad_arguments: they are a result that it reads, not a protocol error
    """

    version: str
    stands_alone: bool = False
    takes_batches: bool = False
    has_structured_content: bool = True
    has_resource_links: bool = True
    has_icons: bool = True
    resource_not_found: int = RESOURCE_NOT_FOUND
    tells_the_model_of_bad_arguments: bool = True

    def status_of(self, code: int) -> int:
        """The HTTP status of a JSON-RPC error."""
        # Errors are answers too: clients of the handshake throw a body away that is no 200
        if not self.stands_alone:
            return 200
        # Ours, and told like the failure of a tool: what was asked was right
        if code == INTERNAL_ERROR:
            return 200
        # 2026-07-28, Streamable HTTP, "Error Responses"
        return 404 if code == METHOD_NOT_FOUND else 400

    def result(
        self, outcome: Outcome, *, cached: bool, server_info: Mapping[str, str]
    ) -> dict[str, Any]:
        """An outcome as this version writes it; `cached` if a client may keep it for a while."""
        if not self.stands_alone:
            return outcome.members
        # 2026-07-28, Caching: only what is complete carries hints
        hints = _hints(outcome) if cached and isinstance(outcome, Complete) else {}
        written = {"resultType": outcome.result_type, **outcome.members, **hints}
        return {**written, "_meta": {_SERVER_INFO_KEY: server_info}}


def _hints(outcome: Complete) -> dict[str, Any]:
    seconds = _FRESH_SECONDS if outcome.fresh_seconds is None else outcome.fresh_seconds
    return {"ttlMs": seconds * 1000, "cacheScope": "private"}


STANDING_ALONE: Final = (Era("2026-07-28", stands_alone=True, resource_not_found=INVALID_PARAMS),)
WITH_HANDSHAKE: Final = (
    Era("2025-11-25"),
    Era("2025-06-18", has_icons=False, tells_the_model_of_bad_arguments=False),
    Era(
        "2025-03-26",
        takes_batches=True,
        has_structured_content=False,
        has_resource_links=False,
        has_icons=False,
        tells_the_model_of_bad_arguments=False,
    ),
)
ERAS: Final = STANDING_ALONE + WITH_HANDSHAKE
SUPPORTED: Final = tuple(era.version for era in ERAS)
# What `initialize` may agree on, the latest first.
NEGOTIABLE: Final = tuple(era.version for era in WITH_HANDSHAKE)

# A request without the header comes from before it existed (2025-06-18, "Protocol Version Header").
_ASSUMED: Final = WITH_HANDSHAKE[-1]
_BY_HEADER: Final = {era.version: era for era in WITH_HANDSHAKE}


def era_of(call: Call | None, header: str) -> Era:
    """The era of a request, by its metadata or its header; of anything else by its header.

    A version that nobody knows is of the latest era, whose checks then refuse it: it comes from a
    client that is newer than the handshake.
    """
    if call is not None and VERSION_KEY in meta_of(call):
        return STANDING_ALONE[0]
    named = header.strip()
    return _BY_HEADER.get(named, STANDING_ALONE[0]) if named else _ASSUMED


def meta_of(call: Call) -> Mapping[str, Any]:
    """The metadata of a request; empty where it is none."""
    meta = call.params.get("_meta")
    return meta if isinstance(meta, dict) else {}


def client_capabilities_of(call: Call) -> Mapping[str, Any]:
    """What the client of a request that stands alone can do; empty where it does not say."""
    capabilities = meta_of(call).get(CAPABILITIES_KEY)
    return capabilities if isinstance(capabilities, dict) else {}
