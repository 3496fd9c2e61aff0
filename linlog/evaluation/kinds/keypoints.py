"""Keypoints: named points of things on images, judged by OKS and by what is found.

Takes the shape `keypoints`. What has another shape is refused in a file, and not looked at on the
platform. Object keypoint similarity (OKS) stands where boxes have IoU. The headline is `map`.

| setting | default | meaning |
| --- | --- | --- |
| `oks_threshold` | 0.5 | OKS from which a prediction is at the place of a truth; 0.1 to 1 |
| `confidence_threshold` | empty | confidence from which a prediction counts; empty: of best F1 |
| `sigmas` | empty | sigmas of points by name, such as `wing 0.05, tail 0.1` |
| `sigma` | 0.05 | of all other points whose name is not one of COCO's 17 |
| `missing` | `missed` | see below |

| number | meaning |
| --- | --- |
| `map`, `ap50`, `ap75` | COCO's AP, mean over labels: over OKS 0.50 to 0.95, at 0.50, at 0.75 |
| `map_medium`, `map_large` | `map` of truths of 32² to 96² square pixels, and above |
| `ar20`, `ar50`, `ar75` | average recall with 20 predictions a label and image; at OKS 0.50, 0.75 |
| `ar_medium`, `ar_large` | `ar20` by size |
| `precision`, `recall`, `f1` | over all labels, from the confusion matrix |
| `confidence_threshold` | the confidence threshold that was used |
| `ece`, `ece_counted` | calibration error of all predictions, and of those that count |
| `truths`, `predictions`, `hits` | counts behind precision and recall |
| `confused`, `missed`, `false_positives` | right place but wrong label; not found; no truth there |

The ten numbers of AP and AR equal pycocotools 2.0.11 with `iouType="keypoints"`. OKS is the mean
over the truth's points of `exp(-d² / (8 sigma² area))`: the distance in pixels, judged by the size
of the thing and by how well people agree about the point. Points are found by their names; one
that the prediction lacks adds nothing. The area of a truth is its attribute `area`, else its
box's, else that of the rectangle around its points. A truth without any point is not asked to be
found, nor is one whose attribute `crowd` or `ignored` is true. The table by point says where hits
are off.

`missing` says what becomes of tasks for which the model run has no predictions at all: `missed`
counts their truths as missed, `left out` leaves the tasks out of every number; the report says
which, and how many. A prediction without confidence counts as 1. An undefined number is null.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import ClassVar, Final

import numpy as np

from linlog.evaluation import (
    basis,
    confusion,
    coverage,
    hits,
    instance_blocks,
    instance_findings,
    oks,
    outcome_rows,
    regions,
    reports,
    tallies,
)
from linlog.evaluation.average_precision import COCO_KEYPOINTS
from linlog.evaluation.instance_findings import Findings
from linlog.evaluation.items import Item
from linlog.evaluation.matching import expanded
from linlog.evaluation.outcome_rows import OutcomeRows
from linlog.evaluation.outcomes import Told
from linlog.evaluation.resampling import Numbers
from linlog.evaluation.tallies import Array, Floats, Ints, Rows, Tally
from linlog.shapes import Keypoints, Shape
from linlog.wire.blocks import Column, Report, Table

LEAST_OKS: Final = 0.1
"""Pairs that are less alike are forgotten, so no `oks_threshold` may be lower."""
AT_ONCE: Final = 256
"""Tasks that are compared together."""
NEAR: Final = 0.5
"""What a point adds to OKS from which the table calls it near."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeypointsConfig:
    """Settings of an evaluation of keypoints."""

    oks_threshold: float = 0.5
    """OKS from which a prediction is at the place of a truth: for precision, recall, F1, the
    confusion matrix and the examples; from 0.1 to 1. Average precision has its own ten."""
    confidence_threshold: float | None = None
    """Confidence from which a prediction counts, from 0 to 1; empty for the one of best F1."""
    sigmas: str = ""
    """Sigmas of points by name, such as `wing 0.05, tail 0.1`: how exactly a point can be marked,
    as a share of the root of the thing's area. Points with COCO's names have COCO's."""
    sigma: float = 0.05
    """The sigma of every other point."""
    missing: coverage.Missing = "missed"
    """Tasks without any prediction submitted: their truths are `missed`, or they are `left out`."""

    def __post_init__(self) -> None:
        coverage.check(self.missing)
        coverage.check_share("confidence_threshold", self.confidence_threshold)
        if not LEAST_OKS <= self.oks_threshold <= 1:
            raise ValueError(
                f"oks_threshold must be from {LEAST_OKS} to 1, not {self.oks_threshold}"
            )
        for name, sigma in {**self.by_name(), "sigma": self.sigma}.items():
            if not (isfinite(sigma) and sigma > 0):
                raise ValueError(f"the sigma of a point must be above 0, but {name} has {sigma}")

    @property
    def iou_threshold(self) -> float:
        """OKS stands where boxes have IoU."""
        return self.oks_threshold

    def by_name(self) -> dict[str, float]:
        """The sigmas by the names of their points. Raises ValueError for another form."""
        found = {}
        for entry in filter(None, (part.strip() for part in self.sigmas.split(","))):
            name, _, number = entry.rpartition(" ")
            try:
                found[name.strip()] = float(number)
            except ValueError:
                name = ""
            if not name:
                raise ValueError(f"sigmas must be like `wing 0.05, tail 0.1`, but has {entry!r}")
        return found


