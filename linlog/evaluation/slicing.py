"""Slices: which tasks a query takes, in words that are checked before they are asked.

A query is one of

* a condition, `{"field": "batch", "op": "is", "value": "north"}`
* `{"all": [query, …]}`, `{"any": [query, …]}`, `{"not": query}`
* `{"annotation": query}`, `{"prediction": query}`: tasks that have one for which the query holds

A field of an annotation or a prediction may also stand alone: the condition then takes tasks that
have such an annotation or prediction. `{"annotation": {"all": […]}}` asks for several things of one
annotation at once; `{"not": {"field": "annotation.label", …}}` takes tasks without any such one.

| field | what it is |
| --- | --- |
| `batch`, `kind`, `project_id`, `unique_id`, `filename` | as they stand on the task |
| `status` | pending, in_progress, completed …; tasks of a dataset are completed |
| `split` | train, validation or test, as the dataset has it |
| `tag` | any of the task's tags |
| `created_date` | when the task was made, ISO 8601 |
| `metadata.KEY` | the caller's own data; a dot goes deeper |
| `image.width`, `image.height`, `image.area` | in pixels, where the size is known |
| `text.length` | in characters |
| `annotations`, `predictions` | how many the task has |
| `annotation.label`, `.shape`, `.source` | of an annotation |
| `annotation.annotator` | who made it, as an id; `people` makes it of names |
| `annotation.area`, `.width`, `.height` | of its shape, in square pixels and pixels |
| `annotation.attributes.KEY` | one of its attributes |
| `prediction.label`, `.confidence`, `.area` | of a prediction; the area where its kind has one |
| `outcome` | hit, missed, false positive, confused or duplicate: the task has one of these |
| `score` | how well the model did on the task, from 0 to 1 |
| `config.KEY` | a setting of the model version's training: takes all tasks or none |

| op | holds where the field |
| --- | --- |
| `is`, `in` | equals the value; is one of the values |
| `lt`, `le`, `gt`, `ge` | is less, at most, greater, at least; of numbers or of texts |
| `contains` | is a text that holds the value, or a list that does |
| `exists` | is there (value true) or is not (value false) |

What is not there is equal to nothing, less than nothing and greater than nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy as np

from linlog import limits
from linlog.evaluation import frozen
from linlog.evaluation.tallies import Array, Bools, Floats, Ints

MOST_DEEP: Final = limits.QUERY_DEPTH
"""How deeply queries may stand in queries."""
MOST_PARTS: Final = limits.QUERY_CONDITIONS
"""Conditions of one query."""
OUTCOMES: Final = ("hit", "missed", "false positive", "confused", "duplicate")
GROUPS: Final = ("all", "any", "not", "annotation", "prediction")
PLAIN: Final = ("batch", "kind", "project_id", "unique_id", "filename", "created_date", "status")
TASK: Final = (
    *PLAIN,
    *("split", "tag", "metadata.KEY", "image.width", "image.height", "image.area", "text.length"),
    *("annotations", "predictions", "outcome", "score", "config.KEY"),
)
ANNOTATION: Final = (
    *("annotation.label", "annotation.shape", "annotation.source", "annotation.annotator"),
    *("annotation.area", "annotation.width", "annotation.height", "annotation.attributes.KEY"),
)
PREDICTION: Final = ("prediction.label", "prediction.confidence", "prediction.area")
NUMBERS: Final = (
    *("image.width", "image.height", "image.area", "text.length", "annotations", "predictions"),
    *("score", "annotation.area", "annotation.width", "annotation.height"),
    *("prediction.confidence", "prediction.area"),
)
"""Fields that are numbers, whatever the task: nothing else can equal or exceed them."""
OPS: Final = ("is", "in", "lt", "le", "gt", "ge", "contains", "exists")
JUDGED: Final = ("predictions", "outcome", "score", "config.", "prediction.")
"""Beginnings of fields that only an evaluation can tell."""

Query = Mapping[str, Any]


# --------------------------------------------------------------------------- what is looked at


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of few values: for each row the value's place among them, None being one."""

    names: Sequence[Any]
    codes: Ints


Column = Array | Coded


@dataclass(frozen=True, slots=True)
class Marks:
    """Annotations, predictions or tags of all tasks, as columns; `task` is the place of theirs."""

    task: Ints
    columns: Mapping[str, Column]
    """By the last part of a field's name; texts and data as objects, None where there is none."""
    attributes: Sequence[Mapping[str, Any]] = ()


class Known(Protocol):
    """What a query can ask of some tasks, in their order."""

    @property
    def size(self) -> int:
        """How many tasks there are."""

    @property
    def judged(self) -> Judged | None:
        """What an evaluation found; None where none is looked at."""

    def column(self, name: str) -> Column:
        """A field of the tasks that no evaluation is needed for; see `TASK`."""

    def tags(self) -> Marks:
        """The tags, as the column `tag`."""

    def annotations(self) -> Marks:
        """The annotations of all tasks."""


