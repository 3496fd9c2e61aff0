"""Instance segmentation: regions on images, judged by average precision and what is found.

Takes the shapes `polygon` and `mask`, drawn pixel for pixel as by pycocotools, holes cut out. What
has another shape is refused in a file, and not looked at on the platform. The headline is `map`.

| setting | default | meaning |
| --- | --- | --- |
| `iou_threshold` | 0.5 | IoU from which a prediction is at the place of a truth; 0.1 to 1 |
| `confidence_threshold` | empty | confidence from which a prediction counts; empty: of best F1 |
| `missing` | `missed` | see below |

The numbers are those of `detection`, with the IoU of pixels in the place of that of boxes. AP and
AR equal pycocotools 2.0.11 with `iouType="segm"`. A region is as large as it has pixels, unless a
truth's attribute `area` says otherwise. Truths with the attribute `crowd` or `ignored` are treated
as in `detection`.

The size of an image is its file's, else that of a mask on it. Where neither is known, outlines are
not cut at the edge of the image, and the report says for how many tasks. A mask of another size
than its image has nothing in common with what fits it, and the report says so.

`missing` says what becomes of tasks for which the model run has no predictions at all: `missed`
counts their truths as missed, `left out` leaves the tasks out of every number; the report says
which, and how many. A prediction without confidence counts as 1. An undefined number is null.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

import numpy as np

from linlog.evaluation import (
    bands,
    coverage,
    error_blocks,
    hits,
    instance_blocks,
    instance_findings,
    masks,
    outcome_rows,
    regions,
    tallies,
)
from linlog.evaluation.instance_findings import Findings
from linlog.evaluation.items import Item
from linlog.evaluation.outcome_rows import OutcomeRows
from linlog.evaluation.outcomes import Told
from linlog.evaluation.reports import plural
from linlog.evaluation.resampling import Numbers
from linlog.evaluation.tallies import Tally
from linlog.wire.blocks import Report

LEAST_IOU: Final = 0.1
"""Pairs that overlap less are forgotten, so no `iou_threshold` may be lower."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentationConfig:
    """Settings of an evaluation of instance segmentation."""

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


class Segmentation:
    """The kind `segmentation`: polygons and masks, each a thing of its own."""

    __slots__ = ()
    name: ClassVar[str] = "segmentation"
    version: ClassVar[int] = 1
    shapes: ClassVar[tuple[str, ...]] = masks.SHAPES
    Config: ClassVar[type[SegmentationConfig]] = SegmentationConfig

    def match(self, items: Iterable[Item], config: SegmentationConfig) -> Tally:  # noqa: ARG002 - one matching serves every config
        """Pair regions by the IoU of their pixels and decide the hits of average precision.

        Truths and predictions keep their `area`, truths the marks of `regions`, predictions what
        `hits.decide` adds, tasks whether the size of their image is `known` and how many masks
        are `misfits`. Raises ValueError for another shape than a polygon or a mask.
        """
        ordered = tallies.ordered(items)
        parts = [
            _paired(ordered[at : at + masks.AT_ONCE])
            for at in range(0, max(1, len(ordered)), masks.AT_ONCE)
        ]
        return hits.decide(tallies.merge(parts))

    def merge(self, parts: Iterable[Tally]) -> Tally:
        """One tally of all tasks; of none, the empty tally."""
        return tallies.merge([self.match((), SegmentationConfig()), *parts])

    def relabel(self, tally: Tally, names: Mapping[str, str | None]) -> Tally:
        """The tally under other names of labels, its hits decided anew where labels became one."""
        return hits.relabel(tally, names)

    def summarize(self, tally: Tally, config: SegmentationConfig) -> Report:
        """Average precision, precision and recall, curves, confusions and the worst images."""
        return instance_blocks.report(
            self.name,
            tally,
            found := Findings(tally, config),
            about=_sizes(tally),
            errors=(error_blocks.errors(found),),
            more=(error_blocks.by_label(found),),
            note="Images by their own F1, the worst first. Predictions below the confidence "
            "threshold are not listed.",
        )

    def tell(self, tally: Tally, config: SegmentationConfig) -> Told:
        """What became of each image."""
        return Findings(tally, config).told

    def list_outcomes(self, tally: Tally, config: SegmentationConfig) -> OutcomeRows:
        """What became of every truth and prediction."""
        return outcome_rows.of_instances(Findings(tally, config), typed=True)

    def numbers(self, tally: Tally, config: SegmentationConfig) -> Numbers:
        """The main numbers, to be computed again on resampled images."""
        return instance_findings.numbers(tally, config)


SEGMENTATION: Final = Segmentation()


def _paired(ordered: Sequence[Item]) -> Tally:
    """The tally of a few tasks with its pairs, but without hits."""
    tally = tallies.tally(Segmentation.name, ordered)
    truth_shapes, prediction_shapes = tallies.shapes(ordered)
    shapes, count = [*truth_shapes, *prediction_shapes], len(truth_shapes)
    masks.check(shapes, Segmentation.name)
    owner = np.concatenate([tally.truths["task"], tally.predictions["task"]])
    frames = masks.frames(ordered)
    drawn = masks.drawn(shapes, frames.height[owner], frames.width[owner])
    cut = bands.of(drawn)
    marks = regions.marks(ordered)
    said = np.concatenate(tallies.areas(ordered))
    area = np.where(np.isnan(said), cut.area, said)
    return replace(
        tally,
        truths={**tally.truths, **marks, "area": area[:count]},
        predictions={**tally.predictions, "area": area[count:]},
        pairs=tallies.pair_rows(*masks.pairs(cut, owner, count, LEAST_IOU, marks["crowd"])),
        facts=masks.facts(frames, (drawn, owner)),
    )


def _sizes(tally: Tally) -> tuple[str, ...]:
    """What a reader should know of images of unknown size and of masks that do not fit."""
    unknown = int((~tally.facts["known"]).sum())
    misfits = int(tally.facts["misfits"].sum())
    sentences = []
    if unknown:
        sentences.append(
            f"The size of the image is not known of {plural(unknown, 'task')}: outlines there are "
            "not cut at the edge of the image."
        )
    if misfits:
        sentences.append(
            f"Of another size than their image: {plural(misfits, 'mask')}. They have nothing in "
            "common with what fits it."
        )
    return tuple(sentences)
