"""One more function behind the API Gateway: any handler, as `protect` made it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gatehouse.mcp.caller import Caller
from gatehouse.protect import current_context
from local.declared import Route
from local.template import Template
from tests.functions.deployment import Deployment

ROOT = Path(__file__).parents[2]
_NAME = "Protected"


class Protected(Deployment):
    """The stack, with every method of `path` leading to `handler`."""

    def __init__(self, handler: Callable[[Any, Any], Any], path: str = "/notes/mcp") -> None:
        declared = Template(ROOT / "template.yaml").resolve({}, {})
        (mcp,) = (route.integration for route in declared.routes if route.key == "POST /mcp/mcp")
        route = Route(f"ANY {path}", replace(mcp, function=_NAME))
        super().__init__(replace(declared, routes=(*declared.routes, route)))
        self._protected = handler

    def _run(self, function: str, event: Any) -> Any:
        # it is no function of the template, so it has no role to be held against
        return self._protected(event, None) if function == _NAME else super()._run(function, event)


@dataclass
class Behind:
    """A handler that answers what it is told, and remembers what it was asked."""

    result: Any = field(default_factory=lambda: {"statusCode": 200, "body": "its answer"})
    events: list[dict[str, Any]] = field(default_factory=list)
    contexts: list[Caller] = field(default_factory=list)

    def __call__(self, event: dict[str, Any], context: object) -> Any:  # noqa: ARG002 - Lambda's
        self.events.append(event)
        self.contexts.append(current_context())
        if isinstance(self.result, Exception):
            raise self.result
        return self.result
