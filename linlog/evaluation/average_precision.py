"""Average precision and average recall of boxes, equal to pycocotools, from matched predictions.

Precision is computed only at true positives, since its envelope never changes elsewhere, and
for all thresholds, sizes and labels in one pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from linlog.evaluation import regions
from linlog.evaluation.tallies import Array, Bools, Floats, Ints, Tally

IOU_THRESHOLDS: Final = np.linspace(0.5, 0.95, 10)
"""Of COCO's mean: .50, .55 … .95."""
RECALLS: Final = np.linspace(0.0, 1.0, 101)
"""Places at which the precision is read."""
_STAIRS: Final = np.append(RECALLS, [np.inf, np.inf])
SIZES: Final[dict[str, tuple[float, float]]] = {
    "all": (0.0, 1e5**2),
    "small": (0.0, 32.0**2),
    "medium": (32.0**2, 96.0**2),
    "large": (96.0**2, 1e5**2),
}
"""Areas in square pixels, both ends included; others are ignored, neither right nor wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What an average precision looks at."""

    sizes: Mapping[str, tuple[float, float]]
    """Names and areas in square pixels, both ends included."""
    thresholds: tuple[float, ...]
    """Of IoU, or of what stands for it, ascending; at most 16."""
    most: int
    """Predictions of one label on one task that count; the least confident others do not."""
    cuts: tuple[int, ...]
    """Predictions of one label on one task that the average recalls look at."""
    measure: str = "IoU"
    """What the thresholds are of."""
    at: tuple[tuple[str, int], ...] = ()
    """Average recalls to be told at one threshold: name and place of the threshold."""


COCO: Final = Rules(
    sizes=SIZES, thresholds=tuple(IOU_THRESHOLDS.tolist()), most=100, cuts=(1, 10, 100)
)
"""Of boxes and masks."""
COCO_KEYPOINTS: Final = Rules(
    sizes={name: SIZES[name] for name in ("all", "medium", "large")},
    thresholds=COCO.thresholds,
    most=20,
    cuts=(20,),
    measure="OKS",
    at=(("ar50", 0), ("ar75", 5)),
)
"""Of keypoints, where OKS stands for IoU."""

Setting = tuple[int, int]
"""Place of a size and of a threshold in the rules."""


def settings(sizes: Sequence[int] | None = None, rules: Rules = COCO) -> list[Setting]:
    """Every threshold for each of the sizes; for all of them by default."""
    wanted = range(len(rules.sizes)) if sizes is None else sizes
    return [(size, threshold) for size in wanted for threshold in range(len(rules.thresholds))]


def outside(area: Floats, rules: Rules = COCO) -> Bools:
    """Whether areas are to be ignored, by size: shape (n, sizes)."""
    bounds = np.array(list(rules.sizes.values()))
    return (area[:, None] < bounds[:, 0]) | (area[:, None] > bounds[:, 1])


@dataclass(frozen=True, slots=True)
class Points:
    """The points of all precision-recall curves, strand by strand.

    A strand is one setting and one label: number `setting * labels + label`.
    """

    strand: Ints
    """The strand of each point, ascending."""
    recall: Floats
    """Ascending in each strand."""
    precision: Floats
    """The highest precision at this recall or a higher one."""


