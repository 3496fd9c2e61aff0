"""Evaluations: the comparison of a model run with the ground truth of its dataset."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

from linlog.wire.constraints import Checked, Length, Prefix
from linlog.wire.record import Record

State = Literal["queued", "running", "finished", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation(Record):
    """The comparison of a model run with ground truth."""

    id: str
    """Begins with e_."""
    model_run_id: str
    """The model run that is judged."""
    dataset_id: str
    """The dataset it is judged by."""
    dataset_name: str
    """The dataset's name."""
    model_version_id: str
    """The model version that made the predictions."""
    model_id: str
    """The model that it is a version of."""
    model_name: str
    """The model's name."""
    model_version_name: str
    """The version's name."""
    kind: str
    """Name of the kind of evaluation, such as detection."""
    config: dict[str, Any]
    """The settings, every one of them, defaults included."""
    state: str
    """queued, running, finished or failed."""
    failure: str | None = None
    """Why it failed, if so."""
    job_id: str
    """The job that computes it."""
    progress: float
    """How much of the job is done, from 0 to 1."""
    created_date: datetime
    """When it was asked for, in UTC."""
    finished_date: datetime | None = None
    """When the numbers were ready, in UTC."""
    headline: str | None = None
    """Name of the one number that ranks model runs, once finished."""
    scalars: dict[str, float | None] = field(default_factory=dict)
    """The report's headline numbers by name, once finished."""
    dataset_version_id: str | None = None
    """What the dataset held when it was judged, once finished."""
    hashes: dict[str, str] = field(default_factory=dict)
    """SHA-256 of what it was computed of: `tasks`, `annotations`, `taxonomy`, `predictions` and
    `settings`. Equal hashes, equal report."""
    stale: bool = False
    """Whether something that it was computed of has changed since."""
    changed: tuple[str, ...] = ()
    """What has changed since: `tasks` that came or went, `annotations`, `predictions`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationCreate(Checked, Record):
    """An evaluation to compute."""

    model_run_id: Annotated[str, Prefix("model run")]
    """The model run to judge."""
    kind: Annotated[str | None, Length(1, 64)] = None
    """Name of the kind of evaluation; follows from the predicted shapes where one alone fits."""
    config: Annotated[dict[str, Any], Length(0, 100)] = field(default_factory=dict)
    """Settings of the kind that differ from their defaults."""
    dataset_version_id: Annotated[str | None, Prefix("dataset version")] = None
    """Judge by what the dataset held in this version; by what it holds now without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification(Record):
    """What became of making a report anew from what was frozen with it."""

    evaluation_id: str
    """The evaluation."""
    equal: bool
    """Whether the report is the stored one, byte by byte."""
