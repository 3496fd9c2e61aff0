"""The numbers of a report under the names that the field gives them, for JSON."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, Final

from linlog.wire.blocks import PerLabel, Scalars, Table

if TYPE_CHECKING:
    from linlog.cli._files import Joined
    from linlog.evaluation.coverage import Missing
    from linlog.evaluation.tallies import Tally
    from linlog.wire.blocks import Block, Report

_USUAL: Final = {
    "map": "AP",
    "ap": "AP",
    "ap50": "AP50",
    "ap75": "AP75",
    "map_small": "APs",
    "map_medium": "APm",
    "map_large": "APl",
    "ar20": "AR",
    "ar50": "AR50",
    "ar75": "AR75",
    "ar1": "AR1",
    "ar10": "AR10",
    "ar100": "AR100",
    "ar_small": "ARs",
    "ar_medium": "ARm",
    "ar_large": "ARl",
}
"""How the field writes names of numbers that are keys here."""


def document(report: Report, joined: Joined, tally: Tally, missing: Missing) -> dict[str, Any]:
    """The numbers under their usual names, by label too, and what became of every task and row."""
    summary = next(block for block in report.blocks if isinstance(block, Scalars))
    table = next(
        block
        for block in report.blocks
        if isinstance(block, PerLabel) and block.name == "per_label"
    )
    numbers = {_USUAL.get(one.name, one.name): _number(one.value) for one in summary.scalars}
    for name in ("precision", "recall", "f1"):
        if name not in numbers and f"{name}_macro" in numbers:
            numbers[name] = numbers[f"{name}_macro"]
    columns = [_USUAL.get(column.name, column.name) for column in table.columns]
    covered = int(tally.predicted.sum())
    return {
        "kind": report.kind,
        "headline": _USUAL.get(report.headline, report.headline),
        "tasks": len(tally),
        "coverage": {
            "covered": covered,
            "without_predictions": len(tally) - covered,
            "missing": missing,
        },
        **numbers,
        "labels": {
            row.label: dict(zip(columns, map(_number, row.values), strict=True))
            for row in table.rows
        },
        "files": [
            {"path": str(account.path), "read": account.read, "notes": account.notes}
            for account in joined.accounts
        ],
        "refused": {
            "count": joined.refused_count,
            "reasons": [
                {
                    "file": account.path.name,
                    "reason": reason,
                    "count": refused.count,
                    "places": refused.places,
                }
                for account in joined.accounts
                for reason, refused in account.refused.items()
            ],
        },
    }


def own(name: str, known: Collection[str]) -> str:
    """The key, among those that are known, of a number that the field calls so; else the name."""
    return next((key for key, usual in _USUAL.items() if usual == name and key in known), name)


def errors_of(report: Report) -> list[Block]:
    """What the report says of errors, where it does."""
    return [
        block
        for block in report.blocks
        if isinstance(block, Scalars | Table) and block.name == "errors"
    ]


def beside(blocks: Sequence[Block]) -> dict[str, Any]:
    """Tables by name, row and column, and numbers by name; nothing where there are none."""
    found: dict[str, Any] = {}
    for block in blocks:
        if isinstance(block, Scalars):
            found[block.name] = {one.name: _number(one.value) for one in block.scalars}
        if isinstance(block, Table):
            found[block.name] = {
                row.name: {
                    _USUAL.get(column.name, column.name): value
                    for column, value in zip(block.columns, row.values, strict=True)
                }
                for row in block.rows
            }
    return found


def _number(value: float | None) -> float | int | None:
    """A number as JSON best says it: what is whole without a point."""
    return int(value) if value is not None and value > 1 and value.is_integer() else value
