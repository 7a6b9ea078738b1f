"""What the comparison leaves out: what is each server's own to say, by which clause.

Every entry names a request of which the answers differ in it and in nothing that is not here. The
clauses are of the specification's pages, of 2026-07-28 where they name no version.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from tests.functions.sdk import leaving_out
from tests.functions.sdk.leaving_out import Body
from tests.functions.sdk.requests import CLIENT, MODERN, Sent, request


class Own(NamedTuple):
    """`without` takes it out of a JSON-RPC response, and leaves what has to be there."""

    clause: str
    example: Sent
    without: Callable[[Body], Body]


_READ: Final = {"uri": "notes://numbers"}
OWN: Final[dict[str, Own]] = {
    "a server's name and version": Own(
        "Discovery, DiscoverResult; 2025-11-25, Lifecycle, Initialization: serverInfo is the "
        "server's own name and version, both of them text",
        request("server/discover", version=MODERN),
        leaving_out.names,
    ),
    "how long an answer may be kept": Own(
        "Caching, Time-to-Live Field: ttlMs is a hint from the server; an integer, never negative",
        request("tools/list", version=MODERN),
        leaving_out.times,
    ),
    "which other versions a server speaks": Own(
        "Discovery, DiscoverResult: supportedVersions are those that the server supports; the "
        "newest has to be among them",
        request("server/discover", version=MODERN),
        leaving_out.versions,
    ),
    "what a server says that it cannot": Own(
        "2025-11-25, schema, ServerCapabilities: every flag is optional, and what is not said is "
        "not there; an empty `experimental` says nothing",
        request("initialize", {"protocolVersion": "2025-11-25", **CLIENT}),
        leaving_out.absent_capabilities,
    ),
    "the message of an error": Own(
        "JSON-RPC 2.0 section 5.1: message is a short description, in the server's words",
        request("x/unknown"),
        leaving_out.messages,
    ),
    "the data of an error, where none is defined": Own(
        "JSON-RPC 2.0 section 5.1: data is defined by the server; the codes that MCP gives data, "
        "and a resource's uri, are compared",
        request("x/unknown"),
        leaving_out.undefined_data,
    ),
    "how a failed call is explained": Own(
        "Tools, Error Handling: the text tells a model what went wrong, in the server's words",
        request("tools/call", {"name": "crash"}, version=MODERN),
        leaving_out.explanations,
    ),
    "white space within JSON that is text": Own(
        "Tools, Structured Content: the text is the serialized JSON; RFC 8259 section 2: white "
        "space between tokens is insignificant",
        request("resources/read", _READ, version=MODERN),
        leaving_out.layout,
    ),
    "that a prompt takes no argument": Own(
        "Schema, Prompt: arguments is an optional list, so none of them is no list or an empty one",
        request("prompts/list", version=MODERN),
        leaving_out.empty_arguments,
    ),
    "titles within schemas": Own(
        "JSON Schema 2020-12, Validation section 9.1: a title only decorates; those of the SDK "
        "repeat the names that stand beside them",
        request("tools/list", version=MODERN),
        leaving_out.schema_titles,
    ),
    "what the type of a result says of itself": Own(
        "JSON Schema 2020-12, Validation section 9.1: a description only decorates; ours is the "
        "dataclass's docstring, which the SDK loses",
        request("tools/list", version=MODERN),
        leaving_out.type_descriptions,
    ),
    "that no other argument is taken": Own(
        "JSON Schema 2020-12, Core section 10.3.2.3: additionalProperties false refuses a misspelt "
        "argument, and clients may see so; that it is refused is a difference of its own",
        request("tools/list", version=MODERN),
        leaving_out.further_properties,
    ),
}
