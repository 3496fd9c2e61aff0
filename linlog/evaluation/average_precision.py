"""Average precision and average recall of boxes, equal to pycocotools, from matched predictions.

Precision is computed only at true positives, since its envelope never changes elsewhere, and
for all thresholds, sizes and labels in one pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np

from linlog.evaluation import columns, counting, packed, regions, tallies
from linlog.evaluation.tallies import Array, Bools, Floats, Ints, Rows, Tally

IOU_THRESHOLDS: Final = np.linspace(0.5, 0.95, 10)
"""Of COCO's mean: 0.50, 0.55 … 0.95."""
RECALLS: Final = np.linspace(0.0, 1.0, 101)
"""Places at which the precision is read."""
AT_ONCE: Final = 1 << 17
"""Predictions whose labels are averaged together: enough for speed, few enough for memory."""
_LANES: Final = 4
"""Sizes whose bits of 16 fill a 64-bit word."""
_LOWEST: Final = np.uint64(0x0001_0001_0001_0001)
"""The lowest bit of each of them."""
SIZES: Final[dict[str, tuple[float, float]]] = {
    "all": (0.0, 1e5**2),
    "small": (0.0, 32.0**2),
    "medium": (32.0**2, 96.0**2),
    "large": (96.0**2, 1e5**2),
}
"""Areas in square pixels, both ends included; others are ignored, neither right nor wrong."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
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

    `tally.predictions` must have what `hits.decide` adds under the same rules. Only true positives
    are points of the curves, so nearly all work is on those few predictions that are one anywhere.
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
        self.rules = rules
        self.settings = tuple(wanted)
        self.labels = len(tally.labels)
        self.order = order(tally, rows["rank"] < rules.most if kept is None else kept)
        """By place in the ranking the row of the tally."""
        whole = len(self.order) == len(rows["label"])
        labels = rows["label"] if whole else rows["label"][self.order]
        amounts = np.bincount(labels, minlength=self.labels)
        self.first = np.cumsum(amounts) - amounts
        """By label its first place in the ranking."""
        self._tally = tally
        self._every = np.uint16((1 << len(rules.thresholds)) - 1)
        some = np.flatnonzero(_any(rows["hits"])[self.order])
        right = _taken(rows["hits"], self.order[some]) & ~_taken(rows["ignored"], self.order[some])
        by_setting = _set(right, self.settings)
        which = np.concatenate([np.zeros(0, np.int64), *by_setting])
        self.sizes: list[int] = [len(each) for each in by_setting]
        """Points of each setting."""
        label = rows["label"][self.order[some]]
        self._found = _Found(some, label, which)
        ends = np.searchsorted(label, np.arange(self.labels + 1))
        sizes = [np.diff(np.searchsorted(each, ends)) for each in by_setting]
        self.begin = _from_nought(np.concatenate([np.zeros(0, np.int64), *sizes]))
        """By strand its first point, and one past the last."""

    @property
    def strands(self) -> int:
        """How many curves there are: settings times labels."""
        return len(self.settings) * self.labels

    @property
    def to_count(self) -> int:
        """Predictions that are to be counted, once for all settings that count every one."""
        own = [int(mask.sum()) for mask in self.counted if mask is not None]
        return sum(own) + (len(self.task) if len(own) < len(self.counted) else 0)

    @cached_property
    def place(self) -> Ints:
        """Of every point of every strand its place in the ranking."""
        return self._found.place[self._found.which]

    @cached_property
    def strand(self) -> Ints:
        """Of every point its strand, ascending."""
        return np.repeat(np.arange(self.strands), np.diff(self.begin))

    @cached_property
    def task(self) -> Array:
        """By place in the ranking the task."""
        return self._tally.predictions["task"][self.order]

    @cached_property
    def rank(self) -> Array:
        """By place in the ranking the place among those of its label and image."""
        return self._tally.predictions["rank"][self.order]

    @cached_property
    def counted(self) -> list[Bools | None]:
        """By setting which places count; None for all of them."""
        ignored = self._tally.predictions["ignored"][self.order]
        return [_counted(ignored, setting) for setting in self.settings]

    @cached_property
    def owners(self) -> list[tuple[Ints, Ints]]:
        """By setting the tasks and the labels of the truths that count."""
        return _owners(self._tally, self.settings, self.rules)

    @cached_property
    def truths(self) -> Floats:
        """Truths of each strand, which its recall is a share of: shape (strands,)."""
        amounts = {id(label): np.bincount(label, minlength=self.labels) for _, label in self.owners}
        found = [amounts[id(label)] for _, label in self.owners]
        return np.concatenate([np.zeros(0), *found])

    @cached_property
    def points(self) -> Points:
        """The precision-recall points: `recall = hits / truths`, `precision = hits / counted`."""
        recall = self._hits / self.truths[self.strand]
        return Points(self.strand, recall, envelope(self._precision, self.strand, self.begin))

    def average_precision(self) -> Floats:
        """Mean of the curve at the 101 `RECALLS`: shape (settings, labels), NaN without truths."""
        steps = self._steps
        area = np.bincount(steps.strand, steps.precision * steps.width, minlength=self.strands)
        return self.defined(area / len(RECALLS))

    def recall(self, cut: int | None = None) -> Floats:
        """Recall with the `cut` best of each image: (settings, labels), NaN without truths."""
        if cut is None or cut >= self.rules.most:
            hits = np.diff(self.begin)
        else:
            seen = (self._rank_of_found < cut)[self._found.which]
            hits = np.diff(counting.Flags.of(seen).before(self.begin))
        return self.defined(hits / np.maximum(self.truths, 1))

    def precision_at_recalls(self, setting: int) -> Floats:
        """The curves of one setting at `RECALLS`: shape (labels, 101), NaN without truths."""
        return self._at_recalls(setting, self._steps.precision)

    def confidence_at_recalls(self, setting: int) -> Floats:
        """Confidence of the predictions that first reach `RECALLS`: shape (labels, 101).

        0 where a recall is not reached, NaN without truths. Recall 0 is reached by the most
        confident prediction, right or wrong.
        """
        confidence = self._tally.predictions["confidence"][self.order]
        found = self._at_recalls(setting, confidence[self.place[self._steps.point]])
        some = (np.diff(self.first, append=len(self.order)) > 0) & ~np.isnan(found[:, 0])
        found[some, 0] = confidence[self.first[some]]
        return found

    def _at_recalls(self, setting: int, values: Floats) -> Floats:
        """Values by step, spread over the recalls that the steps are the first to reach."""
        steps = self._steps
        low, high = np.searchsorted(steps.strand, np.array([setting, setting + 1]) * self.labels)
        width = steps.width[low:high]
        label = np.repeat(steps.strand[low:high] - setting * self.labels, width)
        place = np.arange(len(label)) - np.searchsorted(label, label)
        found = np.zeros((self.labels, len(RECALLS)))
        found[label, place] = np.repeat(values[low:high], width)
        found[self.truths[setting * self.labels : (setting + 1) * self.labels] == 0] = np.nan
        return found

    def defined(self, values: Floats, truths: Floats | None = None) -> Floats:
        """Values by strand as (settings, labels), NaN where there are no truths."""
        some = (self.truths if truths is None else truths) > 0
        return np.where(some, values, np.nan).reshape(len(self.settings), self.labels)

    @cached_property
    def _rank_of_found(self) -> Array:
        return self._tally.predictions["rank"][self.order[self._found.place]]

    @cached_property
    def _hits(self) -> Floats:
        """Of every point the hits of its strand up to and with it."""
        found = np.arange(1.0, self.begin[-1] + 1)
        found -= np.repeat(self.begin[:-1], np.diff(self.begin))
        return found

    @cached_property
    def _precision(self) -> Floats:
        """Of every point, not yet an envelope."""
        counted = self._counted_at_points()
        counted += float(np.spacing(1))
        return np.divide(self._hits, counted, out=counted)

    @cached_property
    def _steps(self) -> Steps:
        return Steps.of(self._precision, self.begin, self.truths)

    def _counted_at_points(self) -> Floats:
        """Predictions of the strand that count, up to and with each point.

        Most are ignored at a size at every threshold or at none, by their own area. The few that
        are ignored at some thresholds only, by a truth they take, are counted apart.
        """
        ignored, found = _taken(self._tally.predictions["ignored"], self.order), self._found
        seen = found.place + 1 - self.first[found.label]
        partly = np.flatnonzero(_partly(ignored, self._every))
        end = np.searchsorted(partly, found.place)
        start = np.searchsorted(partly, self.first)[found.label]
        bits = ignored[partly]
        counted = np.empty(self.begin[-1])
        at, by_size = 0, dict[int, Floats]()
        for (size, threshold), amount in zip(self.settings, self.sizes, strict=True):
            if size not in by_size:
                by_size[size] = (seen - self._void(ignored[:, size])).astype(np.float64)
            some, here = found.which[at : at + amount], counted[at : at + amount]
            at += amount
            here[:] = by_size[size][some]
            own = bits[:, size]
            passed = (own != self._every) & (own & np.uint16(1 << threshold) != 0)
            if passed.any():
                before = _from_nought(passed)
                here -= before[end[some]] - before[start[some]]
        return counted

    def _void(self, ignored: Array) -> Ints | int:
        """Predictions of the label that are ignored at every threshold, before each found one."""
        void = ignored == self._every
        if not void.any():
            return 0
        flags, found = counting.Flags.of(void), self._found
        return flags.before(found.place) - flags.before(self.first)[found.label]


@dataclass(frozen=True, slots=True)
class _Found:
    """The predictions that are a true positive somewhere, and which of them each point is."""

    place: Ints
    """Their places in the ranking."""
    label: Ints
    which: Ints
    """By point of the curves one of them."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Curves as stairs: one step for all points that first reach the same of the recalls."""

    strand: Ints
    precision: Floats
    """The highest at this step or a later one of the strand."""
    width: Ints
    """How many of the recalls the step is the first to reach."""
    point: Ints
    """The first point of the step."""

    @classmethod
    def of(cls, precision: Floats, begin: Ints, truths: Array, recalls: Floats = RECALLS) -> Steps:
        """Of points by strand, each a hit more than the one before, and the `truths` of a strand.

        `begin` is by strand its first point, and one past the last.
        """
        amounts, own = np.unique(truths, return_inverse=True)
        stairs = _Stairs.of(amounts, recalls)
        first, amount = stairs.up_to(own, np.diff(begin))
        strand = np.repeat(np.arange(len(own)), amount)
        ends = _from_nought(amount)
        step = np.arange(len(strand)) + np.repeat(first - ends[:-1], amount)
        point = begin[strand] + stairs.hits[step] - 1
        highest = np.maximum.reduceat(precision, point) if len(point) else np.zeros(0)
        _raise_to_later(highest, ends)
        return cls(strand, highest, stairs.width[step], point)


