"""How much of what training runs reached follows from each key of their configs.

A forest of randomised trees (Geurts, Ernst and Wehenkel 2006) learns the number that a run reached
from its config. What a split on a key says about runs that its tree has not seen is what the key
is worth: the mean decrease in impurity out of bag (Li, Wang, Basu, Kumbier and Yu 2019), which
unlike the usual one gives nothing to a key for having many values. Every bag of runs is a bootstrap
sample, so that the spread over bags tells how far to trust the number.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FEWEST_RUNS: Final = 8
"""Runs that have the number; of fewer nothing is said."""
MOST_CHOICES: Final = 16
"""Values of a key that is no number which are told apart, the most frequent; others are one."""
BAGS: Final = 24
TREES: Final = 3
"""Trees that a bag grows."""
MOST_DRAWN: Final = 600
"""Runs that a bag draws; of more runs than that it is a smaller sample, and less certain."""
TRIES: Final = 2
"""Splits that a node tries for each key, but not more than `MOST_TRIES`."""
MOST_TRIES: Final = 100
DEPTH: Final = 12
FEWEST_TO_SPLIT: Final = 4
LEVEL: Final = 0.9
"""Share of the bags between the ends of an interval."""
_SEED: Final = 20_240_229
_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Importance:
    """What one key of the configs is worth."""

    key: str
    importance: float
    """Share of the number's variance that follows from the key, about 0 to 1."""
    low: float
    high: float
    correlation: float | None
    """Spearman's, -1 to 1, of runs that have a number under the key; None where it has none."""


@dataclass(frozen=True, slots=True)
class Importances:
    """What the keys of many configs are worth for one number."""

    explained: float | None
    """Share of the variance that is told of runs not seen (out-of-bag R²); None of too few runs."""
    keys: tuple[Importance, ...]
    """The most important first; keys that never vary are absent."""


@dataclass(frozen=True, slots=True)
class _Parameter:
    """A key as columns of numbers."""

    key: str
    columns: Floats
    """(runs, columns): the number, or one column a choice; and whether it is absent."""
    numbers: Floats | None
    """(runs,) with NaN where absent; None for choices."""