class KeypointsKind:
    """The kind `keypoints`: named points of things."""

    __slots__ = ()
    name: ClassVar[str] = "keypoints"
    version: ClassVar[int] = 1
    shapes: ClassVar[tuple[str, ...]] = ("keypoints",)
    Config: ClassVar[type[KeypointsConfig]] = KeypointsConfig

    def match(self, items: Iterable[Item], config: KeypointsConfig) -> Tally:
        """Pair keypoints by OKS with the sigmas of `config` and decide the hits of COCO.

        Truths and predictions keep their `area`, truths the marks of `regions`, predictions what
        `hits.decide` adds, and details the points of every pair (`oks.listed`). Raises ValueError
        for another shape.
        """
        ordered = tallies.ordered(items)
        parts = [
            _paired(ordered[at : at + AT_ONCE], config)
            for at in range(0, max(1, len(ordered)), AT_ONCE)
        ]
        return hits.decide(tallies.merge(parts), COCO_KEYPOINTS)

    def merge(self, parts: Iterable[Tally]) -> Tally:
        """One tally of all tasks; of none, the empty tally."""
        return tallies.merge([self.match((), KeypointsConfig()), *parts])

    def relabel(self, tally: Tally, names: Mapping[str, str | None]) -> Tally:
        """The tally under other names of labels, its hits decided anew where labels became one."""
        return hits.relabel(tally, names, COCO_KEYPOINTS)

    def summarize(self, tally: Tally, config: KeypointsConfig) -> Report:
        """Average precision, precision and recall, curves, confusions, errors by point."""
        found = Findings(tally, config, COCO_KEYPOINTS)
        return instance_blocks.report(
            self.name,
            tally,
            found,
            about=(_sigmas(config),),
            note="Images by their own F1, the worst first. Predictions below the confidence "
            "threshold are not listed.",
            more=(_by_point(found),),
        )

    def tell(self, tally: Tally, config: KeypointsConfig) -> Told:
        """What became of each image."""
        return Findings(tally, config, COCO_KEYPOINTS).told

    def list_outcomes(self, tally: Tally, config: KeypointsConfig) -> OutcomeRows:
        """What became of every truth and prediction."""
        return outcome_rows.of_instances(Findings(tally, config, COCO_KEYPOINTS), typed=False)

    def numbers(self, tally: Tally, config: KeypointsConfig) -> Numbers:
        """The main numbers, to be computed again on resampled images."""
        return instance_findings.numbers(tally, config, COCO_KEYPOINTS)


KEYPOINTS: Final = KeypointsKind()


def _keypoints(shapes: list[Shape]) -> list[Keypoints]:
    found = [shape for shape in shapes if isinstance(shape, Keypoints)]
    if len(found) < len(shapes):
        others = sorted({shape.name for shape in shapes} - {"keypoints"})
        raise ValueError(f"keypoints takes keypoints, but some shapes are {', '.join(others)}")
    return found