@dataclass(frozen=True, slots=True)
class _Stairs:
    """The hits at which a curve first reaches some of the recalls, for each number of truths."""

    owner: Ints
    """The place of the number of truths, ascending."""
    hits: Ints
    """Ascending for each."""
    width: Ints
    """How many of the recalls are reached then."""

    @classmethod
    def of(cls, truths: Array, recalls: Floats) -> _Stairs:
        """For numbers of truths and ascending recalls."""
        hits = hits_to_reach(truths, recalls)
        new = np.ones(hits.shape, dtype=bool)
        new[:, 1:] = hits[:, 1:] > hits[:, :-1]
        owner, level = np.nonzero(new)
        width = np.diff(level, append=0)
        last = np.diff(owner, append=-1) != 0
        width[last] = len(recalls) - level[last]
        return cls(owner, hits[new], width)

    def up_to(self, owner: Ints, hits: Ints) -> tuple[Ints, Ints]:
        """The first step of each owner, and how many steps lie at or below some hits."""
        span = int(max(self.hits.max(initial=0), hits.max(initial=0))) + 1
        first = np.searchsorted(self.owner, owner)
        end = np.searchsorted(self.owner * span + self.hits, owner * span + hits, side="right")
        return first, end - first


@dataclass(frozen=True, slots=True)
class Averages:
    """What average precision says of a tally, whatever state its reader chooses."""

    precision: Floats
    """Average precision: shape (sizes, thresholds, labels), NaN without truths."""
    recall: tuple[Floats, ...]
    """For each of the rules' cuts average recall: shapes (sizes, thresholds, labels)."""
    truths: Floats
    """By label the truths of every size."""
    curves: Floats
    """Precision at `RECALLS` at the first threshold: shape (labels, 101), NaN without truths."""


