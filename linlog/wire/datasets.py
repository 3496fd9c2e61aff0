"""Datasets: completed tasks kept together, to train on and to measure models by."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Final, Literal

from linlog.wire.constraints import Between, Checked, Length, Name, Prefix
from linlog.wire.record import Record
from linlog.wire.unset import UNSET, Unset

Split = Literal["train", "validation", "test"]
SPLITS: Final[tuple[Split, ...]] = ("train", "validation", "test")


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetLabel(Record):
    """A label that the dataset's annotations carry."""

    label: str
    """The class name."""
    shape: str
    """The shape that it is drawn with."""
    count: int
    """How many annotations carry it."""
    colour: str | None = None
    """The label's colour in the project that its tasks come from, as #rrggbb."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset(Record):
    """Completed tasks kept together."""

    id: str
    """Begins with d_."""
    created_date: datetime
    """When the dataset was created, in UTC."""
    name: str
    """What people call it."""
    type: str
    """What its tasks mostly are: image, categorisation, ner …"""
    project_id: str | None = None
    """The project that it was made from, if from one."""
    labels: tuple[DatasetLabel, ...]
    """The labels that its annotations carry, most frequent first."""
    task_count: int
    """How many tasks it holds."""
    annotation_count: int
    """How many annotations they have."""
    model_run_count: int = 0
    """How many model versions have predictions on it."""
    splits: dict[str, int] = field(default_factory=dict)
    """How many of its tasks are in each split; those in none are not counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetCreate(Checked, Record):
    """A dataset to create, from a project's completed tasks or from named ones."""

    name: Name
    """What people will call it; not `.`, `..`, nor with a slash, since it names folders."""
    type: Annotated[str | None, Length(1, 64)] = None
    """What its tasks mostly are; follows from the project."""
    project_id: Annotated[str | None, Prefix("project")] = None
    """Take every completed task of this project."""
    task_ids: Annotated[tuple[str, ...] | None, Length(0, 100_000)] = None
    """Take these tasks; each must be complete."""

    def __post_init__(self) -> None:
        Checked.__post_init__(self)
        check_name(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetUpdate(Checked, Record):
    """Changes to a dataset; what is absent stays."""

    name: Name | Unset = UNSET
    """A new name."""

    def __post_init__(self) -> None:
        Checked.__post_init__(self)
        if not isinstance(self.name, Unset):
            check_name(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetSplit(Checked, Record):
    """Tasks of a dataset to put into a split, or into none."""

    task_ids: Annotated[tuple[str, ...], Length(0, 100_000)]
    """Their ids."""
    split: Split | None
    """train, validation or test; null for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetShares(Checked, Record):
    """Shares by which tasks that are in no split are put into one, by chance.

    The same seed puts a task into the same split, whatever other tasks there are.
    """

    train: Annotated[float, Between(0, 1)] = 0.8
    """Share of the tasks to train on."""
    validation: Annotated[float, Between(0, 1)] = 0.1
    """Share of the tasks to choose settings by."""
    test: Annotated[float, Between(0, 1)] = 0.1
    """Share of the tasks to measure by. The three add up to at most 1."""
    seed: int = 0
    """Another seed, another chance."""

    def __post_init__(self) -> None:
        Checked.__post_init__(self)
        if self.train + self.validation + self.test > 1 + 1e-9:
            message = "train, validation and test must add up to at most 1"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetTasksAdded(Record):
    """What became of tasks that were put into a dataset."""

    dataset: Dataset
    """The dataset afterwards."""
    added: int
    """How many were new to it."""


def check_name(name: str) -> None:
    """Refuse names that cannot name a folder on a user's machine."""
    if name.strip() in {".", ".."} or any(character in name for character in "/\\\0"):
        message = f"name must not be '.' or '..' nor hold a slash, but is {name!r}"
        raise ValueError(message)
