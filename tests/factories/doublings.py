"""JSON in which an object has a key twice, which no library writes by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any


def of(data: Any, *, comma: str = ",", colon: str = ":") -> Iterator[bytes]:
    """The JSON of some data, once for each key of each object in it, with that key twice."""
    for place in range(_keys(data)):
        yield _written(data, [place], comma, colon).encode()


def once(data: Any, *, comma: str = ",", colon: str = ":") -> bytes:
    """The JSON of some data in the same hand, with every key once."""
    return _written(data, [-1], comma, colon).encode()


def _keys(value: Any) -> int:
    if isinstance(value, dict):
        return len(value) + sum(map(_keys, value.values()))
    return sum(map(_keys, value)) if isinstance(value, list) else 0


def _written(value: Any, left: list[int], comma: str, colon: str) -> str:
    """The text; `left` counts how many keys come before the one that comes twice."""
    if isinstance(value, list):
        return f"[{comma.join(_written(each, left, comma, colon) for each in value)}]"
    if not isinstance(value, dict):
        return json.dumps(value)
    parts = []
    for key, entry in value.items():
        name = json.dumps(key)
        if left[0] == 0:
            parts.append(f"{name}{colon}1")
        left[0] -= 1
        parts.append(f"{name}{colon}{_written(entry, left, comma, colon)}")
    return f"{{{comma.join(parts)}}}"
