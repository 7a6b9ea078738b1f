"""What is built once in a process, and can be forgotten."""

from collections.abc import Callable
from functools import _lru_cache_wrapper, cache
from typing import TypeVar

_Built = TypeVar("_Built")
_forgettable: "list[_lru_cache_wrapper[object]]" = []


def once(build: Callable[..., _Built]) -> "_lru_cache_wrapper[_Built]":
    """Have `build` build when it is asked first, and give the same from then on."""
    built = cache(build)
    _forgettable.append(built)
    return built


def forget() -> None:
    """Have everything built anew when it is asked next."""
    for built in _forgettable:
        built.cache_clear()
