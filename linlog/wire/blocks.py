"""What a report is made of: numbers, curves, matrices, tables, examples, as plain data.

Every reader of a report (page, notebook, terminal, file) draws these and knows nothing of the
kind of evaluation that made them. A number that cannot be computed is null, never a made-up 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from linlog.wire.record import Record
from linlog.wire.tagged import Tagged

Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar(Record):
    """One number of a report."""

    name: str
    """Key of the number: `map`, `ap50`, `precision`, `recall`, `f1`, `accuracy` …"""
    title: str
    """The number's name as people write it."""
    value: float | None
    """The number; null where it is undefined, such as recall without any truth."""
    low: float | None = None
    """Lower end of the 95 % interval, where one was computed."""
    high: float | None = None
    """Upper end of the 95 % interval."""
    better: Better = "higher"
    """Which direction is an improvement."""
    share: bool = True
    """Whether the number lies between 0 and 1 and may be shown in per cent."""
    description: str = ""
    """How the number is defined, in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series(Record):
    """One line of a curve."""

    name: str
    """What the line is of: a label, `all`, a threshold."""
    x: tuple[float, ...]
    """Places along the axis, ascending."""
    y: tuple[float | None, ...]
    """One value a place; null where undefined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker(Record):
    """A point on a curve that is worth naming."""

    title: str
    """What is special about it."""
    x: float
    """Place along the axis."""
    y: float
    """Its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Record):
    """One column of a per-label table."""

    name: str
    """Key of the number."""
    title: str
    """Heading."""
    count: bool = False
    """Whether the column counts things; otherwise its numbers lie between 0 and 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRow(Record):
    """The numbers of one label."""

    label: str
    """The label."""
    values: tuple[float | None, ...]
    """One number a column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Record):
    """What became of one truth or prediction of a task."""

    outcome: Literal["hit", "missed", "false positive", "confused", "duplicate"]
    """`confused`: matched in place, but with another label."""
    truth_id: str | None = None
    """The annotation, where there is one."""
    truth_label: str | None = None
    """Its label."""
    prediction_id: str | None = None
    """The prediction, where there is one."""
    prediction_label: str | None = None
    """Its label."""
    confidence: float | None = None
    """The prediction's confidence."""
    iou: float | None = None
    """Intersection over union of the two, where both have a place; of keypoints their OKS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example(Record):
    """One task worth looking at, with what went right and wrong in it."""

    task_id: str
    """The task."""
    score: float
    """How well the model did on it, from 0 to 1."""
    outcomes: tuple[Outcome, ...]
    """Every truth and prediction of the task and what became of it."""


class Block(Tagged):
    """Any block of a report."""

    __slots__ = ()
    family: ClassVar[dict[str, type[Any]]] = {}
    name: str
    """What names it in its report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalars(Block, Record):
    """Headline numbers."""

    name: str
    title: str
    scalars: tuple[Scalar, ...]
    note: str = ""
    type: Literal["scalars"] = "scalars"


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve(Block, Record):
    """Lines over a common axis."""

    name: str
    title: str
    x_title: str
    y_title: str
    series: tuple[Series, ...]
    markers: tuple[Marker, ...] = ()
    diagonal: bool = False
    """Whether the line y = x is the ideal and should be drawn."""
    note: str = ""
    type: Literal["curve"] = "curve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix(Block, Record):
    """Counts by row and column, such as a confusion matrix (rows: truth, columns: predicted)."""

    name: str
    title: str
    row_title: str
    column_title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    """One row of numbers for each of `rows`."""
    note: str = ""
    type: Literal["matrix"] = "matrix"


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram(Block, Record):
    """Counts in bins."""

    name: str
    title: str
    x_title: str
    edges: tuple[float, ...]
    """Bounds of the bins, ascending; one more than there are counts."""
    series: tuple[HistogramSeries, ...]
    note: str = ""
    type: Literal["histogram"] = "histogram"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistogramSeries(Record):
    """The counts of one group."""

    name: str
    """What is counted."""
    counts: tuple[int, ...]
    """One count a bin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PerLabel(Block, Record):
    """A table with one row a label."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[LabelRow, ...]
    note: str = ""
    type: Literal["per_label"] = "per_label"


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceRow(Record):
    """The numbers of one slice."""

    slice_id: str | None
    """The slice; null for all tasks together."""
    name: str
    """What people call it."""
    tasks: int
    """How many of its tasks count: not those without predictions where these are left out."""
    values: tuple[float | None, ...]
    """One number a column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PerSlice(Block, Record):
    """A table with one row a slice."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[SliceRow, ...]
    note: str = ""
    type: Literal["per_slice"] = "per_slice"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow(Record):
    """The numbers of one thing."""

    name: str
    """Key of the row."""
    title: str
    """What people call it."""
    values: tuple[float | None, ...]
    """One number a column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Block, Record):
    """A table with one row a thing that is neither a label nor a slice."""

    name: str
    title: str
    row_title: str
    """What the rows are."""
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    signed: bool = False
    """Whether the numbers are differences, from -1 to 1 where they count nothing."""
    note: str = ""
    type: Literal["table"] = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples(Block, Record):
    """Tasks worth looking at, the worst first."""

    name: str
    title: str
    examples: tuple[Example, ...]
    note: str = ""
    type: Literal["examples"] = "examples"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Block, Record):
    """A paragraph, such as what a reader should know before trusting the numbers."""

    name: str
    title: str
    text: str
    type: Literal["text"] = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis(Block, Record):
    """What the numbers stand on, where that is not how the evaluation was made."""

    name: str
    title: str
    text: str
    """All of it, in sentences."""
    tasks: int
    """How many tasks the split and the slice take."""
    of: int
    """How many tasks were evaluated."""
    type: Literal["basis"] = "basis"


Block.family.update(
    {
        "basis": Basis,
        "scalars": Scalars,
        "curve": Curve,
        "matrix": Matrix,
        "histogram": Histogram,
        "per_label": PerLabel,
        "per_slice": PerSlice,
        "table": Table,
        "examples": Examples,
        "text": Text,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(Record):
    """An evaluation's result."""

    kind: str
    """The kind of evaluation that made it."""
    headline: str
    """Name of the one number that ranks model runs, such as `map`."""
    blocks: tuple[Block, ...] = field(default=())
    """The report's parts, in reading order."""

    def scalar(self, name: str) -> float | None:
        """The number `name`. Raises KeyError that names the numbers there are."""
        found = {
            entry.name: entry.value
            for block in self.blocks
            if isinstance(block, Scalars)
            for entry in block.scalars
        }
        if name not in found:
            message = f"the report has no number {name!r}; it has {', '.join(found)}"
            raise KeyError(message)
        return found[name]

    def to_pandas(self) -> dict[str, Any]:
        """A pandas DataFrame for each block but texts, by the block's name.

        Raises ModuleNotFoundError that says what to type where pandas is not installed.
        """
        from linlog.rendering import frames

        return frames.frames(self)

    def to_figures(self) -> dict[str, Any]:
        """A figure of matplotlib for each curve, matrix and histogram, by the block's name.

        Raises ModuleNotFoundError that says what to type where matplotlib is not installed.
        """
        from linlog.rendering import figures

        return figures.figures(self)

    def to_markdown(self, title: str = "Report") -> str:
        """The report as a Markdown document."""
        from linlog.rendering import markdown

        return markdown.document(self, title=title)

    def to_html(self, title: str = "Report") -> str:
        """The report as one HTML document, which opens from a file and fetches nothing."""
        from linlog.rendering import html

        return html.page(self, title=title)

    def __str__(self) -> str:
        return self.to_markdown()

    def _repr_html_(self) -> str:
        from linlog.rendering import html

        return html.fragment(self)
