"""The blocks on how precision, recall and F1 depend on the IoU threshold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from linlog.evaluation import columns, curves, reports, tallies
from linlog.evaluation.instance_findings import Findings
from linlog.evaluation.iou_levels import Level
from linlog.wire.blocks import Curve, Marker, Series

STEP: Final = 2
"""Every second IoU threshold has a line of its own: 0.50, 0.60 …"""


def blocks(found: Findings) -> tuple[Curve, Curve]:
    """F1 against confidence at some IoU thresholds, and all scores against the IoU threshold."""
    by_confidence = tallies.latest(
        found.tally, "f1_by_confidence", found.rules, lambda: _by_confidence(found)
    )
    return by_confidence, _by_iou(found)


def _by_confidence(found: Findings) -> Curve:
    """Neither threshold of the reader changes it."""
    measure, drawn = found.rules.measure, found.levels[::STEP]
    best = [_best(level) for level in drawn]
    every = drawn[0].every
    confidence = every[columns.heads(every)]
    keep = [np.searchsorted(confidence, each[0]) for each in best if each is not None]
    places = confidence[curves.thin(confidence, keep=tuple(map(int, keep)))]
    titles = [f"{measure} {level.iou:.2f}" for level in drawn]
    return Curve(
        name="f1_by_confidence",
        title=f"F1 by confidence and {measure}",
        x_title="Confidence threshold",
        y_title="F1",
        series=tuple(
            reports.series(title, places, level.scores(places).f1)
            for title, level in zip(titles, drawn, strict=True)
        ),
        markers=tuple(
            Marker(title=f"best at {title}", x=each[0], y=each[1])
            for title, each in zip(titles, best, strict=True)
            if each is not None
        ),
        note=f"Over all labels, a line for every second {measure} threshold of average precision; "
        "where F1 is best is marked.",
    )


def _best(level: Level) -> tuple[float, float] | None:
    """The confidence of highest F1, the highest of equals, and that F1; None without hits."""
    best = level.at_hits.best()
    if best is None:
        return None
    return float(level.at_hits.threshold[best]), float(level.at_hits.f1[best])


def _by_iou(found: Findings) -> Curve:
    measure, threshold = found.rules.measure, np.array([found.threshold])
    here = [level.scores(threshold) for level in found.levels]
    nothing = (np.nan, np.nan)
    confidence, f1 = zip(*(_best(level) or nothing for level in found.levels), strict=True)
    lines = (
        _line("precision", found, [each.precision[0] for each in here]),
        _line("recall", found, [each.recall[0] for each in here]),
        _line("F1", found, [each.f1[0] for each in here]),
        _line("best F1", found, f1),
        _line("its confidence", found, confidence),
    )
    return Curve(
        name="scores_by_iou",
        title=f"Precision, recall and F1 by {measure}",
        x_title=f"{measure} threshold",
        y_title="Value",
        series=lines,
        note=f"Over all labels. The first three at confidence {found.threshold:.4g}; the others "
        f"where F1 is best at each {measure} threshold, and at which confidence that is.",
    )


def _line(name: str, found: Findings, values: Sequence[float]) -> Series:
    return reports.series(name, np.array(found.rules.thresholds), np.array(values))