def averages(tally: Tally, rules: Rules = COCO) -> Averages:
    """The averages of a tally, worked out once."""
    return tallies.latest(tally, "averages", rules, lambda: _averages(tally, rules))


def _averages(tally: Tally, rules: Rules) -> Averages:
    found = [_of_some(part, rules) for part in _by_label(tally)]
    return Averages(
        np.concatenate([each.precision for each in found], axis=-1),
        tuple(np.concatenate(cut, axis=-1) for cut in zip(*(e.recall for e in found), strict=True)),
        np.concatenate([each.truths for each in found]),
        np.concatenate([each.curves for each in found]),
    )


def _of_some(tally: Tally, rules: Rules) -> Averages:
    ranking = Ranking(tally, settings(rules=rules), rules)
    shape = (len(rules.sizes), len(rules.thresholds), len(tally.labels))
    return Averages(
        ranking.average_precision().reshape(shape),
        tuple(ranking.recall(cut).reshape(shape) for cut in rules.cuts),
        ranking.truths[: len(tally.labels)],
        ranking.precision_at_recalls(0),
    )


def _by_label(tally: Tally) -> Iterator[Tally]:
    """The tally in parts of some labels each, so that the points of few curves are there at once.

    Predictions come in the order of a `Ranking`, so that they are not sorted again.
    """
    if len(tally.predictions["label"]) <= AT_ONCE:
        yield tally
        return
    sides = (tally.truths, tally.predictions)
    amounts = [np.bincount(side["label"], minlength=len(tally.labels)) for side in sides]
    truths, predictions = map(_from_nought, amounts)
    of_labels, order = np.argsort(tally.truths["label"], kind="stable"), ranked(tally)
    for low, high in pairwise(cut(predictions)):
        rows = order[predictions[low] : predictions[high]]
        part = replace(
            tally,
            labels=tally.labels[low:high],
            truths=_moved(tally.truths, of_labels[truths[low] : truths[high]], low),
            predictions=_moved(tally.predictions, rows, low),
            pairs={},
            details={},
        )
        yield part.deriving({"order": (None, np.arange(len(rows)))})


