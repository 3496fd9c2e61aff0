"""Evaluations: asked for, computed by a job, reported in blocks, compared."""

import pytest

from linlog import LinLogClient, errors
from linlog.evaluation import kinds
from linlog.server.services import evaluations as rules
from linlog.server.services import tally_parts as parts
from linlog.shapes import Box, Keypoint, Keypoints, Polygon, Segment, Whole
from linlog.wire.blocks import Scalars
from linlog.wire.tasks import ItemCreate, TaskCreate
from tests.conftest import Server
from tests.factories import (
    annotations,
    datasets,
    evaluations,
    files,
    model_runs,
    model_versions,
    predictions,
    projects,
)
from tests.factories.organisations import Home


def test_an_evaluation_waits_for_its_job_and_is_finished_by_it(
    client: LinLogClient, shared: Server
) -> None:
    made = evaluations.queued(client)
    assert (made.state, made.progress, made.kind, made.headline) == ("queued", 0, "detection", None)
    assert client.jobs.get(made.job_id).subject_id == made.id
    for ask in (client.evaluations.report, lambda one: client.compare(one, one)):
        with pytest.raises(errors.Conflict, match="is queued"):
            ask(made.id)
    shared.work()
    found = client.evaluations.get(made.id)
    assert (found.state, found.progress, found.failure) == ("finished", 1.0, None)
    assert found.finished_date is not None
    assert found.scalars[found.headline] == 1.0


def test_the_report_says_what_the_evaluation_says(client: LinLogClient, shared: Server) -> None:
    found = evaluations.finished(client, shared)
    report = client.evaluations.report(found.id)
    assert (report.kind, report.headline) == (found.kind, found.headline)
    first = next(block for block in report.blocks if isinstance(block, Scalars))
    assert {scalar.name: scalar.value for scalar in first.scalars} == found.scalars


def test_tasks_without_predictions_count_as_missed(client: LinLogClient, shared: Server) -> None:
    run = model_runs.create(client, dataset_id=datasets.create(client, 4).id)
    first = datasets.task_ids(client, run.dataset_id)[0]
    predictions.send(client, run.id, [predictions.of(first)])
    made = client.evaluations.create(run.id)
    shared.work()
    scalars = client.evaluations.get(made.id).scalars
    assert (scalars["precision"], scalars["recall"]) == (1.0, 0.25)


def test_a_crowd_is_marked_by_an_attribute(client: LinLogClient, shared: Server) -> None:
    marks = [annotations.box(), annotations.box(left=40, size=50, attributes={"crowd": True})]
    run = model_runs.create(client, dataset_id=datasets.create(client, 1, marks=marks).id)
    (task_id,) = datasets.task_ids(client, run.dataset_id)
    inside = [Box(45 + 10 * at, 5, 10, 10) for at in range(3)]
    sent = [predictions.of(task_id, shape=shape) for shape in (Box(1, 2, 10, 10), *inside)]
    predictions.send(client, run.id, sent)
    made = client.evaluations.create(run.id)
    shared.work()
    scalars = client.evaluations.get(made.id).scalars
    assert (scalars["truths"], scalars["predictions"]) == (1, 1)
    assert scalars["map"] == pytest.approx(1)


def test_a_large_dataset_is_matched_in_parts_without_a_seam(
    home: Home, shared: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = home.client()
    run = model_runs.create(client, dataset_id=datasets.create(client, 7).id)
    members = datasets.task_ids(client, run.dataset_id)
    for place, task_id in enumerate(members):
        size = 10 if place % 2 else 6
        mark = predictions.of(task_id, shape=Box(1, 2, size, 10), confidence=place / 10)
        predictions.send(client, run.id, [mark])
    monkeypatch.setattr(parts, "SIZE", 2)
    made = client.evaluations.create(run.id)
    shared.work()
    small = client.evaluations.report(made.id)
    monkeypatch.setattr(parts, "SIZE", 64)
    found = client.evaluations.get(made.id)
    with shared.machine.database.read() as conn:
        ctx = home.context(conn)
        kind = kinds.get("detection")
        whole = kind.summarize(rules.rerun(ctx, found), kind.Config(**found.config))
    assert whole == small


def test_evaluations_are_listed_newest_first_and_filtered(
    client: LinLogClient, shared: Server
) -> None:
    first = evaluations.finished(client, shared)
    second = evaluations.queued(client, dataset_id=first.dataset_id)

    def ids(**query: object) -> list[str]:
        return [each.id for each in client.evaluations.list(**query)]

    assert ids() == [second.id, first.id]
    assert ids(dataset_id=first.dataset_id) == [second.id, first.id]
    assert ids(model_run_id=first.model_run_id) == [first.id]
    assert ids(model_version_id=second.model_version_id) == [second.id]
    assert (ids(state="queued"), ids(state="finished")) == ([second.id], [first.id])
    assert (ids(kind="detection"), ids(kind="ner")) == ([second.id, first.id], [])
    shared.work()


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        ({"kind": "detektion"}, "kind", "detection, segmentation, keypoints, classification, ner"),
        ({"config": {"iou": 1}}, "config.iou", "detection has no setting 'iou'; it has"),
        ({"config": {"iou_threshold": "x"}}, "config", "config is wrong"),
        ({"model_run_id": "m_1"}, "model_run_id", "the id of a model"),
    ],
)
def test_what_cannot_be_computed_is_refused_at_once(
    home: Home, body: dict, field: str, said: str
) -> None:
    run = model_runs.create(home.client())
    predictions.on_all(home.client(), run)
    reply = home.call("POST", "/api/v2/evaluations", {"model_run_id": run.id, **body})
    assert (reply.status, reply.data["field"]) == (422, field)
    assert said in reply.data["detail"]
    assert home.client().jobs.list(name="evaluate").count == 0


