"""Annotations, as they are sent."""

from __future__ import annotations

from typing import Any

from linlog.shapes import Box, Polygon, Segment, Shape, Span, Whole
from linlog.wire.annotations import AnnotationCreate


def of(shape: Shape, label: str = "cat", **changes: Any) -> AnnotationCreate:
    """An annotation of any shape."""
    return AnnotationCreate(label=label, shape=shape, **changes)


def box(
    label: str = "cat", left: float = 1, top: float = 2, size: float = 10, **changes: Any
) -> AnnotationCreate:
    """A square."""
    return of(Box(left, top, size, size), label, **changes)


def polygon(label: str = "cat", **changes: Any) -> AnnotationCreate:
    """A triangle."""
    return of(Polygon((Segment(((0.0, 0.0), (4.0, 0.0), (0.0, 4.0))),)), label, **changes)


def span(label: str = "cat", start: int = 0, end: int = 2, **changes: Any) -> AnnotationCreate:
    """The first characters of a text."""
    return of(Span(start, end), label, **changes)


def whole(label: str = "cat", **changes: Any) -> AnnotationCreate:
    """The item itself."""
    return of(Whole(), label, **changes)