def cut(ends: Ints) -> list[int]:
    """Labels to cut before: at least one label between two cuts, and few predictions.

    `ends` is by label how many predictions come before it, with the number of all at the end. The
    first cut is 0 and the last the number of labels.
    """
    found = [0]
    while found[-1] < len(ends) - 1:
        most = ends[found[-1]] + AT_ONCE
        found.append(max(int(np.searchsorted(ends, most, side="right")) - 1, found[-1] + 1))
    return found


def _moved(rows: Rows, which: Ints, label: int) -> Rows:
    """Some rows, their labels numbered from another one."""
    some = columns.taken(rows, which)
    return columns.changed(some, label=lambda: some["label"] - np.int32(label))


def mean(values: Floats) -> float:
    """Mean of the numbers that are defined; NaN where none is."""
    defined = values[~np.isnan(values)]
    return float(defined.mean()) if len(defined) else float("nan")


def order(tally: Tally, kept: Bools) -> Ints:
    """Predictions that are kept, by label and then by descending confidence, equals in order."""
    whole = ranked(tally)
    return whole if kept.all() else whole[kept[whole]]


def ranked(tally: Tally) -> Ints:
    """All predictions by label and then by descending confidence, equals in order."""
    rows = tally.predictions
    found: Ints = tallies.latest(
        tally, "order", None, lambda: packed.descending(rows["label"], rows["confidence"])
    )
    return found


