"""Reports and comparisons as tables of pandas."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, cast

from linlog.rendering import comparisons

if TYPE_CHECKING:
    from linlog.wire.blocks import (
        Curve,
        Examples,
        Histogram,
        Matrix,
        PerLabel,
        PerSlice,
        Report,
        Scalars,
        Table,
    )
    from linlog.wire.comparisons import Comparison

Rows = list[dict[str, Any]]


def frames(report: Report) -> dict[str, Any]:
    """By name of the block its table; texts have none.

    Raises ModuleNotFoundError that says what to type where pandas is not installed.
    """
    pd = _pandas()
    found, blocks = {}, cast("list[Any]", report.blocks)
    for block in blocks:
        if block.type in _TABLES:
            rows, index = _TABLES[block.type]
            table = pd.DataFrame(rows(block))
            found[block.name] = table.set_index(index) if index in table else table
    return found


def of_comparison(found: Comparison) -> dict[str, Any]:
    """Tables `scalars`, `labels`, `slices` and `tasks`; `pair` says which version a row is of.

    Raises ModuleNotFoundError that says what to type where pandas is not installed.
    """
    pd = _pandas()
    rows: dict[str, Rows] = {"scalars": [], "labels": [], "slices": [], "tasks": []}
    for at, pair in enumerate((found, *found.others), 1):
        other = {"pair": comparisons.name(found, at)}
        rows["scalars"] += [{**other, **one.to_dict()} for one in pair.scalars]
        rows["labels"] += [
            {**other, "label": label.label, **one.to_dict()}
            for label in pair.labels
            for one in label.numbers
        ]
        rows["slices"] += [
            {**other, "slice": each.name, "tasks": each.tasks, **one.to_dict()}
            for each in pair.slices
            for one in each.numbers
        ]
        rows["tasks"] += [
            {**other, "list": name, **one.to_dict()}
            for name in ("won", "lost", "both_wrong")
            for one in getattr(pair, name)
        ]
    return {name: pd.DataFrame(some) for name, some in rows.items()}


def _pandas() -> Any:
    try:
        import pandas as pd
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "to_pandas needs pandas: pip install pandas", name="pandas"
        ) from None
    return pd


def _scalars(block: Scalars) -> Rows:
    return [
        {"name": one.name, "title": one.title, "value": one.value, "low": one.low, "high": one.high}
        for one in block.scalars
    ]


def _per_label(block: PerLabel) -> Rows:
    names = [column.name for column in block.columns]
    return [{"label": row.label, **dict(zip(names, row.values, strict=True))} for row in block.rows]


def _per_slice(block: PerSlice) -> Rows:
    names = [column.name for column in block.columns]
    return [
        {"slice": row.name, "tasks": row.tasks, **dict(zip(names, row.values, strict=True))}
        for row in block.rows
    ]


def _table(block: Table) -> Rows:
    names = [column.name for column in block.columns]
    return [
        {"name": row.name, "title": row.title, **dict(zip(names, row.values, strict=True))}
        for row in block.rows
    ]


def _matrix(block: Matrix) -> Rows:
    return [
        {"": name, **dict(zip(block.columns, row, strict=True))}
        for name, row in zip(block.rows, block.values, strict=True)
    ]


def _curve(block: Curve) -> Rows:
    return [
        {"series": one.name, "x": x, "y": y}
        for one in block.series
        for x, y in zip(one.x, one.y, strict=True)
    ]


def _histogram(block: Histogram) -> Rows:
    return [
        {"low": low, "high": high, **{one.name: one.counts[at] for one in block.series}}
        for at, (low, high) in enumerate(zip(block.edges, block.edges[1:], strict=False))
    ]


def _examples(block: Examples) -> Rows:
    return [
        {"task_id": one.task_id, "score": one.score, **outcome.to_dict()}
        for one in block.examples
        for outcome in one.outcomes
    ]


_TABLES: Final[dict[str, tuple[Callable[[Any], Rows], str]]] = {
    "scalars": (_scalars, "name"),
    "per_label": (_per_label, "label"),
    "per_slice": (_per_slice, "slice"),
    "table": (_table, "name"),
    "matrix": (_matrix, ""),
    "curve": (_curve, "series"),
    "histogram": (_histogram, "low"),
    "examples": (_examples, "task_id"),
}
