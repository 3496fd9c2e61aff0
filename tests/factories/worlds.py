"""One of everything in an organisation, by the names that addresses have for ids."""

from __future__ import annotations

from tests.factories import (
    annotations,
    comments,
    datasets,
    evaluations,
    files,
    labels,
    log_entries,
    sessions,
    slices,
    tasks,
    users,
)
from tests.factories.organisations import Home


def create(home: Home) -> dict[str, str]:
    """The ids: `project_id`, `task_id` and so on; the evaluation is finished."""
    client = home.client()
    label = labels.create(client)
    task = tasks.create(client, label.project_id, annotations=(annotations.box(),))
    evaluation = evaluations.finished(client, home.server)
    log_entries.send(client, evaluation.model_version_id, [log_entries.of(0, loss=1)])
    judged = tasks.create(client, label.project_id)
    owner = users.create(home)
    sessions.create(home, owner.email)
    return {
        "user_id": owner.id,
        "session_id": users.client(home, owner).sessions.list()[0].id,
        "token_id": users.client(home, owner).tokens.create("world").token.id,
        "project_id": label.project_id,
        "label_id": label.id,
        "batch_id": task.batch_id,
        "slice_id": slices.create(client, dataset_id=evaluation.dataset_id).id,
        "task_id": task.id,
        "annotation_id": task.annotations[0].id,
        "comment_id": comments.create(client, task.id).id,
        "review_id": client.reviews.reject(judged.id, "blurred").id,
        "file_id": files.create(client).id,
        "dataset_id": evaluation.dataset_id,
        "dataset_version_id": evaluation.dataset_version_id,
        "since": evaluation.dataset_version_id,
        "model_id": evaluation.model_id,
        "version_id": evaluation.model_version_id,
        "model_run_id": evaluation.model_run_id,
        "evaluation_id": evaluation.id,
        "job_id": evaluation.job_id,
        "source": label.project_id,
        "evaluation_ids": f"{evaluation.id},{evaluation.id}",
        "earlier": evaluation.id,
        "task_ids": datasets.task_ids(client, evaluation.dataset_id)[0],
    }
