"""Curves, histograms and intervals as SVG: without script, styled by the classes of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from linlog.wire.blocks import Curve, Histogram
    from linlog.wire.comparisons import ScalarDifference

WIDTH: Final = 560
HEIGHT: Final = 300
COLOURS: Final = 8
"""Classes `c0` to `c7`; further lines begin again."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 12, 12, 40


class _Plane:
    """From values to places on the picture."""

    def __init__(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        self.x_range, self.y_range = x, y

    def x(self, value: float) -> float:
        low, high = self.x_range
        return round(_LEFT + (value - low) / (high - low) * (WIDTH - _LEFT - _RIGHT), 2)

    def y(self, value: float) -> float:
        low, high = self.y_range
        return round(HEIGHT - _BOTTOM - (value - low) / (high - low) * _inner_height(), 2)

    def axes(self, x_title: str, y_title: str) -> Iterable[str]:
        """Grid, ticks and titles."""
        for value in ticks(*self.x_range):
            x = self.x(value)
            yield f'<line class="grid" x1="{x}" x2="{x}" y1="{_TOP}" y2="{HEIGHT - _BOTTOM}"/>'
            yield f'<text x="{x}" y="{HEIGHT - _BOTTOM + 15}" text-anchor="middle">{value:g}</text>'
        for value in ticks(*self.y_range):
            y = self.y(value)
            yield f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>'
            yield f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{value:g}</text>'
        middle = (_LEFT + WIDTH - _RIGHT) / 2
        yield f'<text x="{middle}" y="{HEIGHT - 6}" text-anchor="middle">{escape(x_title)}</text>'
        place = f'x="12" y="{HEIGHT / 2}" transform="rotate(-90 12 {HEIGHT / 2})"'
        yield f'<text {place} text-anchor="middle">{escape(y_title)}</text>'


def curve(block: Curve) -> str:
    """The lines of a curve, its diagonal and its markers."""
    xs = [x for line in block.series for x in line.x]
    ys = [y for line in block.series for y in line.y if y is not None]
    plane = _Plane(_range(xs), _range(ys))
    parts = list(plane.axes(block.x_title, block.y_title))
    if block.diagonal:
        ends = [(edge, edge) for edge in plane.x_range]
        parts.append(f'<path class="ideal" d="{_path(plane, ends)}"/>')
    for place, line in enumerate(block.series):
        for run in _runs(line.x, line.y):
            kind, drawn = f"c{place % COLOURS}", _path(plane, run)
            if len(run) == 1:
                x, y = plane.x(run[0][0]), plane.y(run[0][1])
                parts.append(f'<circle class="dot {kind}" cx="{x}" cy="{y}" r="3"/>')
            else:
                parts.append(f'<path class="line {kind}" d="{drawn}"/>')
    for marker in block.markers:
        x, y = plane.x(marker.x), plane.y(marker.y)
        title = escape(f"{marker.title}: {marker.x:.4g}, {marker.y:.4g}")
        parts.append(
            f'<circle class="marker" cx="{x}" cy="{y}" r="4"><title>{title}</title></circle>'
        )
    return _picture(block.title, parts)


_NAMES: Final = 190
"""Room for the names of numbers."""
_ROW: Final = 24


def intervals(numbers: Sequence[ScalarDifference]) -> str:
    """Differences as points on their intervals, one below the other, and a line at 0."""
    ends = [
        end for one in numbers for end in (one.low, one.high, one.difference) if end is not None
    ]
    low, high = _range([*ends, 0.0])
    bottom = _TOP + _ROW * len(numbers)

    def x(value: float) -> float:
        return round(_NAMES + (value - low) / (high - low) * (WIDTH - _NAMES - _RIGHT), 2)

    parts = [
        f'<line class="grid" x1="{x(value)}" x2="{x(value)}" y1="{_TOP}" y2="{bottom}"/>'
        f'<text x="{x(value)}" y="{bottom + 15}" text-anchor="middle">{value:+g}</text>'
        for value in ticks(low, high)
    ]
    parts.append(f'<line class="ideal" x1="{x(0)}" x2="{x(0)}" y1="{_TOP}" y2="{bottom}"/>')
    for at, one in enumerate(numbers):
        parts += _interval(one, _TOP + _ROW * at + _ROW // 2, x)
    return (
        f'<svg viewBox="0 0 {WIDTH} {bottom + 22}" role="img" aria-label="Differences with their '
        f'intervals">{"".join(parts)}</svg>'
    )


def _interval(one: ScalarDifference, y: int, x: Callable[[float], float]) -> Iterable[str]:
    kind = one.verdict.replace(" ", "-")
    yield f'<text x="{_NAMES - 12}" y="{y + 4}" text-anchor="end">{escape(one.title)}</text>'
    if one.low is not None and one.high is not None:
        ends = f'x1="{x(one.low)}" x2="{x(one.high)}" y1="{y}" y2="{y}"'
        yield f'<line class="interval {kind}" {ends}/>'
    if one.difference is not None:
        yield f'<circle class="{kind}" cx="{x(one.difference)}" cy="{y}" r="4"/>'


def histogram(block: Histogram) -> str:
    """The counts of a histogram, groups upon one another."""
    heights = [0] * (len(block.edges) - 1)
    tops = [sum(column) for column in zip(*(one.counts for one in block.series), strict=True)]
    top = max(tops, default=0) or 1
    edges = block.edges
    plane = _Plane((edges[0], edges[-1]) if edges[-1] > edges[0] else (0, 1), (0, _nice(top)))
    parts = list(plane.axes(block.x_title, "Count"))
    for place, group in enumerate(block.series):
        for at, amount in enumerate(group.counts):
            if amount:
                left, right = plane.x(edges[at]), plane.x(edges[at + 1])
                upper, lower = plane.y(heights[at] + amount), plane.y(heights[at])
                heights[at] += amount
                title = escape(f"{group.name}: {amount:,}")
                parts.append(
                    f'<rect class="bar c{place % COLOURS}" x="{left}" y="{upper}" '
                    f'width="{max(0.5, round(right - left - 1, 2))}" '
                    f'height="{round(lower - upper, 2)}"><title>{title}</title></rect>'
                )
    return _picture(block.title, parts)


def ticks(low: float, high: float) -> list[float]:
    """Four to eleven round numbers from `low` to `high`.

    >>> ticks(0, 1)
    [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    """
    rough = (high - low) / 5
    unit = 10.0 ** floor(log10(rough))
    step = next(size * unit for size in (1, 2, 5, 10) if size * unit >= rough * 0.999)
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return [round(at * step, 12) for at in range(first, last + 1)]


def _inner_height() -> int:
    return HEIGHT - _TOP - _BOTTOM


def _range(values: Sequence[float]) -> tuple[float, float]:
    """From 0 to 1 where all lie there; else what they span."""
    if not values or (min(values) >= 0 and max(values) <= 1):
        return (0.0, 1.0)
    low, high = min(0.0, *values) if min(values) < 0 else min(values), max(values)
    return (low, high if high > low else low + 1)


def _nice(top: float) -> float:
    last = ticks(0, top)[-1]
    return last if last >= top else top * 1.05


def _runs(x: Sequence[float], y: Sequence[float | None]) -> Iterable[list[tuple[float, float]]]:
    """Stretches of a line between points that are undefined."""
    run: list[tuple[float, float]] = []
    for at, value in zip(x, y, strict=True):
        if value is None:
            if run:
                yield run
            run = []
        else:
            run.append((at, value))
    if run:
        yield run


def _path(plane: _Plane, points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{plane.x(x)} {plane.y(y)}" for x, y in points)


def _picture(title: str, parts: Iterable[str]) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title, quote=True)}">'
        + "".join(parts)
        + "</svg>"
    )
