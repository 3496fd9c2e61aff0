"""What every kind of evaluation can do: match, merge, relabel, summarize.

What an implementer cannot guess:

* Everything is pure. The same items give the same report, whatever their order and however
  they were parted into tallies before the merge: reports are compared byte by byte.
* `match` is paid once; a slice, a threshold, a resample is a `select`, a `merge` and a
  `summarize`, and joined labels are a `relabel`. So a tally must keep, for each truth and
  prediction, what it could match, whatever the label.
* The tally is the one of `linlog.evaluation.tallies`; own columns go beside `task` and `label`.
* A number that is undefined is None, never NaN and never a made-up 0.
* A kind never imports another kind: what two share lives beside this folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from linlog.evaluation.items import Item, Prediction, Truth
from linlog.wire.blocks import Report

if TYPE_CHECKING:
    from linlog.evaluation.outcome_rows import OutcomeRows
    from linlog.evaluation.outcomes import Told
    from linlog.evaluation.resampling import Numbers
    from linlog.evaluation.tallies import Tally

__all__ = ["Comparable", "Item", "Kind", "Listing", "Prediction", "Telling", "Truth"]


class Kind(Protocol):
    """One way to say how good a model run is."""

    @property
    def name(self) -> str:
        """The word in the table, on the wire and on the page."""

    @property
    def version(self) -> int:
        """Rises when `match` gives other tallies than before: stored ones are then made anew."""

    @property
    def shapes(self) -> tuple[str, ...]:
        """Names of the shapes (`linlog.shapes.NAMES`) that it takes."""

    @property
    def Config(self) -> type[Any]:  # noqa: N802 - it is a class
        """A frozen dataclass of plain values with defaults and a docstring under each field."""

    def match(self, items: Iterable[Item], config: Any) -> Tally:
        """Pair predictions with truths. Raises ValueError for a shape that it does not take."""

    def merge(self, tallies: Iterable[Tally]) -> Tally:
        """One tally of all tasks; of none, the empty tally. Raises ValueError for a task twice."""

    def relabel(self, tally: Tally, names: Mapping[str, str | None]) -> Tally:
        """The tally that `match` gives where each label is called as `names` say.

        Labels that are no key keep their name; those whose name is None are left out, truths and
        predictions alike. `tallies.relabelled` is the whole of it for a kind whose own columns
        do not depend on which labels are equal.
        """

    def summarize(self, tally: Tally, config: Any) -> Report:
        """Everything a reader wants to know, as blocks in reading order."""


@runtime_checkable
class Comparable(Protocol):
    """What a kind offers besides, if two model runs can be compared by resampling tasks."""

    def numbers(self, tally: Tally, config: Any) -> Numbers:
        """The kind's main numbers as functions of how often each task counts."""


@runtime_checkable
class Telling(Protocol):
    """What a kind offers besides, if truths and predictions have an outcome one by one."""

    def tell(self, tally: Tally, config: Any) -> Told:
        """What became of each task that counts: those with predictions, if missing is left out."""


@runtime_checkable
class Listing(Protocol):
    """What a kind offers besides, if its report's counts are of rows that can be listed."""

    def list_outcomes(self, tally: Tally, config: Any) -> OutcomeRows:
        """What became of every truth and prediction, or of every task where that is what counts."""
