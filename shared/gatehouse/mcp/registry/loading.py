"""Finds what the modules of a package offer."""

import importlib
import pkgutil
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from gatehouse.mcp.registry import Registry
from gatehouse.mcp.registry.offers import MARK, Offer


def load_registry(package_name: str, *, scopes: Collection[str] = ()) -> Registry:
    """Everything in the modules of a package that a decorator made known, in the order of names.

    `scopes` are those that a caller can have. Raises `TypeError` for what no client could call.
    """
    found: dict[tuple[str, str], Offer] = {}
    for made in _offers(package_name):
        if found.setdefault((made.kind, made.name), made) is not made:
            raise TypeError(f"two {made.kind} are named {made.name}")
    _require_distinct_uris(found.values())
    for made in found.values():
        _require_scopes(made, scopes)
        made.check()  # a mistake shows when the server starts, not when somebody calls
    return registry_of([found[key] for key in sorted(found)])


def registry_of(offers: Iterable[Offer]) -> Registry:
    """A registry of these, in their order."""
    kinds: dict[str, dict[str, Any]] = {
        kind: {} for kind in ("tools", "resources", "templates", "prompts")
    }
    for made in offers:
        kind = "templates" if getattr(made, "is_template", False) else made.kind
        kinds[kind][made.name] = made
    return Registry(**kinds)


def _offers(package_name: str) -> Iterator[Offer]:
    package = importlib.import_module(package_name)
    for module in pkgutil.iter_modules(package.__path__, f"{package_name}."):
        for value in vars(importlib.import_module(module.name)).values():
            made = getattr(value, MARK, None)
            if isinstance(made, Offer):
                yield made


def _require_distinct_uris(offers: Iterable[Offer]) -> None:
    uris = [uri for uri in (getattr(made, "uri", None) for made in offers) if uri is not None]
    for uri in uris:
        if uris.count(uri) > 1:
            raise TypeError(f"two resources have the URI {uri}")


def _require_scopes(made: Offer, scopes: Collection[str]) -> None:
    for scope in made.scopes:
        if scope not in scopes:
            raise TypeError(
                f"the {made.word} {made.name} needs a scope that does not exist: {scope}"
            )
