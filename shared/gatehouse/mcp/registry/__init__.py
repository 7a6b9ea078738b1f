"""What one server offers: typed functions, made known by decorators."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gatehouse.mcp.markers import Completion, marker_of

if TYPE_CHECKING:
    from gatehouse.mcp.registry.prompts import Prompt
    from gatehouse.mcp.registry.resources import Resource
    from gatehouse.mcp.registry.tools import Tool


@dataclass(frozen=True, slots=True)
class Registry:
    """Everything that is offered, by name, each in the order in which it is listed."""

    tools: Mapping[str, "Tool"] = field(default_factory=dict)
    resources: Mapping[str, "Resource"] = field(default_factory=dict)
    templates: Mapping[str, "Resource"] = field(default_factory=dict)
    prompts: Mapping[str, "Prompt"] = field(default_factory=dict)

    @property
    def has_completions(self) -> bool:
        """Whether an argument of a prompt or a template can be completed."""
        offers = (*self.prompts.values(), *self.templates.values())
        hints = (hint for offer in offers for hint in offer.hints.values())
        return any(marker_of(hint, Completion) is not None for hint in hints)

    @property
    def has_messages(self) -> bool:
        """Whether an offer is given what it can tell the client by."""
        kinds = (self.tools, self.resources, self.templates, self.prompts)
        return any(offer.takes_context for kind in kinds for offer in kind.values())

    @property
    def has_tasks(self) -> bool:
        """Whether a call of a tool may go on as a task."""
        return any(tool.task != "never" for tool in self.tools.values())