def test_the_kind_must_be_named_where_several_fit(client: LinLogClient) -> None:
    run = model_runs.create(client)
    members = datasets.task_ids(client, run.dataset_id)
    new = [predictions.of(members[0]), predictions.of(members[0], shape=Whole())]
    predictions.send(client, run.id, new)
    with pytest.raises(errors.Invalid, match="detection and classification") as caught:
        client.evaluations.create(run.id)
    assert caught.value.field == "kind"
    assert client.evaluations.create(run.id, kind="classification").kind == "classification"


def test_the_config_says_every_setting(client: LinLogClient, shared: Server) -> None:
    run = model_runs.create(client)
    predictions.on_all(client, run)
    plain = client.evaluations.create(run.id)
    key = next(name for name, value in plain.config.items() if isinstance(value, float))
    changed = client.evaluations.create(run.id, config={key: 0.25})
    assert changed.config == {**plain.config, key: 0.25}
    shared.work()
    assert client.evaluations.get(changed.id).state == "finished"


def test_deleting_an_evaluation_forgets_its_job(client: LinLogClient, shared: Server) -> None:
    made = evaluations.queued(client)
    shared.work()
    left = evaluations.queued(client, dataset_id=made.dataset_id)
    assert client.evaluations.delete(left.id).deleted == 1
    assert client.jobs.list(name="evaluate", state="queued").count == 0
    shared.work()
    assert client.evaluations.delete(made.id).deleted == 1
    for get, gone in ((client.evaluations.get, made.id), (client.jobs.get, made.job_id)):
        with pytest.raises(errors.NotFound):
            get(gone)
    assert client.model_runs.get(made.model_run_id).prediction_count == 2


def test_an_evaluation_whose_run_is_gone_ends_quietly(client: LinLogClient, shared: Server) -> None:
    made = evaluations.queued(client)
    client.model_runs.delete(made.model_run_id)
    shared.work()
    assert client.jobs.get(made.job_id).state == "failed"


def test_every_shape_has_its_kind(client: LinLogClient, shared: Server) -> None:
    for mark, kind in (
        (annotations.span(), "ner"),
        (annotations.whole(), "classification"),
        (annotations.polygon(), "segmentation"),
        (annotations.of(Keypoints((Keypoint("nose", 1, 2), Keypoint("tail", 9, 4)))), "keypoints"),
    ):
        dataset = datasets.create(client, 2, marks=[mark])
        run = model_runs.create(
            client, dataset_id=dataset.id, version_id=model_versions.create(client).id
        )
        predictions.on_all(client, run, shape=mark.shape)
        made = client.evaluations.create(run.id)
        shared.work()
        found = client.evaluations.get(made.id)
        assert (found.kind, found.state, found.scalars[found.headline]) == (kind, "finished", 1.0)


SQUARE = Polygon((Segment(((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0))),))


def outlined(client: LinLogClient, item: ItemCreate, **changes: object) -> str:
    """A model run that outlines the one thing of a dataset's one image as it is."""
    mark = annotations.of(SQUARE)
    task = TaskCreate(item=item, complete=True, annotations=(mark,), **changes)
    made = client.tasks.create(projects.create(client).id, task)
    run = model_runs.create(client, dataset_id=client.datasets.create("One", task_ids=[made]).id)
    predictions.on_all(client, run, shape=SQUARE)
    return run.id


def test_outlines_are_drawn_on_images_as_large_as_is_known(
    client: LinLogClient, shared: Server
) -> None:
    stored = ItemCreate(type="image", file_id=files.create(client, files.picture(30, 20)).id)
    elsewhere = ItemCreate(type="image", url="https://images.invalid/1.png", external=True)
    specs = {"width": 50, "height": 40}
    cases = [
        (outlined(client, stored), 30 * 20, False),
        (outlined(client, elsewhere, details={"media_specs": specs}), 50 * 40, False),
        (outlined(client, elsewhere, details={"media_specs": {"width": 0}}), 4 * 4, True),
        (outlined(client, elsewhere), 4 * 4, True),
    ]
    made = [client.evaluations.create(run, kind="semantic_segmentation") for run, _, _ in cases]
    shared.work()
    for evaluation, (_, pixels, unknown) in zip(made, cases, strict=True):
        report = client.evaluations.report(evaluation.id)
        assert (report.scalar("mean_iou"), report.scalar("pixels")) == (1.0, pixels)
        about = next(block for block in report.blocks if block.name == "about")
        assert ("size of the image is not known of 1 task" in about.text) is unknown
