"""Pixels of many regions as runs down the columns of their images, and arithmetic on them.

Pixel (x, y) of an image of height h is at place `x h + y`, as in COCO's masks. A region is a
sorted list of runs of places; all regions of a table lie in one set of columns, so that every
function works on thousands of them at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from linlog.evaluation import columns
from linlog.evaluation.tallies import Bools, Ints

MOST: Final = 1 << 25
"""Pieces that all regions of a few images may have together: what fits in memory."""
RUNS_AT_ONCE: Final = 1 << 18
"""Runs of pairs that are looked up together."""


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Regions, each a list of runs that do not overlap, ascending."""

    owner: Ints
    """By run the region that it belongs to, ascending."""
    start: Ints
    """By run its first place."""
    end: Ints
    """By run the place after its last."""
    height: Ints
    """By region the height of its image in pixels."""
    width: Ints
    """By region the width of its image in pixels."""

    def __len__(self) -> int:
        return len(self.height)

    @property
    def area(self) -> Ints:
        """Pixels of each region: shape (regions,)."""
        return summed(self.end - self.start, self.owner, len(self))

    def columns(self) -> tuple[Ints, Ints, Ints, Ints]:
        """The runs parted at the ends of columns: owner, column, top row, row after the last."""
        tall = self.height[self.owner]
        # Division of floats is the faster one, and between two whole places it is exact.
        column = ((self.start + 0.5) / tall).astype(np.int64)
        top = self.start - column * tall
        bottom = top + self.end - self.start
        if (bottom <= tall).all():
            return self.owner, column, top, bottom
        counts = (bottom - 1) // tall + 1
        check(int(counts.sum()))
        run, turn = spread(np.zeros(len(counts), dtype=np.int64), counts)[::-1]
        top, bottom = top[run] - turn * tall[run], bottom[run] - turn * tall[run]
        return (
            self.owner[run],
            column[run] + turn,
            np.maximum(top, 0),
            np.minimum(bottom, tall[run]),
        )


def paired(key: Ints, height: Ints, width: Ints) -> Runs:
    """Regions from the places where pixels change sides; a place twice changes nothing.

    A key is `region * stride + place` with the `stride` of the sizes, in any order, and is
    sorted in place; each region has an even number of places, none above its number of pixels.
    """
    key.sort()
    twice = key[1:] == key[:-1]
    if twice.any():
        heads = np.flatnonzero(np.append(True, ~twice))
        kept = np.zeros(len(key), dtype=bool)
        kept[heads] = np.diff(np.append(heads, len(key))) & 1
        key = key[kept]
    step = stride(height, width)
    region = key[0::2] // step
    base = region * step
    return Runs(region, key[0::2] - base, key[1::2] - base, height, width)


def counted(owner: Ints, count: Ints, height: Ints, width: Ints) -> Runs:
    """Regions from run lengths, alternately outside and inside, of regions in ascending order."""
    if not len(owner):
        return Runs(owner, owner, owner, height, width)
    first = np.flatnonzero(columns.heads(owner))
    lengths = np.diff(np.append(first, len(owner)))
    end = np.cumsum(count)
    end -= np.repeat(end[first] - count[first], lengths)
    turn = np.arange(len(owner)) - np.repeat(first, lengths)
    inside = (turn & 1 == 1) & (count > 0)
    return Runs(owner[inside], (end - count)[inside], end[inside], height, width)


def covered(parts: Runs, region: Ints, weight: Ints, height: Ints, width: Ints) -> Runs:
    """The regions where the weights of their parts sum to more than 0.

    `region` and `weight` say of each of `parts` where it belongs and what it counts there: with
    1 each this is the union; a part of weight -n cuts what it covers out of n others.
    """
    step = stride(height, width)
    base = region[parts.owner] * step
    key = np.concatenate([base + parts.start, base + parts.end])
    change = weight[parts.owner]
    order = np.argsort(key, kind="stable")
    level = np.cumsum(np.concatenate([change, -change])[order])
    key = key[order]
    last = np.flatnonzero(np.diff(key, append=-1))
    inside = level[last] > 0
    turns = last[np.flatnonzero(np.diff(inside, prepend=False))]
    start, end = key[turns[0::2]], key[turns[1::2]]
    owner = start // step
    return Runs(owner, start - owner * step, end - owner * step, height, width)


