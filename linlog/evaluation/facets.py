"""Facets: by field how many tasks have each value, under what a query says of other fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

import numpy as np

from linlog.evaluation import columns, natural_order, people
from linlog.evaluation.live_tasks import Judging
from linlog.evaluation.people import People
from linlog.evaluation.slicing import OUTCOMES, Coded, Marks, Query, Selection
from linlog.evaluation.tallies import Bools, Floats, Ints
from linlog.wire.facets import Facet, FacetValue
from linlog.wire.tasks import STATUSES

MOST_KEYS: Final = 8
"""Facets of the tasks' own data."""
FEW: Final = 50
"""Values that a facet shows, and that a key may have to be worth a facet of values."""
MOST_RANGES: Final = 10
SIZES: Final = (0.0, 32.0**2, 96.0**2, np.inf)
"""Square pixels between which annotations are small, medium and large, as COCO has it."""
SPLITS: Final = ("train", "validation", "test")
TITLES: Final = {
    "status": "Status",
    "batch": "Batch",
    "split": "Split",
    "outcome": "Outcome",
    "tag": "Tag",
    "annotation.label": "Label",
    "annotation.annotator": "Annotator",
    "annotation.area": "Size",
    "prediction.label": "Predicted label",
    "prediction.confidence": "Confidence",
}


def taken(query: Query, known: Judging) -> Bools:
    """By task whether a checked query takes it."""
    return _all([mask for _, mask in _parts(query, known)], known.size)


def facets(
    query: Query, known: Judging, names: Sequence[str], called: People = people.NOBODY
) -> tuple[Facet, ...]:
    """The facets of some fields; `metadata.` stands for the keys that most tasks have.

    People are shown as they are `called`, which the query was resolved by. What `annotation.area`
    needs must have been read.
    """
    parts = _parts(query, known)
    counting = _Counting(known, parts, called)
    found: list[Facet | None] = []
    for name in names:
        if name == "metadata.":
            found += [counting.own(f"metadata.{key}") for key in known.view.metadata_keys()]
            continue
        found.append(counting.facet(name))
    own = [each for each in found if each is not None and each.field.startswith("metadata.")]
    left_out = {each.field for each in own[MOST_KEYS:]}
    return tuple(each for each in found if each is not None and each.field not in left_out)


def conjuncts(query: Query) -> Sequence[Query]:
    """The parts of a query that must all hold."""
    parts: Sequence[Query] = query.get("all", [query])
    return parts


def owner(part: Query) -> str | None:
    """The one field that a part of a query is about, if it is about one."""
    if "field" in part:
        return str(part["field"])
    group, inner = next(iter(part.items()))
    if group == "not":
        return None
    some = inner if isinstance(inner, list) else [inner]
    owners = {owner(each) for each in some}
    return owners.pop() if len(owners) == 1 else None


def _parts(query: Query, known: Judging) -> list[tuple[str | None, Bools]]:
    asked = Selection(known)
    return [(owner(part), asked.of_tasks(part)) for part in conjuncts(query)]


def _all(masks: Sequence[Bools], size: int) -> Bools:
    return np.logical_and.reduce(masks) if masks else np.ones(size, bool)


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Which tasks have which values, each pair once."""

    task: Ints
    code: Ints
    names: Sequence[Any]


@dataclass(frozen=True, slots=True)
class _Spread:
    """How the values of a key of the tasks' own data are spread."""

    many: bool
    """Nearly every task has a value of its own: a list of them helps nobody."""
    numbers: Floats | None = None
    """By pair, where there are many, and all are numbers."""


def _spread(pairs: _Pairs) -> _Spread:
    there = np.flatnonzero(np.bincount(pairs.code, minlength=len(pairs.names)))
    if len(there) <= FEW and (len(there) <= MOST_RANGES or 2 * len(there) <= len(pairs.task)):
        return _Spread(many=False)
    values = [pairs.names[code] for code in there.tolist()]
    if not all(isinstance(each, (int, float)) and not isinstance(each, bool) for each in values):
        return _Spread(many=True)
    numbers = np.zeros(len(pairs.names))
    numbers[there] = values
    return _Spread(many=True, numbers=numbers[pairs.code])


