"""Semantic segmentation: every pixel has one label, judged by the pixels that are called right.

Takes the shapes `polygon` and `mask`, drawn pixel for pixel as by pycocotools, holes cut out. Where
shapes of one task overlap, the one of fewer pixels lies on top: the pixel has its label alone. The
headline is `mean_iou`. A model run is judged so only where it is asked for, since polygons and
masks mostly mark things to be told apart: that is `segmentation`.

| setting | default | meaning |
| --- | --- | --- |
| `unlabelled` | `background` | pixels without truth are `background`, or `left out` |
| `missing` | `missed` | see below |

| number | meaning |
| --- | --- |
| `mean_iou` | IoU of a label, `right / (truth + predicted - right)`; mean over labels |
| `mean_iou_with_background` | the same with the background as one more label |
| `mean_accuracy` | share of a label's pixels that are called so; mean over labels with truth |
| `mean_dice` | `2 right / (truth + predicted)`, which is F1; mean over labels |
| `pixel_accuracy` | share of all pixels that are called right, the background's among them |
| `frequency_weighted_iou` | IoU of labels and background, weighted by their pixels of truth |
| `pixels`, `labelled`, `right` | pixels that count; with truth; with truth and called right |

A label counts in a mean where any pixel has it, be it in truth or prediction. The numbers equal
scikit-learn's `jaccard_score`, `recall_score`, `f1_score` and `accuracy_score` over all pixels.
With `unlabelled` set to `left out`, pixels without truth enter no number, and no mean has the
background in it.

The pixels of a truth whose attribute `ignored` is true enter no number. `crowd` plays no part: what
a crowd covers has its label.

The size of an image is its file's, else that of a mask on it. Where neither is known, the smallest
frame that holds the task's shapes stands for the image, and the report says for how many tasks. A
mask of another size than its image cannot be laid on it: it counts as nothing, and the report
says so.

`missing` says what becomes of tasks for which the model run has no predictions at all: `missed`
counts their truths as missed, `left out` leaves the tasks out of every number; the report says
which, and how many. Confidences play no part. An undefined number is null.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final, Literal

import numpy as np

from linlog.evaluation import (
    confusion,
    coverage,
    examples,
    layers,
    masks,
    priorities,
    regions,
    reports,
    resampling,
    tallies,
)
from linlog.evaluation.items import Item
from linlog.evaluation.layers import Layer
from linlog.evaluation.pixel_outcomes import Regions
from linlog.evaluation.pixels import Means, Pixels
from linlog.evaluation.resampling import Name, Numbers, Part, Values
from linlog.evaluation.runs import summed
from linlog.evaluation.tallies import Bools, Floats, Ints, Tally
from linlog.wire.blocks import (
    Column,
    Example,
    Examples,
    Histogram,
    Matrix,
    PerLabel,
    Report,
    Scalars,
    Text,
)

Unlabelled = Literal["background", "left out"]
CHOICES: Final = ("background", "left out")
NOTHING: Final = "(background)"
"""The row of pixels without a truth and the column of pixels without a prediction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SemanticSegmentationConfig:
    """Settings of an evaluation of semantic segmentation."""

    unlabelled: Unlabelled = "background"
    """Pixels that no truth covers: they are `background`, where every prediction is wrong, or
    they are `left out` of every number."""
    missing: coverage.Missing = "missed"
    """Tasks without any prediction submitted: their truths are `missed`, or they are `left out`."""

    def __post_init__(self) -> None:
        coverage.check(self.missing)
        if self.unlabelled not in CHOICES:
            raise ValueError(
                f"unlabelled must be one of {', '.join(CHOICES)}, not {self.unlabelled!r}"
            )


