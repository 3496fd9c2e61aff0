"""Predictions: each stored once, or refused on its own with the reason; none is lost."""

import random
from typing import Any

import pytest

from linlog import LinLogClient, errors, ids
from linlog.server.store.predictions import owners
from linlog.shapes import Box, Span, Whole
from linlog.wire import codec
from linlog.wire.blocks import Text
from linlog.wire.predictions import PredictionCreate, PredictionReceipt
from tests.conftest import Server
from tests.factories import datasets, model_runs, organisations, predictions, tasks
from tests.factories.organisations import Home


def test_predictions_are_given_back_as_they_were_sent(client: LinLogClient) -> None:
    run = model_runs.create(client)
    first, second = datasets.task_ids(client, run.dataset_id)
    sent = [
        predictions.of(second, "cat", confidence=0, attributes={"a": [1]}),
        predictions.of(first, "dog", Whole(), 1),
        predictions.of(first, "owl", Span(0, 3), None),
    ]
    receipt = predictions.send(client, run.id, sent)
    assert (receipt.accepted, receipt.repeated, receipt.refused) == (3, 0, ())
    found = client.predictions.list(run.id)
    assert [(each.id, each.label, each.shape, each.confidence) for each in found] == [
        (each.id, each.label, each.shape, each.confidence) for each in sent
    ]
    assert found[0].attributes == {"a": [1]}
    assert [each.label for each in client.predictions.list(run.id, task_id=first)] == ["dog", "owl"]
    assert [each.label for each in client.predictions.list(run.id, limit=1).walk()] == [
        *("cat", "dog", "owl"),
    ]


def test_what_was_sent_is_accepted_repeated_or_refused(client: LinLogClient) -> None:
    run = model_runs.create(client)
    first, second = datasets.task_ids(client, run.dataset_id)
    outside = tasks.completed(client, 1)[0].id
    known, new = predictions.of(first), predictions.of(second)
    predictions.send(client, run.id, [known])
    sent = [
        known,
        new,
        new,
        predictions.of("t_nothing"),
        predictions.of(outside),
        predictions.of(first, shape=Span(0, 99)),
    ]
    receipt = predictions.send(client, run.id, sent)
    assert (receipt.accepted, receipt.repeated, len(receipt.refused)) == (1, 2, 3)
    assert [(each.prediction_id, each.task_id, each.code) for each in receipt.refused] == [
        (sent[3].id, "t_nothing", "not_found"),
        (sent[4].id, outside, "invalid"),
        (sent[5].id, first, "invalid"),
    ]
    assert "not in dataset" in receipt.refused[1].detail
    assert "ends at 99" in receipt.refused[2].detail
    assert client.model_runs.get(run.id).prediction_count == 2


def test_an_id_of_an_other_run_is_refused_and_changes_nothing(shared: Server, home: Home) -> None:
    client, other = home.client(), organisations.create(shared).client()
    run = model_runs.create(client)
    task_id = datasets.task_ids(client, run.dataset_id)[0]
    mine = predictions.of(task_id, "mine")
    predictions.send(client, run.id, [mine])
    for theirs in (client, other):
        second = model_runs.create(theirs)
        member = datasets.task_ids(theirs, second.dataset_id)[0]
        receipt = predictions.send(theirs, second.id, [predictions.of(member, "x", id=mine.id)])
        assert [each.code for each in receipt.refused] == ["conflict"]
        assert receipt.accepted == 0
    assert [each.label for each in client.predictions.list(run.id)] == ["mine"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"confidence": 1.2}, "confidence"),
        ({"confidence": -0.1}, "confidence"),
        ({"confidence": "high"}, "confidence"),
        ({"label": " "}, "label"),
        ({"id": "t_1"}, "id"),
        ({"task_id": "d_1"}, "task_id"),
        ({"shape": {"type": "blob"}}, "shape"),
        ({"score": 1}, "score"),
    ],
)
def test_what_is_no_prediction_refuses_the_request_by_its_place(
    home: Home, change: dict, field: str
) -> None:
    run = model_runs.create(home.client())
    task_id = datasets.task_ids(home.client(), run.dataset_id)[0]
    good = predictions.of(task_id).to_dict()
    bad = {**good, "id": ids.new("prediction"), **change}
    where = f"/api/v2/model-runs/{run.id}/predictions"
    reply = home.call("POST", where, {"predictions": [good, bad]})
    assert (reply.status, reply.data["field"]) == (422, f"predictions.1.{field}")
    assert home.client().model_runs.get(run.id).prediction_count == 0


