"""A shape that linlog does not know, kept as it was sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from linlog.shapes import _read
from linlog.shapes._protocol import Shape

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Other(Shape):
    """Plain data of a kind that no other shape describes: stored and given back untouched."""

    data: dict[str, Any] = field(default_factory=dict)
    type: Literal["other"] = "other"

    name: ClassVar[str] = "other"

    @property
    def area(self) -> float:
        """0: nothing is known of it."""
        return 0.0

    @property
    def bounds(self) -> None:
        """None: nothing is known of it."""
        return

    def to_json(self) -> dict[str, Any]:
        """The data as it was sent."""
        return {"type": "other", "data": self.data}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Other:
        """Read the shape; `data` must be an object."""
        _read.only(data, ("data",))
        content = data.get("data")
        if not isinstance(content, dict):
            message = "data must be an object"
            raise ValueError(message)  # noqa: TRY004 - the readers of JSON turn ValueError into 422
        return cls(content)
