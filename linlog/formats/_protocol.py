"""What every format of files can do: say what a file looks at, and what it marks there.

What an implementer cannot guess:

* A file may be larger than memory. Reading goes forward and keeps no row; it may go over the file
  more than once. Whoever reads decides what to keep.
* A row that cannot be used is refused to the `Account` with a reason and a place, and reading goes
  on. A reason is a fixed sentence, so that rows can be counted by it; what stood there is a detail.
* A file that cannot be read at all raises FormatError with the place. No file raises anything else.
* Rows are accounted for where marks are read, and only there.
* A label is the file's own key for it; `labels` says its name.
* A format knows nothing of evaluations: what is truth and what prediction is said by who opens.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, Protocol

import msgspec

from linlog.shapes import Shape

Side = Literal["truth", "predictions", "both"]
"""What a file is opened for: what is taken as right, what a model said, or both in one file."""
MOST_PLACES: Final = 5
"""Places that an account keeps of each reason."""
MOST_REASONS: Final = 100
"""Reasons that an account tells apart."""


class Entry(msgspec.Struct, frozen=True):
    """One thing that a file looks at: an image, a text, a row."""

    key: str
    """The file's own id of it."""
    name: str = ""
    """What people call it, such as the name of an image's file."""
    width: int | None = None
    """Of an image, in pixels."""
    height: int | None = None
    """Of an image, in pixels."""
    tokens: tuple[str, ...] = ()
    """Of a text, its words as the file has them; spans count these."""
    absent: tuple[str, ...] = ()
    """Keys of labels that were looked for and are not there, where not all were looked for."""
    partly_marked: tuple[str, ...] = ()
    """Keys of labels of which not everything is marked."""
    attributes: dict[str, Any] = {}
    """What else the file says of it, by name."""


class Mark(msgspec.Struct, frozen=True):
    """One label that a file puts on something."""

    key: str
    """What it is on: the key of an entry."""
    label: str
    """The file's own key of the label."""
    shape: Shape
    """Where it is."""
    place: str
    """Where in the file it stands."""
    predicted: bool = False
    """Whether a model said it."""
    confidence: float | None = None
    """How sure the model is, from 0 to 1."""
    attributes: dict[str, Any] | None = None
    """`crowd`, `ignored` and `area`, where the file has them."""


@dataclass(slots=True)
class Refused:
    """Rows that were refused for one reason."""

    count: int = 0
    """How many."""
    places: list[str] = field(default_factory=list)
    """Where the first ones stand, and what stood there."""


@dataclass(slots=True)
class Account:
    """What became of every row of a file."""

    path: Path
    """The file."""
    read: int = 0
    """Rows that were used."""
    refused: dict[str, Refused] = field(default_factory=dict)
    """By reason the rows that were not."""
    notes: list[str] = field(default_factory=list)
    """What else a reader should know, such as columns that were not read."""

    def refuse(self, reason: str, place: str, detail: str = "") -> None:
        """Count a row that is not used."""
        known = reason in self.refused or len(self.refused) < MOST_REASONS
        found = self.refused.setdefault(reason if known else "further reasons", Refused())
        found.count += 1
        if len(found.places) < MOST_PLACES:
            found.places.append(f"{place} ({detail[:60]})" if detail else place)

    def take_back(self, reason: str, place: str, detail: str = "") -> None:
        """Refuse a row that was counted as read."""
        self.read -= 1
        self.refuse(reason, place, detail)

    @property
    def refused_count(self) -> int:
        """Rows refused, whatever the reason."""
        return sum(each.count for each in self.refused.values())


class Opened(Protocol):
    """A file that is being read."""

    @property
    def labels(self) -> Mapping[str, str]:
        """The name of each label by the file's own key; a key without a name is its own."""

    def entries(self) -> Iterator[Entry]:
        """What the file looks at, in its order; nothing where it only holds marks."""

    def marks(self) -> Iterator[Mark]:
        """What the file marks, in its order."""


class Format(Protocol):
    """One way to write labelled things into a file."""

    @property
    def name(self) -> str:
        """The word in the table and on the command line."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """How names of such files end, with the dot."""

    @property
    def shapes(self) -> tuple[str, ...]:
        """Names of the shapes that it can hold."""

    def open(
        self, account: Account, *, side: Side, shape: str, named_by: Opened | None = None
    ) -> Opened:
        """Begin to read the file of the account, for marks of one shape.

        `named_by` is a file of the same format that names what this one only numbers.
        Raises FormatError for a file that is not of this format, OSError for one that cannot be
        opened, ValueError for a shape that it cannot hold.
        """
