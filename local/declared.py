"""What a template declares, as far as the local stack serves it."""

import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from local.errors import TemplateError

# What of a table CreateTable knows under the same name; encryption and backups mean nothing here.
_CREATE_TABLE_MEMBERS: Final = (
    "AttributeDefinitions",
    "KeySchema",
    "BillingMode",
    "ProvisionedThroughput",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
)
_INTEGRATION_TIMEOUT_MS: Final = 30_000  # HTTP API's default, which is also its maximum
_FUNCTION_TIMEOUT: Final = 3
_FUNCTION_MEMORY: Final = 128
# What starts a function's runtime, and where Lambda has the function's folder.
_WRAPPER: Final = "AWS_LAMBDA_EXEC_WRAPPER"
_TASK_ROOT: Final = "/var/task/"
# Where a build has Lambda's runtime client, beside its template.
RUNTIME_CLIENT: Final = "runtime-client"
_DESTINATION: Final = re.compile(r"(append|overwrite|remove):header\.\S+|overwrite:statuscode")
_SOURCE: Final = re.compile(r"\$response\.header\.\S+|[^$]*")


@dataclass(frozen=True, slots=True)
class Function:
    """A Lambda function. `timeout` is seconds, `memory` MB; `layers` are the layers' folders.

    A built one has the folder of its `runtime_client`, and gets nothing of this machine's Python
    but the standard library. One that is run from source has None. `python` is the interpreter.

    `schedules` are the logical ids of the schedules that call it. `wrapper` is what starts its
    runtime, if it has one; `streams` says whether its URL streams what it answers.
    """

    name: str
    runtime: str
    code: Path
    layers: tuple[Path, ...]
    handler: str
    environment: Mapping[str, str]
    timeout: int
    memory: int
    runtime_client: Path | None = None
    python: str = sys.executable
    schedules: tuple[str, ...] = ()
    wrapper: Path | None = None
    streams: bool = False

    @property
    def module_folders(self) -> tuple[Path, ...]:
        """Where the layers have their modules: in python/ once they are built."""
        return tuple(layer / "python" if self.runtime_client else layer for layer in self.layers)


@dataclass(frozen=True, slots=True)
class ResponseParameter:
    """One change that API Gateway makes to an answer: `overwrite:header.x` and its new value."""

    destination: str
    source: str


@dataclass(frozen=True, slots=True)
class Integration:
    """What a route leads to. `timeout` is seconds; changes to answers are by status code."""

    function: str
    timeout: float
    response_parameters: Mapping[int, tuple[ResponseParameter, ...]]


@dataclass(frozen=True, slots=True)
class Route:
    """A route of the API; `key` is `GET /a/{b}`, `ANY /{rest+}` or `$default`."""

    key: str
    integration: Integration


@dataclass(frozen=True, slots=True)
class Table:
    """A DynamoDB table: its CreateTable request and the attribute that holds its items' expiry."""

    name: str
    request: Mapping[str, Any]
    ttl_attribute: str | None


@dataclass(frozen=True, slots=True)
class Declared:
    """Everything that the local stack serves.

    `streams` are the paths that lead past the API to the URL of a function, which is named.
    """

    functions: tuple[Function, ...]
    routes: tuple[Route, ...]
    tables: tuple[Table, ...]
    streams: Mapping[str, str] = field(default_factory=dict)


def function(
    name: str, properties: Mapping[str, Any], *, folder: Path, layers: Mapping[str, str]
) -> Function:
    """A function of the template in `folder`; `layers` are the ContentUris by logical id."""
    environment = properties.get("Environment", {}).get("Variables", {})
    runtime_client = folder / RUNTIME_CLIENT
    code = folder / properties["CodeUri"]
    wrapper = str(environment.get(_WRAPPER, "")).removeprefix(_TASK_ROOT)
    return Function(
        name=name,
        runtime=str(properties["Runtime"]),
        code=code,
        layers=tuple(
            folder / _known(layers, layer, "layer") for layer in properties.get("Layers", [])
        ),
        handler=str(properties["Handler"]),
        environment={key: str(value) for key, value in environment.items()},
        timeout=int(properties.get("Timeout", _FUNCTION_TIMEOUT)),
        memory=int(properties.get("MemorySize", _FUNCTION_MEMORY)),
        runtime_client=runtime_client if runtime_client.is_dir() else None,
        schedules=tuple(_schedule(name, *event) for event in properties.get("Events", {}).items()),
        wrapper=code / wrapper if wrapper else None,
        streams=properties.get("FunctionUrlConfig", {}).get("InvokeMode") == "RESPONSE_STREAM",
    )