class _Counting:
    """Counts of one query."""

    def __init__(
        self, known: Judging, parts: Sequence[tuple[str | None, Bools]], called: People
    ) -> None:
        self._known = known
        self._parts = parts
        self._called = called

    def facet(self, name: str) -> Facet | None:
        """The facet of a field; None where it would say nothing."""
        if name == "outcome":
            return self._outcomes()
        if name == "annotation.area":
            return self._sizes()
        if name == "prediction.confidence":
            return self._confidences()
        pairs = self._pairs(name)
        order = {"status": STATUSES, "split": SPLITS}.get(name, ())
        if name != people.FIELD:
            return self._values(name, pairs, order)
        # What people are called is not of the tasks, and may be other the next time.
        places = natural_order.places(map(self._called.title, map(str, pairs.names)))
        found = self._values(name, pairs, order, places)
        return found if found is None else self._of_people(found)

    def own(self, name: str) -> Facet | None:
        """The facet of a key of the tasks' own data: of its values where they are few."""
        pairs = self._pairs(name)
        spread = self._known.view.keep(f"spread {name}", lambda: _spread(pairs), pairs)
        if not spread.many:
            return self._values(name, pairs, ())
        if spread.numbers is None:
            return None
        return self._numbers(name, pairs.task, spread.numbers)

    def _mask(self, name: str) -> Bools:
        others = [mask for about, mask in self._parts if about != name]
        return _all(others, self._known.size)

    def _pairs(self, name: str) -> _Pairs:
        view = self._known.view
        subject, _, rest = name.partition(".")
        if subject in {"annotation", "prediction", "tag"}:
            marks = self._marks(subject)
            wanted = rest or subject
            return view.keep(f"pairs {name}", lambda: _distinct(marks, wanted, view.size), marks)
        column = view.column(name)
        assert isinstance(column, Coded), "facets are of fields with few values"
        return view.keep(f"pairs {name}", lambda: _of_column(column), column)

    def _marks(self, subject: str) -> Marks:
        if subject == "tag":
            return self._known.tags()
        if subject == "annotation":
            return self._known.annotations()
        assert self._known.judged is not None, "asked for only where there is an evaluation"
        return self._known.judged.predictions

    def _places(self, name: str, pairs: _Pairs) -> Ints:
        """The place of each value of a field, as they are read."""
        return self._known.view.keep(
            f"places {name}", lambda: natural_order.places(map(_title, pairs.names)), pairs
        )

    def _values(
        self, name: str, pairs: _Pairs, order: Sequence[str], places: Ints | None = None
    ) -> Facet | None:
        """Values in an `order` of their own, others by how many tasks have them, then by place."""
        present = np.bincount(pairs.code, minlength=len(pairs.names)) > 0
        if not present.any():
            return None
        mask = self._mask(name)
        counts = np.bincount(pairs.code[mask[pairs.task]], minlength=len(pairs.names))
        places = self._places(name, pairs) if places is None else places
        first = {value: place for place, value in enumerate(order)}
        own = np.array([first.get(each, len(first)) if first else 0 for each in pairs.names])
        ordered = np.lexsort(np.stack([places, -counts, own]))
        codes = ordered[present[ordered]].tolist()
        shown = [
            FacetValue(
                value=pairs.names[code],
                title=_title(pairs.names[code]),
                count=int(counts[code]),
                query={"field": name, "op": "is", "value": pairs.names[code]},
            )
            for code in codes[:FEW]
        ]
        return Facet(
            field=name,
            title=TITLES.get(name, name.removeprefix("metadata.")),
            values=tuple(shown),
            others=len(codes) - len(shown),
        )

    def _of_people(self, found: Facet) -> Facet:
        """The facet with what people are called, and tasks with work of nobody knows whom."""
        values = []
        for each in found.values:
            # The query keeps the id: whoever saves it means this person, whatever they are called.
            word, title = self._called.word(each.value), self._called.title(each.value)
            values.append(replace(each, value=word, title=title))
        unknown = self._unknown(found.field)
        if unknown.any():
            count = int(np.count_nonzero(unknown & self._mask(found.field)))
            query = {"field": found.field, "op": "exists", "value": False}
            values.append(FacetValue(value=None, title="unknown", count=count, query=query))
        return replace(found, values=tuple(values))

    def _unknown(self, name: str) -> Bools:
        """Tasks with an annotation that nothing is known of."""
        marks = self._known.annotations()
        return self._known.view.keep(
            f"unknown {name}",
            lambda: _lacking(marks, name.partition(".")[2], self._known.size),
            marks,
        )

    def _outcomes(self) -> Facet | None:
        judged = self._known.judged
        if judged is None:
            return None
        mask = self._mask("outcome")
        return Facet(
            field="outcome",
            title=TITLES["outcome"],
            values=tuple(
                FacetValue(
                    value=word,
                    title=word.capitalize(),
                    count=int(np.count_nonzero(judged.outcomes[word] & mask)),
                    query={"field": "outcome", "op": "is", "value": word},
                )
                for word in OUTCOMES
                if word in judged.outcomes
            ),
        )

    def _sizes(self) -> Facet | None:
        marks = self._known.annotations()
        if "area" not in marks.columns or not len(marks.task):
            return None
        areas = np.asarray(marks.columns["area"])
        words = ("small", "medium", "large")
        titles = [
            f"{word}, {said}"
            for word, said in zip(words, ("below 32²", "below 96²", "the others"), strict=True)
        ]
        return self._ranges("annotation.area", marks.task, areas, SIZES, titles)

    def _confidences(self) -> Facet | None:
        judged = self._known.judged
        if judged is None or "confidence" not in judged.predictions.columns:
            return None
        marks = judged.predictions
        edges = [round(at / 10, 1) for at in range(10)] + [np.inf]
        titles = [f"{low:.1f} – {min(high, 1.0):.1f}" for low, high in pairwise(edges)]
        values = np.asarray(marks.columns["confidence"])
        return self._ranges("prediction.confidence", marks.task, values, edges, titles)

    def _numbers(self, name: str, task: Ints, values: Floats) -> Facet:
        low, high = float(values.min()), float(values.max())
        step = _step((high - low) / MOST_RANGES)
        begun = np.floor(low / step) * step
        number = int((high - begun) // step) + 1
        edges = [round(float(begun + at * step), 10) for at in range(number)] + [np.inf]
        titles = [f"from {edge:g}" for edge in edges[:-1]]
        return self._ranges(name, task, values, edges, titles)

    def _ranges(
        self, name: str, task: Ints, values: Floats, edges: Sequence[float], titles: Sequence[str]
    ) -> Facet:
        """Tasks by range, the lower bound in it; the last one has no upper bound."""
        known = ~np.isnan(values)
        codes = np.searchsorted(edges, values[known], side="right") - 1
        pairs = _unique(task[known] * len(edges) + codes)
        taken = pairs[self._mask(name)[pairs // len(edges)]]
        counts = np.bincount(taken % len(edges), minlength=len(edges))
        # Ranges before the first task and after the last one are left out.
        held = np.flatnonzero(np.bincount(pairs % len(edges), minlength=len(edges)))
        first, last = (int(held[0]), int(held[-1])) if len(held) else (0, -1)
        return Facet(
            field=name,
            title=TITLES.get(name, name.removeprefix("metadata.")),
            ranges=True,
            values=tuple(
                FacetValue(
                    value=low, title=title, count=int(counts[at]), query=_between(name, low, high)
                )
                for at, ((low, high), title) in enumerate(zip(pairwise(edges), titles, strict=True))
                if first <= at <= last
            ),
        )


def _between(name: str, low: float, high: float) -> dict[str, Any]:
    bounds = [{"field": name, "op": "ge", "value": _plain(low)}]
    if high < np.inf:
        bounds.append({"field": name, "op": "lt", "value": _plain(high)})
    subject = name.partition(".")[0]
    inner = bounds[0] if len(bounds) == 1 else {"all": bounds}
    return {subject: inner} if subject in {"annotation", "prediction"} else inner


def _plain(number: float) -> float | int:
    return int(number) if float(number).is_integer() else float(number)


def _step(least: float) -> float:
    """The first of 1, 2, 5, 10 … that is at least so large."""
    if least <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(least))
    return float(next(power * by for by in (1, 2, 5, 10) if power * by >= least))


def _title(value: Any) -> str:
    return (
        value
        if isinstance(value, str)
        else str(value).lower()
        if isinstance(value, bool)
        else str(value)
    )


def _distinct(marks: Marks, name: str, size: int) -> _Pairs:
    column = marks.columns[name]
    assert isinstance(column, Coded), "facets are of fields with few values"
    there = np.array([each is not None for each in column.names], bool)
    kept = there[column.codes] if len(column.names) else np.zeros(len(column.codes), bool)
    assert not len(marks.task) or int(marks.task.max()) < size, "marks are of these tasks"
    return _merged(marks.task[kept], column.codes[kept], column.names)


def _lacking(marks: Marks, name: str, size: int) -> Bools:
    column = marks.columns[name]
    assert isinstance(column, Coded), "people are values of few names"
    missing = np.array([each is None for each in column.names], bool)
    found = np.zeros(size, bool)
    if len(column.names):
        found[marks.task[missing[column.codes]]] = True
    return found


def _of_column(column: Coded) -> _Pairs:
    there = np.array([each is not None for each in column.names], bool)
    task = np.flatnonzero(there[column.codes])
    return _merged(task, column.codes[task], column.names)


def _merged(task: Ints, code: Ints, names: Sequence[Any]) -> _Pairs:
    """Pairs, each once, by names that differ."""
    places: dict[Any, int] = {}
    unique: list[Any] = []
    into = np.zeros(max(len(names), 1), np.int64)
    for at, name in enumerate(names):
        key = (
            type(name).__name__,
            name if isinstance(name, (str, bool, int, float)) else repr(name),
        )
        if key not in places:
            places[key] = len(unique)
            unique.append(name)
        into[at] = places[key]
    width = max(len(unique), 1)
    pairs = _unique(task.astype(np.int64) * width + into[code])
    return _Pairs(pairs // width, pairs % width, unique)


def _unique(numbers: Ints) -> Ints:
    """Each number once; by sorting, which is faster here than what numpy does."""
    ordered = np.sort(numbers)
    return np.asarray(ordered[columns.heads(ordered)])
