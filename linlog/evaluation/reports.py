"""Small builders that the kinds share: from arrays to the blocks of a report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite
from typing import Final

import numpy as np

from linlog.evaluation import calibration, confusion, curves
from linlog.evaluation.calibration import Reliability
from linlog.evaluation.confusion import Fold
from linlog.evaluation.tallies import Array, Floats, Ints
from linlog.wire.blocks import (
    Better,
    Column,
    Curve,
    Histogram,
    HistogramSeries,
    LabelRow,
    Matrix,
    PerLabel,
    Scalar,
    Series,
    Table,
    TableRow,
)

_EDGES: Final = np.linspace(0, 1, 21)
"""Of the bins of a histogram."""


def number(value: float | np.floating | np.integer | Array | None) -> float | None:
    """The number as plain data: None for what is undefined."""
    if value is None:
        return None
    found = float(np.asarray(value).reshape(-1)[0])
    return found if isfinite(found) else None


def numbers(values: Iterable[float]) -> tuple[float | None, ...]:
    """Numbers as plain data."""
    return tuple(number(value) for value in values)


def scalar(
    name: str,
    title: str,
    value: float | np.floating | np.integer | Array | None,
    description: str,
    *,
    better: Better = "higher",
    share: bool = True,
) -> Scalar:
    """One number of a report."""
    return Scalar(
        name=name,
        title=title,
        value=number(value),
        better=better,
        share=share,
        description=description,
    )


def count(
    name: str, title: str, value: int | np.integer, description: str, *, better: Better = "neither"
) -> Scalar:
    """A number of things."""
    return scalar(name, title, float(value), description, better=better, share=False)


def series(name: str, x: Floats, y: Floats) -> Series:
    """One line of a curve."""
    return Series(name=name, x=tuple(x.tolist()), y=numbers(y.tolist()))


def calibration_curve(bins: Reliability, share: str, *, of: str) -> Curve:
    """The share of right ones against confidence; `of` says of which predictions."""
    return Curve(
        name="calibration",
        title="Calibration",
        x_title="Confidence",
        y_title=share,
        series=(series("all", bins.confidence, bins.accuracy),),
        diagonal=True,
        note=f"Of {of}: mean confidence and {share.lower()} in {calibration.BINS} bins of equal "
        "width; bins without predictions are left out. On the diagonal a confidence is what it "
        "says.",
    )


def table(
    name: str,
    title: str,
    labels: Sequence[str],
    columns: Sequence[tuple[Column, Array]],
    note: str = "",
) -> PerLabel:
    """A row a label; every column brings one number a label."""
    rows = zip(*(values.tolist() for _, values in columns), strict=True)
    return PerLabel(
        name=name,
        title=title,
        columns=tuple(column for column, _ in columns),
        rows=tuple(
            LabelRow(label=label, values=numbers(values))
            for label, values in zip(labels, rows, strict=False)
        ),
        note=note,
    )


def plain_table(
    name: str,
    title: str,
    row_title: str,
    rows: Sequence[str],
    columns: Sequence[tuple[Column, Array]],
    note: str = "",
) -> Table:
    """A row a thing that is no label; every column brings one number a row."""
    values = zip(*(each.tolist() for _, each in columns), strict=True)
    return Table(
        name=name,
        title=title,
        row_title=row_title,
        columns=tuple(column for column, _ in columns),
        rows=tuple(
            TableRow(name=row, title=row, values=numbers(some))
            for row, some in zip(rows, values, strict=False)
        ),
        note=note,
    )


def matrix(
    name: str, title: str, found: Ints, labels: tuple[str, ...], nothing: str, note: str = ""
) -> Matrix:
    """A confusion matrix whose last row and column stand for `nothing`."""
    smaller, fold = confusion.folded(found, labels)
    return folded_matrix(name, title, smaller, fold, nothing, note, rest="least confused")


def folded_matrix(
    name: str,
    title: str,
    found: Array,
    fold: Fold,
    nothing: str,
    note: str = "",
    *,
    rest: str = "rarest",
) -> Matrix:
    """A confusion matrix that was counted by the rows of `fold`; `rest` says which it sums."""
    if fold.rest:
        note += f" The {fold.rest:,} {rest} labels are summed as one, {confusion.OTHERS}."
    names = (*fold.names, nothing)
    return Matrix(
        name=name,
        title=title,
        row_title="Truth",
        column_title="Predicted",
        rows=names,
        columns=names,
        values=tuple(tuple(map(float, row)) for row in found.tolist()),
        note=note.strip(),
    )


def histogram(
    name: str, title: str, x_title: str, groups: Sequence[tuple[str, Floats]], note: str = ""
) -> Histogram:
    """Counts of values from 0 to 1 in 20 equal bins; 1 is in the last."""
    # The IoU of equal boxes may come out a rounding above 1, and is no less a match.
    counts = [
        (group, np.histogram(np.minimum(values, 1.0), bins=20, range=(0.0, 1.0))[0])
        for group, values in groups
    ]
    return counted_histogram(name, title, x_title, counts, note)


def binned(ascending: Floats) -> Ints:
    """The counts of a histogram from values that are in order."""
    ends = np.searchsorted(ascending, _EDGES[1:-1], side="left")
    return np.diff(ends, prepend=0, append=len(ascending))


def counted_histogram(
    name: str, title: str, x_title: str, groups: Sequence[tuple[str, Ints]], note: str = ""
) -> Histogram:
    """The same from counts."""
    return Histogram(
        name=name,
        title=title,
        x_title=x_title,
        edges=tuple(_EDGES.tolist()),
        series=tuple(
            HistogramSeries(name=group, counts=tuple(counts.tolist())) for group, counts in groups
        ),
        note=note,
    )


def drawn(amount: int, noun: str) -> str:
    """How many points a line shows, of how many there are."""
    if amount <= curves.MOST_POINTS:
        return f"It shows {'the' if amount == 1 else 'all'} {plural(amount, noun)}."
    return f"Thinned to at most {curves.MOST_POINTS} of {plural(amount, noun)}."


def plural(amount: int, noun: str, nouns: str = "") -> str:
    """`1 task`, `2 tasks`."""
    return f"{amount:,} {noun}" if amount == 1 else f"{amount:,} {nouns or noun + 's'}"