@pytest.mark.parametrize("seed", range(3))
def test_numbers_of_a_maker_are_known_in_whatever_order_they_come(home: Home, seed: int) -> None:
    client, chance = home.client(), random.Random(seed)
    run = model_runs.create(client)
    task_id = datasets.task_ids(client, run.dataset_id)[0]
    makers, sent = [ids.new("prediction") for _ in range(3)], set()
    for _ in range(12):
        some = {f"{chance.choice(makers)}-{chance.randrange(30)}" for _ in range(12)}
        some.add(ids.new("prediction"))
        receipt = predictions.send(
            client, run.id, [predictions.of(task_id, id=each) for each in sorted(some)]
        )
        assert (receipt.accepted, receipt.repeated) == (len(some - sent), len(some & sent))
        sent |= some
        assert receipt.highest is None
        maker, number = chance.choice(makers), chance.randrange(30)
        receipt = predictions.send(
            client, run.id, [predictions.of(task_id, id=f"{maker}-{number}")]
        )
        sent.add(f"{maker}-{number}")
        numbers = [int(each.rpartition("-")[2]) for each in sent if each.startswith(f"{maker}-")]
        assert receipt.highest == max(numbers)
    found = [each.id for each in client.predictions.list(run.id, limit=1000)]
    assert sorted(found) == sorted(sent)
    with home.server.machine.database.read() as conn:
        held = owners(conn, makers)
    known = {
        f"{maker}-{number}"
        for maker, ranges in held.items()
        for first, last in zip(ranges.firsts, ranges.lasts, strict=True)
        for number in range(first, last + 1)
    }
    assert known == {each for each in sent if "-" in each}
    for ranges in held.values():
        # Ranges that touch are one.
        ends = zip(ranges.lasts[:-1], ranges.firsts[1:], strict=True)
        assert all(last + 1 < first for last, first in ends)


def test_boxes_in_rows_are_the_predictions_they_stand_for(home: Home) -> None:
    client = home.client()
    run = model_runs.create(client)
    first, second = datasets.task_ids(client, run.dataset_id)
    where = f"/api/v2/model-runs/{run.id}/predictions/boxes"
    rows = [
        [first, 0, "cat", 0.5, 1.5, -2, 3, 4.25],
        [second, 1, "dog", None, 0, 0, 0, 9],
        ["t_nothing", 2, "cat", 1, 1, 1, 1, 1],
    ]
    receipt = home.call("POST", where, {"client_id": "file", "boxes": rows}).data
    assert (receipt["accepted"], receipt["highest"]) == (2, 1)
    assert [(one["prediction_id"], one["code"]) for one in receipt["refused"]] == [
        ("pr_file-2", "not_found")
    ]
    sent = [
        predictions.of(first, "cat", Box(1.5, -2, 3, 4.25), 0.5, id="pr_file-0"),
        predictions.of(second, "dog", Box(0, 0, 0, 9), None, id="pr_file-1"),
    ]
    found = client.predictions.list(run.id)
    assert [(each.id, each.task_id, each.label, each.shape, each.confidence) for each in found] == [
        (each.id, each.task_id, each.label, each.shape, each.confidence) for each in sent
    ]
    assert predictions.send(client, run.id, sent).repeated == 2
    assert home.call("POST", where, {"client_id": "file", "boxes": rows}).data["repeated"] == 2
    following = [[first, number, "cat", 0.5, 1, 1, 1, 1] for number in (1, 2, 2, 5)]
    receipt = home.call("POST", where, {"client_id": "file", "boxes": following}).data
    assert (receipt["accepted"], receipt["repeated"], receipt["highest"]) == (2, 2, 5)
    known = home.call("POST", where, {"client_id": "file", "boxes": following[:3]}).data
    assert (known["accepted"], known["repeated"], known["highest"]) == (0, 3, 5)
    assert client.model_runs.get(run.id).prediction_count == 4


