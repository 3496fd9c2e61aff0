"""What became of the regions of one image whose pixels have one label each."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from linlog.evaluation import examples, tallies
from linlog.evaluation.tallies import Ints, Tally
from linlog.wire.blocks import Outcome


class Regions:
    """The regions of one task of an overlaid tally; each is told by what most of its pixels are."""

    def __init__(self, tally: Tally, task: int, *, background: bool) -> None:
        self.tally = tally
        self.background = background
        self.truths = _rows(tally.truths["task"], task)
        self.predictions = _rows(tally.predictions["task"], task)
        low, high = np.searchsorted(
            tally.pairs["prediction"], [self.predictions.start, self.predictions.stop]
        )
        self.pairs: dict[tuple[str, int], list[int]] = defaultdict(list)
        for pair in range(int(low), int(high)):
            for side in ("truth", "prediction"):
                self.pairs[side, int(tally.pairs[side][pair])].append(pair)

    def outcomes(self) -> list[Outcome]:
        """Of every region that is seen, the faults first, the largest first."""
        truth_seen, prediction_seen = (
            rows["seen"] for rows in (self.tally.truths, self.tally.predictions)
        )
        asked = truth_seen * ~self.tally.truths["ignored"]
        told = [(truth_seen[row], self._of_truth(row)) for row in self.truths if asked[row]]
        shown = {(each.truth_id, each.prediction_id) for _, each in told}
        for row in self.predictions:
            outcome = self._of_prediction(row) if prediction_seen[row] else None
            if outcome and (outcome.truth_id, outcome.prediction_id) not in shown:
                told.append((prediction_seen[row], outcome))
        told.sort(key=lambda each: (examples.ORDER[each[1].outcome], -int(each[0])))
        return [outcome for _, outcome in told[: examples.MOST_OUTCOMES]]

    def _of_truth(self, row: int) -> Outcome:
        tally = self.tally
        pair = self._most("truth", row, tally.truths, tally.predictions)
        if pair is None:
            return self._told("missed", row, None, None)
        prediction = int(tally.pairs["prediction"][pair])
        alike = tally.predictions["label"][prediction] == tally.truths["label"][row]
        return self._told("hit" if alike else "confused", row, prediction, pair)

    def _of_prediction(self, row: int) -> Outcome | None:
        tally = self.tally
        pair = self._most("prediction", row, tally.predictions, tally.truths)
        if pair is None:
            return self._told("false positive", None, row, None) if self.background else None
        truth = int(tally.pairs["truth"][pair])
        alike = tally.truths["label"][truth] == tally.predictions["label"][row]
        passed_over = alike or tally.truths["ignored"][truth]
        return None if passed_over else self._told("confused", truth, row, pair)

    def _most(self, side: str, row: int, own: tallies.Rows, others: tallies.Rows) -> int | None:
        """The largest pair with the label that most of a region's pixels are; None for nothing."""
        pairs = self.tally.pairs
        other = "prediction" if side == "truth" else "truth"
        mine = self.pairs[side, row]
        counts: dict[int, int] = {}
        for pair in mine:
            label = int(others["label"][pairs[other][pair]])
            counts[label] = counts.get(label, 0) + int(pairs["pixels"][pair])
        rest = int(own["seen"][row]) - sum(counts.values())
        best = max(
            counts, key=lambda label: (counts[label], label == own["label"][row]), default=-1
        )
        if best < 0 or counts[best] < rest:
            return None
        return max(
            (pair for pair in mine if others["label"][pairs[other][pair]] == best),
            key=lambda pair: int(pairs["pixels"][pair]),
        )

    def _told(
        self,
        outcome: examples.Word,
        truth: int | None,
        prediction: int | None,
        pair: int | None,
    ) -> Outcome:
        tally = self.tally
        sides = [(tally.truths, truth), (tally.predictions, prediction)]
        names = [None if row is None else examples.text(rows["id"], row) for rows, row in sides]
        labels = [None if row is None else tally.labels[rows["label"][row]] for rows, row in sides]
        return Outcome(
            outcome=outcome,
            truth_id=names[0],
            truth_label=labels[0],
            prediction_id=names[1],
            prediction_label=labels[1],
            iou=None if pair is None else float(tally.pairs["iou"][pair]),
        )


def _rows(task: Ints, wanted: int) -> range:
    begin, end = np.searchsorted(task, [wanted, wanted + 1])
    return range(int(begin), int(end))
