"""Model runs: one model version's predictions on one dataset, or on one project's tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from linlog.wire.constraints import Checked, Prefix
from linlog.wire.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage(Record):
    """How much of a dataset or a project a model run looked at."""

    tasks: int
    """Tasks of the dataset or the project."""
    predicted: int
    """Tasks that were looked at: with predictions, or said to have none."""
    missing: int
    """Tasks of which nothing was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRun(Record):
    """One model version's predictions on one dataset, or on one project's tasks.

    Those on a dataset are judged by its ground truth. Those on a project are offered to whoever
    labels its tasks.
    """

    id: str
    """Begins with mr_."""
    dataset_id: str | None = None
    """The dataset; null where the run is on a project."""
    dataset_name: str | None = None
    """The dataset's name."""
    project_id: str | None = None
    """The project; null where the run is on a dataset."""
    project_title: str | None = None
    """The project's title."""
    model_version_id: str
    """The model version."""
    model_id: str
    """The model that it is a version of."""
    model_name: str
    """The model's name."""
    model_version_name: str
    """The version's name."""
    created_date: datetime
    """When the first prediction was announced, in UTC."""
    prediction_count: int
    """How many predictions it has."""
    coverage: Coverage
    """How many of the tasks have predictions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRunUse(Record):
    """What became of a model run's predictions, on those of its tasks that are complete by now."""

    tasks: int
    """Complete tasks that the run predicted on; the other numbers are of these."""
    predictions: int
    """Predictions that the run holds on them now."""
    accepted: int
    """Annotations that are predictions of the version as they were."""
    edited: int
    """Annotations that were predictions of the version and were changed."""
    drawn: int
    """All other annotations: what people drew, or what came from elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRunCreate(Checked, Record):
    """A model run to begin; the existing one is given back where there is one."""

    dataset_id: Annotated[str | None, Prefix("dataset")] = None
    """The dataset that was looked at."""
    project_id: Annotated[str | None, Prefix("project")] = None
    """The project whose tasks were looked at, labelled or not; given instead of a dataset."""
    model_version_id: Annotated[str, Prefix("model version")]
    """The model version that looked."""
