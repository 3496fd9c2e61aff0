"""Model runs: one model version's predictions on one dataset, or on one project's tasks."""

from __future__ import annotations

from linlog.client.resources._resource import Page, Resource, checked_id, path
from linlog.wire import paging
from linlog.wire.model_runs import ModelRun, ModelRunCreate, ModelRunUse
from linlog.wire.tasks import Deleted


class ModelRuns(Resource):
    """Model versions' predictions on datasets and projects."""

    def list(
        self,
        *,
        dataset_id: str | None = None,
        project_id: str | None = None,
        model_version_id: str | None = None,
        task_id: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> Page[ModelRun]:
        """A page of the model runs, newest first.

        Of a dataset, a project or a version, of those that predicted on a task, or of all of these.
        """
        version = model_version_id
        return self._list(
            "/model-runs",
            paging.Page[ModelRun],
            dataset_id=None if dataset_id is None else checked_id("dataset", dataset_id),
            project_id=None if project_id is None else checked_id("project", project_id),
            model_version_id=None if version is None else checked_id("model version", version),
            task_id=None if task_id is None else checked_id("task", task_id),
            limit=limit,
            offset=offset,
        )

    def get(self, id: str) -> ModelRun:
        """One model run with its coverage."""
        return self._http.get(path("model-runs", checked_id("model run", id)), ModelRun)

    def create(
        self, dataset_id: str | None, model_version_id: str, *, project_id: str | None = None
    ) -> ModelRun:
        """Begin a model run on a dataset, or with None on the tasks of `project_id`.

        The existing one is given back where there is one.
        """
        body = ModelRunCreate(
            dataset_id=None if dataset_id is None else checked_id("dataset", dataset_id),
            project_id=None if project_id is None else checked_id("project", project_id),
            model_version_id=checked_id("model version", model_version_id),
        )
        return self._http.post("/model-runs", ModelRun, body)

    def use(self, id: str) -> ModelRunUse:
        """What became of a run's predictions on complete tasks: accepted, edited, drawn anew."""
        return self._http.get(path("model-runs", checked_id("model run", id), "use"), ModelRunUse)

    def delete(self, id: str) -> Deleted:
        """Delete a model run with its predictions and evaluations."""
        return self._http.delete(path("model-runs", checked_id("model run", id)), Deleted)