def _taken(bits: Array, rows: Ints) -> Array:
    """The bits of rows."""
    if bits.shape[1] == _LANES and bits.flags.c_contiguous:
        return bits.view(np.uint64)[:, 0][rows].view(np.uint16).reshape(-1, _LANES)
    return bits[rows]


def _any(bits: Array) -> Bools:
    """By row whether any bit is set."""
    if bits.shape[1] == _LANES and bits.flags.c_contiguous:
        return np.asarray(bits.view(np.uint64)[:, 0] != 0)
    return np.asarray(bits.any(axis=1))


def _partly(bits: Array, every: np.uint16) -> Bools:
    """By row whether a size has some bits set and some not."""
    if bits.shape[1] == _LANES and bits.flags.c_contiguous:
        whole = bits.view(np.uint64)[:, 0]
        return np.asarray((whole & _LOWEST) * np.uint64(every) != whole)
    return np.asarray(((bits != 0) & (bits != every)).any(axis=1))


def _set(rows: Array, wanted: Sequence[Setting]) -> list[Ints]:
    """By setting the rows whose bit is set."""
    columns = np.ascontiguousarray(rows.T)
    return [np.flatnonzero((columns[size] & np.uint16(1 << bit)) != 0) for size, bit in wanted]


def _counted(ignored: Array, setting: Setting) -> Bools | None:
    """Which predictions count in a setting; None for all of them."""
    size, threshold = setting
    void = (ignored[:, size] & np.uint16(1 << threshold)) != 0
    return ~void if void.any() else None


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


def _from_nought(values: Array) -> Ints:
    """Running sums of counts, with a 0 before the first."""
    found = np.zeros(len(values) + 1, np.int64)
    np.cumsum(values, out=found[1:])
    return found


def _raise_to_later(values: Floats, begin: Ints) -> None:
    """Raise each value to a later one of its strand where that is higher, in place.

    All strands are walked in step from their ends, the longest first, so that those that are
    walked through drop off at the back.
    """
    lengths = np.diff(begin)
    longest = np.argsort(-lengths, kind="stable")
    lengths = lengths[longest]
    at = begin[1:][longest] - 1
    active = np.searchsorted(-lengths, -np.arange(2, int(lengths.max(initial=0)) + 1), side="right")
    for number in active.tolist():
        after = at[:number]
        before = after - 1
        values[before] = np.maximum(values[before], values[after])
        at = before


def hits_to_reach(truths: Array, recalls: Floats) -> Ints:
    """The fewest hits with which `hits / truths` is no recall below each of `recalls`.

    At least one; shape (truths, recalls). Between the recalls and the shares that are compared
    with them lies no rounding: what the product says is put right by the quotient itself.
    """
    amount = np.maximum(truths, 1.0)[:, None]
    hits = np.floor(recalls * amount)
    hits += hits / amount < recalls
    return np.asarray(np.maximum(hits, 1).astype(np.int64))


def envelope(values: Floats, strand: Ints, begin: Ints) -> Floats:
    """Each value, or a later one of its strand where that is higher; exact, by doubling steps."""
    found = values.copy()
    longest = int(np.diff(begin).max(initial=0))
    step = 1
    while step < longest:
        later = np.where(strand[step:] == strand[:-step], found[step:], 0.0)
        found[:-step] = np.maximum(found[:-step], later)
        step *= 2
    return found
