"""Tallies: what matching leaves behind, as columns that merge, slice and travel as bytes.

A tally is three small tables (truths, predictions, and the pairs of them that overlap) over a
sorted list of tasks. Its rows have one order: by task id, then as handed over. So a merge of
tallies, in any order and any partition, is the tally of one match over all.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from itertools import chain, compress, pairwise
from typing import Any, Final, TypeVar

import numpy as np

from linlog.evaluation import column_bytes, columns
from linlog.evaluation.column_bytes import Stored
from linlog.evaluation.columns import Columns
from linlog.evaluation.item_columns import gathered
from linlog.evaluation.items import Item, Prediction, Truth
from linlog.shapes import Shape

Array = columns.Array
Bools = columns.Bools
Floats = columns.Floats
Ints = columns.Ints
Rows = columns.Rows
T = TypeVar("T")

VERSION: Final = 3
"""Of the bytes that `encode` writes."""
_MAGIC: Final = b"linlog tally\n"
_TABLES: Final = ("truths", "predictions", "pairs", "facts", "details")
_LASTING: Final = frozenset(("seen", "every"))
"""What is derived from tasks and confidences alone: other names of labels do not change it."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Tally:
    """What one kind of evaluation found on some tasks."""

    kind: str
    """The kind that made it."""
    tasks: tuple[str, ...]
    """Ids of the tasks, ascending."""
    labels: tuple[str, ...]
    """Every label that occurs, ascending."""
    predicted: Bools
    """By task: whether the model run covers it."""
    truths: Rows
    """`task` and `label` (places in `tasks` and `labels`), `id`, and the kind's own columns."""
    predictions: Rows
    """`task`, `label`, `id`, `confidence`, and the kind's own columns."""
    pairs: Rows
    """`truth` and `prediction` (rows of the tables above) and their `iou`."""
    facts: Rows = field(default_factory=dict)
    """The kind's own columns by task, such as the size of its image."""
    details: Rows = field(default_factory=dict)
    """The kind's own rows below pairs, such as points: `pair`, ascending, and its columns."""
    derived: dict[Any, Any] = field(default_factory=dict, init=False, repr=False)
    """What was worked out from the tally alone and will be asked for again: no part of it."""

    def __len__(self) -> int:
        return len(self.tasks)

    def deriving(self, known: Mapping[Any, Any]) -> Tally:
        """This tally, with what is known to follow from it."""
        self.derived.update(known)
        return self

    @property
    def size_bytes(self) -> int:
        """What it takes up in memory, about."""
        columns = (each for table in _TABLES for each in getattr(self, table).values())
        return sum(int(each.nbytes) for each in columns) + 100 * len(self.tasks)


def latest(whole: Tally, name: str, setting: Any, make: Callable[[], T]) -> T:
    """What `make` gives for a setting: kept with the tally until another setting is asked for."""
    kept = whole.derived.get(name)
    if kept is None or kept[0] != setting:
        kept = whole.derived[name] = setting, make()
    found: T = kept[1]
    return found


def alike(whole: Tally) -> Bools:
    """By pair whether its truth and its prediction have one label."""
    return latest(whole, "alike", None, lambda: _alike(whole))


def _alike(whole: Tally) -> Bools:
    labels = whole.truths["label"][whole.pairs["truth"]]
    return np.asarray(labels == whole.predictions["label"][whole.pairs["prediction"]])


def ordered(items: Iterable[Item]) -> list[Item]:
    """The items by task id. Raises ValueError for a task that comes twice."""
    found = sorted(items, key=lambda item: item.task_id)
    _refuse_twice([item.task_id for item in found])
    return found


def shapes(items: Sequence[Item]) -> tuple[list[Shape], list[Shape]]:
    """The shapes of all truths and of all predictions, in the order of a tally's rows."""
    truths, predictions = sides(items)
    return gathered(truths, "shape"), gathered(predictions, "shape")


def sides(items: Sequence[Item]) -> tuple[list[Sequence[Truth]], list[Sequence[Prediction]]]:
    """The truths and the predictions of each item."""
    return [item.truths for item in items], [item.predictions for item in items]


