"""Natural order: numbers in texts count by their size, so that batch 10 comes after batch 9."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import numpy as np

from linlog.evaluation.tallies import Ints

_NUMBERS: Final = re.compile("([0-9]+)")


def places(texts: Iterable[str]) -> Ints:
    """The place of each text among all of them, from 0; equal texts keep their order."""
    keys = [*map(_key, texts)]
    found = np.empty(len(keys), np.int64)
    found[sorted(range(len(keys)), key=keys.__getitem__)] = np.arange(len(keys))
    return found


def _key(text: str) -> tuple[tuple[str | tuple[int, str], ...], str]:
    """What texts are compared by: letters whatever their case, numbers by their size."""
    parts = _NUMBERS.split(text.casefold())
    return tuple(_size(part) if at % 2 else part for at, part in enumerate(parts)), text


def _size(digits: str) -> tuple[int, str]:
    # May be longer than Python reads as a number: of two numbers the longer one is larger.
    kept = digits.lstrip("0")
    return len(kept), kept
