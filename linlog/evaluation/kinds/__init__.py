"""The kinds of evaluation, and the table that finds one by its name without loading the rest."""

from __future__ import annotations

from importlib import import_module
from itertools import chain
from typing import Final

from linlog.evaluation.kinds._protocol import (
    Comparable,
    Item,
    Kind,
    Listing,
    Prediction,
    Telling,
    Truth,
)

__all__ = [
    "NAMES",
    "ON_DEMAND",
    "TABLE",
    "UNASKED",
    "Comparable",
    "Item",
    "Kind",
    "Listing",
    "Prediction",
    "Telling",
    "Truth",
    "get",
    "shapes",
]

TABLE: Final[dict[str, str]] = {
    "detection": "linlog.evaluation.kinds.detection:DETECTION",
    "segmentation": "linlog.evaluation.kinds.segmentation:SEGMENTATION",
    "keypoints": "linlog.evaluation.kinds.keypoints:KEYPOINTS",
    "classification": "linlog.evaluation.kinds.classification:CLASSIFICATION",
    "ner": "linlog.evaluation.kinds.ner:NER",
    "semantic_segmentation": "linlog.evaluation.kinds.semantic_segmentation:SEMANTIC_SEGMENTATION",
}
NAMES: Final = tuple(TABLE)
ON_DEMAND: Final = frozenset({"semantic_segmentation"})
"""Kinds that take shapes which mostly mean another kind: they judge only where they are asked."""
UNASKED: Final = tuple(name for name in NAMES if name not in ON_DEMAND)
"""Kinds that judge every model run whose predictions have shapes of theirs."""


def shapes() -> frozenset[str]:
    """The shapes that any kind looks at."""
    return frozenset(chain.from_iterable(get(name).shapes for name in NAMES))


def get(name: str) -> Kind:
    """The kind `name`, imported on first use. Raises ValueError that names the kinds there are."""
    if name not in TABLE:
        raise ValueError(f"unknown kind {name[:40]!r}; expected one of {', '.join(NAMES)}")
    module, _, member = TABLE[name].partition(":")
    found: Kind = getattr(import_module(module), member)
    return found
