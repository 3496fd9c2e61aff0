"""The founding README's method names, and those of the published clients, each one line.

Beside the names stands the translation of their words into the house's: `confidence_score` is
`confidence`, `objects_to_annotate` are `labels`, `batch_name` is a batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, overload

from linlog.client import plain
from linlog.client.pages import Page
from linlog.client.resources.annotations import Annotations
from linlog.client.resources.batches import Batches
from linlog.client.resources.datasets import Datasets
from linlog.client.resources.evaluations import Evaluations
from linlog.client.resources.labels import Labels
from linlog.client.resources.log_entries import LogEntries
from linlog.client.resources.model_runs import ModelRuns
from linlog.client.resources.model_versions import ModelVersions
from linlog.client.resources.models import Models
from linlog.client.resources.organisations import Organisations
from linlog.client.resources.predictions import Predictions
from linlog.client.resources.projects import Projects
from linlog.client.resources.tasks import Tasks
from linlog.wire import paging
from linlog.wire.batches import Batch
from linlog.wire.blocks import Report
from linlog.wire.comparisons import Comparison
from linlog.wire.datasets import Dataset, DatasetTasksAdded
from linlog.wire.evaluations import EvaluatedOutcome, Evaluation
from linlog.wire.explanations import Explanation
from linlog.wire.labels import Label
from linlog.wire.log_entries import LogEntry
from linlog.wire.model_runs import ModelRun
from linlog.wire.model_versions import ModelVersion
from linlog.wire.models import Model
from linlog.wire.organisations import Organisation
from linlog.wire.predictions import Prediction
from linlog.wire.projects import Project
from linlog.wire.tasks import Deleted, Task

ALL = paging.LARGEST_LIMIT
"""How many entries are fetched at a time where all are wanted."""


class Flat:
    """The flat names; the resources that they stand for are the client's attributes."""

    annotations: Annotations
    batches: Batches
    datasets: Datasets
    evaluations: Evaluations
    labels: Labels
    log_entries: LogEntries
    model_runs: ModelRuns
    model_versions: ModelVersions
    models: Models
    organisations: Organisations
    predictions: Predictions
    projects: Projects
    tasks: Tasks

    def flush(self) -> None:
        """Deliver what waits to be sent."""
        raise NotImplementedError

    # ------------------------------------------------------------- organisation, projects

    def get_organisation(self) -> Organisation:
        """The organisation that the client acts for."""
        return self.organisations.get()

    def get_projects(self) -> Page[Project]:
        """Every project of the organisation."""
        return self.projects.list(limit=ALL).everything()

    def get_project(self, id: str) -> Project:
        """One project."""
        return self.projects.get(id)

    def create_project(
        self,
        title: str,
        type: str = "image",
        labels: Iterable[Any] | None = None,
        *,
        objects_to_annotate: Iterable[Any] | None = None,
        annotation_attributes: Iterable[Mapping[str, Any]] | None = None,
    ) -> Project:
        """Create a project. Labels are names or objects in any spelling."""
        return self.projects.create(
            title,
            type=type,
            labels=[*plain.given(labels), *plain.given(objects_to_annotate)],
            attributes=plain.given(annotation_attributes),
        )

    def update_project(self, id: str, **changes: Any) -> Project:
        """Change a project's `title`, `type` or `attributes`."""
        return self.projects.update(id, **changes)

    def delete_project(self, id: str) -> Deleted:
        """Delete a project with its tasks, batches and labels."""
        return self.projects.delete(id)

    def create_project_label(self, project_id: str, label: Any = None, **fields: Any) -> Label:
        """Add a label: a name or an object, or `name=…, task_type=…, colour=…`."""
        given = {"name": label} if isinstance(label, str) else dict(label or {})
        return self.labels.create(project_id, {**given, **fields})

    def update_project_label(self, label_id: str, **changes: Any) -> Label:
        """Change a label's `name`, `display_name` or `colour`; annotations follow a new name."""
        return self.labels.update(label_id, **changes)

    def delete_project_label(self, label_id: str) -> Deleted:
        """Take a label out of its project's taxonomy."""
        return self.labels.delete(label_id)

    def import_taxonomy(self, project_id: str, source_project_id: str) -> Page[Label]:
        """Add another project's labels to a project; gives back those that were new."""
        return self.labels.import_from(project_id, source_project_id)

    def get_project_batches(self, id: str) -> Page[Batch]:
        """Every batch of a project."""
        return self.batches.list(id, limit=ALL).everything()

    def create_batch(self, project_id: str, name: str) -> Batch:
        """Create a batch."""
        return self.batches.create(project_id, name)

    # ------------------------------------------------------------------------------ tasks

    def get_project_tasks(
        self, id: str, filters: Mapping[str, Any] | None = None, **more: Any
    ) -> Page[Task]:
        """A page of a project's tasks; `page.walk()` goes on to the end.

        Filters are keywords, or a dictionary as the published clients had it: `limit`, `offset`,
        `status`, `created_date`, `created_date__gte`, `created_date__lte`, `created_date__gt`,
        `created_date__lt`, `complete`, `rejected`, `work_started`, `batch_id`, `unique_id`,
        `label`, `tag`. An unknown one raises ValueError before anything is sent.
        """
        return self.tasks.list(id, **{**(filters or {}), **more})

    def get_task(self, id: str) -> Task:
        """One task with its annotations."""
        return self.tasks.get(id)

    def create_tasks(self, project_id: str, tasks: Iterable[Any]) -> Page[Task]:
        """Create tasks in bulk; see `client.tasks.create_all` for what each may be."""
        return self.tasks.create_all(project_id, tasks)

    def create_categorisation_task(
        self,
        project_id: str,
        attachment: Any,
        attachment_type: str = "text",
        batch_name: str | None = None,
        annotations: Any = None,
        complete: bool = False,  # noqa: FBT001, FBT002 - the published clients' signature
        unique_id: str | None = None,
        external_data: bool = False,  # noqa: FBT001, FBT002 - the published clients' signature
        **more: Any,
    ) -> Task:
        """Create a task that is given labels as a whole: an image, text, html or iframe."""
        return self.tasks.create(
            project_id,
            {
                "kind": "categorisation",
                "attachment": attachment,
                "attachment_type": attachment_type,
                "batch_name": batch_name,
                "annotations": annotations,
                "complete": complete,
                "unique_id": unique_id,
                "external_data": external_data,
                **more,
            },
        )

    def create_ner_task(
        self,
        project_id: str,
        attachment: str,
        batch_name: str | None = None,
        tokens: Any = None,
        annotations: Any = None,
        complete: bool = False,  # noqa: FBT001, FBT002 - the published clients' signature
        unique_id: str | None = None,
        **more: Any,
    ) -> Task:
        """Create a task whose text is given spans."""
        return self.tasks.create(
            project_id,
            {
                "kind": "ner",
                "attachment": attachment,
                "attachment_type": "text",
                "batch_name": batch_name,
                "tokens": tokens,
                "annotations": annotations,
                "complete": complete,
                "unique_id": unique_id,
                **more,
            },
        )

    def create_image_task(
        self,
        project_id: str,
        attachment: Any,
        batch_name: str | None = None,
        annotations: Any = None,
        complete: bool = False,  # noqa: FBT001, FBT002 - the published clients' signature
        unique_id: str | None = None,
        external_data: bool = False,  # noqa: FBT001, FBT002 - the published clients' signature
        **more: Any,
    ) -> Task:
        """Create a task on an image: a path, bytes, a Pillow image or an address.

        The server takes a copy of what is at an address, unless `external_data` is true.
        """
        return self.tasks.create(
            project_id,
            {
                "kind": "image",
                "attachment": attachment,
                "attachment_type": "image",
                "batch_name": batch_name,
                "annotations": annotations,
                "complete": complete,
                "unique_id": unique_id,
                "external_data": external_data,
                **more,
            },
        )

    def upload_image_task(
        self,
        project_id: str,
        image: Any,
        annotations: Any = None,
        complete: bool = False,  # noqa: FBT001, FBT002 - the published clients' signature
        type: str = "image",
        unique_id: str | None = None,
        **more: Any,
    ) -> Task:
        """Upload an image of this machine as a task; `type` may be `ocr` or `categorisation`."""
        return self.tasks.create(
            project_id,
            {
                "kind": type,
                "attachment": image,
                "attachment_type": "image",
                "annotations": annotations,
                "complete": complete,
                "unique_id": unique_id,
                **more,
            },
        )

    def create_video_task(
        self,
        project_id: str,
        attachment: Any,
        batch_name: str | None = None,
        annotations: Any = None,
        complete: bool = False,  # noqa: FBT001, FBT002 - the published clients' signature
        unique_id: str | None = None,
        **more: Any,
    ) -> Task:
        """Create a task on a video at an address."""
        return self.tasks.create(
            project_id,
            {
                "kind": "video",
                "attachment": attachment,
                "attachment_type": "video",
                "batch_name": batch_name,
                "annotations": annotations,
                "complete": complete,
                "unique_id": unique_id,
                **more,
            },
        )

    def update_task(self, id: str, task: Mapping[str, Any] | None = None, **changes: Any) -> Task:
        """Change a task: `complete`, `rejected`, `batch_name`, `tags`, `annotations` and so on."""
        return self.tasks.update(id, **{**(task or {}), **changes})

    def annotate_task(self, task_id: str, annotations: Any, *, replace: bool | None = None) -> Task:
        """Put one annotation or several on a task, in any spelling.

        With `replace` True they come instead of what the task has, and with False beside it. Unless
        it is said, they are added, and `Conflict` is raised where something would stand there
        twice: one says what another does, or a complete task has its ground truth already.
        """
        if replace:
            return self.annotations.replace(task_id, annotations)
        return self.annotations.create(task_id, annotations, guarded=replace is None)

    def complete_task(self, task_id: str) -> Task:
        """Say that the work is done: the annotations are now the ground truth."""
        return self.tasks.complete(task_id)

    def reopen_task(self, task_id: str) -> Task:
        """Take a completed or rejected task up again."""
        return self.tasks.reopen(task_id)

    def reject_task(self, task_id: str, reason: str | None = None) -> Task:
        """Send a task back to whoever annotates."""
        return self.tasks.reject(task_id, reason=reason)

    def delete_tasks(self, task_ids: Any) -> Deleted:
        """Delete tasks with their annotations."""
        return self.tasks.delete(task_ids)

    # --------------------------------------------------------------------------- datasets

    def get_datasets(self) -> Page[Dataset]:
        """Every dataset of the organisation."""
        return self.datasets.list(limit=ALL).everything()

    def get_dataset(self, id: str) -> Dataset:
        """One dataset."""
        return self.datasets.get(id)

    def get_dataset_tasks(
        self, id: str, filters: Mapping[str, Any] | None = None, **more: Any
    ) -> Page[Task]:
        """A page of a dataset's tasks; `predictions=True` adds what models say of them."""
        return self.datasets.tasks(id, **{**(filters or {}), **more})

    def create_dataset(
        self,
        name: str,
        project_id: str | None = None,
        task_ids: Any = None,
        *,
        type: str | None = None,
    ) -> Dataset:
        """Create a dataset from a project's completed tasks, or from named ones."""
        return self.datasets.create(name, project_id=project_id, task_ids=task_ids, type=type)

    def add_dataset_tasks(self, dataset_id: str, task_ids: Any) -> DatasetTasksAdded:
        """Put completed tasks into a dataset."""
        return self.datasets.add_tasks(dataset_id, task_ids)

    def remove_dataset_tasks(self, dataset_id: str, task_ids: Any) -> Deleted:
        """Take tasks out of a dataset."""
        return self.datasets.remove_tasks(dataset_id, task_ids)

    def delete_dataset(self, id: str) -> Deleted:
        """Delete a dataset; its tasks stay in their projects."""
        return self.datasets.delete(id)

    # ----------------------------------------------------------------------------- models

    def create_model(self, name: str) -> Model:
        """Create a model."""
        return self.models.create(name)

    def get_models(self) -> Page[Model]:
        """Every model of the organisation."""
        return self.models.list(limit=ALL).everything()

    def get_model(self, id: str) -> Model:
        """One model."""
        return self.models.get(id)

    def delete_model(self, id: str) -> Deleted:
        """Delete a model with its versions."""
        return self.models.delete(id)

    def get_model_versions(self, model_id: str | None = None) -> Page[ModelVersion]:
        """Every version, newest first; of one model or of all."""
        return self.model_versions.list(model_id=model_id, limit=ALL).everything()

    def get_model_version(self, id: str) -> ModelVersion:
        """One version with its config."""
        return self.model_versions.get(id)

    def get_log(self, model_version_id: str) -> Page[LogEntry]:
        """Every entry that a version logged, in order. Delivers what waits first."""
        self.flush()
        return self.log_entries.everything(model_version_id)

    @overload
    def create_model_run(
        self,
        dataset_id: str | None,
        model_version_id: str,
        task_id: str,
        annotation: None,
        *,
        project_id: str | None = None,
    ) -> None: ...
    @overload
    def create_model_run(
        self,
        dataset_id: str | None,
        model_version_id: str,
        task_id: str,
        annotation: Any,
        confidence_score: float | None = None,
        *,
        label: str | None = None,
        project_id: str | None = None,
    ) -> Prediction: ...
    def create_model_run(
        self,
        dataset_id: str | None,
        model_version_id: str,
        task_id: str,
        annotation: Any,
        confidence_score: float | None = None,
        *,
        label: str | None = None,
        project_id: str | None = None,
    ) -> Prediction | None:
        """Say what a model sees in a task: one annotation, with its confidence from 0 to 1.

        Returns at once; predictions leave in the background in batches. `flush`, `finish` and
        the end of the client's context deliver, and raise `PredictionsRefused` for those that
        the server did not take. The annotation may be in any spelling, or a shape with `label`.

        None says that the model looked at the task and found nothing: the task is covered, which
        one without any call is not. Labels that neither the version named nor those who label have
        are refused; where the version named none, any label is taken.

        With None as the dataset it is said of a task of `project_id`, labelled or not, and offered
        to whoever labels it.
        """
        return self.predictions.create(
            dataset_id,
            model_version_id,
            task_id,
            annotation,
            confidence_score,
            label=label,
            project_id=project_id,
        )

    def get_model_runs(
        self, dataset_id: str | None = None, model_version_id: str | None = None
    ) -> Page[ModelRun]:
        """Every model run, newest first; of a dataset, of a version, or of both."""
        return self.model_runs.list(
            dataset_id=dataset_id, model_version_id=model_version_id, limit=ALL
        ).everything()

    def get_model_run(self, id: str) -> ModelRun:
        """One model run with its coverage."""
        return self.model_runs.get(id)

    # ------------------------------------------------------------------------ evaluations

    def evaluate(
        self,
        model_run_id: str | None = None,
        *,
        dataset_id: str | None = None,
        model_version_id: str | None = None,
        kind: str | None = None,
        config: Mapping[str, Any] | None = None,
        wait: bool = True,
    ) -> Evaluation:
        """Compare a model run with the ground truth: by its id, or by dataset and version.

        Delivers predictions that wait first. Without `wait` the evaluation is given back as it
        was queued.
        """
        self.flush()
        if model_run_id is None:
            if dataset_id is None or model_version_id is None:
                raise ValueError("evaluate needs model_run_id, or dataset_id and model_version_id")
            model_run_id = self.model_runs.create(dataset_id, model_version_id).id
        made = self.evaluations.create(model_run_id, kind=kind, config=config)
        return self.evaluations.wait(made.id) if wait else made

    def get_evaluations(self, **filters: Any) -> Page[Evaluation]:
        """Every evaluation, newest first; of a `model_run_id`, `dataset_id`, `kind` and so on."""
        return self.evaluations.list(limit=ALL, **filters).everything()

    def get_evaluation(self, id: str) -> Evaluation:
        """One evaluation: its state, progress and headline numbers."""
        return self.evaluations.get(id)

    def get_report(self, id: str, **state: Any) -> Report:
        """An evaluation's result: numbers, curves, tables and examples.

        `confidence_threshold`, `iou_threshold`, `label_map`, `slice_id`, `query`, `split`,
        `missing` and `slices` change what it is summarized from: every number and figure
        follows. With `intervals` the headline numbers say how far they may be off.
        """
        return self.evaluations.report(id, **state)

    def get_outcomes(self, evaluation_id: str, **wanted: Any) -> Page[EvaluatedOutcome]:
        """A page of what became of each truth and prediction, with its `count`.

        `outcome`, `truth_label`, `prediction_label`, `error_type`, `confidence__gte` and so on
        say which; `confidence_threshold` and so on are the state of a report, whose numbers they
        are. `page.walk()` goes on to the end.
        """
        return self.evaluations.outcomes(evaluation_id, **wanted)

    def protocols(self, evaluation_id: str, **state: Any) -> Report:
        """An evaluation's average precision under the rules of others, and why they differ.

        `label_map`, `slice_id`, `query`, `split` and `missing` are as those of a report.
        """
        return self.evaluations.protocols(evaluation_id, **state)

    def explain_change(
        self, old_evaluation: str | Evaluation, new_evaluation: str | Evaluation
    ) -> Explanation:
        """How much of the change comes from corrected labels, and how much from the model."""
        return self.evaluations.explain_change(old_evaluation, new_evaluation)

    def compare(
        self,
        first: str,
        *others: str,
        slice_id: str | None = None,
        query: str | None = None,
        slices: Sequence[str] = (),
        level: float | None = None,
    ) -> Comparison:
        """What changes from the first evaluation to one or up to seven others."""
        return self.evaluations.compare(
            first, *others, slice_id=slice_id, query=query, slices=slices, level=level
        )
