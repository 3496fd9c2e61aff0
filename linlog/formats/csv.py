"""CSV: a row for each thing that has a label, with its truth, its prediction, or both.

The first row names the columns, in any order and case; cells are parted by commas, semicolons or
tabs.

| column | read as |
| --- | --- |
| `id`, `task`, `item`, `image`, `file`, `key` | what the row is about; where none is, its number |
| `truth`, `true_label`, `y_true`, `target` | its true label; `cat|dog` are two labels |
| `prediction`, `predicted`, `predicted_label`, `y_pred`, `pred` | a label that the model gives |
| `label` | the true one in a file of truth or of both, the predicted one in one of predictions |
| `confidence`, `score`, `probability` | how sure the model is of the prediction, from 0 to 1 |
| `confidence_LABEL`, `score_LABEL`, `prob_LABEL` | how sure it is of LABEL, from 0 to 1 |

Where no column begins with `confidence_`, `score_` or `prob_`, labels may name columns themselves:
every other column, or beside a column of predictions those whose names are labels in the file. An
empty cell says nothing. Several rows about one thing add up. Two files are joined by their ids.

Refused: rows with more or fewer cells than the first, confidences that are no numbers from 0 to 1,
confidences without a prediction. Columns that are not read are named in the account.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from linlog.errors import FormatError
from linlog.formats._lines import lines
from linlog.formats._protocol import Account, Entry, Mark, Opened, Side
from linlog.shapes import Whole

_IDS: Final = ("id", "task", "item", "image", "file", "key")
_TRUTHS: Final = ("truth", "true_label", "y_true", "target")
_PREDICTIONS: Final = ("prediction", "predicted", "predicted_label", "y_pred", "pred")
_CONFIDENCES: Final = ("confidence", "score", "probability")
_PREFIXES: Final = ("confidence_", "score_", "prob_")
_EITHER: Final = "label"
_PARTED: Final = "|"
_NOTHING: Final[Mapping[str, str]] = {}
_WHOLE: Final = Whole()


class Csv:
    """The format `csv`."""

    __slots__ = ()
    name: ClassVar[str] = "csv"
    suffixes: ClassVar[tuple[str, ...]] = (".csv", ".tsv")
    shapes: ClassVar[tuple[str, ...]] = ("whole",)

    def open(
        self,
        account: Account,
        *,
        side: Side,
        shape: str,
        named_by: Opened | None = None,  # noqa: ARG002 - names stand in the file itself
    ) -> OpenedCsv:
        """Begin to read a file of rows."""
        if shape != "whole":
            raise ValueError(f"csv is read for whole, not {shape}")
        return OpenedCsv(account, side)


CSV: Final = Csv()


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where in a row everything stands."""

    id: int | None
    truth: int | None
    prediction: int | None
    confidence: int | None
    labels: dict[int, str]
    """By column the label whose confidence it holds."""
    size: int