def areas(items: Sequence[Item]) -> tuple[Floats, Floats]:
    """The sizes that truths and predictions say they have, NaN where that is the shape's own."""
    truths, predictions = (
        np.array(gathered(side, "area"), dtype=np.float64) for side in sides(items)
    )
    return truths, predictions


def tally(kind: str, items: Sequence[Item]) -> Tally:
    """A tally of `items`, which must come from `ordered`, that has no pairs yet.

    Raises ValueError for a confidence that is no number from 0 to 1.
    """
    truths, predictions = sides(items)
    labels = gathered(truths, "label"), gathered(predictions, "label")
    names = sorted({*labels[0], *labels[1]})
    place = {name: code for code, name in enumerate(names)}
    return Tally(
        kind=kind,
        tasks=tuple(item.task_id for item in items),
        labels=tuple(names),
        predicted=np.array([item.predicted for item in items], dtype=bool),
        truths={
            "task": _owners([len(item.truths) for item in items]),
            "label": np.array([place[name] for name in labels[0]], dtype=np.int32),
            "id": _ids(gathered(truths, "annotation_id")),
        },
        predictions={
            "task": _owners([len(item.predictions) for item in items]),
            "label": np.array([place[name] for name in labels[1]], dtype=np.int32),
            "id": _ids(gathered(predictions, "prediction_id")),
            "confidence": _confidences(gathered(predictions, "confidence")),
        },
        pairs=pair_rows(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)),
    )


def pair_rows(truth: Ints, prediction: Ints, iou: Floats, **more: Array) -> Rows:
    """The table of pairs, by prediction and then by truth; `more` are the kind's own columns."""
    order = np.lexsort((truth, prediction))
    return {
        "truth": truth[order].astype(np.int32),
        "prediction": prediction[order].astype(np.int32),
        "iou": iou[order],
        **columns.taken(more, order),
    }


def merge(tallies: Iterable[Tally]) -> Tally:
    """One tally of all tasks. Raises ValueError for none, for two kinds, for a task in two."""
    # By their first tasks, so that the rows of parts that do not overlap come in order.
    parts = sorted(tallies, key=lambda part: part.tasks[:1])
    if not parts:
        raise ValueError("nothing to merge: expected at least one tally")
    kinds = sorted({part.kind for part in parts})
    if len(kinds) > 1:
        raise ValueError(f"tallies of different kinds do not merge: {', '.join(kinds)}")
    given = [*chain.from_iterable(part.tasks for part in parts)]
    tasks = sorted(given)
    _refuse_twice(tasks)
    labels = sorted({label for part in parts for label in part.labels})
    whole = _concatenated(parts, tuple(tasks), tuple(labels))
    return whole if given == tasks else _canonical(whole)


def select(whole: Tally, task_ids: Iterable[str]) -> Tally:
    """The tally of those tasks alone, as if only they had been matched.

    Ids that the tally does not hold are passed over.
    """
    wanted = set(task_ids)
    return masked(whole, np.array([task in wanted for task in whole.tasks], dtype=bool))


def masked(whole: Tally, tasks: Bools) -> Tally:
    """The tally of the tasks where `tasks` is true."""
    if tasks.all():
        return whole
    truths = np.flatnonzero(tasks[whole.truths["task"]])
    predictions = np.flatnonzero(tasks[whole.predictions["task"]])
    found = replace(
        whole,
        tasks=tuple(compress(whole.tasks, tasks.tolist())),
        predicted=whole.predicted[tasks],
        facts=columns.taken(whole.facts, tasks),
        truths=columns.recoded(columns.taken(whole.truths, truths), "task", _places(tasks)),
        predictions=columns.recoded(
            columns.taken(whole.predictions, predictions), "task", _places(tasks)
        ),
    )
    return _without_unused_labels(_with_pairs_between(found, whole, truths, predictions))


