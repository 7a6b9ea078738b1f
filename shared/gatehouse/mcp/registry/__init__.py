"""What one server offers: typed functions, made known by decorators."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gatehouse.mcp.registry.tools import Tool


@dataclass(frozen=True, slots=True)
class Registry:
    """Everything that is offered, each in the order in which it is listed."""

    tools: Mapping[str, "Tool"] = field(default_factory=dict)
