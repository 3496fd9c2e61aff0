"""What every shape can do, and how one is read from JSON."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping

Bounds = tuple[float, float, float, float]
"""Left, top, right, bottom, in pixels of the original image."""


class Shape(ABC):
    """What an annotation marks. Image shapes are in pixels, x right and y down, from the top left.

    Implementers are frozen dataclasses with a field `type` that holds their `name`, so that
    their JSON says what they are. `area` is in square pixels (0 where nothing is enclosed);
    `bounds` is None for what has no place on an image.
    """

    __slots__ = ()
    name: ClassVar[str]

    @property
    @abstractmethod
    def area(self) -> float:
        """Enclosed area in square pixels, never negative."""

    @property
    @abstractmethod
    def bounds(self) -> Bounds | None:
        """The smallest upright rectangle around the shape."""

    @abstractmethod
    def to_json(self) -> dict[str, Any]:
        """The shape as plain data."""

    @classmethod
    @abstractmethod
    def from_json(cls, data: Mapping[str, Any]) -> Shape:
        """Read the shape from plain data; raises ValueError that says what is wrong."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Teach pydantic to read shapes, without importing it before it asks."""
        from linlog import shapes
        from linlog.shapes import _schema

        names = shapes.NAMES if cls is Shape else (cls.name,)
        return _schema.core_schema(names, shapes.from_json)