class SemanticSegmentation:
    """The kind `semantic_segmentation`: one label a pixel."""

    __slots__ = ()
    name: ClassVar[str] = "semantic_segmentation"
    version: ClassVar[int] = 3
    shapes: ClassVar[tuple[str, ...]] = masks.SHAPES
    Config: ClassVar[type[SemanticSegmentationConfig]] = SemanticSegmentationConfig

    def match(self, items: Iterable[Item], config: SemanticSegmentationConfig) -> Tally:  # noqa: ARG002 - one matching serves every config
        """Count the pixels of every truth that are seen, and those shared with a prediction.

        Truths and predictions keep how many of their pixels are `seen`, truths whether they are
        `ignored`, pairs how many `pixels` they share, both on top. Tasks keep the `pixels` of
        their image, how many are `covered` by any shape, whether its size is `known`, and how
        many masks are `misfits`. Raises ValueError for another shape than a polygon or a mask.
        """
        ordered = tallies.ordered(items)
        parts = [
            _overlaid(ordered[at : at + masks.AT_ONCE])
            for at in range(0, max(1, len(ordered)), masks.AT_ONCE)
        ]
        return tallies.merge(parts)

    def merge(self, parts: Iterable[Tally]) -> Tally:
        """One tally of all tasks; of none, the empty tally."""
        return tallies.merge([self.match((), SemanticSegmentationConfig()), *parts])

    def relabel(self, tally: Tally, names: Mapping[str, str | None]) -> Tally:
        """The tally under other names of labels; those of one name become one.

        What lies on top stays on top: pixels of a label that is left out have no label.
        """
        found = tallies.relabelled(tally, names)
        if None not in names.values():
            return found
        return replace(found, facts={**found.facts, "covered": _covered(found)})

    def summarize(self, tally: Tally, config: SemanticSegmentationConfig) -> Report:
        """IoU, accuracy and Dice, confusions of pixels, and the worst images."""
        found = _Findings(tally, config)
        blocks = (
            _headline(found),
            _about(tally, found),
            _confusion(found),
            _histogram(found),
            _per_label(found),
            _worst(found),
        )
        return Report(kind=self.name, headline="mean_iou", blocks=priorities.told(blocks))

    def numbers(self, tally: Tally, config: SemanticSegmentationConfig) -> Numbers:
        """The main numbers, to be computed again on resampled images."""
        found = _Findings(tally, config)
        pixels = found.pixels

        def make() -> tuple[Part, ...]:
            return (resampling.of_amounts(_NAMES, _LABEL_NAMES, pixels.by_task, found.numbers),)

        return Numbers(found.tally.labels, pixels.scores, make)


SEMANTIC_SEGMENTATION: Final = SemanticSegmentation()


def _overlaid(ordered: Sequence[Item]) -> Tally:
    """The tally of a few tasks."""
    tally = tallies.tally(SemanticSegmentation.name, ordered)
    frames = masks.frames(ordered)
    sides = []
    for shapes, rows in zip(
        tallies.shapes(ordered), (tally.truths, tally.predictions), strict=True
    ):
        masks.check(shapes, SemanticSegmentation.name)
        task = rows["task"].astype(np.int64)
        drawn = masks.drawn(shapes, frames.height[task], frames.width[task])
        sides.append(Layer(drawn, task))
    return _counted(tally, frames, regions.marks(ordered)["ignored"], sides[0], sides[1])


def _counted(
    tally: Tally, frames: masks.Frames, ignored: Bools, truths: Layer, predictions: Layer
) -> Tally:
    found = layers.overlaid(truths, predictions, frames.height, frames.width)
    union = found.first_seen[found.first] + found.second_seen[found.second] - found.pixels
    return replace(
        tally,
        truths={**tally.truths, "seen": found.first_seen, "ignored": ignored},
        predictions={**tally.predictions, "seen": found.second_seen},
        pairs=tallies.pair_rows(
            found.first, found.second, found.pixels / union, pixels=found.pixels
        ),
        facts={
            "pixels": frames.height * frames.width,
            "covered": found.covered,
            **masks.facts(frames, *((side.regions, side.item) for side in (truths, predictions))),
        },
    )


def _covered(tally: Tally) -> Ints:
    """By task the pixels that any region covers, out of those that regions have on top."""
    sides = [
        summed(rows["seen"], rows["task"], len(tally)) for rows in (tally.truths, tally.predictions)
    ]
    both = summed(tally.pairs["pixels"], tally.truths["task"][tally.pairs["truth"]], len(tally))
    return np.asarray(sides[0] + sides[1] - both)


# ---------------------------------------------------------------------------- summarizing


class _Findings:
    """Everything that the blocks of one report share, each computed once."""

    def __init__(self, tally: Tally, config: SemanticSegmentationConfig) -> None:
        self.config = config
        self.background = config.unlabelled == "background"
        self.tally = coverage.covered(tally, config.missing)
        self.pixels = Pixels(self.tally, background=self.background)

    def numbers(self, counts: Floats) -> Values:
        """The main numbers and those of each label, from pixels: (3, labels + 1, resamples)."""
        means = Means(counts[0], counts[1], counts[2], self.background)
        main = means.main()
        by_label = np.stack([means.iou, means.dice, means.accuracy])[:, :-1]
        return np.stack([main[entry.name] for entry in _NAMES]), by_label


