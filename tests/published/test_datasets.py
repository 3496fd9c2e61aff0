"""Datasets, the search for their tasks, model runs and the trainer, as the old clients use them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from linlog.server.published import writing
from linlog.server.store import log_packs
from linlog.shapes import Box, Point, Polygon, Segment, Shape, Span, Whole
from linlog.wire.annotations import Annotation
from linlog.wire.predictions import Prediction
from tests.factories.organisations import Home
from tests.published import clients, made
from tests.published.clients import V3, V4, V34, Client, Trainer
from tests.published.test_projects import status
from tests.published.test_tasks import only

# ------------------------------------------------------------------------------- datasets


def test_datasets_come_in_the_envelope_of_pages(any_old: Client) -> None:
    ids = [any_old.post("datasets", {"name": f"number {at}"})["id"] for at in range(5)]
    found = any_old.get("datasets")
    assert found.keys() == {"results", "count", "next", "previous"}
    assert ([entry["id"] for entry in found["results"]], found["count"]) == (ids, 5)
    assert (found["next"], found["previous"]) == (None, None)
    found = any_old.get("datasets", limit=2, offset=2)
    assert [entry["id"] for entry in found["results"]] == ids[2:4]
    assert found["next"].endswith("/api/v1/datasets?limit=2&offset=4")


def test_one_answer_holds_every_dataset(last: V4) -> None:
    for number in range(105):
        last.post("datasets", {"name": str(number)})
    assert len(last.get("datasets")["results"]) == 105
    assert status(lambda: last.get("datasets", limit=1001)) == 400


@pytest.mark.parametrize("kind", [V3, V34, V4])
def test_later_versions_index_the_results(old: Callable[..., Any], kind: type[V3]) -> None:
    client = old(kind)
    made.bench(client)
    assert [entry["name"] for entry in client.get_datasets()] == ["Pets"]


def test_a_dataset_has_every_key(last: V4) -> None:
    bench = made.bench(last, made.BOX, made.BOX, made.POLYGON, {**made.POLYGON, "label": "Cat"})
    found = last.get_dataset(bench.dataset)
    assert found["id"].startswith("d_")
    assert (found["name"], found["type"]) == ("Pets", "image")
    assert (found["item_count"], found["object_count"]) == (1, 4)
    assert found["labels"] == [
        {"label": "Cat", "type": "bounding-box"},
        {"label": "Dog", "type": "polygon"},
    ]


def test_labels_are_numbered_as_they_first_appear(last: V4) -> None:
    def marks(*names: str) -> list[Any]:
        return [{**made.BOX, "label": name} for name in names]

    bench = made.bench(last, *marks("Zebra", "Ant"))
    for names in (["Mule", "Ant"], ["Bee", "Ant", "Ant"]):
        task = made.image(last, bench.project, *marks(*names), complete=True)["id"]
        last.post(f"datasets/{bench.dataset}/tasks", {"task_ids": [task]})
    expected = ["Zebra", "Ant", "Mule", "Bee"]
    assert [entry["label"] for entry in last.get_dataset(bench.dataset)["labels"]] == expected
    (listed,) = last.get_datasets()
    assert [entry["label"] for entry in listed["labels"]] == expected
    # What models predict comes behind, so that no class changes its number.
    for name in ("Cow", "Bat"):
        last.create_model_run(bench.dataset, bench.version, bench.task, *marks(name))
    shown = last.get_dataset(bench.dataset)["labels"]
    assert [entry["label"] for entry in shown] == [*expected, "Cow", "Bat"]


def test_labels_cover_what_models_predicted(last: V4) -> None:
    bench = made.bench(last)
    for name in ("Wolf", "Bear", "Cat"):
        sent = {**made.POLYGON, "label": name}
        last.create_model_run(bench.dataset, bench.version, bench.task, sent)
    found = last.get_dataset(bench.dataset)["labels"]
    assert [entry["label"] for entry in found] == ["Cat", "Wolf", "Bear"]
    (task,) = last.get_dataset_tasks(bench.dataset, exclude_annotations=False)
    named = {entry["label"] for entry in found}
    assert all(entry["label"] in named for entry in task["annotations"])


@pytest.mark.parametrize("name", ["a/b", "a\\b", ".", "..", "", None, "a\x00b", "x" * 201])
def test_names_that_can_be_no_folder(last: V4, name: str | None) -> None:
    assert status(lambda: last.post("datasets", {"name": name})) == 400


def test_only_complete_tasks_enter(last: V4) -> None:
    where = made.project(last)
    done, open_ = made.text(last, where, complete=True)["id"], made.text(last, where)["id"]
    for ids in ([open_], ["t_nothing"], "t_one", [3]):
        sent = {"name": "Pets", "task_ids": ids}
        assert status(lambda body=sent: last.post("datasets", body)) == 400  # type: ignore[misc]
    found = last.post("datasets", {"name": "Pets", "type": "ner", "project": where})
    assert (found["item_count"], found["type"], found["project"]) == (1, "ner", where)
    both = last.post("datasets", {"name": "Both", "project": where, "task_ids": []})
    assert both["item_count"] == 0
    path = f"datasets/{both['id']}/tasks"
    assert last.post(path, {"task_ids": [done]})["item_count"] == 1
    assert last.post(path, {"task_ids": [done]})["item_count"] == 1
    assert last.post(path, {})["item_count"] == 1
    assert status(lambda: last.post(path, {"task_ids": [open_]})) == 400
    assert status(lambda: last.post("datasets/d_nothing/tasks", {"task_ids": [done]})) == 404


# --------------------------------------------------------------------------------- search


@pytest.mark.parametrize("kind", [V3, V34])
def test_the_tasks_of_a_dataset_carry_annotations(old: Callable[..., Any], kind: type[V3]) -> None:
    client = old(kind)
    bench = made.bench(old(V4))
    found = client.get_dataset_tasks(bench.dataset)
    assert (found.total, found.limit, found.next_url, found.previous_url) == (1, 100, None, None)
    assert found[0]["annotations"][0]["type"] == "bounding-box"
    assert found[0]["dataset_id"] == bench.dataset
    past = client.get_dataset_tasks(bench.dataset, limit=50, offset=480)
    assert ([*past], past.total) == ([], 1)


def test_the_last_version_leaves_annotations_out_unless_asked(last: V4) -> None:
    bench = made.bench(last)
    last.create_model_run(bench.dataset, bench.version, bench.task, made.BOX)
    (without,) = last.get_dataset_tasks(bench.dataset)
    assert (without["annotations"], without["model_runs"]) == ([], [])
    (found,) = last.get_dataset_tasks(bench.dataset, exclude_annotations=False)
    assert (len(found["annotations"]), len(found["model_runs"])) == (2, 1)


def test_limits_of_a_search_are_obeyed(last: V4) -> None:
    where = made.project(last)
    for _ in range(3):
        made.text(last, where, complete=True)
    dataset = last.post("datasets", {"name": "Pets", "project": where})["id"]
    found = last.get_dataset_tasks(dataset, limit=2)
    assert (len(found), found.total) == (2, 3)
    assert str(found.next_url).endswith(f"/search/tasks?dataset={dataset}&limit=2&offset=2")
    assert len(last.get_dataset_tasks(dataset, limit=2, offset=2)) == 1
    assert last.post(f"search/tasks?dataset={dataset}", None)["count"] == 3
    assert len(last.post(f"search/tasks?dataset={dataset}&limit=1000", {})["results"]) == 3
    assert status(lambda: last.post(f"search/tasks?dataset={dataset}&limit=1001", {})) == 400


def test_a_search_needs_a_dataset_that_exists(last: V4) -> None:
    assert status(lambda: last.post("search/tasks", {})) == 400
    assert status(lambda: last.get_dataset_tasks("d_nothing")) == 404


# ----------------------------------------------------------------------------- model runs


def test_a_run_is_one_prediction(any_old: Client, last: V4) -> None:
    bench = made.bench(last)
    found = any_old.create_model_run(bench.dataset, bench.version, bench.task, made.BOX, 0.75)
    assert found["id"].startswith("pr_")
    assert (found["dataset"], found["task"]) == (bench.dataset, bench.task)
    assert (found["model_version"], found["confidence_score"]) == (bench.version, 0.75)
    assert found["annotation"]["label"] == "Cat"
    (task,) = last.get_dataset_tasks(bench.dataset, exclude_annotations=False)
    assert [run["id"] for run in task["model_runs"]] == [found["id"]]
    truth, run = task["annotations"]
    assert (truth["is_model_run"], truth["iou"]) == (False, None)
    assert (run["is_model_run"], run["iou"], run["id"]) == (True, 1.0, found["id"])
    assert (run["model_version"], run["confidence_score"]) == (bench.version, 0.75)
    assert "model_runs" not in only(last, bench.project)
    assert len(only(last, bench.project)["annotations"]) == 1


def test_repeats_add_runs(last: V4) -> None:
    bench = made.bench(last)
    for _ in range(2):
        last.create_model_run(bench.dataset, bench.version, bench.task, made.BOX)
    (task,) = last.get_dataset_tasks(bench.dataset, exclude_annotations=False)
    assert len(task["model_runs"]) == 2


@pytest.mark.parametrize("confidence", [None, 0, 1, 0.0, 1.0, 0.3])
def test_confidences(last: V4, confidence: float | None) -> None:
    bench = made.bench(last)
    found = last.create_model_run(bench.dataset, bench.version, bench.task, made.BOX, confidence)
    assert found["confidence_score"] == confidence


@pytest.mark.parametrize("confidence", [-0.1, 1.1, float("nan"), float("inf"), True, "0.5", [1]])
def test_confidences_that_are_none(last: V4, confidence: Any) -> None:
    bench = made.bench(last)
    assert (
        status(
            lambda: last.create_model_run(
                bench.dataset, bench.version, bench.task, made.BOX, confidence
            )
        )
        == 400
    )


@pytest.mark.parametrize(
    "annotation",
    [
        *[made.BOX, made.POLYGON, {"label": "Cat"}, "Cat", None, [], {}, [made.BOX], 3],
        {**made.BOX, "left": float("nan")},
        {"name": "Cat", "type": "cuboid", "corners": [float("inf")]},
        {"label": "", "type": 3},
        {**made.BOX, "attributes": {"odd": float("nan")}},
    ],
)
def test_any_json_is_a_prediction(last: V4, annotation: Any) -> None:
    bench = made.bench(last)
    found = last.create_model_run(bench.dataset, bench.version, bench.task, annotation)
    (task,) = last.get_dataset_tasks(bench.dataset, exclude_annotations=False)
    assert task["model_runs"][0]["annotation"] == found["annotation"]
    assert found["annotation"]["label"]
    if annotation == [made.BOX]:
        assert found["annotation"]["annotation"] == [made.BOX]


def test_the_order_of_refusals_of_a_run(home: Home, last: V4) -> None:
    bench = made.bench(last)
    outside = made.image(last, bench.project, complete=True)["id"]
    good = {"dataset": bench.dataset, "model_version": bench.version, "task": bench.task}
    wrong = [
        ({"dataset": "d_nothing"}, 404),
        ({"dataset": bench.task}, 404),
        ({"model_version": "mv_nothing"}, 404),
        ({"model_version": "m_nothing"}, 404),
        ({"task": "t_nothing"}, 404),
        ({"task": "nothing"}, 404),
        ({"task": outside}, 400),
        *[({key: value}, 400) for key in good for value in (None, "", [1])],
    ]
    for change, expected in wrong:
        body = {**good, "annotation": made.BOX, **change}
        reply = home.call("POST", "/api/v1/datasets/model-run", body)
        assert (reply.status, change) == (expected, change)
    # None of these has begun a run.
    assert home.call("GET", "/api/v2/model-runs").data["count"] == 0


def test_the_platform_sees_the_predictions(home: Home, last: V4) -> None:
    bench = made.bench(last)
    for confidence in (0.9, None):
        last.create_model_run(bench.dataset, bench.version, bench.task, made.BOX, confidence)
    (run,) = home.call("GET", "/api/v2/model-runs").data["results"]
    assert (run["model_version_id"], run["prediction_count"]) == (bench.version, 2)
    assert run["coverage"]["missing"] == 0


TRUTHS: list[tuple[str, Shape]] = [
    ("Cat", Box(0, 0, 10, 10)),
    ("Cat", Box(20, 0, 10, 10)),
    ("Dog", Box(0, 0, 10, 10)),
    ("Cat", Whole()),
    ("Path", Polygon((Segment(((0, 0), (10, 0), (10, 10))),))),
    ("Name", Span(10, 14)),
]


@pytest.mark.parametrize(
    ("name", "shape", "expected"),
    [
        ("Cat", Box(0, 0, 10, 10), 1.0),
        ("Cat", Box(20, 0, 10, 5), 0.5),
        ("Cat", Box(5, 0, 10, 10), 1 / 3),
        ("Cat", Box(50, 50, 10, 10), 0.0),
        ("Cat", Box(10, 0, 10, 10), 0.0),
        ("Dog", Box(20, 0, 10, 10), 0.0),
        ("Bird", Box(0, 0, 10, 10), None),
        ("Cat", Whole(), None),
        ("Path", Box(0, 0, 10, 10), 1.0),
        ("Name", Span(12, 16), 1 / 3),
        ("Name", Box(10, 0, 4, 1), None),
        ("Cat", Point(3, 3), 0.0),
    ],
)
def test_the_iou_of_a_run(last: V4, name: str, shape: Shape, expected: float | None) -> None:
    moment = {"created_date": "2022-07-11T02:01:34Z"}
    truths = [
        Annotation(id=str(at), task_id="t_1", label=label, shape=one, attributes={}, **moment)  # type: ignore[arg-type]
        for at, (label, one) in enumerate(TRUTHS)
    ]
    guess = Prediction(id="p", model_run_id="", task_id="t_1", label=name, shape=shape, **moment)  # type: ignore[arg-type]
    assert writing.best_iou(guess, writing.places(truths)) == expected


# -------------------------------------------------------------------------------- models


def test_models_are_made_here_too(last: V4) -> None:
    first = last.post("models", {"name": "Finder"})
    assert first["id"].startswith("m_")
    assert last.get("models") == {
        "results": [first],
        "count": 1,
        "next": None,
        "previous": None,
    }
    for body in ({}, {"name": ""}, {"name": ["a"]}):
        assert status(lambda sent=body: last.post("models", sent)) == 400  # type: ignore[misc]


@pytest.mark.parametrize("kind", [clients.V1, clients.V2, clients.V2b, V3, V34])
def test_the_trainer(old: Callable[..., Any], kind: type[Client]) -> None:
    trainer = Trainer(old(kind))
    model = trainer.client.post("models", {"name": "Digits"})["id"]
    config = {"lr": 0.1, "layers": [1, 2], "deep": {"er": None}}
    version = trainer.init(model, "first", config)["ai_model_version"]
    assert version["id"].startswith("mv_")
    assert (version["version_name"], version["model"]) == ("first", model)
    assert (version["config"], version["labels"]) == (config, [])
    assert (version["state"], version["steps"]) == ("training", 0)
    for epoch in range(1, 10):
        answer = trainer.log({"acc": epoch / 10, "loss": 1 / epoch})
        assert answer["step"] == epoch - 1
    finished = trainer.finish()["ai_model_version"]
    assert (finished["state"], finished["steps"]) == ("finished", 9)
    assert trainer.finish()["ai_model_version"] == finished
    assert status(lambda: trainer.log({"acc": 1})) == 409


def test_labels_of_the_founding_readme(last: V4) -> None:
    model = last.post("models", {"name": "Digits"})["id"]
    for labels in (["Cat", "Dog"], [{"name": "Cat"}, {"label": "Dog"}]):
        sent = {"version_name": "v1", "config": None, "labels": labels}
        version = last.post(f"models/{model}/init", sent)["ai_model_version"]
        assert (version["labels"], version["config"]) == (["Cat", "Dog"], {})


@pytest.mark.parametrize("model", ["", "m_nothing", "mv_nothing", "nothing"])
def test_a_version_needs_a_model_that_exists(old: Callable[..., Any], model: str) -> None:
    trainer = Trainer(old(V34))
    with pytest.raises(clients.Refused) as refused:
        trainer.init(model, "")
    assert refused.value.args[1] == 404
    if not model:
        assert "model_id is empty" in json.loads(refused.value.args[0])["detail"]


@pytest.mark.parametrize(
    "sent",
    [
        *[{}, {"version_name": ""}, {"version_name": ["a"]}],
        *[{"version_name": "a", "config": [1]}, {"version_name": "a", "labels": [1]}],
    ],
)
def test_versions_that_are_none(last: V4, sent: dict[str, Any]) -> None:
    model = last.post("models", {"name": "Digits"})["id"]
    assert status(lambda: last.post(f"models/{model}/init", sent)) == 400


def entries(home: Home, trainer: Trainer) -> list[tuple[int, Any]]:
    """Steps and data of a version's log, as the platform has them."""
    path = f"/api/v2/model-versions/{trainer.version_id}/log-entries"
    return [(entry["step"], entry["data"]) for entry in home.call("GET", path).data["results"]]


