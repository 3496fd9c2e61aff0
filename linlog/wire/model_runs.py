"""Model runs: one model version's predictions on one dataset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from linlog.wire.constraints import Checked, Prefix
from linlog.wire.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage(Record):
    """How much of a dataset a model run looked at."""

    tasks: int
    """Tasks of the dataset."""
    predicted: int
    """Tasks with at least one prediction."""
    missing: int
    """Tasks without any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRun(Record):
    """One model version's predictions on one dataset."""

    id: str
    """Begins with mr_."""
    dataset_id: str
    """The dataset."""
    dataset_name: str
    """The dataset's name."""
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
    """How many of the dataset's tasks have predictions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRunCreate(Checked, Record):
    """A model run to begin; the existing one is given back where there is one."""

    dataset_id: Annotated[str, Prefix("dataset")]
    """The dataset that was looked at."""
    model_version_id: Annotated[str, Prefix("model version")]
    """The model version that looked."""