class Ranking:
    """The predictions of a detection tally by label and descending confidence.

    `tally.predictions` must have what `hits.decide` adds under the same rules.
    """

    def __init__(
        self,
        tally: Tally,
        wanted: Sequence[Setting],
        rules: Rules = COCO,
        kept: Bools | None = None,
    ) -> None:
        """Order the predictions that are `kept`: by default all of a rank below `rules.most`."""
        rows = tally.predictions
        chosen = rows["rank"] < rules.most if kept is None else kept
        order = _order(rows["label"], rows["confidence"], chosen)
        self.rules = rules
        self.settings = tuple(wanted)
        self.labels = len(tally.labels)
        self.task = rows["task"][order]
        """By place in the ranking."""
        label = rows["label"][order]
        self.first = np.searchsorted(label, np.arange(self.labels))
        """By label its first place in the ranking."""
        hits, ignored = rows["hits"][order], rows["ignored"][order]
        self.counted = [_counted(ignored, setting) for setting in wanted]
        """By setting which places count; None for all of them."""
        places = [_true_positives(hits, ignored, setting) for setting in wanted]
        self.place = np.concatenate([np.zeros(0, np.int64), *places])
        """Of every point of every strand its place in the ranking."""
        self.sizes = [len(part) for part in places]
        """Points of each setting."""
        strands = [number * self.labels + label[part] for number, part in enumerate(places)]
        self.strand = np.concatenate([np.zeros(0, np.int64), *strands])
        """Of every point its strand, ascending."""
        self.begin = np.searchsorted(self.strand, np.arange(self.strands + 1))
        """By strand its first point, and one past the last."""
        self.rank = rows["rank"][order]
        """By place in the ranking the place among those of its label and image."""
        self._confidence = rows["confidence"][order]
        self.owners = _owners(tally, wanted, rules)
        """By setting the tasks and the labels of the truths that count."""

    @property
    def strands(self) -> int:
        """How many curves there are: settings times labels."""
        return len(self.settings) * self.labels

    @cached_property
    def truths(self) -> Floats:
        """Truths of each strand, which its recall is a share of: shape (strands,)."""
        found = [np.bincount(label, minlength=self.labels) for _, label in self.owners]
        return np.concatenate([np.zeros(0), *found])

    @cached_property
    def points(self) -> Points:
        """The precision-recall points: `recall = hits / truths`, `precision = hits / counted`."""
        hits = np.arange(len(self.strand)) - self.begin[self.strand] + 1.0
        precision = hits / (self._counted_at_points() + np.spacing(1))
        recall = hits / self.truths[self.strand]
        return Points(self.strand, recall, _envelope(precision, self.strand, self.begin))

    def average_precision(self) -> Floats:
        """Mean of the curve at the 101 `RECALLS`: shape (settings, labels), NaN without truths."""
        reached = _reached(self.points.recall)
        weight = self.points.precision * _steps(reached, self.begin)
        return self.defined(np.bincount(self.strand, weight, minlength=self.strands) / len(RECALLS))

    def recall(self, cut: int | None = None) -> Floats:
        """Recall with the `cut` best of each image: (settings, labels), NaN without truths."""
        seen = self.rank[self.place] < (self.rules.most if cut is None else cut)
        hits = np.bincount(self.strand[seen], minlength=self.strands)
        return self.defined(hits / np.maximum(self.truths, 1))

    def precision_at_recalls(self, setting: int) -> Floats:
        """The curves of one setting at `RECALLS`: shape (labels, 101), NaN without truths."""
        return self._at_recalls(setting, self.points.precision)

    def confidence_at_recalls(self, setting: int) -> Floats:
        """Confidence of the predictions that first reach `RECALLS`: shape (labels, 101).

        0 where a recall is not reached, NaN without truths. Recall 0 is reached by the most
        confident prediction, right or wrong.
        """
        found = self._at_recalls(setting, self._confidence[self.place])
        some = np.diff(self.first, append=len(self.task)) > 0
        some &= ~np.isnan(found[:, 0])
        found[some, 0] = self._confidence[self.first[some]]
        return found

    def _at_recalls(self, setting: int, values: Floats) -> Floats:
        found = np.zeros((self.labels, len(RECALLS)))
        for label in range(self.labels):
            strand = setting * self.labels + label
            begin, end = self.begin[strand], self.begin[strand + 1]
            reached = self.points.recall[begin:end]
            places = begin + np.searchsorted(reached, RECALLS, side="left")
            found[label, places < end] = values[places[places < end]]
        found[self.truths.reshape(-1, self.labels)[setting] == 0] = np.nan
        return found

    def defined(self, values: Floats, truths: Floats | None = None) -> Floats:
        """Values by strand as (settings, labels), NaN where there are no truths."""
        some = (self.truths if truths is None else truths) > 0
        return np.where(some, values, np.nan).reshape(len(self.settings), self.labels)

    def _counted_at_points(self) -> Floats:
        """Predictions of the strand that count, up to and with each point."""
        found, whole = [np.zeros(0)], np.arange(len(self.task) + 1)
        parts = np.split(self.place, np.cumsum(self.sizes)[:-1])
        for place, counted, number in zip(parts, self.counted, range(len(parts)), strict=False):
            running = whole if counted is None else np.append(0, np.cumsum(counted))
            label = self.strand[self._points_of(number)] - number * self.labels
            found.append((running[place + 1] - running[self.first[label]]).astype(np.float64))
        return np.concatenate(found)

    def _points_of(self, setting: int) -> slice:
        return slice(self.begin[setting * self.labels], self.begin[(setting + 1) * self.labels])


def mean(values: Floats) -> float:
    """Mean of the numbers that are defined; NaN where none is."""
    defined = values[~np.isnan(values)]
    return float(defined.mean()) if len(defined) else float("nan")


def _order(label: Ints, confidence: Floats, kept: Bools) -> Ints:
    """Rows that are kept, by label and then by descending confidence, equals in order."""
    rows = np.flatnonzero(kept)
    rows = rows[np.argsort(-confidence[rows], kind="stable")]
    return rows[np.argsort(label[rows], kind="stable")]


def _counted(ignored: Array, setting: Setting) -> Bools | None:
    """Which predictions count in a setting; None for all of them."""
    size, threshold = setting
    void = (ignored[:, size] & np.uint16(1 << threshold)) != 0
    return ~void if void.any() else None


def _true_positives(hits: Array, ignored: Array, setting: Setting) -> Ints:
    """Places of the true positives of a setting."""
    size, threshold = setting
    return np.flatnonzero(hits[:, size] & ~ignored[:, size] & np.uint16(1 << threshold))


def _owners(tally: Tally, wanted: Sequence[Setting], rules: Rules) -> list[tuple[Ints, Ints]]:
    """By setting the tasks and labels of the truths that count in it."""
    void, real = outside(tally.truths["area"], rules), regions.real(tally)
    by_size = {size: real & ~void[:, size] for size in {size for size, _ in wanted}}
    rows = {size: np.flatnonzero(kept) for size, kept in by_size.items()}
    found = {
        size: (tally.truths["task"][some], tally.truths["label"][some])
        for size, some in rows.items()
    }
    return [found[size] for size, _ in wanted]


def _reached(recall: Floats) -> Ints:
    """How many of `RECALLS` are not above each value: `searchsorted`, but without searching."""
    least = (recall * (len(RECALLS) - 1)).astype(np.int64)
    return least + (_STAIRS[least] <= recall) + (_STAIRS[least + 1] <= recall)


def _steps(reached: Ints, begin: Ints) -> Ints:
    """How many of `RECALLS` each point is the first of its strand to reach."""
    steps = np.diff(reached, prepend=0)
    heads = begin[begin < len(reached)]
    steps[heads] = reached[heads]
    return steps


def _envelope(values: Floats, strand: Ints, begin: Ints) -> Floats:
    """Each value, or a later one of its strand where that is higher; exact, by doubling steps."""
    found = values.copy()
    longest = int(np.diff(begin).max(initial=0))
    step = 1
    while step < longest:
        later = np.where(strand[step:] == strand[:-step], found[step:], 0.0)
        found[:-step] = np.maximum(found[:-step], later)
        step *= 2
    return found