def integration(properties: Mapping[str, Any], *, functions: Iterable[str]) -> Integration:
    """An integration with one of `functions`."""
    if properties["IntegrationType"] != "AWS_PROXY":
        raise TemplateError("the local stack serves AWS_PROXY integrations only")
    if properties["PayloadFormatVersion"] != "2.0":
        raise TemplateError("the local stack speaks payload format 2.0 only")
    # The function's ARN, by itself or within an invocation URI
    _, _, rest = str(properties["IntegrationUri"]).partition(":function:")
    name = re.split("[:/]", rest)[0]
    if name not in functions:
        raise TemplateError(f"there is no function for {properties['IntegrationUri']}")
    return Integration(
        function=name,
        timeout=int(properties.get("TimeoutInMillis", _INTEGRATION_TIMEOUT_MS)) / 1000,
        response_parameters={
            int(status): tuple(map(_response_parameter, changes["ResponseParameters"]))
            for status, changes in properties.get("ResponseParameters", {}).items()
        },
    )


def route(properties: Mapping[str, Any], *, integrations: Mapping[str, Integration]) -> Route:
    """A route to one of `integrations`, which are by logical id."""
    key = str(properties["RouteKey"])
    if key != "$default" and not re.fullmatch(r"[A-Z]+ /\S*", key):
        raise TemplateError(f"{key!r} is no route key")
    target = str(properties["Target"]).removeprefix("integrations/")
    return Route(key, _known(integrations, target, "integration"))


def streamed_paths(
    properties: Mapping[str, Any], *, functions: Mapping[str, Function]
) -> dict[str, str]:
    """The paths that a CloudFront distribution takes to functions, whose names its origins have."""
    behaviors = properties["DistributionConfig"].get("CacheBehaviors", [])
    paths = {str(each["PathPattern"]): str(each["TargetOriginId"]) for each in behaviors}
    for path, name in paths.items():
        if not _known(functions, name, "function").streams or "*" in path:
            raise TemplateError(f"the local stack streams nothing at {path}")
    return paths


def table(name: str, properties: Mapping[str, Any]) -> Table:
    """A table, which goes by its logical id unless it names itself."""
    table_name = str(properties.get("TableName", name))
    request = {m: properties[m] for m in _CREATE_TABLE_MEMBERS if m in properties}
    expiry = properties.get("TimeToLiveSpecification", {})
    return Table(
        name=table_name,
        request={"TableName": table_name, **request},
        ttl_attribute=expiry["AttributeName"] if expiry.get("Enabled") else None,
    )


def _schedule(function_name: str, name: str, event: Mapping[str, Any]) -> str:
    if event["Type"] != "ScheduleV2":
        raise TemplateError(f"the local stack knows no event of the type {event['Type']}")
    return f"{function_name}{name}"  # as SAM names it


def _response_parameter(change: Mapping[str, str]) -> ResponseParameter:
    parameter = ResponseParameter(str(change["Destination"]), str(change.get("Source", "")))
    if not _DESTINATION.fullmatch(parameter.destination):
        raise TemplateError(f"the local stack cannot change {parameter.destination!r}")
    if not _SOURCE.fullmatch(parameter.source):
        raise TemplateError(f"the local stack cannot read {parameter.source!r}")
    return parameter


def _known(things: Mapping[str, Any], name: str, kind: str) -> Any:
    if name not in things:
        raise TemplateError(f"there is no {kind} {name}")
    return things[name]