def test_the_same_step_merges(home: Home, trainer: Trainer) -> None:
    trainer.log({"acc": 1, "loss": 2}, step=5)
    answer = trainer.log({"loss": 3, "more": [1]}, step=5)
    assert answer["data"] == {"acc": 1, "loss": 3, "more": [1]}
    trainer.log({"acc": 0}, step=4)
    assert entries(home, trainer) == [(4, {"acc": 0}), (5, answer["data"])]


def test_numbers_by_key_follow_what_was_merged(home: Home, trainer: Trainer) -> None:
    def numbers(value: str) -> dict[str, Any]:
        found = home.call("GET", f"/api/v2/log-entries/numbers?value={value}").data
        [version] = found["model_versions"]
        return dict(zip(found["logged_keys"], version["values"], strict=True))

    trainer.log({"loss": 9}, step=5)
    trainer.log({"loss": 2}, step=6)
    trainer.log({"acc": 0.5}, step=6)
    assert numbers("last") == {"loss": 2, "acc": 0.5}
    assert numbers("highest") == {"loss": 9, "acc": 0.5}
    trainer.log({"loss": 3}, step=5)
    assert numbers("last") == {"loss": 2, "acc": 0.5}
    assert numbers("highest") == {"loss": 3, "acc": 0.5}
    trainer.log({"loss": 4}, step=7)
    assert (numbers("last")["loss"], numbers("lowest")["loss"]) == (4, 2)


