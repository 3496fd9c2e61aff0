"""Model versions: begun, finished once, and what finishing starts."""

from datetime import UTC, datetime
from math import inf, isnan, nan

from linlog import LinLogClient
from linlog.evaluation import kinds
from linlog.shapes import Point, Whole
from linlog.wire.log_entries import LogEntryCreate
from linlog.wire.model_versions import Unjudged
from tests.conftest import Server
from tests.factories import (
    annotations,
    datasets,
    log_entries,
    model_runs,
    model_versions,
    models,
    predictions,
)
from tests.factories.organisations import Home


def test_a_version_is_given_back_as_it_was_begun(client: LinLogClient) -> None:
    config = {"lr": 1e-3, "layers": [64, {"act": "relu"}], "warm": None, "ü": True}
    made = model_versions.create(client, "small", config=config, labels=["cat", "dog"])
    assert made == client.model_versions.get(made.id)
    assert (made.name, made.config, made.labels) == ("small", config, ("cat", "dog"))
    assert (made.state, made.finished_date, made.log_entry_count) == ("training", None, 0)
    assert made.last_step is None


def test_configs_keep_numbers_that_json_has_not(client: LinLogClient) -> None:
    config = {"clip": inf, "floor": -inf, "mask": nan, "plain": {"$number": "NaN"}}
    made = model_versions.create(client, config=config)
    found = client.model_versions.get(made.id).config
    assert (found["clip"], found["floor"], found["plain"]) == (inf, -inf, {"$number": "NaN"})
    assert isnan(found["mask"])
    assert isnan(client.model_versions.list()[0].config["mask"])


def test_a_version_says_when_it_was_heard_of_last(client: LinLogClient) -> None:
    version = model_versions.create(client)
    assert version.logged_date is None
    earlier, later = (datetime(2026, 3, day, tzinfo=UTC) for day in (1, 2))
    said = [
        LogEntryCreate(number=at, step=at, data={"loss": 1.0}, logged_date=date)
        for at, date in enumerate((earlier, later))
    ]
    log_entries.send(client, version.id, said)
    silent = model_versions.create(client, "silent")
    assert client.model_versions.get(version.id).logged_date == later
    dates = {each.id: each.logged_date for each in client.model_versions.list()}
    assert dates == {version.id: later, silent.id: None}


def test_versions_are_listed_newest_first(client: LinLogClient) -> None:
    model, other = models.create(client), models.create(client, "other")
    first = model_versions.create(client, "1", model_id=model.id)
    second = model_versions.create(client, "2", model_id=model.id)
    third = model_versions.create(client, "3", model_id=other.id)
    client.model_versions.finish(first.id)

    def ids(**query: object) -> list[str]:
        return [version.id for version in client.model_versions.list(**query)]

    assert ids() == [third.id, second.id, first.id]
    assert ids(model_id=model.id) == [second.id, first.id]
    assert (ids(state="finished"), ids(state="training")) == ([first.id], [third.id, second.id])
    walked = [version.id for version in client.model_versions.list(limit=1).walk()]
    assert walked == ids()


def test_versions_are_listed_below_their_model_too(home: Home) -> None:
    version = model_versions.create(home.client())
    model_versions.create(home.client(), "other")
    listed = home.call("GET", f"/api/v2/models/{version.model_id}/versions").data
    assert [each["id"] for each in listed["results"]] == [version.id]


def test_a_state_that_no_version_can_have_is_refused(home: Home) -> None:
    reply = home.call("GET", "/api/v2/model-versions?state=done")
    assert (reply.status, reply.data["field"]) == (422, "state")


def test_the_last_step_is_the_highest(client: LinLogClient) -> None:
    made = model_versions.create(client)
    log_entries.send(client, made.id, [log_entries.of(0, 7), log_entries.of(1, 3)])
    found = client.model_versions.get(made.id)
    assert (found.last_step, found.log_entry_count) == (7, 2)


# ---------------------------------------------------------------------------- finish


