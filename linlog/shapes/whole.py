"""The item itself: what classification marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from linlog.shapes import _read
from linlog.shapes._protocol import Shape

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Whole(Shape):
    """The whole item, be it an image, a text or a page."""

    type: Literal["whole"] = "whole"

    name: ClassVar[str] = "whole"

    @property
    def area(self) -> float:
        """0: no part of the item is marked."""
        return 0.0

    @property
    def bounds(self) -> None:
        """None: no part of the item is marked."""
        return

    def to_json(self) -> dict[str, Any]:
        """The shape as plain data."""
        return {"type": "whole"}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Whole:
        """Read the shape; it has nothing but its type."""
        _read.only(data, ())
        return cls()