def _with_pairs_between(found: Tally, whole: Tally, truths: Ints, predictions: Ints) -> Tally:
    """The tally with the pairs of `whole` that are between some of its rows."""
    sides = {"truth": truths, "prediction": predictions}
    sizes = {"truth": len(whole.truths["task"]), "prediction": len(whole.predictions["task"])}

    @cache
    def kept() -> Ints:
        flags = (_flags(rows, sizes[side])[whole.pairs[side]] for side, rows in sides.items())
        return np.flatnonzero(np.logical_and(*flags))

    def side(name: str) -> Array:
        places = np.empty(sizes[name], dtype=np.int32)
        places[sides[name]] = np.arange(len(sides[name]), dtype=np.int32)
        return places[whole.pairs[name][kept()]]

    def others(name: str) -> Array:
        return whole.pairs[name][kept()]

    def details() -> Rows:
        return _below(whole.details, _flags(kept(), len(whole.pairs["truth"])))

    return replace(
        found,
        pairs=Columns(
            {name: partial(side if name in sides else others, name) for name in whole.pairs}
        ),
        details=columns.together(whole.details, details),
    )


def relabelled(whole: Tally, names: Mapping[str, str | None]) -> Tally:
    """The tally under other names of labels: those that are given one name become one label.

    Labels that are no key of `names` keep theirs; those whose name is None are left out. Pairs
    were kept across labels, so nothing is compared again; columns that depend on which labels are
    equal are the kind's to decide anew.
    """
    whole = _without(whole, {label for label, name in names.items() if name is None})
    called = [names.get(label) or label for label in whole.labels]
    labels = tuple(sorted(set(called)))
    codes = np.array([labels.index(name) for name in called], dtype=np.int32)
    found = replace(
        whole,
        labels=labels,
        truths=columns.recoded(whole.truths, "label", codes),
        predictions=columns.recoded(whole.predictions, "label", codes),
    )
    return found.deriving({name: whole.derived[name] for name in _LASTING & whole.derived.keys()})


def _without(whole: Tally, labels: set[str]) -> Tally:
    """The tally as if neither truths nor predictions of some labels had been handed over."""
    kept = np.array([label not in labels for label in whole.labels], dtype=bool)
    if kept.all():
        return whole
    truths, predictions = kept[whole.truths["label"]], kept[whole.predictions["label"]]
    return _without_unused_labels(of_rows(whole, truths, predictions))


def of_labels(whole: Tally, labels: Bools) -> tuple[Tally, Ints]:
    """The rows of the labels where `labels` is true, and which predictions those were."""
    truths, predictions = labels[whole.truths["label"]], labels[whole.predictions["label"]]
    return of_rows(whole, truths, predictions), np.flatnonzero(predictions)


def of_rows(whole: Tally, truths: Bools, predictions: Bools) -> Tally:
    """The truths and predictions where the arguments are true.

    Tasks and codes of labels stay; pairs stay where both of their sides do.
    """
    found = replace(
        whole,
        truths=columns.taken(whole.truths, truths),
        predictions=columns.taken(whole.predictions, predictions),
    )
    sides = np.flatnonzero(truths), np.flatnonzero(predictions)
    return _with_pairs_between(found, whole, *sides)


def joined_labels(whole: Tally, names: Mapping[str, str | None]) -> set[str]:
    """The new names that `relabelled` gives to more than one label of the tally."""
    called = Counter(names.get(label, label) for label in whole.labels)
    return {name for name, amount in called.items() if name is not None and amount > 1}


def prediction_ids(whole: Tally) -> dict[str, frozenset[str]]:
    """The ids of the predictions on each task that has any."""
    names = [name.decode() for name in whole.predictions["id"].tolist()]
    bounds = np.searchsorted(whole.predictions["task"], np.arange(len(whole.tasks) + 1)).tolist()
    found = zip(whole.tasks, pairwise(bounds), strict=True)
    return {task: frozenset(names[first:last]) for task, (first, last) in found if first < last}


def encode(whole: Tally) -> bytes:
    """The tally as bytes: a version line, a line that names the columns, and the columns.

    Equal tallies have equal bytes.
    """
    stored, blocks = [], []
    for table, name, values in _columns(whole):
        how, block = column_bytes.encode(values)
        stored.append((table, name, how, len(block)))
        blocks.append(block)
    meta = {
        "version": VERSION,
        "kind": whole.kind,
        "tasks": whole.tasks,
        "labels": whole.labels,
        "columns": stored,
    }
    return b"".join([_MAGIC, json.dumps(meta).encode(), b"\n", *blocks])


