"""JSON as RFC 8259 defines it, for bodies that strangers send."""

import json
import math
from collections.abc import Iterable
from typing import Any, Final, NoReturn

# No honest body comes near; what works on a value afterwards goes as deep by recursion.
_DEEPEST: Final = 100
# Each may cost a reader's check hundreds of bytes, of the memory that a function has.
_MOST_VALUES: Final = 200_000


def loads(text: str | bytes, *, distinct_names: bool = False) -> Any:
    """The value of a JSON text. Raises `ValueError` for anything else, and what is nested deeply or
    holds very many values.

    Bytes are UTF-8 (RFC 8259 section 8.1); Python's own reader also takes UTF-16 and UTF-32.

    Python's own reader also takes NaN and the infinities, which no other reader would take back.
    `distinct_names` refuses an object that has a name twice, of which others may read the other
    value (RFC 8259 section 4).
    """
    pairs = _distinct if distinct_names else None
    text = text.decode("utf-8-sig") if isinstance(text, bytes) else text
    try:
        value = json.loads(
            text, parse_constant=_refuse, parse_float=_finite, object_pairs_hook=pairs
        )
    except RecursionError:
        raise ValueError("nested too deeply") from None
    _require_bounds(value)
    return value


def _require_bounds(value: Any) -> None:
    level, values = [value], 0
    for _ in range(_DEEPEST):
        level = [inner for outer in level for inner in _inside(outer)]
        values += len(level)
        if values > _MOST_VALUES:
            raise ValueError("too many values")
        if not level:
            return
    raise ValueError("nested too deeply")


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _finite(number: str) -> float:
    value = float(number)
    if math.isinf(value):
        raise ValueError("a number is too large")
    return value


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a name occurs twice in an object")
    return members