@dataclass(frozen=True)
class Facts:
    """What is known of frozen tasks, in order; every part is fetched when it is asked for."""

    size: int
    """How many tasks there are."""
    splits: Sequence[str | None]
    items: Callable[[], Sequence[Mapping[str, Any]]]
    """What is known of each task but the work on it."""
    annotations: Callable[[], Marks]
    judged: Judged | None = None
    """What an evaluation found; None where none is looked at."""

    def column(self, name: str) -> Column:
        """A field of the tasks."""
        if name == "split":
            return objects(self.splits)
        if name == "annotations":
            return np.bincount(self.annotations().task, minlength=self.size)
        head, _, rest = name.partition(".")
        return objects([_of_item(item, head, rest) for item in self.items()])

    def tags(self) -> Marks:
        """The tags, as the column `tag`."""
        found = [(place, tag) for place, item in enumerate(self.items()) for tag in item["tags"]]
        task = np.array([place for place, _ in found], dtype=np.int64)
        return Marks(task, {"tag": objects([tag for _, tag in found])})


class Judged(Protocol):
    """What only an evaluation tells, of the same tasks in the same order."""

    @property
    def predictions(self) -> Marks:
        """The predictions, with `label`, `confidence` and perhaps `area`."""

    @property
    def scores(self) -> Floats:
        """How well the model did on each task; NaN where that is undefined."""

    @property
    def outcomes(self) -> Mapping[str, Bools]:
        """By word the tasks that have such an outcome."""

    @property
    def config(self) -> Mapping[str, Any]:
        """The settings of the model version's training."""


def marks_of(held: Iterable[bytes]) -> Marks:
    """The annotations of tasks, out of what `frozen.truth` wrote of each."""
    task: list[int] = []
    names = ("label", "shape", "source", "annotator", "area", "width", "height")
    columns: dict[str, list[Any]] = {name: [] for name in names}
    attributes: list[Mapping[str, Any]] = []
    for place, data in enumerate(held):
        for mark in frozen.marks(data):
            shape, bounds = mark.shape, mark.shape.bounds
            task.append(place)
            attributes.append(mark.attributes)
            row = (
                *(mark.label, shape.name, mark.source, mark.annotator, shape.area),
                None if bounds is None else bounds[2] - bounds[0],
                None if bounds is None else bounds[3] - bounds[1],
            )
            for name, value in zip(names, row, strict=True):
                columns[name].append(value)
    return Marks(
        np.array(task, dtype=np.int64),
        {name: objects(values) for name, values in columns.items()},
        attributes,
    )


# ---------------------------------------------------------------------------------- checking


def check(query: Query) -> None:
    """Raise ValueError that names the known fields, ops or groups, for a query that is wrong."""
    left = [MOST_PARTS]
    _check(query, "query", "task", MOST_DEEP, left)


def needs_evaluation(query: Query) -> bool:
    """Whether a query asks what only an evaluation can tell."""
    return any(name.startswith(JUDGED) for name in fields(query))


def _check(query: Any, where: str, subject: str, deep: int, left: list[int]) -> None:
    if not isinstance(query, dict):
        raise ValueError(f"{where} must be an object, not {_short(query)}")  # noqa: TRY004 - one kind of error for every refusal
    left[0] -= 1
    if left[0] < 0 or not deep:
        raise ValueError(
            f"a query has at most {MOST_PARTS} parts, at most {MOST_DEEP} one in another"
        )
    if "field" in query:
        check_condition(query, subject, where)
        return
    group = next(iter(query), "")
    if len(query) != 1 or group not in GROUPS:
        raise ValueError(
            f"{where} must be a condition (field, op, value) or have one key of "
            f"{', '.join(GROUPS)}, but has {', '.join(map(str, query)) or 'none'}"
        )
    inner = query[group]
    if group in {"all", "any"}:
        if not isinstance(inner, list):
            raise ValueError(f"{where}.{group} must be a list of queries, not {_short(inner)}")
        for place, each in enumerate(inner):
            _check(each, f"{where}.{group}.{place}", subject, deep - 1, left)
        return
    if group != "not" and subject != "task":
        raise ValueError(f"{where}: {group} cannot stand inside {subject}")
    _check(inner, f"{where}.{group}", subject if group == "not" else group, deep - 1, left)