_NAMES: Final = (
    Name("mean_iou", "Mean IoU"),
    Name("mean_iou_with_background", "Mean IoU with background"),
    Name("mean_accuracy", "Mean accuracy"),
    Name("mean_dice", "Mean Dice"),
    Name("pixel_accuracy", "Pixel accuracy"),
    Name("frequency_weighted_iou", "Frequency-weighted IoU"),
)
_LABEL_NAMES: Final = (
    Name("iou", "IoU"),
    Name("dice", "Dice"),
    Name("accuracy", "Accuracy"),
)
_MEANINGS: Final = (
    "Right / (truth + predicted - right) pixels of a label; mean over labels.",
    "The same with the background as one more label.",
    "Share of a label's pixels that are called so; mean over labels with truth.",
    "2 right / (truth + predicted) pixels of a label; mean over labels.",
    "Share of pixels that are called right, the background's among them.",
    "IoU of labels and background, weighted by their pixels of truth.",
)


def _headline(found: _Findings) -> Scalars:
    means = found.pixels.means
    right, truth, main = means.right, means.truth, means.main()
    counts = [
        ("pixels", "Pixels", found.pixels.matrix.sum(), "Pixels that count."),
        ("labelled", "Labelled", truth[:-1].sum(), "Pixels with truth."),
        ("right", "Right", right[:-1].sum(), "Pixels with truth that are called right."),
    ]
    return Scalars(
        name="summary",
        title="Summary",
        scalars=(
            *(
                reports.scalar(entry.name, entry.title, main[entry.name], meaning)
                for entry, meaning in zip(_NAMES, _MEANINGS, strict=True)
            ),
            *(reports.count(name, title, int(value), text) for name, title, value, text in counts),
        ),
        note="All numbers come from the confusion matrix of pixels.",
    )


def _about(whole: Tally, found: _Findings) -> Text:
    unknown = int((~whole.facts["known"]).sum())
    misfits = int(whole.facts["misfits"].sum())
    sentences = [
        coverage.sentence(whole, found.config.missing),
        (
            "A pixel has one label: where shapes of a task overlap, the smaller one lies on top. "
            "Confidences play no part."
        ),
        (
            "Pixels without truth are background, where every prediction is wrong."
            if found.background
            else "Pixels without truth are left out of every number."
        ),
    ]
    if unknown:
        sentences.append(
            f"The size of the image is not known of {reports.plural(unknown, 'task')}: the "
            "smallest frame around the shapes stands for it, so that the background is smaller "
            "than it is."
        )
    if misfits:
        sentences.append(
            f"Of another size than their image: {reports.plural(misfits, 'mask')}. They cannot "
            "be laid on it and count as nothing."
        )
    return Text(name="about", title="What was counted", text=" ".join(sentences))


def _confusion(found: _Findings) -> Matrix:
    note = f"Pixels. Column {NOTHING}: pixels with truth that no prediction covers."
    if found.background:
        note += f" Row {NOTHING}: pixels without truth."
    return reports.matrix(
        "confusion_matrix",
        "Confusion matrix of pixels",
        found.pixels.matrix,
        found.tally.labels,
        NOTHING,
        note,
    )


def _histogram(found: _Findings) -> Histogram:
    scores = found.pixels.scores
    return reports.histogram(
        "task_scores",
        "Scores of tasks",
        "Pixels with the right label / pixels with any label",
        [("tasks", scores[~np.isnan(scores)])],
    )


def _per_label(found: _Findings) -> PerLabel:
    means = found.pixels.means
    right, truth, predicted = means.right[:-1], means.truth[:-1], means.predicted[:-1]
    columns = [
        (Column(name="truth_pixels", title="Truth pixels", count=True), truth),
        (Column(name="predicted_pixels", title="Predicted pixels", count=True), predicted),
        (Column(name="iou", title="IoU"), means.iou[:-1]),
        (Column(name="dice", title="Dice"), means.dice[:-1]),
        (Column(name="precision", title="Precision"), confusion.ratio(right, predicted)),
        (Column(name="accuracy", title="Accuracy"), means.accuracy[:-1]),
        (Column(name="right_pixels", title="Right pixels", count=True), right),
    ]
    return reports.table(
        "per_label",
        "By label",
        found.tally.labels,
        columns,
        "Accuracy is the share of a label's pixels that are called so, also known as recall.",
    )


def _worst(found: _Findings) -> Examples:
    tally, pixels = found.tally, found.pixels
    return Examples(
        name="worst",
        title="Worst examples",
        examples=tuple(
            Example(
                task_id=tally.tasks[task],
                score=float(pixels.scores[task]),
                outcomes=tuple(Regions(tally, task, background=found.background).outcomes()),
            )
            for task in examples.worst(pixels.scores, pixels.faults)
        ),
        note="Images by the share of labelled pixels that are right, the worst first. A region "
        "is told by what most of its pixels are.",
    )