def taken(runs: Runs, which: Bools) -> Runs:
    """The regions where `which` is true, numbered anew."""
    if which.all():
        return runs
    kept = which[runs.owner]
    owner = (np.cumsum(which) - 1)[runs.owner[kept]]
    return Runs(owner, runs.start[kept], runs.end[kept], runs.height[which], runs.width[which])


def joined(parts: list[Runs], places: list[Ints], height: Ints, width: Ints) -> Runs:
    """Several tables as one; `places` says of each region of each table its place in it."""
    owner = np.concatenate([place[part.owner] for part, place in zip(parts, places, strict=True)])
    order = np.argsort(owner, kind="stable")
    start, end = (
        np.concatenate([getattr(part, name) for part in parts])[order] for name in ("start", "end")
    )
    return Runs(owner[order], start, end, height, width)


def check(pieces: int) -> None:
    """Raise ValueError where regions have more pieces than fit in memory."""
    if pieces > MOST:
        raise ValueError(
            f"the regions of a few tasks have {pieces:,} pieces of a column, more than the "
            f"{MOST:,} that can be compared: are the sizes of the images right?"
        )


def summed(values: Ints, owner: Ints, size: int) -> Ints:
    """Sums of whole numbers by owner: shape (size,), exact."""
    total = np.append(0, np.cumsum(values))
    bounds = np.searchsorted(owner, np.arange(size + 1))
    return np.asarray(np.diff(total[bounds]))


def common(runs: Runs, pairs: tuple[Ints, Ints]) -> Ints:
    """Pixels that both regions of each pair hold, by bisection: shape (pairs,).

    The runs of one region are looked up among those of the other; that one has fewer of them.
    Works for regions of any form; `bands.common` is faster for plain ones.
    """
    begin = np.searchsorted(runs.owner, np.arange(len(runs) + 1))
    counts = np.diff(begin)
    fewer = counts[pairs[0]] <= counts[pairs[1]]
    asking, asked = np.where(fewer, pairs[0], pairs[1]), np.where(fewer, pairs[1], pairs[0])
    before = _Before.of(runs)
    found = np.zeros(len(asking), dtype=np.int64)
    for some in stretches(counts[asking], RUNS_AT_ONCE):
        run, pair = spread(begin[asking[some]], counts[asking[some]])
        base = asked[some][pair] * before.step
        shared = before(base + runs.end[run]) - before(base + runs.start[run])
        found[some] = summed(shared, pair, some.stop - some.start)
    return found


def stretches(counts: Ints, most: int) -> Iterator[slice]:
    """Stretches of rows whose counts sum to `most` at most, or of one row."""
    ends = np.cumsum(counts)
    begin = 0
    while begin < len(counts):
        before = int(ends[begin - 1]) if begin else 0
        end = max(int(np.searchsorted(ends, before + most, side="right")), begin + 1)
        yield slice(begin, end)
        begin = end


def spread(begin: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """Every place of each range, and the range it belongs to."""
    owner = np.repeat(np.arange(len(counts)), counts)
    return np.arange(len(owner)) + (begin - np.cumsum(counts) + counts)[owner], owner


@dataclass(frozen=True, slots=True)
class _Before:
    """How many pixels of all regions, laid end to end, come before a key."""

    start: Ints
    length: Ints
    total: Ints
    step: int
    """Keys are `region * step + place`."""

    @classmethod
    def of(cls, runs: Runs) -> _Before:
        """Lay the regions end to end."""
        length, step = runs.end - runs.start, stride(runs.height, runs.width)
        return cls(runs.owner * step + runs.start, length, np.append(0, np.cumsum(length)), step)

    def __call__(self, key: Ints) -> Ints:
        run = np.searchsorted(self.start, key, side="right") - 1
        within = np.minimum(key - self.start[run], self.length[run])
        return np.where(run >= 0, self.total[run] + within, 0)


def stride(height: Ints, width: Ints) -> int:
    """More than the last place of any region."""
    return int((height * width).max(initial=0)) + 1
