"""Model versions: one trained state of a model each, with its config and state of training."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

from linlog import limits
from linlog.wire.constraints import Checked, Length, Name
from linlog.wire.evaluations import Evaluation
from linlog.wire.record import Record

State = Literal["training", "finished"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVersion(Record):
    """One trained state of a model, and the training that led to it."""

    id: str
    """Begins with mv_."""
    model_id: str
    """The model."""
    model_name: str
    """The model's name."""
    name: str
    """The version's name."""
    created_date: datetime
    """When training began, in UTC."""
    finished_date: datetime | None = None
    """When training finished, in UTC."""
    state: str
    """training or finished: training until `finish` is called, whatever became of the program."""
    config: dict[str, Any]
    """The settings that it was trained with."""
    labels: tuple[str, ...]
    """The labels that it can predict."""
    log_entry_count: int
    """How many entries its log has."""
    last_step: int | None = None
    """The highest step that was logged."""
    logged_date: datetime | None = None
    """When the last entry of its log was logged, in UTC: a version in training that is silent for
    long was perhaps killed. Null where the log is empty."""
    segment: int = 0
    """How often training was resumed; log entries say which segment they belong to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVersionCreate(Checked, Record):
    """A version to begin training."""

    name: Name
    """The version's name."""
    config: dict[str, Any] = field(default_factory=dict)
    """The settings that it is trained with; any JSON."""
    labels: Annotated[tuple[str, ...], Length(0, limits.LABELS_OF_MODEL)] = ()
    """The labels that it can predict; any without. Predictions of others are refused, unless those
    who label have them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unjudged(Record):
    """Predictions that no kind of evaluation looks at, by their shapes."""

    model_run_id: str
    """The model run that they are of."""
    shapes: tuple[str, ...]
    """The shapes, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVersionFinished(Record):
    """A finished version and the evaluations that finishing started."""

    model_version: ModelVersion
    """The version."""
    evaluations: tuple[Evaluation, ...]
    """One a model run and kind of evaluation, queued."""
    unjudged: tuple[Unjudged, ...] = ()
    """The model runs with predictions that none of these looks at."""
