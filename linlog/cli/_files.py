"""From files of truth and predictions to the items that a kind of evaluation compares.

Formats and evaluation never see each other; here they are joined. What fits nothing on the other
side is refused with its reason, like a row that cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, NamedTuple

from linlog import formats
from linlog.errors import FormatError
from linlog.evaluation.items import Item, Prediction, Truth
from linlog.formats import Account, Entry, Mark, Opened

Silence = Literal["found nothing", "not covered"]


class Way(NamedTuple):
    """How a word of `--kind` is read and judged."""

    kind: str
    """The kind of evaluation."""
    format: str
    """The format of its files."""
    shape: str
    """The shape that is read."""


WAYS: Final = {
    "detection": Way("detection", "coco", "box"),
    "segmentation": Way("segmentation", "coco", "polygon"),
    "keypoints": Way("keypoints", "coco", "keypoints"),
    "semantic_segmentation": Way("semantic_segmentation", "coco", "polygon"),
    "spans": Way("ner", "conll", "span"),
    "classification": Way("classification", "csv", "whole"),
}


@dataclass(slots=True)
class Joined:
    """The items of two files, and what became of every row."""

    items: list[Item]
    accounts: list[Account]
    names: dict[str, str] = field(default_factory=dict)
    """By task what people call it."""
    entries: dict[str, Entry] = field(default_factory=dict)
    """By task what the truth says of it."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """The name of each label by its key in the truth."""
    frequencies: Mapping[str, str] = field(default_factory=dict)
    """LVIS' letters for how frequent labels are, by the same keys, where the truth has them."""
    silent: int = 0
    """Items without predictions that are taken as looked at, since the file lists only finds."""

    @property
    def refused_count(self) -> int:
        """Rows refused in all files."""
        return sum(account.refused_count for account in self.accounts)


def read(way: Way, truth: Path, predictions: Path | None, *, silence: Silence) -> Joined:
    """Read and join the files; a single one holds both sides.

    `silence` is what it means where a file that lists only what was found says nothing of a task.
    Raises FormatError for files that cannot be read or do not belong together.
    """
    format_ = formats.get(way.format)
    accounts = [Account(path) for path in (truth, predictions) if path is not None]
    if predictions is None:
        both = format_.open(accounts[0], side="both", shape=way.shape)
        return _joined(both, None, accounts, silence)
    right = format_.open(accounts[0], side="truth", shape=way.shape)
    said = format_.open(accounts[1], side="predictions", shape=way.shape, named_by=right)
    _check_ids(right, said, accounts)
    return _joined(right, said, accounts, silence)


def _joined(
    right: Opened, said: Opened | None, accounts: list[Account], silence: Silence
) -> Joined:
    entries = _once(right.entries())
    if said is not None:
        _check_texts(entries, said, accounts)
    tasks = _tasks(entries)
    truths: dict[str, list[Truth]] = {key: [] for key in entries}
    found: dict[str, list[Prediction]] = {key: [] for key in entries}
    known = right.labels
    for mark in _fitting(right.marks(), entries, known, accounts[0]):
        if mark.predicted:
            found[mark.key].append(_prediction(mark, known))
        else:
            truths[mark.key].append(_truth(mark, known))
    for mark in _fitting(said.marks(), entries, known, accounts[1]) if said else ():
        found[mark.key].append(_prediction(mark, known))
    covers = _covered(said, found, silence)
    items = [
        Item(
            tasks[key],
            tuple(truths[key]),
            tuple(found[key]),
            key in covers,
            entry.height,
            entry.width,
        )
        for key, entry in entries.items()
    ]
    return Joined(
        items,
        accounts,
        _names(entries, tasks),
        {tasks[key]: entry for key, entry in entries.items()},
        known,
        getattr(right, "frequencies", {}),
        sum(not found[key] for key in covers) if _lists_only_finds(said) else 0,
    )


def _once(entries: Iterable[Entry]) -> dict[str, Entry]:
    """By key the first entry that has it."""
    found: dict[str, Entry] = {}
    for entry in entries:
        found.setdefault(entry.key, entry)
    return found


def _tasks(entries: Iterable[str]) -> dict[str, str]:
    """By key an id that sorts as the key does: whole numbers by size."""
    keys = list(entries)
    width = max(map(len, keys), default=0) if all(key.isdecimal() for key in keys) else 0
    return {key: key.rjust(width, "0") for key in keys}


def _names(entries: Mapping[str, Entry], tasks: Mapping[str, str]) -> dict[str, str]:
    return {tasks[key]: entry.name for key, entry in entries.items() if entry.name}


def _fitting(
    marks: Iterable[Mark], entries: Mapping[str, Entry], labels: Mapping[str, str], account: Account
) -> Iterator[Mark]:
    """The marks that are on a known thing and have a known label."""
    for mark in marks:
        if mark.key not in entries:
            account.take_back("is on nothing that the truth looks at", mark.place, mark.key)
        elif labels and mark.label not in labels:
            account.take_back("has a label that the truth does not name", mark.place, mark.label)
        else:
            yield mark


def _truth(mark: Mark, labels: Mapping[str, str]) -> Truth:
    attributes = mark.attributes or {}
    return Truth(
        mark.place,
        labels.get(mark.label, mark.label),
        mark.shape,
        attributes.get("crowd", False),
        attributes.get("ignored", False),
        attributes.get("area"),
    )


def _prediction(mark: Mark, labels: Mapping[str, str]) -> Prediction:
    area = mark.attributes.get("area") if mark.attributes else None
    name = labels.get(mark.label, mark.label)
    return Prediction(mark.place, name, mark.shape, mark.confidence, area)


def _covered(
    said: Opened | None, found: Mapping[str, list[Prediction]], silence: Silence
) -> set[str]:
    """The keys of what the model looked at, be it that it found nothing there.

    A file that lists what it looks at says so. Of results that list only what was found nobody
    can tell where the model found nothing from where it was not asked.
    """
    given = {key for key, some in found.items() if some}
    if said is None:
        return given
    if silence == "found nothing" and _lists_only_finds(said):
        return set(found)
    return given | {entry.key for entry in said.entries()}


def _lists_only_finds(said: Opened | None) -> bool:
    return said is not None and next(iter(said.entries()), None) is None


def _check_ids(right: Opened, said: Opened, accounts: list[Account]) -> None:
    for opened, account in zip((right, said), accounts, strict=True):
        if not getattr(opened, "has_ids", True):
            raise FormatError(
                f"{account.path.name}: two files are joined by their ids; add a column called id"
            )


def _check_texts(entries: Mapping[str, Entry], said: Opened, accounts: list[Account]) -> None:
    """Raise FormatError where two files do not hold the same texts, token by token."""
    if not any(entry.tokens for entry in entries.values()):
        return
    names = [account.path.name for account in accounts]
    other = _once(said.entries())
    renamed = 0
    for key, entry in entries.items():
        if key not in other:
            break
        if len(entry.tokens) != len(other[key].tokens):
            raise FormatError(
                f"{names[0]}, text at {entry.name}, has {len(entry.tokens)} tokens; {names[1]}, "
                f"text at {other[key].name}, has {len(other[key].tokens)}"
            )
        renamed += entry.tokens != other[key].tokens
    if len(entries) != len(other):
        raise FormatError(
            f"{names[0]} has {len(entries):,} texts, {names[1]} has {len(other):,}; an empty line "
            "ends a text"
        )
    if renamed:
        accounts[1].notes.append(f"tokens are written otherwise in {renamed:,} texts")