@pytest.mark.parametrize(
    ("client_id", "place", "value", "field"),
    [
        ("a b", 0, None, "client_id"),
        ("a" * 49, 0, None, "client_id"),
        ("a", 0, "p_1", "boxes.1.0"),
        ("a", 1, -1, "boxes.1.1"),
        ("a", 3, 1.5, "boxes.1.3"),
        ("a", 6, -0.5, "boxes.1.6"),
    ],
)
def test_boxes_that_are_none_refuse_the_request_by_their_place(
    home: Home, client_id: str, place: int, value: Any, field: str
) -> None:
    run = model_runs.create(home.client())
    good = [datasets.task_ids(home.client(), run.dataset_id)[0], 0, "cat", 0.5, 1, 1, 1, 1]
    bad = [*good[:place], good[place] if value is None else value, *good[place + 1 :]]
    body = {"client_id": client_id, "boxes": [good, bad]}
    reply = home.call("POST", f"/api/v2/model-runs/{run.id}/predictions/boxes", body)
    assert (reply.status, reply.data["field"]) == (422, field)
    assert home.client().model_runs.get(run.id).prediction_count == 0


def test_a_finished_version_still_takes_predictions(client: LinLogClient) -> None:
    run = model_runs.create(client)
    client.model_versions.finish(run.model_version_id)
    assert predictions.on_all(client, run).accepted == 2


def test_a_loop_delivers_all_and_reports_each_refusal(home: Home) -> None:
    client = home.client()
    run = model_runs.create(client)
    members = datasets.task_ids(client, run.dataset_id)
    box = {"type": "box", "left": 1, "top": 2, "width": 3, "height": 4, "label": "cat"}
    for task_id in [*members, *members, "t_nothing"]:
        client.create_model_run(run.dataset_id, run.model_version_id, task_id, box, 0.5)
    with pytest.raises(errors.PredictionsRefused) as caught:
        client.flush()
    assert [(each.task_id, each.code) for each in caught.value.refusals] == [
        ("t_nothing", "not_found"),
    ]
    client.flush()
    assert client.model_runs.get(run.id).prediction_count == 4


def test_a_label_that_nobody_named_is_refused(home: Home) -> None:
    """Where the version says what it predicts, and those who label have no such label."""
    client = home.client()
    project = client.create_project("Cells", labels=["cell"])
    entries = [{"attachment": "a text", "complete": True}]
    (task,) = client.create_tasks(project.id, entries)
    dataset = client.create_dataset("cells", task_ids=[task.id])
    model_id = client.models.create("m").id
    declared = client.model_versions.create(model_id, "declared", labels=["cat"]).id
    free = client.model_versions.create(model_id, "free").id
    said = ("cat", "cell", "zebra")
    for version_id, refused in ((declared, ["pr_one-2"]), (free, [])):
        run = client.model_runs.create(dataset.id, version_id)
        maker = "one" if refused else "two"
        sent = [predictions.of(task.id, one, id=f"pr_{maker}-{n}") for n, one in enumerate(said)]
        receipt = predictions.send(client, run.id, sent)
        assert (receipt.accepted, [each.prediction_id for each in receipt.refused]) == (
            3 - len(refused),
            refused,
        )
        rows = [[task.id, 9, "zebra", 0.5, 1, 2, 3, 4]]
        where = f"/api/v2/model-runs/{run.id}/predictions/boxes"
        reply = home.call("POST", where, {"client_id": maker, "boxes": rows}).data
        assert (reply["accepted"], len(reply["refused"])) == ((0, 1) if refused else (1, 0))
        if refused:
            assert "'zebra' is none of those" in reply["refused"][0]["detail"]


