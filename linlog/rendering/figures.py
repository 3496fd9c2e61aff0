"""The curves, matrices and histograms of a report as figures of matplotlib."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from linlog.wire.blocks import Curve, Histogram, Matrix, Report

MOST_WRITTEN: Final = 20
"""Columns of a matrix whose cells are written."""
_HALF: Final = 0.5


def figures(report: Report) -> dict[str, Figure]:
    """By name of the block its figure; blocks that are no picture have none.

    The figures belong to no window: `figure.savefig("curve.pdf")` writes one. Raises
    ModuleNotFoundError that says what to type where matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            'to_figures needs matplotlib: pip install "linlog[figures]"', name="matplotlib"
        ) from None
    found: dict[str, Figure] = {}
    for block in cast("list[Any]", report.blocks):
        if block.type in _DRAWN:
            figure = Figure(layout="constrained")
            axes = figure.add_subplot()
            axes.set_title(_plain(block.title))
            _DRAWN[block.type](block, axes)
            found[block.name] = figure
    return found


def _curve(block: Curve, axes: Axes) -> None:
    for line in block.series:
        values = [float("nan") if y is None else y for y in line.y]
        axes.plot(line.x, values, label=_plain(line.name))
    if block.diagonal:
        axes.axline((0, 0), slope=1, color="grey", linestyle="dashed", linewidth=1)
    for one in block.markers:
        axes.plot([one.x], [one.y], "o", color="black")
        axes.annotate(_plain(one.title), (one.x, one.y), (4, 4), textcoords="offset points")
    axes.set_xlabel(_plain(block.x_title))
    axes.set_ylabel(_plain(block.y_title))
    if block.series:
        axes.legend()


def _histogram(block: Histogram, axes: Axes) -> None:
    edges, below = list(block.edges), [0.0] * (len(block.edges) - 1)
    widths = [high - low for low, high in pairwise(edges)]
    for one in block.series:
        label = _plain(one.name)
        axes.bar(edges[:-1], one.counts, widths, bottom=below, align="edge", label=label)
        below = [low + count for low, count in zip(below, one.counts, strict=True)]
    axes.set_xlabel(_plain(block.x_title))
    if block.series:
        axes.legend()


def _matrix(block: Matrix, axes: Axes) -> None:
    """Cells shaded by their share of the row."""
    shares = [[value / (sum(row) or 1) for value in row] for row in block.values]
    if not shares:
        return
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(block.columns)), [*map(_plain, block.columns)], rotation=90)
    axes.set_yticks(range(len(block.rows)), [*map(_plain, block.rows)])
    axes.set_xlabel(_plain(block.column_title))
    axes.set_ylabel(_plain(block.row_title))
    if len(block.columns) > MOST_WRITTEN:
        return
    for y, row in enumerate(block.values):
        for x, value in enumerate(row):
            colour = "white" if shares[y][x] > _HALF else "black"
            if value:
                axes.text(x, y, f"{value:g}", ha="center", va="center", color=colour)


def _plain(text: str) -> str:
    """Text that is not read as a formula, and whose line no legend leaves out."""
    text = text.replace("$", r"\$")
    return f" {text}" if not text or text.startswith("_") else text


_DRAWN: Final[dict[str, Callable[[Any, Any], None]]] = {
    "curve": _curve,
    "histogram": _histogram,
    "matrix": _matrix,
}
