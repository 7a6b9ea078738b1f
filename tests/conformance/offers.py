"""What the official conformance suite expects a server to offer, as its scenarios say it.

Copied into functions/mcp/tools/ of a stack that is run for the suite alone.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from gatehouse.mcp import (
    Audio,
    Completion,
    Context,
    EmbeddedResource,
    Image,
    InHeader,
    ToolError,
    prompt,
    resource,
    tool,
)

# One red pixel, and a tenth of nothing to hear.
PIXEL: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
)
SOUND: Final = base64.b64decode("UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=")

# JSON Schema 2020-12, as the scenario json-schema-2020-12 wants to find it again.
SCHEMA_2020_12: Final[Mapping[str, Any]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}


@tool(name="test_simple_text")
def simple_text() -> str:
    """Answer with text."""
    return "This is a simple text response for testing."


@tool(name="test_image_content")
def image_content() -> Image:
    """Answer with a picture."""
    return Image(PIXEL, "image/png")


@tool(name="test_audio_content")
def audio_content() -> Audio:
    """Answer with sound."""
    return Audio(SOUND, "audio/wav")


@tool(name="test_embedded_resource")
def embedded_resource() -> EmbeddedResource:
    """Answer with a resource."""
    text = "This is an embedded resource content."
    return EmbeddedResource("test://embedded-resource", text, "text/plain")


@tool(name="test_multiple_content_types")
def multiple_content_types() -> list[str | Image | EmbeddedResource]:
    """Answer with several kinds of content."""
    json = '{"test": "data", "value": 123}'
    return [
        "Multiple content types test:",
        Image(PIXEL, "image/png"),
        EmbeddedResource("test://mixed-content-resource", json, "application/json"),
    ]


@tool(name="test_tool_with_logging")
async def tool_with_logging(context: Context) -> str:
    """Say what is going on."""
    for said in ("Tool execution started", "Tool processing data", "Tool execution completed"):
        context.log("info", said)
    return "Tool with logging executed successfully"


@tool(name="test_logging_tool")
def logging_tool(context: Context) -> str:
    """Say something that nobody may have asked for."""
    context.log("info", "something happened", logger="conformance")
    return "Logged"


@tool(name="test_tool_with_progress")
async def tool_with_progress(context: Context) -> str:
    """Tell how far it is."""
    for done in (0, 50, 100):
        context.progress(done, 100, f"Completed step {done} of 100")
    return "Done"


@tool(name="test_error_handling")
def error_handling() -> str:
    """Fail in a way that the model can read of."""
    raise ToolError("This tool intentionally returns an error for testing")


@tool(name="json_schema_2020_12_tool", input_schema=SCHEMA_2020_12)
def json_schema_2020_12(
    name: str = "",
    address: Mapping[str, str] | None = None,
    contactMethod: str = "",  # noqa: N803 - the scenario's name
    phone: str = "",
    email: str = "",
) -> str:
    """Show a schema that says more than types do."""
    return f"{name} {address} {contactMethod} {phone} {email}"


@tool(name="test_x_mcp_header")
def routed(region: Annotated[str, "Where to run", InHeader("Region")]) -> str:
    """Take an argument that a header repeats."""
    return region


@resource("test://static-text", name="static-text", title="Static text", mime_type="text/plain")
def static_text() -> str:
    """Text that never changes."""
    return "This is the content of the static text resource."


@resource("test://static-binary", name="static-binary", mime_type="image/png")
def static_binary() -> bytes:
    """A picture that never changes."""
    return PIXEL


@resource("test://watched-resource", name="watched-resource", mime_type="text/plain")
def watched() -> str:
    """Text that a client may want to hear about."""
    return "Watched resource content"


@dataclass(frozen=True)
class Row:
    """What the template makes of its variable."""

    id: str
    templateTest: bool  # noqa: N815 - the scenario's name
    data: str


@resource("test://template/{row_id}/data", name="template", mime_type="application/json")
def template(row_id: Annotated[str, Completion(["123", "124"])]) -> Row:
    """One of many."""
    return Row(row_id, templateTest=True, data=f"Data for ID: {row_id}")


@prompt(name="test_simple_prompt", title="Simple test prompt")
def simple_prompt() -> str:
    """Say one thing."""
    return "This is a simple prompt for testing."


@prompt(name="test_prompt_with_arguments")
def prompt_with_arguments(
    arg1: Annotated[str, "First test argument", Completion(["testValue1", "other"])],
    arg2: Annotated[str, "Second test argument"],
) -> str:
    """Say what was given."""
    return f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"


@prompt(name="test_prompt_with_embedded_resource")
def prompt_with_embedded_resource(
    resourceUri: Annotated[str, "URI of the resource to embed"],  # noqa: N803 - the scenario's name
) -> list[str | EmbeddedResource]:
    """Show a resource."""
    text = "Embedded resource content for testing."
    return [
        EmbeddedResource(resourceUri, text, "text/plain"),
        "Please process the embedded resource above.",
    ]


@prompt(name="test_prompt_with_image")
def prompt_with_image() -> list[str | Image]:
    """Show a picture."""
    return [Image(PIXEL, "image/png"), "Please analyze the image above."]