def check_condition(query: Mapping[str, Any], subject: str, where: str = "query") -> None:
    """Raise ValueError for a condition that cannot be asked of a task, annotation or prediction."""
    unknown = query.keys() - {"field", "op", "value"}
    if unknown or "op" not in query or "value" not in query:
        raise ValueError(f"{where} must have field, op and value, and nothing else")
    name, op, value = query["field"], query["op"], query["value"]
    known = {"annotation": ANNOTATION, "prediction": PREDICTION}.get(
        subject, (*TASK, *ANNOTATION, *PREDICTION)
    )
    if not isinstance(name, str) or not any(is_field(name, each) for each in known):
        raise ValueError(
            f"{where}: unknown field {_short(name)}; expected one of {', '.join(known)}"
        )
    if op not in OPS:
        raise ValueError(f"{where}: unknown op {_short(op)}; expected one of {', '.join(OPS)}")
    _check_value(name, op, value, where)


def _check_value(name: str, op: str, value: Any, where: str) -> None:
    if op == "in" and not isinstance(value, list):
        raise ValueError(f"{where}: the op in takes a list of values, not {_short(value)}")
    if op == "exists" and not isinstance(value, bool):
        raise ValueError(f"{where}: the op exists takes true or false, not {_short(value)}")
    if op in {"lt", "le", "gt", "ge"} and (
        isinstance(value, bool) or not isinstance(value, (int, float, str))
    ):
        raise ValueError(f"{where}: the op {op} takes a number or a text, not {_short(value)}")
    if name in NUMBERS:
        _check_number(name, op, value, where)
    if name == "outcome":
        wanted = value if isinstance(value, list) else [value]
        if op not in {"is", "in"} or any(each not in OUTCOMES for each in wanted):
            raise ValueError(f"{where}: outcome takes is or in, of {', '.join(OUTCOMES)}")


def _check_number(name: str, op: str, value: Any, where: str) -> None:
    if op == "contains":
        ways = ", ".join(each for each in OPS if each != op)
        raise ValueError(f"{where}: {name} is a number and contains nothing; expected {ways}")
    wanted = value if op == "in" else [value]
    wrong = [each for each in wanted if op != "exists" and not _is_number(each)]
    if wrong:
        raise ValueError(f"{where}: {name} takes a number, such as 3, not {_short(wrong[0])}")


def is_field(name: str, known: str) -> bool:
    """Whether a name is a known field's, of which `KEY` stands for any."""
    stem = known.removesuffix("KEY")
    return name == known if stem == known else name.startswith(stem) and len(name) > len(stem)


def fields(query: Query) -> Iterable[str]:
    """The fields that a query asks, and `annotation.` or `prediction.` where it asks one's own."""
    if "field" in query:
        yield str(query["field"])
    for group in ("all", "any"):
        for each in query.get(group, ()):
            yield from fields(each)
    for group in ("not", "annotation", "prediction"):
        if group in query:
            yield f"{group}."
            yield from fields(query[group])


def _short(value: Any) -> str:
    return f"{value!r:.40}"


# -------------------------------------------------------------------------------- selecting


def select(query: Query, facts: Known) -> Bools:
    """By task whether a checked query takes it. Raises ValueError where an evaluation is needed."""
    if facts.judged is None and needs_evaluation(query):
        raise ValueError(
            "the slice asks what a model did (predictions, outcome, score, config), so it takes "
            "tasks only of an evaluation"
        )
    return Selection(facts).of_tasks(query)


