"""The same predictions under the rules of COCO, PASCAL VOC and Ultralytics, and why they differ.

A protocol is six choices. The gap between two of them is split among the choices in which they
differ by Shapley's value (1953): what a choice changes, averaged over every order in which the
choices could be changed one after the other. It depends on no order and sums to the gap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import comb
from typing import Any, Final, Literal

import numpy as np

from linlog.evaluation import (
    average_precision,
    columns,
    hits,
    matching,
    packed,
    protocol_curves,
    regions,
    tallies,
)
from linlog.evaluation.average_precision import COCO as COCO_RULES
from linlog.evaluation.average_precision import Rules
from linlog.evaluation.protocol_curves import Curves, Reading
from linlog.evaluation.tallies import Array, Bools, Floats, Ints, Tally

KINDS: Final = ("detection", "segmentation")
"""Kinds whose predictions the protocols judge."""
CHOICES: Final[Mapping[str, str]] = {
    "most": "Predictions per image",
    "floor": "Confidence floor",
    "crowd": "Crowds and ignored truths",
    "matching": "Matching",
    "reading": "Interpolation",
    "labels": "Labels of the mean",
}
"""What protocols differ in, by field, as people call it."""
_PLACES: Final[Mapping[str, range]] = {"ap50": range(1), "map": range(len(COCO_RULES.thresholds))}
"""By number the places of its IoU thresholds."""
NUMBERS: Final[Mapping[str, str]] = {"ap50": "AP50", "map": "mAP"}
_RULES: Final = Rules(
    sizes={"all": COCO_RULES.sizes["all"]}, thresholds=COCO_RULES.thresholds, most=100, cuts=(100,)
)

Most = tuple[int, Literal["label", "image"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """One way to compute average precision."""

    name: str
    title: str
    short: str
    """A title for narrow columns."""
    numbers: tuple[str, ...]
    """The numbers that it defines: `ap50`, `map` (mean over IoU 0.50 to 0.95)."""
    most: Most | None
    """How many predictions count, the most confident: of each label on an image, or of an image."""
    floor: float | None
    """Only predictions above this confidence count."""
    crowd: Literal["ignored", "left out"]
    """Whether predictions on a crowd or an ignored truth are neither right nor wrong, or whether
    there is no such truth, so that they are wrong."""
    matching: Literal["best free", "best"]
    """Whether a prediction takes the truth of highest IoU that is still free, or may only have the
    one of highest IoU of all, and is wrong where a more confident one has that."""
    reading: Reading
    """How precision is averaged over recall."""
    labels: Literal["with truths", "all"]
    """Labels of the mean: those with truths, or all that occur, 0 for those without truths."""


COCO: Final = Protocol(
    name="coco",
    title="COCO, 101 points",
    short="COCO",
    numbers=("ap50", "map"),
    most=(100, "label"),
    floor=None,
    crowd="ignored",
    matching="best free",
    reading="101 points",
    labels="with truths",
)
VOC_11: Final = Protocol(
    name="voc_11",
    title="VOC 2007, 11 points",
    short="VOC 2007",
    numbers=("ap50",),
    most=None,
    floor=None,
    crowd="ignored",
    matching="best",
    reading="11 points",
    labels="all",
)
VOC_ALL: Final = replace(
    VOC_11, name="voc_all", title="VOC 2010, all points", short="VOC 2010", reading="all points"
)
ULTRALYTICS: Final = Protocol(
    name="ultralytics",
    title="Ultralytics 8.4",
    short="Ultralytics 8.4",
    numbers=("ap50", "map"),
    most=(300, "image"),
    floor=0.001,
    crowd="left out",
    matching="best",
    reading="101 trapezoids",
    labels="with truths",
)
ULTRALYTICS_8_3: Final = replace(
    ULTRALYTICS,
    name="ultralytics_8_3",
    title="Ultralytics up to 8.3",
    short="Ultralytics 8.3",
    reading="101 trapezoids and a ramp",
)
PROTOCOLS: Final = (COCO, VOC_11, VOC_ALL, ULTRALYTICS, ULTRALYTICS_8_3)


def gap(judge: Judge, first: Protocol, second: Protocol, number: str) -> dict[str, float]:
    """By choice what it adds to `second - first`: Shapley's value, 0 where they choose alike.

    NaN for all where the number is undefined.

    With n choices that differ and v of a set of them the number where these are the second's:
    the mean of `v(S + c) - v(S)`, each S of s choices weighing `1 / (n · C(n - 1, s))`.
    """
    differ = [name for name in CHOICES if getattr(first, name) != getattr(second, name)]
    values = [
        judge.number(_mixed(first, second, differ, which), number)
        for which in range(1 << len(differ))
    ]
    found = dict.fromkeys(CHOICES, np.nan if np.isnan(values[0]) else 0.0)
    for place, name in enumerate(differ):
        for which in range(len(values)):
            if not which >> place & 1:
                weight = len(differ) * comb(len(differ) - 1, which.bit_count())
                found[name] += (values[which | 1 << place] - values[which]) / weight
    return found


def _mixed(first: Protocol, second: Protocol, names: list[str], which: int) -> Protocol:
    taken = [name for place, name in enumerate(names) if which >> place & 1]
    return replace(first, **{name: getattr(second, name) for name in taken})


class Judge:
    """The average precisions of one tally, whatever the protocol.

    The tally must have what `hits.decide` adds under the rules of COCO.
    """

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._known: dict[tuple[Any, ...], Any] = {}

    def number(self, protocol: Protocol, name: str) -> float:
        """A number of `NUMBERS`, NaN where undefined."""
        found = np.stack([self._precision(protocol, place) for place in _PLACES[name]])
        if protocol.labels == "all" and self._asked.any():
            found = np.nan_to_num(found)
        return average_precision.mean(found)

    def _precision(self, protocol: Protocol, place: int) -> Floats:
        """Average precision by label at one IoU threshold."""
        curves = self._curves(protocol, place)
        return protocol_curves.average(curves, protocol.reading)

    def _curves(self, protocol: Protocol, place: int) -> Curves:
        said = (protocol.most, protocol.floor, protocol.crowd, protocol.matching)
        if (said, place) not in self._known:
            self._known[said, place] = self._curves_of(protocol, place)
        found: Curves = self._known[said, place]
        return found

    def _curves_of(self, protocol: Protocol, place: int) -> Curves:
        rows = self._order[self._kept(protocol)[self._order]]
        hit, ignored = (bits[rows] >> place & 1 for bits in self._outcomes(protocol))
        label = self._tally.predictions["label"][rows]
        counted = np.append(0, np.cumsum(ignored == 0))
        bounds = np.searchsorted(label, np.arange(len(self._tally.labels) + 1))
        found = np.flatnonzero(hit)
        before = counted[bounds]
        return Curves(
            label=label[found].astype(np.int64),
            counted=counted[found + 1] - before[label[found]],
            truths=self._truths,
            total=np.diff(before),
        )

    @cached_property
    def _order(self) -> Ints:
        """Predictions by label and descending confidence, equals in order of their tasks."""
        rows = self._tally.predictions
        return packed.descending(rows["label"], rows["confidence"])

    @cached_property
    def _asked(self) -> Bools:
        """By truth whether it is asked to be found."""
        outside = average_precision.outside(self._tally.truths["area"], _RULES)[:, 0]
        return regions.real(self._tally) & ~outside

    @cached_property
    def _truths(self) -> Ints:
        asked = self._tally.truths["label"][self._asked]
        return np.bincount(asked, minlength=len(self._tally.labels))

    @cached_property
    def _rank_on_image(self) -> Ints:
        rows = self._tally.predictions
        return matching.ranks(rows["task"], rows["confidence"])

    def _kept(self, protocol: Protocol) -> Bools:
        """By prediction whether it counts at all."""
        rows = self._tally.predictions
        kept = np.ones(len(rows["task"]), dtype=bool)
        if protocol.floor is not None:
            kept &= rows["confidence"] > protocol.floor
        if protocol.most is not None:
            most, of = protocol.most
            kept &= (rows["rank"] if of == "label" else self._rank_on_image) < most
        return kept

    def _outcomes(self, protocol: Protocol) -> tuple[Array, Array]:
        """By prediction bits: bit t says whether it is a hit, or ignored, at threshold t."""
        said = (protocol.crowd, protocol.matching)
        if said not in self._known:
            find = _of_the_best if protocol.matching == "best" else _of_the_best_free
            self._known[said] = find(
                self._tally, self._asked, left_out=protocol.crowd == "left out"
            )
        found: tuple[Array, Array] = self._known[said]
        return found


def _of_the_best_free(tally: Tally, asked: Bools, *, left_out: bool) -> tuple[Array, Array]:
    """As COCO decides; the other truths may be taken away before."""
    if left_out and not asked.all():
        every = np.ones(len(tally.predictions["task"]), dtype=bool)
        tally = hits.decide(tallies.of_rows(tally, asked, every), _RULES)
    return tally.predictions["hits"][:, 0], tally.predictions["ignored"][:, 0]


def _of_the_best(tally: Tally, asked: Bools, *, left_out: bool) -> tuple[Array, Array]:
    """As VOC and Ultralytics decide: a prediction may have its best truth only, the first by row.

    Of those that want the same truth the most confident gets it, the others are wrong. A
    prediction whose best truth is ignored is ignored; so is one that reaches no other truth and
    lies in a crowd, of which VOC knows nothing.
    """
    confidence = tally.predictions["confidence"]
    crowd = tally.truths.get("crowd", np.zeros(len(asked), dtype=bool))
    truth, iou = _best(tally, asked if left_out else ~crowd)
    _, in_crowd = _best(tally, np.zeros_like(crowd) if left_out else crowd)
    turn = np.argsort(-confidence, kind="stable")
    hit, ignored = np.zeros((2, len(confidence)), dtype=np.uint16)
    wanted = np.append(asked, False)[truth]
    for place, threshold in enumerate(_RULES.thresholds):
        bit = np.uint16(1 << place)
        reached = iou >= threshold
        rivals = turn[(reached & wanted)[turn]]
        _, first = np.unique(truth[rivals], return_index=True)
        hit[rivals[first]] |= bit
        ignored[(reached & ~wanted) | (~reached & (in_crowd >= threshold))] |= bit
    return hit, ignored


def _best(tally: Tally, usable: Bools) -> tuple[Ints, Floats]:
    """By prediction the usable truth of its label with the highest IoU, and the IoU; -1 and 0."""
    truth, prediction, iou = (tally.pairs[name] for name in ("truth", "prediction", "iou"))
    some = tally.truths["label"][truth] == tally.predictions["label"][prediction]
    some &= usable[truth]
    truth, prediction, iou = truth[some], prediction[some], iou[some]
    order = np.lexsort((truth, -iou, prediction))
    heads = order[columns.heads(prediction[order])]
    size = len(tally.predictions["task"])
    which, how = np.full(size, -1, dtype=np.int64), np.zeros(size)
    which[prediction[heads]], how[prediction[heads]] = truth[heads], iou[heads]
    return which, how
