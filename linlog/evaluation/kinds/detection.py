"""Detection: boxes on images, judged by average precision and by what is found at a threshold.

Takes the shape `box`, upright or rotated. What has another shape is refused in a file, and not
looked at on the platform. The IoU of rotated boxes is exact. The headline is `map`.

| setting | default | meaning |
| --- | --- | --- |
| `iou_threshold` | 0.5 | IoU from which a prediction is at the place of a truth; 0.1 to 1 |
| `confidence_threshold` | empty | confidence from which a prediction counts; empty: of best F1 |
| `missing` | `missed` | see below |

| number | meaning |
| --- | --- |
| `map`, `ap50`, `ap75` | COCO's AP, mean over labels: over IoU 0.50 to 0.95, at 0.50, at 0.75 |
| `map_small`, `map_medium`, `map_large` | `map` of truths up to 32², to 96², above, in pixels² |
| `ar1`, `ar10`, `ar100` | average recall with at most so many predictions a label and image |
| `ar_small`, `ar_medium`, `ar_large` | `ar100` by size |
| `precision`, `recall`, `f1` | over all labels, from the confusion matrix |
| `confidence_threshold` | the confidence threshold that was used |
| `truths`, `predictions`, `hits` | counts behind precision and recall |
| `confused`, `missed`, `false_positives` | right place but wrong label; not found; no truth there |
| `ece`, `ece_counted` | calibration error of all predictions, and of those that count |

The table `errors` has what each of TIDE's six types of error costs in AP at the IoU threshold, and
how many there are; `errors_by_label` has them by label.

A truth whose attribute `crowd` or `ignored` is true is not asked to be found, and a prediction
that is left over and lies on it is neither right nor wrong; `crowd` takes any number of them, and
its IoU is the share of the prediction inside it. The attribute `area` gives a truth's size in
square pixels where that is not its box's. All three are COCO's (`iscrowd`, `ignore`, `area`).

AP and AR equal pycocotools 2.0.11 with images in the order of their task ids. As there, only the
100 most confident predictions of a label on an image enter them; precision, recall, F1 and the
confusion matrix count every prediction at or above the threshold.

`missing` says what becomes of tasks for which the model run has no predictions at all: `missed`
counts their truths as missed, `left out` leaves the tasks out of every number; the report says
which, and how many. A prediction without confidence counts as 1. An undefined number is null.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby
from operator import attrgetter
from typing import Any, ClassVar, Final

import numpy as np

from linlog.evaluation import (
    coverage,
    error_blocks,
    hits,
    instance_blocks,
    instance_findings,
    matching,
    outcome_rows,
    regions,
    tallies,
)
from linlog.evaluation.instance_findings import Findings
from linlog.evaluation.item_columns import Boxes, pieces
from linlog.evaluation.items import Item
from linlog.evaluation.outcome_rows import OutcomeRows
from linlog.evaluation.outcomes import Told
from linlog.evaluation.resampling import Numbers
from linlog.evaluation.rotated import rotated_iou
from linlog.evaluation.tallies import Bools, Floats, Ints, Tally
from linlog.shapes import Box, Shape
from linlog.wire.blocks import Report

LEAST_IOU: Final = 0.1
"""Pairs that overlap less are forgotten, so no `iou_threshold` may be lower."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionConfig:
    """Settings of a detection evaluation."""

    iou_threshold: float = 0.5
    """IoU from which a prediction is at the place of a truth: for precision, recall, F1, the
    confusion matrix and the examples; from 0.1 to 1. Average precision has its own ten."""
    confidence_threshold: float | None = None
    """Confidence from which a prediction counts, from 0 to 1; empty for the one of best F1."""
    missing: coverage.Missing = "missed"
    """Tasks without any prediction submitted: their truths are `missed`, or they are `left out`."""

    def __post_init__(self) -> None:
        coverage.check(self.missing)
        coverage.check_share("confidence_threshold", self.confidence_threshold)
        if not LEAST_IOU <= self.iou_threshold <= 1:
            raise ValueError(
                f"iou_threshold must be from {LEAST_IOU} to 1, not {self.iou_threshold}"
            )


