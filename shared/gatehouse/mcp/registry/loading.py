"""Finds what the modules of a package offer."""

import importlib
import pkgutil
from collections.abc import Collection, Iterator

from gatehouse.mcp.registry import Registry
from gatehouse.mcp.registry.offers import MARK, Offer
from gatehouse.mcp.registry.tools import Tool


def load_registry(package_name: str, *, scopes: Collection[str] = ()) -> Registry:
    """Everything in the modules of a package that a decorator made known, in the order of names.

    `scopes` are those that a caller can have. Raises `TypeError` for what no client could call.
    """
    found: dict[tuple[str, str], Offer] = {}
    for made in _offers(package_name):
        if found.setdefault((made.kind, made.name), made) is not made:
            raise TypeError(f"two {made.kind} are named {made.name}")
    for made in found.values():
        _require_reachable(made, scopes)
    offers = [found[key] for key in sorted(found)]
    return Registry(tools={made.name: made for made in offers if isinstance(made, Tool)})


def _offers(package_name: str) -> Iterator[Offer]:
    package = importlib.import_module(package_name)
    for module in pkgutil.iter_modules(package.__path__, f"{package_name}."):
        for value in vars(importlib.import_module(module.name)).values():
            made = getattr(value, MARK, None)
            if isinstance(made, Offer):
                yield made


def _require_reachable(made: Offer, scopes: Collection[str]) -> None:
    for scope in made.scopes:
        if scope not in scopes:
            raise TypeError(
                f"the {made.word} {made.name} needs a scope that does not exist: {scope}"
            )
    _ = made.hints  # a mistake shows when the server starts, not when somebody calls
