"""Labels: the class names that a project's annotations may carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from linlog import limits
from linlog.wire.constraints import Checked, Colour, Length, Name
from linlog.wire.record import Record
from linlog.wire.unset import UNSET, Unset


@dataclass(frozen=True, slots=True, kw_only=True)
class Label(Record):
    """A class name in a project's taxonomy."""

    id: str
    """Begins with l_."""
    project_id: str
    """The project whose taxonomy holds the label."""
    name: str
    """The name that annotations and predictions carry."""
    display_name: str | None = None
    """What people are shown instead of the name, if anything."""
    shape: str
    """The shape that the label is drawn with, such as box, polygon, keypoints, span or whole."""
    colour: str
    """Colour on the pages, as #rrggbb."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelCreate(Checked, Record):
    """A label to add to a project."""

    name: Name
    """The name, unique for its shape in the project."""
    display_name: Annotated[str | None, Length(0, limits.NAME_CHARACTERS)] = None
    """What people are shown instead of the name."""
    shape: Annotated[str, Length(1, 64)] = "box"
    """box, polygon, polyline, point, keypoints, mask, span or whole; unknown words are kept."""
    colour: Annotated[str | None, Colour()] = None
    """#rrggbb; one is chosen where none is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelUpdate(Checked, Record):
    """Changes to a label; what is absent stays."""

    name: Name | Unset = UNSET
    """A new name; annotations that carry the old one follow."""
    display_name: Annotated[str | None, Length(0, limits.NAME_CHARACTERS)] | Unset = UNSET
    """What people are shown instead of the name; null for the name itself."""
    colour: Annotated[str, Colour()] | Unset = UNSET
    """#rrggbb."""
