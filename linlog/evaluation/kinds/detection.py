"""Detection: boxes on images, judged by average precision and by what is found at a threshold.

Takes the shape `box`; a rotated box is compared by the upright box around it, and the report says
so. Other shapes are refused. The headline is `map`.

| setting | default | meaning |
| --- | --- | --- |
| `iou_threshold` | 0.5 | IoU from which a prediction is at the place of a truth; 0.1 to 1 |
| `confidence_threshold` | empty | confidence from which a prediction counts; empty: of best F1 |
| `missing` | `missed` | see below |

| number | meaning |
| --- | --- |
| `map`, `ap50`, `ap75` | COCO's AP, mean over labels: over IoU .50 to .95, at .50, at .75 |
| `map_small`, `map_medium`, `map_large` | `map` of truths up to 32², to 96², above, in pixels² |
| `ar1`, `ar10`, `ar100` | average recall with at most so many predictions a label and image |
| `ar_small`, `ar_medium`, `ar_large` | `ar100` by size |
| `precision`, `recall`, `f1` | over all labels, from the confusion matrix |
| `confidence_threshold` | the confidence threshold that was used |
| `truths`, `predictions`, `hits` | counts behind precision and recall |
| `confused`, `missed`, `false_positives` | right place but wrong label; not found; no truth there |

AP and AR equal pycocotools 2.0.11 with images in the order of their task ids. As there, only the
100 most confident predictions of a label on an image enter them; precision, recall, F1 and the
confusion matrix count every prediction at or above the threshold.

`missing` says what becomes of tasks for which the model run has no predictions at all: `missed`
counts their truths as missed, `left out` leaves the tasks out of every number; the report says
which, and how many. A prediction without confidence counts as 1. An undefined number is null.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar, Final

import numpy as np

from linlog.evaluation import (
    average_precision,
    confusion,
    coverage,
    curves,
    examples,
    matching,
    outcomes,
    reports,
    tallies,
)
from linlog.evaluation.items import Item
from linlog.evaluation.resampling import Name, Numbers
from linlog.evaluation.tallies import Bools, Floats, Ints, Tally
from linlog.shapes import Box, Shape
from linlog.wire.blocks import (
    Block,
    Column,
    Curve,
    Marker,
    Matrix,
    PerLabel,
    Report,
    Scalar,
    Scalars,
    Text,
)

LEAST_IOU: Final = 0.1
"""Pairs that overlap less are forgotten, so no `iou_threshold` may be lower."""
NOTHING: Final = "(background)"
"""The row of predictions without a truth and the column of truths without a prediction."""
DRAWN: Final = 20
"""Labels with a precision-recall line of their own: those with most truths."""
ALL: Final = 0
"""Place of the size `all`."""
AT_50: Final = 0
"""Place of the IoU threshold .50."""
AT_75: Final = 5
"""Place of the IoU threshold .75."""


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
    """The kind `detection`: upright boxes; rotated ones by the upright box around them."""

    __slots__ = ()
    name: ClassVar[str] = "detection"
    version: ClassVar[int] = 1
    shapes: ClassVar[tuple[str, ...]] = ("box",)
    Config: ClassVar[type[DetectionConfig]] = DetectionConfig

    def match(self, items: Iterable[Item], config: DetectionConfig) -> Tally:  # noqa: ARG002 - one matching serves every config
        """Pair boxes by IoU and decide the hits of average precision, for all images at once.

        Both keep their `area` and whether they were `rotated`; predictions their `rank` in
        image and label, and by size (columns) the bits of the thresholds at which they are
        `hits` or `ignored`. Raises ValueError for another shape than a box.
        """
        ordered = tallies.ordered(items)
        tally = tallies.tally(self.name, ordered)
        truth_shapes, prediction_shapes = tallies.shapes(ordered)
        truths, predictions = _boxes(truth_shapes), _boxes(prediction_shapes)
        pairs = matching.box_pairs(
            truths.place,
            predictions.place,
            (tally.truths["task"], tally.predictions["task"]),
            LEAST_IOU,
        )
        tally = replace(
            tally,
            truths={**tally.truths, "area": truths.area, "rotated": truths.rotated},
            predictions={
                **tally.predictions,
                "area": predictions.area,
                "rotated": predictions.rotated,
            },
            pairs=tallies.pair_rows(*pairs),
        )
        return _with_hits(tally)

    def merge(self, parts: Iterable[Tally]) -> Tally:
        """One tally of all tasks; of none, the empty tally."""
        return tallies.merge([self.match((), DetectionConfig()), *parts])

    def relabel(self, tally: Tally, names: Mapping[str, str]) -> Tally:
        """The tally under other names of labels, its hits decided anew where labels became one."""
        called, joined = tallies.relabelled(tally, names), tallies.joined_labels(tally, names)
        if not joined:
            return called
        touched = np.array([label in joined for label in called.labels], dtype=bool)
        part, rows = tallies.of_labels(called, touched)
        decided = _with_hits(part).predictions
        again = {name: called.predictions[name].copy() for name in ("rank", "hits", "ignored")}
        for name, values in again.items():
            values[rows] = decided[name]
        return replace(called, predictions={**called.predictions, **again})

    def summarize(self, tally: Tally, config: DetectionConfig) -> Report:
        """Average precision, precision and recall, curves, confusions and the worst images."""
        found = _Findings(tally, config)
        blocks = (
            _headline(found),
            _about(tally, found),
            _pr_curve(found),
            _confidence_curve(found),
            _confusion(found),
            *_histograms(found),
            _per_label(found),
            examples.examples(
                found.tally,
                found.outcomes,
                "Images by their own F1, the worst first. Predictions below the confidence "
                "threshold are not listed.",
            ),
        )
        return Report(kind=self.name, headline="map", blocks=blocks)

    def numbers(self, tally: Tally, config: DetectionConfig) -> Numbers:
        """The main numbers, to be computed again on resampled images."""
        found = _Findings(tally, config)
        return Numbers(_NAMES, found.tally.labels, _Values(found), found.task_scores)


DETECTION: Final = Detection()


# ------------------------------------------------------------------------------- matching


@dataclass(frozen=True, slots=True)
class _Boxes:
    place: Floats
    """Left, top, width, height in pixels: shape (n, 4)."""
    area: Floats
    """In square pixels."""
    rotated: Bools


def _boxes(shapes: list[Shape]) -> _Boxes:
    boxes = [shape for shape in shapes if isinstance(shape, Box)]
    if len(boxes) < len(shapes):
        others = sorted({shape.name for shape in shapes} - {"box"})
        raise ValueError(f"detection takes boxes, but some shapes are {', '.join(others)}")
    columns = [(box.left, box.top, box.width, box.height, box.rotation) for box in boxes]
    found = np.array(columns, dtype=np.float64).reshape(-1, 5)
    area = found[:, 2] * found[:, 3]
    rotated = found[:, 4] != 0
    for row in np.flatnonzero(rotated):
        left, top, right, bottom = boxes[row].bounds
        found[row, :4] = left, top, right - left, bottom - top
    return _Boxes(found[:, :4], area, rotated)


def _with_hits(tally: Tally) -> Tally:
    """Add to each prediction its rank, its hits and where it is ignored, as COCO decides."""
    rows, settings = tally.predictions, average_precision.settings()
    group = rows["task"].astype(np.int64) * max(1, len(tally.labels)) + rows["label"]
    rank = matching.ranks(group, rows["confidence"])
    sizes = np.array([size for size, _ in settings])
    ignored = average_precision.outside(tally.truths["area"])[:, sizes]
    pairs = _candidates(tally, rank)
    thresholds = np.tile(average_precision.IOU_THRESHOLDS, len(average_precision.SIZES))
    involved, won = matching.greedy(pairs, group, rows["confidence"], thresholds, ignored)
    truth = pairs[0][won] if len(pairs[0]) else np.zeros(won.shape, np.int64)
    lost = ignored[truth, np.arange(len(settings))] if len(ignored) else won >= 0
    hits = np.zeros((len(rank), len(average_precision.SIZES)), dtype=np.uint16)
    hits[involved] = _bits((won >= 0) & ~lost)
    void = np.where(average_precision.outside(rows["area"]), np.uint16(0x3FF), np.uint16(0))
    void[involved] = _bits((won >= 0) & lost) | (void[involved] & ~_bits(won >= 0))
    more: tallies.Rows = {
        "rank": np.minimum(rank, 255).astype(np.uint8),
        "hits": hits,
        "ignored": void,
    }
    return replace(tally, predictions={**rows, **more})


def _candidates(tally: Tally, rank: Ints) -> matching.Pairs:
    """The pairs that average precision looks at: one label, enough overlap, not too many."""
    truth, prediction, iou = (tally.pairs[name] for name in ("truth", "prediction", "iou"))
    wanted = tally.truths["label"][truth] == tally.predictions["label"][prediction]
    wanted &= iou >= average_precision.IOU_THRESHOLDS[0]
    wanted &= rank[prediction] < average_precision.MOST
    return truth[wanted], prediction[wanted], iou[wanted]


def _bits(flags: Bools) -> Ints:
    """Flags of shape (n, sizes * thresholds) as bits of shape (n, sizes)."""
    thresholds = len(average_precision.IOU_THRESHOLDS)
    powers = (1 << np.arange(thresholds)).astype(np.uint16)
    parted = flags.reshape(len(flags), len(average_precision.SIZES), thresholds)
    return np.asarray((parted * powers).sum(axis=2, dtype=np.uint16))


# ---------------------------------------------------------------------------- summarizing


class _Findings:
    """Everything that the blocks of one report share, each computed once."""

    def __init__(self, tally: Tally, config: DetectionConfig) -> None:
        self.config = config
        self.tally = coverage.covered(tally, config.missing)

    @cached_property
    def ranking(self) -> average_precision.Ranking:
        return average_precision.Ranking(self.tally, average_precision.settings())

    @cached_property
    def precision(self) -> Floats:
        """Average precision: shape (sizes, thresholds, labels)."""
        return self._by_size(self.ranking.average_precision())

    def recall(self, cut: int) -> Floats:
        """Average recall: shape (sizes, thresholds, labels)."""
        return self._by_size(self.ranking.recall(cut))

    @cached_property
    def same(self) -> Ints:
        return outcomes.same_label(self.tally, self.config.iou_threshold)

    @cached_property
    def curve(self) -> curves.ConfidenceCurve:
        return curves.against_confidence(
            self.tally.predictions["confidence"], self.same >= 0, len(self.tally.truths["task"])
        )

    @cached_property
    def threshold(self) -> float:
        """The confidence threshold: the chosen one, else the one of best F1, else 0."""
        if self.config.confidence_threshold is not None:
            return self.config.confidence_threshold
        best = self.curve.best()
        return 0.0 if best is None else float(self.curve.threshold[best])

    @cached_property
    def outcomes(self) -> outcomes.Outcomes:
        return outcomes.settle(self.tally, self.same, self.config.iou_threshold, self.threshold)

    @cached_property
    def matrix(self) -> Ints:
        return confusion.of_outcomes(self.tally, self.outcomes)

    @cached_property
    def scores(self) -> confusion.Scores:
        return confusion.scores(self.matrix)

    @cached_property
    def task_scores(self) -> Floats:
        return examples.task_scores(self.tally, self.outcomes)

    def _by_size(self, values: Floats) -> Floats:
        sizes, thresholds = len(average_precision.SIZES), len(average_precision.IOU_THRESHOLDS)
        return values.reshape(sizes, thresholds, len(self.tally.labels))


def _headline(found: _Findings) -> Scalars:
    return Scalars(
        name="summary",
        title="Summary",
        scalars=(*_precisions(found), *_at_threshold(found), *_recalls(found)),
        note="AP and AR are COCO's; precision, recall and F1 come from the confusion matrix.",
    )


def _precisions(found: _Findings) -> list[Scalar]:
    precision, mean = found.precision, average_precision.mean
    named = [
        ("map", "mAP", precision[ALL], "Mean of AP over labels and the IoU thresholds .50 to .95"),
        ("ap50", "AP50", precision[ALL, AT_50], "Mean of AP over labels at IoU .50"),
        ("ap75", "AP75", precision[ALL, AT_75], "Mean of AP over labels at IoU .75"),
    ]
    for place, size in enumerate(average_precision.SIZES):
        if place != ALL:
            text = f"mAP of truths with {_range(size)} square pixels"
            named.append((f"map_{size}", f"mAP {size}", precision[place], text))
    return [
        reports.scalar(name, title, mean(part), f"{text}.") for name, title, part, text in named
    ]


def _recalls(found: _Findings) -> list[Scalar]:
    mean = average_precision.mean
    named = [
        (
            f"ar{cut}",
            f"AR{cut}",
            found.recall(cut)[ALL],
            (
                "Mean recall over labels and IoU .50 to .95, with at most "
                f"{reports.plural(cut, 'prediction')} a label and image"
            ),
        )
        for cut in average_precision.CUTS
    ]
    by_size = found.recall(average_precision.MOST)
    for place, size in enumerate(average_precision.SIZES):
        if place != ALL:
            text = f"AR100 of truths with {_range(size)} square pixels"
            named.append((f"ar_{size}", f"AR {size}", by_size[place], text))
    return [
        reports.scalar(name, title, mean(part), f"{text}.") for name, title, part, text in named
    ]


def _at_threshold(found: _Findings) -> list[Scalar]:
    total, matrix = found.scores.total, found.matrix
    confused = int(matrix[:-1, :-1].sum() - np.trace(matrix[:-1, :-1]))
    false = int(matrix[-1].sum())
    return [
        reports.scalar("precision", "Precision", total.precision, "Hits / predictions."),
        reports.scalar("recall", "Recall", total.recall, "Hits / truths."),
        reports.scalar("f1", "F1", total.f1, "Harmonic mean of precision and recall."),
        reports.scalar(
            "confidence_threshold",
            "Confidence threshold",
            found.threshold,
            "Predictions of lower confidence do not count for precision, recall and F1.",
            better="neither",
        ),
        reports.count("truths", "Truths", int(total.truths[0]), "Annotations taken as right."),
        reports.count(
            "predictions", "Predictions", int(total.predictions[0]), "At or above the threshold."
        ),
        reports.count("hits", "Hits", int(total.hits[0]), "Right label, right place."),
        reports.count(
            "confused", "Confused", confused, "Right place, wrong label.", better="lower"
        ),
        reports.count(
            "missed", "Missed", int(matrix[:, -1].sum()), "Truths not found.", better="lower"
        ),
        reports.count(
            "false_positives",
            "False positives",
            false,
            "Predictions without a truth, duplicates included.",
            better="lower",
        ),
    ]


def _about(whole: Tally, found: _Findings) -> Text:
    config = found.config
    chosen = "chosen" if config.confidence_threshold is not None else "where F1 is best"
    rotated = int(whole.truths["rotated"].sum() + whole.predictions["rotated"].sum())
    sentences = [
        coverage.sentence(whole, config.missing),
        (
            f"A prediction is a hit at IoU {config.iou_threshold:g} and confidence "
            f"{found.threshold:.4g} ({chosen}). Each takes at most one truth of its label, the "
            "more confident first; what is left over is then matched in place across labels, "
            "which gives the confusions."
        ),
        "A prediction without confidence counts as 1.",
        (
            "Average precision follows COCO: 101 recalls, ten IoU thresholds, at most 100 "
            "predictions of a label on an image."
        ),
    ]
    if rotated:
        sentences.append(
            f"Rotated: {reports.plural(rotated, 'box', 'boxes')}, compared by the upright box "
            "around each, so that IoU is approximate there."
        )
    return Text(name="about", title="What was counted", text=" ".join(sentences))


def _pr_curve(found: _Findings) -> Curve:
    """Precision at 101 recalls at IoU .50: of all predictions pooled, and of frequent labels."""
    tally, recalls = found.tally, average_precision.RECALLS
    pooled = average_precision.Ranking(_one_label(tally), [(ALL, AT_50)])
    lines = [reports.series("all", recalls, row) for row in pooled.precision_at_recalls(0)]
    ranking = average_precision.Ranking(tally, [(ALL, AT_50)])
    truths = ranking.truths
    frequent = [int(code) for code in np.argsort(-truths, kind="stable")[:DRAWN] if truths[code]]
    if len(tally.labels) > 1:
        rows = ranking.precision_at_recalls(0)
        lines += [reports.series(tally.labels[code], recalls, rows[code]) for code in frequent]
    return Curve(
        name="pr_curve",
        title="Precision and recall at IoU .50",
        x_title="Recall",
        y_title="Precision",
        series=tuple(lines),
        note="Precision at 101 recalls, interpolated as in COCO: the area under a label's line is "
        f"its AP50. `all` pools the predictions of all labels. At most {DRAWN} labels are drawn.",
    )


def _one_label(tally: Tally) -> Tally:
    """The same tally with all labels as one, hits unchanged."""
    nought = {"label": np.zeros(len(tally.truths["task"]), dtype=np.int32)}
    noughts = {"label": np.zeros(len(tally.predictions["task"]), dtype=np.int32)}
    return replace(
        tally,
        labels=("all",),
        truths={**tally.truths, **nought},
        predictions={**tally.predictions, **noughts},
    )


def _confidence_curve(found: _Findings) -> Curve:
    curve, best = found.curve, found.curve.best()
    shown = curves.thin(curve.threshold, keep=() if best is None else (best,))
    x = curve.threshold[shown]
    named = {"precision": curve.precision, "recall": curve.recall, "F1": curve.f1}
    markers: tuple[Marker, ...] = ()
    if best is not None:
        place, value = float(curve.threshold[best]), float(curve.f1[best])
        markers = (Marker(title="best F1", x=place, y=value),)
    return Curve(
        name="confidence_curve",
        title=f"Precision, recall and F1 by confidence at IoU {found.config.iou_threshold:g}",
        x_title="Confidence threshold",
        y_title="Value",
        series=tuple(reports.series(name, x, values[shown]) for name, values in named.items()),
        markers=markers,
        note=f"Over all labels. Thinned to at most {curves.MOST_POINTS} of "
        f"{reports.plural(len(curve.threshold), 'threshold')}.",
    )


def _confusion(found: _Findings) -> Matrix:
    return reports.matrix(
        "confusion_matrix",
        "Confusion matrix",
        found.matrix,
        found.tally.labels,
        NOTHING,
        f"At IoU {found.config.iou_threshold:g} and confidence {found.threshold:.4g}. "
        f"Row {NOTHING}: predictions without a truth; column {NOTHING}: truths not found.",
    )


def _histograms(found: _Findings) -> list[Block]:
    pairs, confidence = found.tally.pairs, found.tally.predictions["confidence"]
    settled = found.outcomes
    confused = settled.confused[settled.confused >= 0]
    return [
        reports.histogram(
            "iou_histogram",
            "IoU of matches",
            "IoU",
            [
                ("hits", pairs["iou"][settled.same[settled.hit]]),
                ("confused", pairs["iou"][confused]),
            ],
            "Of matches at or above both thresholds.",
        ),
        reports.histogram(
            "confidence_histogram",
            "Confidence of predictions",
            "Confidence",
            [("hits", confidence[found.same >= 0]), ("others", confidence[found.same < 0])],
            "Of all predictions, at the IoU threshold and whatever their confidence.",
        ),
    ]


def _per_label(found: _Findings) -> PerLabel:
    scores, matrix, size = found.scores, found.matrix, len(found.tally.labels)
    precision = found.precision[ALL]
    false = scores.predictions - scores.hits
    columns = [
        (Column(name="truths", title="Truths", count=True), scores.truths),
        (Column(name="predictions", title="Predictions", count=True), scores.predictions),
        (Column(name="ap", title="AP"), _column_means(precision)),
        (Column(name="ap50", title="AP50"), precision[AT_50]),
        (Column(name="precision", title="Precision"), scores.precision),
        (Column(name="recall", title="Recall"), scores.recall),
        (Column(name="f1", title="F1"), scores.f1),
        (Column(name="hits", title="Hits", count=True), scores.hits),
        (Column(name="missed", title="Missed", count=True), matrix[:size, -1]),
        (Column(name="false_positives", title="False positives", count=True), false),
    ]
    return reports.table(
        "per_label",
        "By label",
        found.tally.labels,
        columns,
        "False positives of a label include truths of other labels that were called so.",
    )


def _column_means(values: Floats) -> Floats:
    """Mean over thresholds; a label has all of them or none."""
    return np.asarray(values.mean(axis=0))


def _range(size: str) -> str:
    low, high = average_precision.SIZES[size]
    return f"{low:,.0f} to {high:,.0f}"


# ------------------------------------------------------------------------------ comparing

_NAMES: Final = (
    Name("map", "mAP"),
    Name("ap50", "AP50"),
    Name("ap75", "AP75"),
    Name("ar100", "AR100"),
    Name("precision", "Precision"),
    Name("recall", "Recall"),
    Name("f1", "F1"),
)


class _Values:
    """The numbers of a detection evaluation for given weights of its images."""

    def __init__(self, found: _Findings) -> None:
        ranking = average_precision.Ranking(found.tally, average_precision.settings([ALL]))
        self._once = ranking.average_precision(), ranking.recall()
        self._again = average_precision.Resampling(ranking)
        tasks, rows = len(found.tally), found.tally.predictions["task"]
        self._hits = np.bincount(rows[found.outcomes.hit], minlength=tasks)
        self._truths = np.bincount(found.tally.truths["task"], minlength=tasks)
        self._predictions = np.bincount(rows[found.outcomes.counted], minlength=tasks)

    def __call__(self, weights: Floats | None) -> tuple[Floats, Floats]:
        precision, recall = self._once if weights is None else self._again(weights)
        mean = average_precision.mean
        averages = [mean(precision), mean(precision[AT_50]), mean(precision[AT_75]), mean(recall)]
        once = np.ones(len(self._truths)) if weights is None else weights
        counts = (self._hits, self._truths, self._predictions)
        total = confusion.Scores(*(np.atleast_1d(part @ once) for part in counts))
        scores = [total.precision, total.recall, total.f1]
        return np.concatenate([averages, *scores]), _column_means(precision)