def decode(data: bytes) -> Tally:
    """The tally that `encode` wrote, now or before columns were kept narrow.

    Raises ValueError for other bytes or another version.
    """
    if not data.startswith(_MAGIC):
        raise ValueError("these bytes are no tally")
    end = data.find(b"\n", len(_MAGIC))
    meta: dict[str, Any] = json.loads(data[len(_MAGIC) : end]) if end > 0 else {"version": None}
    if meta["version"] not in _READ:
        raise ValueError(f"the tally has version {meta['version']}, this code reads {VERSION}")
    tables: dict[str, dict[str, columns.Make]] = {"": {}, **{table: {} for table in _TABLES}}
    at, view = end + 1, memoryview(data)
    for table, name, *how, size in meta["columns"]:
        stored = _READ[meta["version"]](how)
        tables[table][name] = partial(column_bytes.decode, stored, view[at : at + size])
        at += size
    predicted = tables.pop("")["predicted"]()
    return Tally(
        kind=meta["kind"],
        tasks=tuple(meta["tasks"]),
        labels=tuple(meta["labels"]),
        predicted=predicted,
        **{table: Columns(makers) for table, makers in tables.items()},
    )


def _stored(how: Sequence[Any]) -> Stored:
    ((dtype, shape, *form),) = how
    return Stored(dtype, tuple(shape), *form)


def _stored_wide(how: Sequence[Any]) -> Stored:
    """A column of version 2, which evaluations of then are still made anew from."""
    dtype, shape, deflated = how
    return Stored(dtype, tuple(shape), "plain", dtype, deflated)


_READ: Final[dict[int, Callable[[Sequence[Any]], Stored]]] = {VERSION: _stored, 2: _stored_wide}


def _columns(whole: Tally) -> Iterator[tuple[str, str, Array]]:
    """Every column with the name of its table."""
    yield "", "predicted", whole.predicted
    for table in _TABLES:
        for name, values in getattr(whole, table).items():
            yield table, name, values


def _concatenated(parts: list[Tally], tasks: tuple[str, ...], labels: tuple[str, ...]) -> Tally:
    task_place = {task: place for place, task in enumerate(tasks)}
    label_place = {label: place for place, label in enumerate(labels)}
    predicted = np.zeros(len(tasks), dtype=bool)
    tables: dict[str, list[Rows]] = {table: [] for table in _TABLES}
    places: list[Array] = []
    before = {"truth": 0, "prediction": 0, "pair": 0}
    for part in parts:
        task_codes = np.array([task_place[task] for task in part.tasks], dtype=np.int32)
        label_codes = np.array([label_place[label] for label in part.labels], dtype=np.int32)
        predicted[task_codes] = part.predicted
        for name in ("truths", "predictions"):
            codes = {"task": task_codes, "label": label_codes}
            tables[name].append(_recoded(getattr(part, name), codes))
        tables["pairs"].append(_shifted(part.pairs, before))
        tables["facts"].append(part.facts)
        tables["details"].append(_shifted(part.details, before))
        before["truth"] += len(columns.once(part.truths, "label"))
        before["prediction"] += len(columns.once(part.predictions, "label"))
        before["pair"] += len(columns.once(part.pairs, "truth")) if part.details else 0
        places.append(task_codes)
    joined = {name: _joined(rows) for name, rows in tables.items()}
    joined["facts"] = columns.taken(joined["facts"], np.argsort(np.concatenate(places)))
    return Tally(kind=parts[0].kind, tasks=tasks, labels=labels, predicted=predicted, **joined)


