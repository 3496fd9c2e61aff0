"""Evaluations: the comparison of a model run with the ground truth of its dataset."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Final, Literal, get_args

from linlog import limits
from linlog.shapes import Shape
from linlog.wire.constraints import NAME_LENGTH, Between, Checked, Length, Prefix
from linlog.wire.datasets import Split
from linlog.wire.record import Record

Form = Literal["html", "markdown"]
State = Literal["queued", "running", "finished", "failed"]
Missing = Literal["missed", "left out"]
MOST_SLICES = limits.SLICES
OutcomeWord = Literal["hit", "missed", "false positive", "confused", "duplicate", "ignored"]
OUTCOME_WORDS: Final[tuple[OutcomeWord, ...]] = get_args(OutcomeWord)


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
    config: Annotated[dict[str, Any], Length(0, limits.CONFIG_KEYS)] = field(default_factory=dict)
    """Settings of the kind that differ from their defaults."""
    dataset_version_id: Annotated[str | None, Prefix("dataset version")] = None
    """Judge by what the dataset held in this version; by what it holds now without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification(Record):
    """What became of making a report anew from what was frozen with it."""

    evaluation_id: str
    """The evaluation."""
    equal: bool
    """Whether every block of the stored report is made again: names and numbers, byte by byte."""
    unequal: tuple[str, ...] = ()
    """Names of the stored blocks that are not."""
    added: tuple[str, ...] = ()
    """Names of the blocks that are made today and were not when the report was stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Record):
    """A report or a comparison as a file that is read without linlog."""

    filename: str
    """What to call it: letters, digits and hyphens."""
    media_type: str
    """Of HTML, one page that needs no network, or of Markdown."""
    text: str
    """All of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatedLabel(Record):
    """A label that occurs in what was evaluated."""

    label: str
    """The label."""
    truths: int
    """How many truths have it."""
    predictions: int
    """How many predictions have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatedLabels(Record):
    """The labels that occur in what was evaluated."""

    labels: tuple[EvaluatedLabel, ...]
    """By name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatedAnnotation(Record):
    """An annotation as it was when a task was judged by it."""

    id: str
    """The annotation's id, which may be gone by now."""
    label: str
    """The class name."""
    shape: Shape
    """What is marked."""
    attributes: dict[str, Any]
    """Further properties by key."""
    source: str | None = None
    """Where it came from; null for people."""
    annotator_id: str | None = None
    """Who made it; null where nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatedTruth(Record):
    """What a task was judged by."""

    task_id: str
    """The task."""
    annotations: tuple[EvaluatedAnnotation, ...]
    """Its annotations at that time."""
    changed: bool
    """Whether its annotations are not these any more, or the task is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatedTruths(Record):
    """What some tasks were judged by."""

    truths: tuple[EvaluatedTruth, ...]
    """By task, ascending by its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatedOutcome(Record):
    """What became of one truth or prediction, or of the two that were matched.

    Where a task has one label, of the task.
    """

    task_id: str
    """The task it is on."""
    outcome: OutcomeWord
    """`confused`: matched in place, but with another label. `ignored`: a prediction on a crowd or
    an ignored truth, which is neither right nor wrong."""
    truth_id: str | None = None
    """The annotation, where there is one."""
    truth_label: str | None = None
    """Its label, under the names of the state."""
    prediction_id: str | None = None
    """The prediction, where there is one."""
    prediction_label: str | None = None
    """Its label, under the names of the state."""
    confidence: float | None = None
    """The prediction's confidence."""
    iou: float | None = None
    """IoU of the two, of keypoints their OKS; of one alone the highest with anything."""
    error_types: tuple[str, ...] = ()
    """Names of the types of error that the report counts here: at most one of the prediction, and
    one of the truth, such as `loc` and `miss`. Empty for kinds that do not tell them apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeFilter(Checked):
    """Which outcomes of an evaluation are wanted; conditions combine with AND."""

    outcome: tuple[OutcomeWord, ...] = ()
    """Any of these; empty for all."""
    task_id: Annotated[str | None, Prefix("task")] = None
    """On this task."""
    label: Annotated[str | None, Length(1, NAME_LENGTH)] = None
    """Of truths or predictions with this label."""
    truth_label: Annotated[str | None, Length(1, NAME_LENGTH)] = None
    """Of truths with this label."""
    prediction_label: Annotated[str | None, Length(1, NAME_LENGTH)] = None
    """Of predictions with this label."""
    error_type: Annotated[str | None, Length(1, NAME_LENGTH)] = None
    """Counted as this type of error, such as `loc`."""
    confidence__gte: Annotated[float | None, Between(0, 1)] = None
    """Of at least this confidence."""
    confidence__lt: Annotated[float | None, Between(0, 1)] = None
    """Of a lower confidence than this."""
    iou__gte: Annotated[float | None, Between(0, 1)] = None
    """Of at least this IoU."""
    iou__lt: Annotated[float | None, Between(0, 1)] = None
    """Of a lower IoU than this."""
    score__gte: Annotated[float | None, Between(0, 1)] = None
    """On tasks of at least this score."""
    score__lt: Annotated[float | None, Between(0, 1)] = None
    """On tasks of a lower score than this."""
    all_confidences: bool = False
    """Whether predictions below the confidence threshold have outcomes too, as at threshold 0."""
    one_a_task: bool = False
    """Whether only the first outcome of each task is wanted, so that tasks are counted."""

    def __post_init__(self) -> None:
        Checked.__post_init__(self)
        for word in self.outcome:
            if word not in OUTCOME_WORDS:
                known = ", ".join(OUTCOME_WORDS)
                message = f"outcome must be of {known}, not {str(word)[:40]!r}"
                raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportState(Checked, Record):
    """What every number of a report stands on. What is null is as the evaluation was made.

    Nothing is matched again: the report is summarized from the stored tallies.
    """

    confidence_threshold: Annotated[float | None, Between(0, 1)] = None
    """Confidence from which a prediction counts."""
    iou_threshold: Annotated[float | None, Between(0, 1)] = None
    """IoU from which a prediction is at the place of a truth."""
    oks_threshold: Annotated[float | None, Between(0, 1)] = None
    """Of keypoints: OKS from which a prediction is at the place of a truth."""
    label_map: Annotated[dict[str, str | None], Length(0, limits.LABELS_OF_MODEL)] = field(
        default_factory=dict
    )
    """Other names for labels, on both sides; labels that get one name are one label, and those
    that get null are left out."""
    slice_id: Annotated[str | None, Prefix("slice")] = None
    """Only the tasks of this slice."""
    query: Annotated[str | None, Length(1, limits.QUERY_CHARACTERS)] = None
    """Only the tasks that this query takes, which need not be saved: `label:cell -batch:north`."""
    split: Split | None = None
    """Only the tasks of this split."""
    missing: Missing | None = None
    """Tasks without any prediction submitted: their truths are `missed`, or they are `left out`."""
    slices: Annotated[tuple[str, ...], Length(0, MOST_SLICES)] = ()
    """Ids of slices to show side by side, in a table at the end of the report."""
    intervals: bool = False
    """Whether the headline numbers get intervals: of many tasks they take longer than the rest."""

    def __post_init__(self) -> None:
        Checked.__post_init__(self)
        for name in self.label_map.values():
            if name is not None and not 0 < len(name.strip()) <= NAME_LENGTH:
                message = f"label_map must give names of 1 to {NAME_LENGTH} characters, or null"
                raise ValueError(message)
        for slice_id in self.slices:
            Prefix("slice").check(slice_id)