@dataclass
class Selection:
    """One answer to checked queries, with the columns that its conditions share."""

    facts: Known
    columns: dict[str, Column] = field(default_factory=dict)

    def of_tasks(self, query: Query) -> Bools:
        """By task whether the query takes it."""
        for subject, marks in (("annotation", self.annotations), ("prediction", self.predictions)):
            if subject in query or str(query.get("field", "")).startswith(f"{subject}."):
                inner = query.get(subject, query)
                return self._having(marks(), self.of_marks(subject, inner))
        if "field" in query:
            return self._task_condition(query)
        return self._grouped(query, self.of_tasks, self.facts.size)

    def of_marks(self, subject: str, query: Query) -> Bools:
        """By annotation or prediction whether the query takes it."""
        marks = self.annotations() if subject == "annotation" else self.predictions()
        if "field" in query:
            return _holds(self._mark_column(subject, marks, query["field"]), query)
        return self._grouped(query, lambda inner: self.of_marks(subject, inner), len(marks.task))

    def annotations(self) -> Marks:
        """The annotations of all tasks."""
        return self.facts.annotations()

    def predictions(self) -> Marks:
        """The predictions of all tasks."""
        assert self.facts.judged is not None, "asked for only where there is an evaluation"
        return self.facts.judged.predictions

    def _grouped(self, query: Query, ask: Callable[[Query], Bools], size: int) -> Bools:
        if "not" in query:
            return ~ask(query["not"])
        every = "all" in query
        found = np.full(size, every)
        for inner in query["all" if every else "any"]:
            found = found & ask(inner) if every else found | ask(inner)
        return found

    def _having(self, marks: Marks, taken: Bools) -> Bools:
        found = np.zeros(self.facts.size, dtype=bool)
        found[marks.task[taken]] = True
        return found

    def _task_condition(self, query: Query) -> Bools:
        name = query["field"]
        if name == "outcome":
            assert self.facts.judged is not None, "asked for only where there is an evaluation"
            wanted = query["value"] if query["op"] == "in" else [query["value"]]
            found = np.zeros(self.facts.size, dtype=bool)
            for word in wanted:
                found |= self.facts.judged.outcomes.get(word, found)
            return found
        if name == "tag":
            return self._tag_condition(query)
        if name not in self.columns:
            self.columns[name] = self.task_column(name)
        return _holds(self.columns[name], query)

    def _tag_condition(self, query: Query) -> Bools:
        tags = self.facts.tags()
        if query["op"] == "exists":
            tagged = self._having(tags, np.ones(len(tags.task), dtype=bool))
            return np.asarray(tagged == query["value"])
        return self._having(tags, _holds(tags.columns["tag"], query))

    def task_column(self, name: str) -> Column:
        """A field of the tasks, told by an evaluation or not."""
        judged = self.facts.judged
        head, _, rest = name.partition(".")
        if name == "predictions":
            return np.bincount(self.predictions().task, minlength=self.facts.size)
        if name == "score":
            assert judged is not None, "asked for only where there is an evaluation"
            return judged.scores
        if head == "config":
            assert judged is not None, "asked for only where there is an evaluation"
            return objects([deep(judged.config, rest)] * self.facts.size)
        return self.facts.column(name)

    def _mark_column(self, subject: str, marks: Marks, name: str) -> Column:
        rest = name.removeprefix(f"{subject}.")
        if rest.startswith("attributes."):
            if name not in self.columns:
                key = rest.removeprefix("attributes.")
                self.columns[name] = objects([deep(each, key) for each in marks.attributes])
            return self.columns[name]
        missing = np.full(len(marks.task), None, dtype=object)
        return marks.columns.get(rest, missing)


def _of_item(item: Mapping[str, Any], head: str, rest: str) -> Any:
    if head == "metadata":
        return deep(item["metadata"], rest)
    if head == "status":
        return "completed"
    if head == "text":
        return None if item["text"] is None else len(item["text"])
    if head == "image":
        size = frozen.image_size(item)
        if size is None:
            return None
        height, width = size
        return {"height": height, "width": width, "area": height * width}[rest]
    return item[head]


def deep(data: Any, key: str) -> Any:
    """The value of a key that holds dots itself, or that goes deeper at them."""
    if not isinstance(data, dict):
        return None
    if key in data:
        return data[key]
    head, _, rest = key.partition(".")
    return deep(data.get(head), rest) if rest else None


def objects(values: Sequence[Any]) -> Array:
    """A column of whatever values, as they are."""
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def _holds(column: Column, query: Query) -> Bools:
    op, value = query["op"], query["value"]
    if isinstance(column, Coded):
        names = np.array([_TESTS[op](name, value) for name in column.names], dtype=bool)
        return np.asarray(names[column.codes])
    if column.dtype != object:
        return _holds_for_numbers(column, op, value)
    test = _TESTS[op]
    return np.array([test(each, value) for each in column.tolist()], dtype=bool)


def _holds_for_numbers(column: Array, op: str, value: Any) -> Bools:
    """The same for a column of numbers, where NaN is what is not there."""
    there = ~np.isnan(column)
    if op == "exists":
        return np.asarray(there == value)
    wanted = value if op == "in" else [value]
    found = np.zeros(len(column), dtype=bool)
    for each in wanted:
        if _is_number(each):
            found |= _COMPARED.get(op, np.equal)(column, each)
    return found & there if op != "contains" else np.zeros(len(column), dtype=bool)


_COMPARED: Final[dict[str, Callable[..., Bools]]] = {
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
}


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _equal(found: Any, value: Any) -> bool:
    """Equality without Python's belief that true is 1; what is not there equals nothing."""
    alike = found is not None and isinstance(found, bool) == isinstance(value, bool)
    return bool(alike and found == value)


def _alike(found: Any, value: Any) -> bool:
    return (_is_number(found) and _is_number(value)) or (
        isinstance(found, str) and isinstance(value, str)
    )


def _contains(found: Any, value: Any) -> bool:
    if isinstance(found, str):
        return isinstance(value, str) and value in found
    return isinstance(found, list) and any(_equal(each, value) for each in found)


_TESTS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "is": _equal,
    "in": lambda found, values: any(_equal(found, value) for value in values),
    "lt": lambda found, value: _alike(found, value) and found < value,
    "le": lambda found, value: _alike(found, value) and found <= value,
    "gt": lambda found, value: _alike(found, value) and found > value,
    "ge": lambda found, value: _alike(found, value) and found >= value,
    "contains": _contains,
    "exists": lambda found, value: (found is not None) == value,
}