def test_a_label_that_nobody_named_is_offered_to_nobody(home: Home) -> None:
    client = home.client()
    project = client.create_project("Cells", labels=["cell"])
    (task,) = client.create_tasks(project.id, [{"attachment": "a text"}])
    version = client.model_versions.create(client.models.create("m").id, "v", labels=["cat"])
    run = client.model_runs.create(None, version.id, project_id=project.id)
    sent = [predictions.of(task.id, one) for one in ("cat", "cell", "zebra")]
    receipt = predictions.send(client, run.id, sent)
    assert [each.prediction_id for each in receipt.refused] == [sent[2].id]
    assert f"nor one of project {project.id}" in receipt.refused[0].detail


def test_a_task_on_which_a_model_found_nothing_is_covered(
    client: LinLogClient, shared: Server
) -> None:
    run = model_runs.create(client, dataset_id=datasets.create(client, 3).id)
    first, second, third = datasets.task_ids(client, run.dataset_id)
    nothing = PredictionCreate(id=ids.new("prediction"), task_id=second)
    sent = [predictions.of(first), nothing, PredictionCreate(id="pr_x-1", task_id="t_unknown")]
    for accepted, repeated in ((2, 0), (0, 2)):
        receipt = predictions.send(client, run.id, sent)
        assert (receipt.accepted, receipt.repeated) == (accepted, repeated)
        assert [each.code for each in receipt.refused] == ["not_found"]
    assert [each.task_id for each in client.predictions.list(run.id).walk()] == [first]
    assert client.predictions.list(run.id, task_id=second).count == 0
    found = client.model_runs.get(run.id)
    assert (found.prediction_count, found.coverage.predicted, found.coverage.missing) == (1, 2, 1)
    assert _said(client, shared, run.id).startswith("The model run covers 2 of 3 tasks")
    # What comes on a task after nothing was found there, and nothing after all was missed.
    late = [predictions.of(second), PredictionCreate(id=ids.new("prediction"), task_id=third)]
    predictions.send(client, run.id, late)
    assert _said(client, shared, run.id).startswith("The model run covers all 3 tasks")


def _said(client: LinLogClient, shared: Server, run_id: str) -> str:
    """What a new evaluation says of its coverage."""
    made = client.evaluations.create(run_id)
    shared.work()
    blocks = client.evaluations.report(made.id).blocks
    return next(block.text for block in blocks if isinstance(block, Text) and block.name == "about")


def test_half_of_a_prediction_is_refused(client: LinLogClient) -> None:
    run = model_runs.create(client)
    task_id = datasets.task_ids(client, run.dataset_id)[0]
    for half in ({"label": "cat"}, {"shape": {"type": "whole"}}):
        sent = {"predictions": [{"id": ids.new("prediction"), "task_id": task_id, **half}]}
        where = f"/model-runs/{run.id}/predictions"
        with pytest.raises(errors.Invalid, match="both label and shape"):
            client._http.deliver(where, PredictionReceipt, codec.encode(sent))
    assert client.model_runs.get(run.id).coverage.predicted == 0


def test_the_loop_says_that_nothing_was_found(client: LinLogClient) -> None:
    run = model_runs.create(client)
    first, second = datasets.task_ids(client, run.dataset_id)
    pair = (run.dataset_id, run.model_version_id)
    client.create_model_run(*pair, first, None)
    client.create_model_run(*pair, second, {"label": "cat"}, 0.5)
    client.flush()
    found = client.model_runs.get(run.id)
    assert (found.prediction_count, found.coverage.missing) == (1, 0)
    with pytest.raises(ValueError, match="must be an object"):
        client.create_model_run(*pair, first, None, 0.5)