def _canonical(whole: Tally) -> Tally:
    truths, predictions = (_order(rows["task"]) for rows in (whole.truths, whole.predictions))
    if truths is None and predictions is None:
        return whole
    pairs = whole.pairs
    for side, order in (("truth", truths), ("prediction", predictions)):
        pairs = pairs if order is None else columns.recoded(pairs, side, _inverse(order))
    by_prediction = cache(lambda: np.argsort(pairs["prediction"], kind="stable"))

    def details() -> Rows:
        moved = columns.recoded(whole.details, "pair", _inverse(by_prediction()))
        return columns.taken(moved, np.argsort(moved["pair"], kind="stable"))

    return replace(
        whole,
        truths=whole.truths if truths is None else columns.taken(whole.truths, truths),
        predictions=(
            whole.predictions
            if predictions is None
            else columns.taken(whole.predictions, predictions)
        ),
        pairs=columns.together(pairs, lambda: columns.taken(pairs, by_prediction())),
        details=columns.together(whole.details, details),
    )


def _order(task: Array) -> Ints | None:
    """The rows by task; None where they are so already."""
    if (task[1:] >= task[:-1]).all():
        return None
    return np.argsort(task, kind="stable")


def _inverse(order: Ints) -> Array:
    """Where each of the old rows went."""
    places = np.empty(len(order), dtype=np.int32)
    places[order] = np.arange(len(order), dtype=np.int32)
    return places


def _without_unused_labels(whole: Tally) -> Tally:
    used = np.zeros(len(whole.labels), dtype=bool)
    used[whole.truths["label"]] = True
    used[whole.predictions["label"]] = True
    return replace(
        whole,
        labels=tuple(label for label, kept in zip(whole.labels, used, strict=True) if kept),
        truths=columns.recoded(whole.truths, "label", _places(used)),
        predictions=columns.recoded(whole.predictions, "label", _places(used)),
    )


def _below(details: Rows, pairs: Bools) -> Rows:
    """The details of the pairs where `pairs` is true."""
    if not details:
        return details
    return columns.recoded(columns.taken(details, pairs[details["pair"]]), "pair", _places(pairs))


def _recoded(rows: Rows, codes: Mapping[str, Array]) -> Rows:
    """The rows with other codes of tasks and labels, to be passed on."""
    return columns.passed_on(
        rows, **{name: partial(_exchanged, rows, name, new) for name, new in codes.items()}
    )


def _exchanged(rows: Rows, name: str, codes: Array) -> Array:
    return codes[columns.once(rows, name)]


def _shifted(rows: Rows, before: Mapping[str, int]) -> Rows:
    """The rows with the places in other tables shifted by what comes before, to be passed on."""
    moved = {name: partial(_plus, rows, name, before[name]) for name in rows if name in before}
    return columns.passed_on(rows, **moved)


def _plus(rows: Rows, name: str, offset: int) -> Array:
    return columns.once(rows, name) + np.int32(offset)


def _joined(tables: list[Rows]) -> Rows:
    return Columns({name: partial(_end_to_end, tables, name) for name in tables[0]})


def _end_to_end(tables: list[Rows], name: str) -> Array:
    return np.concatenate([columns.once(rows, name) for rows in tables])


def _places(kept: Bools) -> Array:
    """For each old row its new place, where it is kept."""
    return (np.cumsum(kept) - 1).astype(np.int32)


def _flags(places: Ints, size: int) -> Bools:
    """Flags that are set at places."""
    found = np.zeros(size, dtype=bool)
    found[places] = True
    return found


def _owners(counts: list[int]) -> Array:
    return np.repeat(np.arange(len(counts), dtype=np.int32), counts)


def _ids(values: list[str]) -> Array:
    try:
        return np.array(values, dtype=np.bytes_)
    except UnicodeEncodeError:
        return np.array([value.encode() for value in values], dtype=np.bytes_)


def _confidences(values: list[float | None]) -> Floats:
    found = np.array([1.0 if value is None else value for value in values], dtype=np.float64)
    wrong = ~((found >= 0) & (found <= 1))
    if wrong.any():
        raise ValueError(f"a confidence must be from 0 to 1, but one is {found[wrong][0]}")
    return found


def _refuse_twice(tasks: Sequence[str]) -> None:
    for first, second in pairwise(tasks):
        if first == second:
            raise ValueError(f"task {first} comes twice; each task may be tallied once")