def test_finishing_starts_one_evaluation_a_run(client: LinLogClient, shared: Server) -> None:
    version = model_versions.create(client)
    runs = [model_runs.create(client, version_id=version.id) for _ in range(2)]
    for run in runs:
        predictions.on_all(client, run)
    finished = client.model_versions.finish(version.id)
    assert finished.model_version.state == "finished"
    assert finished.model_version.finished_date is not None
    assert {each.model_run_id for each in finished.evaluations} == {run.id for run in runs}
    assert {(each.kind, each.state) for each in finished.evaluations} == {("detection", "queued")}
    shared.work()
    states = {client.evaluations.get(each.id).state for each in finished.evaluations}
    assert states == {"finished"}


def test_finishing_again_changes_nothing(client: LinLogClient, shared: Server) -> None:
    run = model_runs.create(client)
    predictions.on_all(client, run)
    first = client.model_versions.finish(run.model_version_id)
    again = client.model_versions.finish(run.model_version_id)
    assert again == first
    shared.work()
    after = client.model_versions.finish(run.model_version_id)
    assert after.model_version == first.model_version
    assert [each.id for each in after.evaluations] == [each.id for each in first.evaluations]
    assert client.evaluations.list().count == 1


def test_predictions_after_the_finish_are_evaluated_by_the_next(
    client: LinLogClient, shared: Server
) -> None:
    run = model_runs.create(client)
    first, second = datasets.task_ids(client, run.dataset_id)
    predictions.send(client, run.id, [predictions.of(first)])
    before = client.model_versions.finish(run.model_version_id).evaluations[0]
    shared.work()
    predictions.send(client, run.id, [predictions.of(second)])
    after = client.model_versions.finish(run.model_version_id).evaluations[0]
    shared.work()
    assert after.id != before.id
    scores = [client.evaluations.get(each.id).scalars["recall"] for each in (before, after)]
    assert scores == [0.5, 1.0]


def test_finishing_asks_every_kind_that_fits(client: LinLogClient) -> None:
    dataset = datasets.create(client, 1, marks=[annotations.box(), annotations.whole()])
    run = model_runs.create(client, dataset_id=dataset.id)
    task_id = datasets.task_ids(client, dataset.id)[0]
    new = [predictions.of(task_id), predictions.of(task_id, shape=Whole())]
    predictions.send(client, run.id, new)
    started = client.model_versions.finish(run.model_version_id).evaluations
    wanted = [name for name in kinds.NAMES if {"box", "whole"} & {*kinds.get(name).shapes}]
    assert [each.kind for each in started] == wanted
    assert len(wanted) == 2


def test_finishing_names_the_shapes_that_no_kind_looks_at(client: LinLogClient) -> None:
    run = model_runs.create(client)
    first, second = datasets.task_ids(client, run.dataset_id)
    new = [predictions.of(first), predictions.of(second, shape=Point(1, 2))]
    predictions.send(client, run.id, new)
    found = client.model_versions.finish(run.model_version_id)
    assert [each.kind for each in found.evaluations] == ["detection"]
    assert found.unjudged == (Unjudged(model_run_id=run.id, shapes=("point",)),)


def test_a_run_without_predictions_is_evaluated_by_its_truth(
    client: LinLogClient, shared: Server
) -> None:
    run = model_runs.create(client)
    started = client.model_versions.finish(run.model_version_id).evaluations
    shared.work()
    assert client.evaluations.get(started[0].id).scalars["recall"] == 0.0


def test_each_resume_is_a_segment_of_the_log(client: LinLogClient) -> None:
    version = model_versions.create(client)
    assert (version.segment, version.state) == (0, "training")
    for segment in range(1, 4):
        resumed = client.model_versions.resume(version.id)
        assert (resumed.segment, resumed.state, resumed.finished_date) == (
            segment,
            "training",
            None,
        )
        client.model_versions.finish(version.id)
    assert client.model_versions.get(version.id).segment == 3
    assert client.model_versions.get(version.id).state == "finished"