def test_numbers_by_key_follow_what_was_merged_into_packs(
    home: Home, trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the packs, in them and behind them, one after another."""
    monkeypatch.setattr(log_packs, "PACK", 4)
    logged = {
        step: {"loss": float(step % 5), **({"acc": step} if step % 3 else {})}
        for step in range(1, 15)
    }
    for step, data in logged.items():
        trainer.log(data, step=step)
    for step in (14, 10, 7, 4, 1):
        trainer.log({"loss": 20.0 - step, "new": 1}, step=step)
        logged[step] |= {"loss": 20.0 - step, "new": 1}
        for value, of in (("last", lambda some: some[-1]), ("lowest", min), ("highest", max)):
            found = home.call("GET", f"/api/v2/log-entries/numbers?value={value}").data
            [version] = found["model_versions"]
            expected = {
                key: of([data[key] for data in logged.values() if key in data])
                for key in ("loss", "acc", "new")
            }
            assert dict(zip(found["logged_keys"], version["values"], strict=True)) == expected
    assert found["logged_keys"] == ["loss", "acc", "new"]


def test_any_key_and_value_can_be_logged(home: Home, old: Callable[..., Any]) -> None:
    trainer = Trainer(old(V34))
    trainer.init(trainer.client.post("models", {"name": "Digits"})["id"], "first")
    data = {"": 1, "Schärfe": "text", "deep": {"er": [None, True]}, "id": 3, "labels": []}
    assert trainer.log(data)["data"] == data
    answer = trainer.log({"loss": float("nan"), "most": float("inf")})
    assert answer["data"] == {"loss": None, "most": None}
    stored = entries(home, trainer)
    assert stored[0] == (0, data)
    assert stored[1][1] == {"loss": {"$number": "NaN"}, "most": {"$number": "Infinity"}}


def test_steps(home: Home, trainer: Trainer) -> None:
    path = f"models/{trainer.version_id}/log"
    post = trainer.client.post
    steps = [post(path, {"a": 1, **sent})["step"] for sent in ({}, {}, {"step": 7}, {"step": None})]
    assert steps == [0, 1, 7, 8]
    assert post(path, {"a": 2, "step": 2.0})["step"] == 2
    assert post(path, {"a": 3, "step": -2})["step"] == -2
    assert post(path, {"a": 4, "step": 2**53 - 1})["step"] == 2**53 - 1
    assert len(entries(home, trainer)) == 7
    for step in (1.5, "3", True, [1], 2**53, 10**40):
        assert status(lambda sent=step: post(path, {"a": 1, "step": sent})) == 400  # type: ignore[misc]


def test_staged_values_of_the_old_trainer(home: Home, trainer: Trainer) -> None:
    trainer.log({"staged": 1}, commit=False)
    trainer.log({"acc": 1})
    trainer.log({"acc": 2, "staged": 9})
    assert entries(home, trainer) == [(0, {"acc": 1, "staged": 1}), (1, {"acc": 2, "staged": 1})]


def test_finishing_starts_the_metrics(home: Home, last: V4) -> None:
    bench = made.bench(last)
    last.create_model_run(bench.dataset, bench.version, bench.task, made.BOX, 0.9)
    first = last.post(f"models/{bench.version}/finish", {"step": 0})
    assert len(first["evaluations"]) == 1
    again = last.post(f"models/{bench.version}/finish", {"step": 0})
    assert again["evaluations"] == first["evaluations"]
    home.server.work()
    found = home.call("GET", f"/api/v2/evaluations/{first['evaluations'][0]}").data
    assert found["state"] == "finished"


@pytest.mark.parametrize("verb", ["log", "finish"])
@pytest.mark.parametrize("version", ["mv_nothing", "m_nothing"])
def test_the_two_kinds_of_ids_below_models(last: V4, verb: str, version: str) -> None:
    assert status(lambda: last.post(f"models/{version}/{verb}", {"step": 0})) == 404