class OpenedCsv:
    """A file of rows that is being read."""

    def __init__(self, account: Account, side: Side) -> None:
        self._account = account
        self._side = side
        self._columns = self._read_header()

    @property
    def has_ids(self) -> bool:
        """Whether the rows say what they are about."""
        return self._columns.id is not None

    @property
    def labels(self) -> Mapping[str, str]:
        """Nothing: a label is its own name."""
        return _NOTHING

    def entries(self) -> Iterator[Entry]:
        """What the rows are about, as often as rows are."""
        for number, line, row in self._rows():
            if len(row) == self._columns.size:
                yield Entry(self._key(number, row), f"line {line}")

    def marks(self) -> Iterator[Mark]:
        """The labels in the rows."""
        for number, line, row in self._rows():
            place = f"{self._account.path.name}:{line}"
            try:
                found = list(self._row(self._key(number, row), row, place))
            except _Wrong as wrong:
                self._account.refuse(str(wrong), place, wrong.detail)
                continue
            self._account.read += 1
            yield from found

    def _row(self, key: str, row: list[str], place: str) -> Iterator[Mark]:
        columns = self._columns
        if len(row) != columns.size:
            raise _Wrong("row has another number of cells than the first", str(len(row)))
        if columns.truth is not None:
            for label in filter(None, map(str.strip, row[columns.truth].split(_PARTED))):
                yield Mark(key, label, _WHOLE, place)
        given = "" if columns.prediction is None else row[columns.prediction].strip()
        sure = None if columns.confidence is None else _confidence(row[columns.confidence])
        scores = {
            label: confidence
            for at, label in columns.labels.items()
            if (confidence := _confidence(row[at])) is not None
        }
        if sure is not None and not given:
            raise _Wrong("row has a confidence without a prediction")
        for label in filter(None, map(str.strip, given.split(_PARTED))):
            if label not in scores:
                yield Mark(key, label, _WHOLE, place, predicted=True, confidence=sure)
        for label, confidence in scores.items():
            yield Mark(key, label, _WHOLE, place, predicted=True, confidence=confidence)

    def _key(self, number: int, row: list[str]) -> str:
        place = self._columns.id
        if place is None or place >= len(row):
            return f"{number:08d}"
        return row[place].strip()

    def _rows(self) -> Iterator[tuple[int, int, list[str]]]:
        """Number, line and cells of each row below the first that is not empty."""
        reader = self._reader()
        try:
            next(reader, None)
            for number, row in enumerate(filter(None, reader), 1):
                yield number, reader.line_num, row
        except csv.Error as error:
            name = self._account.path.name
            raise FormatError(f"{name}:{reader.line_num}: {error}") from None

    def _reader(self) -> Any:
        first = next((text for _, text in lines(self._account.path)), "")
        delimiter = max((",", ";", "\t"), key=first.count)
        texts = (f"{text}\n" for _, text in lines(self._account.path))
        return csv.reader(texts, delimiter=delimiter, strict=True)

    def _read_header(self) -> _Columns:
        path = self._account.path
        try:
            names = [name.strip() for name in next(self._reader(), [])]
        except csv.Error as error:
            raise FormatError(f"{path.name}:1: {error}") from None
        plain = [name.lower() for name in names]
        twice = sorted(name for name, times in Counter(plain).items() if times > 1)
        if not any(names):
            raise FormatError(f"{path.name}:1: expected the names of the columns in the first row")
        if twice:
            raise FormatError(f"{path.name}:1: the column {twice[0] or '(empty)'} comes twice")
        return self._sorted_out(names, plain)

    def _sorted_out(self, names: list[str], plain: list[str]) -> _Columns:
        path, side = self._account.path, self._side
        truth, prediction = _first(plain, _TRUTHS), _first(plain, _PREDICTIONS)
        either = _first(plain, (_EITHER,))
        if side == "predictions":
            prediction = either if prediction is None else prediction
        else:
            truth = either if truth is None else truth
        if side != "predictions" and truth is None:
            raise FormatError(f"{path.name}:1: no column of truth; call it truth or label")
        if side == "both" and prediction is None and either not in {None, truth}:
            raise FormatError(
                f"{path.name}:1: truth and label are both there; call the predicted one prediction"
            )
        places = (_first(plain, _IDS), _first(plain, _TRUTHS), _first(plain, _CONFIDENCES))
        taken = {*places, truth, prediction}
        columns = _Columns(
            id=_first(plain, _IDS),
            truth=None if side == "predictions" else truth,
            prediction=None if side == "truth" else prediction,
            confidence=None if side == "truth" else _first(plain, _CONFIDENCES),
            labels={},
            size=len(names),
        )
        if side != "truth":
            rest = {at: name for at, name in enumerate(names) if at not in taken}
            columns.labels.update(self._named_labels(rest, plain, columns))
            if prediction is None and not columns.labels:
                raise FormatError(
                    f"{path.name}:1: no prediction; call its column prediction, or name columns of "
                    "confidences after their labels"
                )
            unread = [name for at, name in rest.items() if at not in columns.labels]
            if unread:
                self._account.notes.append(f"columns not read: {', '.join(unread)[:500]}")
        return columns

    def _named_labels(
        self, rest: dict[int, str], plain: list[str], columns: _Columns
    ) -> dict[int, str]:
        """The columns that are named after a label."""
        prefixed = {
            at: name[len(prefix) :]
            for at, name in rest.items()
            for prefix in _PREFIXES
            if plain[at].startswith(prefix) and len(name) > len(prefix)
        }
        if prefixed or not rest:
            return prefixed
        if columns.prediction is None:
            return rest
        seen = self._labels_in((columns.truth, columns.prediction), {*rest.values()})
        return {at: name for at, name in rest.items() if name in seen}

    def _labels_in(self, places: tuple[int | None, ...], names: set[str]) -> set[str]:
        """Those of `names` that are labels in cells of some columns."""
        found: set[str] = set()
        for _, _, row in self._rows():
            for place in places:
                if place is not None and place < len(row):
                    found |= names & {cell.strip() for cell in row[place].split(_PARTED)}
        return found


class _Wrong(Exception):
    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.detail = detail


def _first(names: list[str], wanted: tuple[str, ...]) -> int | None:
    """The place of the first of `wanted` that is a name."""
    return next((names.index(name) for name in wanted if name in names), None)


def _confidence(cell: str) -> float | None:
    """The number in a cell; None where it is empty."""
    if not cell.strip():
        return None
    try:
        value = float(cell)
    except ValueError:
        raise _Wrong("confidence is not a number", cell) from None
    if not 0 <= value <= 1:
        raise _Wrong("confidence is not from 0 to 1", cell)
    return value
