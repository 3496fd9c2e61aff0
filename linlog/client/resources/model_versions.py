"""Model versions: one trained state of a model each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from linlog.client import plain
from linlog.client.resources._resource import Page, Resource, checked_id, path
from linlog.wire import codec, paging, spellings
from linlog.wire.importances import Importances
from linlog.wire.log_entries import Value
from linlog.wire.model_versions import ModelVersion, ModelVersionCreate, ModelVersionFinished
from linlog.wire.tasks import Deleted


class ModelVersions(Resource):
    """Trained states of models, with their config and log."""

    def list(
        self,
        *,
        model_id: str | None = None,
        state: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> Page[ModelVersion]:
        """A page of the versions, newest first; of one model, or in one state."""
        found = self._list(
            "/model-versions",
            paging.Page[ModelVersion],
            model_id=None if model_id is None else checked_id("model", model_id),
            state=state,
            limit=limit,
            offset=offset,
        )
        found[:] = [_read(version) for version in found]
        return found

    def get(self, id: str) -> ModelVersion:
        """One version."""
        where = path("model-versions", checked_id("model version", id))
        return _read(self._http.get(where, ModelVersion))

    def create(
        self,
        model_id: str,
        name: str,
        *,
        config: Mapping[str, Any] | None = None,
        labels: Iterable[Any] = (),
    ) -> ModelVersion:
        """Begin a version. The config takes any JSON; labels are names or objects."""
        body = ModelVersionCreate(
            name=name,
            config=codec.mark_numbers(plain.plain_object(config or {})),
            labels=tuple(spellings.read_label(label).name for label in plain.given(labels)),
        )
        where = path("models", checked_id("model", model_id), "versions")
        return _read(self._http.post(where, ModelVersion, body))

    def importances(
        self,
        objective: str,
        *,
        value: Value = "last",
        model_id: str | None = None,
        dataset_id: str | None = None,
    ) -> Importances:
        """What each key of the configs is worth for a number, the most important key first.

        The number is a logged key, its last, lowest or highest; with a dataset, it is a headline
        number of the newest evaluation there. Raises Invalid where no version has it.
        """
        return self._http.get(
            "/model-versions/importances",
            Importances,
            objective=objective,
            value=value,
            model_id=None if model_id is None else checked_id("model", model_id),
            dataset_id=None if dataset_id is None else checked_id("dataset", dataset_id),
        )

    def finish(self, id: str) -> ModelVersionFinished:
        """Close a version and start the metrics of its model runs. Again: the same answer."""
        where = path("model-versions", checked_id("model version", id), "finish")
        found = self._http.post(where, ModelVersionFinished)
        return replace(found, model_version=_read(found.model_version))

    def resume(self, id: str) -> ModelVersion:
        """Take training up again, in another segment of the log; a finished version opens."""
        where = path("model-versions", checked_id("model version", id), "resume")
        return _read(self._http.post(where, ModelVersion))

    def delete(self, id: str) -> Deleted:
        """Delete a version with its log and model runs."""
        where = path("model-versions", checked_id("model version", id))
        return self._http.delete(where, Deleted)


def _read(version: ModelVersion) -> ModelVersion:
    return replace(version, config=codec.unmark_numbers(version.config))