def _paired(ordered: Sequence[Item], config: KeypointsConfig) -> Tally:
    """The tally of some tasks with its pairs, but without hits."""
    tally = tallies.tally(KeypointsKind.name, ordered)
    truths, predictions = (_keypoints(shapes) for shapes in tallies.shapes(ordered))
    areas = [
        np.where(np.isnan(said), [shape.area for shape in shapes], said)
        for said, shapes in zip(tallies.areas(ordered), (truths, predictions), strict=True)
    ]
    marks = regions.marks(ordered)
    ignored = marks["ignored"] | np.array([not each.points for each in truths], bool)
    pairs, details = _pairs(tally, (truths, predictions), areas[0], config)
    return replace(
        tally,
        truths={**tally.truths, **marks, "ignored": ignored, "area": areas[0]},
        predictions={**tally.predictions, "area": areas[1]},
        pairs=pairs,
        details=details,
    )


def _pairs(
    tally: Tally,
    shapes: tuple[list[Keypoints], list[Keypoints]],
    area: Floats,
    config: KeypointsConfig,
) -> tuple[Rows, Rows]:
    """The pairs that are alike enough, and the points of each."""
    names = oks.names_of([*shapes[0], *shapes[1]])
    truths, predictions = (oks.poses(side, names) for side in shapes)
    sigma = oks.sigmas(names, config.by_name(), config.sigma)
    owners = tally.truths["task"], tally.predictions["task"]
    low, high = (np.searchsorted(*owners, side=side) for side in ("left", "right"))
    found, points, count = [], [], 0
    for pairs in _some_at_once(low, high, len(names)):
        alike = oks.similarity(truths, predictions, pairs, area, sigma)
        kept = np.flatnonzero(alike.oks >= LEAST_OKS)
        found.append((pairs[0][kept], pairs[1][kept], alike.oks[kept]))
        points.append(oks.listed(alike, names, kept, count))
        count += len(kept)
    truth, prediction, alikeness = (np.concatenate(column) for column in zip(*found, strict=True))
    details = {name: np.concatenate([rows[name] for rows in points]) for name in points[0]}
    return tallies.pair_rows(truth, prediction, alikeness), details


def _some_at_once(low: Ints, high: Ints, names: int) -> Iterator[tuple[Ints, Ints]]:
    """Truths and predictions of all pairs, few enough at a time for a table of their points.

    By prediction and then by truth, as the table of pairs has them; at least once.
    """
    step = max(1, oks.CELLS_AT_ONCE // max(1, names))
    yield np.zeros(0, np.int64), np.zeros(0, np.int64)
    for prediction, truth in expanded(low, high):
        for begin in range(0, len(truth), step):
            some = slice(begin, begin + step)
            yield truth[some], prediction[some]


def _sigmas(config: KeypointsConfig) -> str:
    own = ", ".join(f"{name} {sigma:g}" for name, sigma in config.by_name().items())
    return (
        "OKS stands where boxes have IoU. The sigma of a point is COCO's where it has the name of "
        f"one of COCO's 17 points, else {config.sigma:g}{'; given: ' + own if own else ''}."
    )


def _by_point(found: Findings) -> Table:
    """How far the points of hits are off, by the name of the point."""
    tally, settled = found.tally, found.outcomes
    hit = np.zeros(len(tally.pairs["iou"]), dtype=bool)
    hit[settled.same[settled.hit]] = True
    rows = hit[tally.details["pair"]]
    names, code = np.unique(tally.details["name"][rows], return_inverse=True)
    alike, distance = tally.details["similarity"][rows], tally.details["distance"][rows]
    there = ~np.isnan(distance)

    def by_name(values: Array) -> Floats:
        return np.bincount(code, values, minlength=len(names)).astype(np.float64)

    points, given = by_name(np.ones(len(code))), by_name(there)
    near = confusion.ratio(by_name(alike >= NEAR), points)
    pixels = confusion.ratio(by_name(np.where(there, distance, 0.0)), given)
    order = np.argsort(near, kind="stable")
    columns = [
        (Column(name="points", title="Points", count=True), points),
        (Column(name="similarity", title="Similarity"), confusion.ratio(by_name(alike), points)),
        (Column(name="near", title="Near"), near),
        (Column(name="lacking", title="Lacking", count=True), points - given),
        (Column(name="pixels", title="Pixels off", count=True), pixels),
    ]
    return reports.plain_table(
        "by_point",
        "By point",
        "Point",
        [bytes(name).decode() for name in names[order]],
        [(column, values[order]) for column, values in columns],
        "Points of truths that were hit, the worst first. Similarity is the mean of what a point "
        f"adds to OKS; near: {basis.threshold(NEAR)} or more of it. Lacking: not predicted. "
        "Pixels off: mean distance of those that were.",
    )