def of_configs(configs: Sequence[Mapping[str, Any]], numbers: Sequence[float]) -> Importances:
    """The importance of each varying key of (n) flat configs for (n) finite numbers.

    Fewer runs than `FEWEST_RUNS`, or numbers that are all one, tell nothing.
    """
    parameters = _parameters(configs)
    reached = np.asarray(numbers, np.float64)
    spread = float(reached.std()) if len(reached) else 0.0
    if len(reached) < FEWEST_RUNS or spread == 0.0 or not parameters:
        return Importances(None, ())
    target = (reached - reached.mean()) / spread
    shares, explained = _grown(parameters, target)
    low, high = np.quantile(shares, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    found = [
        Importance(
            parameter.key,
            round(float(shares[:, place].mean()), _DIGITS),
            round(float(low[place]), _DIGITS),
            round(float(high[place]), _DIGITS),
            _correlation(parameter.numbers, target),
        )
        for place, parameter in enumerate(parameters)
    ]
    found.sort(key=lambda each: (-each.importance, each.key))
    return Importances(round(explained, _DIGITS), tuple(found))


def flat(config: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """A config as one level: nested names with dots between; lists stay whole."""
    found: dict[str, Any] = {}
    for key, value in config.items():
        name = f"{before}.{key}" if before else key
        if isinstance(value, dict) and value:
            found |= flat(value, name)
        else:
            found[name] = value
    return found


def _parameters(configs: Sequence[Mapping[str, Any]]) -> list[_Parameter]:
    keys = dict.fromkeys(key for config in configs for key in config)
    made = (_parameter(key, [config.get(key) for config in configs]) for key in keys)
    return [each for each in made if each is not None]


def _parameter(key: str, values: Sequence[Any]) -> _Parameter | None:
    """A key's columns; None where all runs have the same."""
    given = [value for value in values if value is not None]
    if all(_is_number(value) for value in given):
        return _of_numbers(key, np.array([_number(value) for value in values]))
    written = ["" if value is None else json.dumps(value, sort_keys=True) for value in values]
    choices, places, counts = np.unique(written, return_inverse=True, return_counts=True)
    if len(choices) == 1:
        return None
    frequent = np.argsort(-counts, kind="stable")[:MOST_CHOICES]
    return _Parameter(key, (places[:, None] == frequent[None, :]).astype(np.float64), None)


def _of_numbers(key: str, numbers: Floats) -> _Parameter | None:
    """A key of numbers, NaN where it is absent: what no number tells is a column of its own."""
    known = np.isfinite(numbers)
    kept = numbers[known]
    if len(kept) == 0 or (known.all() and kept.min() == kept.max()):
        return None
    filled = np.where(known, numbers, np.median(kept))
    columns = [filled] if known.all() else [filled, (~known).astype(np.float64)]
    return _Parameter(key, np.stack(columns, axis=1), numbers)


def _number(value: float | None) -> float:
    try:
        return np.nan if value is None else float(value)
    except OverflowError:
        return np.nan


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@dataclass(slots=True)
class _Forest:
    """Every tree's runs, those it learns from and those it is judged by, as they fall through."""

    table: Floats
    """(runs, columns)."""
    owners: Ints
    """(columns,) the parameter that each is of."""
    rows: Ints
    """(entries,) the run of each entry; one entry a run and tree, more where a bag repeats it."""
    trees: Ints
    seen: npt.NDArray[np.bool_]
    """Whether the tree learns from the entry."""
    target: Floats
    told: Floats
    """What the tree says of the entry so far."""


@dataclass(frozen=True, slots=True)
class _Splits:
    """The best split found of each node."""

    gains: Floats
    columns: Ints
    bounds: Floats


def _grown(parameters: Sequence[_Parameter], target: Floats) -> tuple[Floats, float]:
    """(bags, parameters) shares of the variance, and the out-of-bag R²."""
    random = np.random.default_rng(_SEED)
    forest = _planted(parameters, target, random)
    count = BAGS * TREES
    roots = _means(forest.trees[forest.seen], forest.target[forest.seen], count)
    forest.told += roots[forest.trees]
    judged = np.bincount(forest.trees[~forest.seen], minlength=count)
    shares = np.zeros((count, len(parameters)))
    live, nodes = np.arange(len(forest.rows)), forest.trees
    for _ in range(DEPTH):
        live, nodes = _level(forest, live, nodes, shares, random)
        if len(live) == 0:
            break
    shares /= np.maximum(judged, 1)[:, None]
    return shares.reshape(BAGS, TREES, -1).mean(axis=1), _explained(forest, target)


def _planted(
    parameters: Sequence[_Parameter], target: Floats, random: np.random.Generator
) -> _Forest:
    """The runs of every bag, before any split; trees of one bag share its runs."""
    runs = len(target)
    rows, trees, seen = [], [], []
    for bag in range(BAGS):
        drawn = random.integers(runs, size=min(runs, MOST_DRAWN))
        left_out = np.setdiff1d(np.arange(runs), drawn)
        for tree in range(bag * TREES, (bag + 1) * TREES):
            rows += [drawn, left_out]
            trees.append(np.full(len(drawn) + len(left_out), tree))
            seen += [np.ones(len(drawn), bool), np.zeros(len(left_out), bool)]
    every = np.concatenate(rows)
    widths = [each.columns.shape[1] for each in parameters]
    return _Forest(
        table=np.concatenate([each.columns for each in parameters], axis=1),
        owners=np.repeat(np.arange(len(parameters)), widths),
        rows=every,
        trees=np.concatenate(trees),
        seen=np.concatenate(seen),
        target=target[every],
        told=np.zeros(len(every)),
    )


def _level(
    forest: _Forest, live: Ints, nodes: Ints, shares: Floats, random: np.random.Generator
) -> tuple[Ints, Ints]:
    """Split every node once; the entries that fell through, and the nodes they fell to."""
    seen = live[forest.seen[live]]
    known = nodes[forest.seen[live]]
    count = int(nodes.max()) + 1
    splits = _best_splits(forest, seen, known, count, random)
    fell = splits.gains[nodes] > 0
    live, nodes = live[fell], nodes[fell]
    columns = splits.columns[nodes]
    right = forest.table[forest.rows[live], columns] > splits.bounds[nodes]
    _, children = np.unique(2 * nodes + right, return_inverse=True)
    learnt = forest.seen[live]
    size = int(children.max()) + 1 if len(children) else 0
    before = _means(nodes[learnt], forest.target[live[learnt]], count)
    after = _means(children[learnt], forest.target[live[learnt]], size)
    shift = after[children] - before[nodes]
    root = forest.target[live[~learnt]]
    np.add.at(
        shares,
        (forest.trees[live[~learnt]], forest.owners[columns[~learnt]]),
        shift[~learnt] * root,
    )
    forest.told[live] += shift
    return live, children


def _best_splits(
    forest: _Forest, seen: Ints, nodes: Ints, count: int, random: np.random.Generator
) -> _Splits:
    """Of a few random splits of each node the one after which the target varies least.

    A bound lies between two random members of the node, so that it is where the runs are.
    """
    rows, target = forest.rows[seen], forest.target[seen]
    members = np.bincount(nodes, minlength=count)
    totals = np.bincount(nodes, target, minlength=count)
    order = np.argsort(nodes, kind="stable")
    starts = np.cumsum(members) - members
    best = _Splits(np.zeros(count), np.zeros(count, np.int64), np.zeros(count))
    for _ in range(min(TRIES * (int(forest.owners[-1]) + 1), MOST_TRIES)):
        columns = _drawn_columns(forest.owners, count, random)
        two = starts + (random.random((2, count)) * members).astype(np.int64)
        values = forest.table[rows[order[np.minimum(two, len(order) - 1)]], columns]
        bounds = values.mean(axis=0)
        left = forest.table[rows, columns[nodes]] <= bounds[nodes]
        fewer = np.bincount(nodes[left], minlength=count)
        part = np.bincount(nodes[left], target[left], minlength=count)
        more = members - fewer
        fine = (fewer > 0) & (more > 0) & (members >= FEWEST_TO_SPLIT)
        apart = part / np.maximum(fewer, 1) - (totals - part) / np.maximum(more, 1)
        gains = np.where(fine, apart**2 * fewer * more, 0.0)
        better = gains > best.gains
        for held, new in ((best.gains, gains), (best.columns, columns), (best.bounds, bounds)):
            held[better] = new[better]
    return best


def _drawn_columns(owners: Ints, count: int, random: np.random.Generator) -> Ints:
    """A column for each node: every parameter is as likely, however many columns it has."""
    widths = np.bincount(owners)
    starts = np.cumsum(widths) - widths
    drawn = random.integers(len(widths), size=count)
    return starts[drawn] + (random.random(count) * widths[drawn]).astype(np.int64)


def _means(nodes: Ints, target: Floats, count: int) -> Floats:
    sums = np.bincount(nodes, target, minlength=count)
    return sums / np.maximum(np.bincount(nodes, minlength=count), 1)


def _explained(forest: _Forest, target: Floats) -> float:
    """R² of what the trees that have not seen a run say of it, on average."""
    unseen = ~forest.seen
    told = np.bincount(forest.rows[unseen], forest.told[unseen], minlength=len(target))
    counts = np.bincount(forest.rows[unseen], minlength=len(target))
    known = counts > 0
    wrong = target[known] - told[known] / counts[known]
    return float(1 - (wrong**2).mean() / target[known].var())


def _correlation(numbers: Floats | None, target: Floats) -> float | None:
    """Spearman's rank correlation over the runs that have the number."""
    if numbers is None:
        return None
    known = np.isfinite(numbers)
    first, second = _ranks(numbers[known]), _ranks(target[known])
    if len(first) < 2 or first.std() == 0 or second.std() == 0:
        return None
    return round(float(np.corrcoef(first, second)[0, 1]), _DIGITS)


def _ranks(values: Floats) -> Floats:
    """Ranks from 1; equal values share the mean of theirs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[places]