class Detection:
    """The kind `detection`: boxes, upright or rotated."""

    __slots__ = ()
    name: ClassVar[str] = "detection"
    version: ClassVar[int] = 2
    shapes: ClassVar[tuple[str, ...]] = ("box",)
    Config: ClassVar[type[DetectionConfig]] = DetectionConfig

    def match(self, items: Iterable[Item], config: DetectionConfig) -> Tally:  # noqa: ARG002 - one matching serves every config
        """Pair boxes by IoU and decide the hits of average precision, for all images at once.

        Truths and predictions keep their `area`, truths the marks of `regions`, predictions what
        `hits.decide` adds. Raises ValueError for another shape than a box.
        """
        ordered = tallies.ordered(items)
        tally = tallies.tally(self.name, ordered)
        truths, predictions = (_boxes(pieces(side, "shape")) for side in tallies.sides(ordered))
        said = tallies.areas(ordered)
        marks = regions.marks(ordered)
        pairs = matching.box_pairs(
            truths,
            predictions,
            (tally.truths["task"], tally.predictions["task"]),
            LEAST_IOU,
            marks["crowd"],
            _measure(truths, predictions, marks["crowd"]),
        )
        tally = replace(
            tally,
            truths={**tally.truths, **marks, "area": _areas(truths, said[0])},
            predictions={**tally.predictions, "area": _areas(predictions, said[1])},
            pairs=tallies.pair_rows(*pairs),
        )
        return hits.decide(tally)

    def merge(self, parts: Iterable[Tally]) -> Tally:
        """One tally of all tasks; of none, the empty tally."""
        return tallies.merge([self.match((), DetectionConfig()), *parts])

    def relabel(self, tally: Tally, names: Mapping[str, str | None]) -> Tally:
        """The tally under other names of labels, its hits decided anew where labels became one."""
        return hits.relabel(tally, names)

    def summarize(self, tally: Tally, config: DetectionConfig) -> Report:
        """Average precision, precision and recall, curves, confusions and the worst images."""
        return instance_blocks.report(
            self.name,
            tally,
            found := Findings(tally, config),
            errors=(error_blocks.errors(found),),
            more=(error_blocks.by_label(found),),
            note="Images by their own F1, the worst first. Predictions below the confidence "
            "threshold are not listed.",
        )

    def tell(self, tally: Tally, config: DetectionConfig) -> Told:
        """What became of each image."""
        return Findings(tally, config).told

    def list_outcomes(self, tally: Tally, config: DetectionConfig) -> OutcomeRows:
        """What became of every truth and prediction."""
        return outcome_rows.of_instances(Findings(tally, config), typed=True)

    def numbers(self, tally: Tally, config: DetectionConfig) -> Numbers:
        """The main numbers, to be computed again on resampled images."""
        return instance_findings.numbers(tally, config)


DETECTION: Final = Detection()

_COLUMNS: Final = attrgetter("left", "top", "width", "height", "rotation")


def _boxes(some: Iterable[Sequence[Shape]]) -> Floats:
    """Left, top, width, height in pixels and rotation in degrees: shape (n, 5)."""
    found = [np.zeros((0, 5))]
    for by_column, group in groupby(some, lambda shapes: isinstance(shapes, Boxes)):
        make = _of_columns if by_column else _of_shapes
        found.append(make([*group]))
    return np.concatenate(found)


def _of_columns(some: Sequence[Any]) -> Floats:
    size = sum(map(len, some))
    sides = zip(*(boxes.columns for boxes in some), strict=True)
    columns = [np.fromiter(chain.from_iterable(side), np.float64, size) for side in sides]
    return np.stack(columns, axis=1)


def _of_shapes(some: Sequence[Sequence[Shape]]) -> Floats:
    shapes = [*chain.from_iterable(some)]
    others = sorted({shape.name for shape in shapes} - {Box.name})
    if others:
        raise ValueError(f"detection takes boxes, but some shapes are {', '.join(others)}")
    columns = chain.from_iterable(map(_COLUMNS, shapes))
    return np.fromiter(columns, np.float64, 5 * len(shapes)).reshape(-1, 5)


def _areas(boxes: Floats, said: Floats) -> Floats:
    """In square pixels: what is said, and the box's own where nothing is."""
    return np.where(np.isnan(said), boxes[:, 2] * boxes[:, 3], said)


def _measure(truths: Floats, predictions: Floats, crowd: Bools) -> matching.Measure | None:
    """How boxes are compared where some are rotated; None where none is."""
    turned = truths[:, 4] != 0, predictions[:, 4] != 0
    if not (turned[0].any() or turned[1].any()):
        return None

    def iou(truth: Ints, prediction: Ints) -> Floats:
        first, second, marked = truths[truth], predictions[prediction], crowd[truth]
        found = matching.box_iou(first, second, marked)
        either = np.flatnonzero(turned[0][truth] | turned[1][prediction])
        near = either[_near(first[either], second[either])]
        found[either] = 0.0
        found[near] = rotated_iou(first[near], second[near], marked[near])
        return found

    return iou


def _near(first: Floats, second: Floats) -> Bools:
    """Whether two boxes can touch at all: their centres are closer than their half diagonals."""
    apart = first[:, :2] - second[:, :2] + (first[:, 2:4] - second[:, 2:4]) / 2
    reach = np.hypot(first[:, 2], first[:, 3]) + np.hypot(second[:, 2], second[:, 3])
    return np.asarray(np.hypot(apart[:, 0], apart[:, 1]) <= reach / 2)
