"""Reports asked again: every number follows the state, and equals that of a cold run."""

import json
from typing import Any

import numpy as np
import pytest

from linlog import LinLogClient, errors
from linlog.evaluation import frozen, intervals, kinds, protocol_blocks
from linlog.evaluation.kinds import Item, Prediction, Truth
from linlog.evaluation.tallies import Tally
from linlog.rendering import facts, html
from linlog.server.store import paging
from linlog.shapes import Box, Keypoint, Keypoints
from linlog.wire.blocks import Basis, Matrix, PerSlice, Report, Scalars, Table
from linlog.wire.evaluations import Document, EvaluatedOutcome, Evaluation, ReportState
from linlog.wire.paging import Page
from tests.conftest import Server
from tests.factories import annotations, datasets, evaluations, model_runs, predictions, slices
from tests.factories.organisations import Home
from tests.factories.slices import of

LABELS = ("cat", "dog", "fox")
SETTINGS = ("confidence_threshold", "iou_threshold", "missing")
SEED = 11


class Scene:
    """An evaluation of random boxes, with all that a cold run needs."""

    def __init__(self, client: LinLogClient, server: Server) -> None:
        random = np.random.default_rng(SEED)
        self.client = client
        self.dataset_id = datasets.create(client, 14, marks=[]).id
        self.task_ids = datasets.task_ids(client, self.dataset_id)
        self.run = model_runs.create(client, dataset_id=self.dataset_id)
        sent = []
        for place, task_id in enumerate(self.task_ids):
            boxes = [_box(random) for _ in range(int(random.integers(0, 5)))]
            marks = [annotations.of(box, str(random.choice(LABELS))) for box in boxes]
            if marks:
                client.annotations.create(task_id, marks)
            if place < 12:
                sent += [
                    predictions.of(
                        task_id,
                        str(random.choice(LABELS)),
                        _near(random, boxes[at]) if at < len(boxes) else _box(random),
                        float(random.random()),
                    )
                    for at in range(int(random.integers(1, 7)))
                ]
            client.tasks.update(task_id, metadata={"night": bool(place % 3 == 0)})
        predictions.send(client, self.run.id, sent)
        self.sent = sent
        for split, some in (("train", slice(0, 6)), ("test", slice(6, 12))):
            client.datasets.set_split(self.dataset_id, split, self.task_ids[some])
        made = client.evaluations.create(self.run.id)
        server.work()
        self.evaluation: Evaluation = client.evaluations.get(made.id)
        query = of("metadata.night", "is", True)
        self.slice_id = slices.create(client, query, dataset_id=self.dataset_id).id

    def cold(self, **state: Any) -> Report:
        """The report of a state, computed by the kind alone from what was sent."""
        kind = kinds.get("detection")
        tally, config = self.matched(state)
        report = kind.summarize(tally, config)
        return intervals.attach(report, kind, tally, config) if "intervals" in state else report

    def matched(self, state: dict[str, Any]) -> tuple[Tally, Any]:
        """The tally of a state, matched anew from what was sent, and its config."""
        kind = kinds.get("detection")
        names, split = state.get("label_map", {}), state.get("split")
        members = {
            task_id
            for place, task_id in enumerate(self.task_ids)
            if split is None or task_id in self.task_ids[0 if split == "train" else 6 :][:6]
            if "slice_id" not in state or place % 3 == 0
        }
        items = [self._item(task_id, names) for task_id in sorted(members)]
        settings = {name: state[name] for name in SETTINGS if name in state}
        config = kind.Config(**{**self.evaluation.config, **settings})
        return kind.match(items, config), config

    def _item(self, task_id: str, names: dict[str, str | None]) -> Item:
        task = self.client.tasks.get(task_id)
        truths = sorted(task.annotations, key=lambda each: (each.label, _key(each.shape)))
        found = [each for each in self.sent if each.task_id == task_id]
        found.sort(key=lambda each: (each.label, _key(each.shape)))
        return Item(
            task_id,
            tuple(
                Truth(each.id, name, each.shape)
                for each in truths
                if (name := names.get(each.label, each.label)) is not None
            ),
            tuple(
                Prediction(each.id, name, each.shape, each.confidence)
                for each in found
                if (name := names.get(each.label, each.label)) is not None
            ),
            predicted=bool(found),
        )


def _box(random: np.random.Generator) -> Box:
    left, top = random.uniform(0, 200, 2).tolist()
    return Box(left, top, *random.uniform(10, 80, 2).tolist())


def _near(random: np.random.Generator, box: Box) -> Box:
    left, top, width, height = random.normal(0, 4, 4).tolist()
    return Box(box.left + left, box.top + top, box.width + abs(width), box.height + abs(height))


def _key(shape: Any) -> bytes:
    return frozen.encode(shape)


def without_said(report: Report) -> list[Any]:
    """The blocks but for what was asked."""
    return [block for block in report.blocks if block.name not in {"basis", "slices"}]


def states(number: int) -> list[dict[str, Any]]:
    """Random states of a report, each with some of its parts."""
    random = np.random.default_rng(SEED)
    choices: dict[str, list[Any]] = {
        "confidence_threshold": [0.0, 0.25, 0.5, 0.8, 1.0],
        "iou_threshold": [0.1, 0.3, 0.5, 0.75, 0.9],
        "label_map": [
            {"cat": "pet", "dog": "pet"},
            {"fox": "cat"},
            dict.fromkeys(LABELS, "animal"),
            {"dog": "wolf"},
            {"dog": None},
            {"cat": "pet", "dog": "pet", "fox": None},
        ],
        "split": ["train", "test"],
        "missing": ["missed", "left out"],
        "slice_id": ["night"],
        "intervals": [True],
    }
    return [
        {
            name: options[random.integers(len(options))]
            for name, options in choices.items()
            if random.random() < 0.5
        }
        for _ in range(number)
    ]


@pytest.fixture(scope="module")
def scene(shared: Server) -> Scene:
    from tests.factories import organisations

    return Scene(organisations.create(shared).client(), shared)


@pytest.mark.parametrize("state", states(40), ids=str)
def test_every_state_equals_a_cold_run(scene: Scene, state: dict[str, Any]) -> None:
    asked = {**state, "slice_id": scene.slice_id} if "slice_id" in state else state
    for _ in range(2):
        report = scene.client.get_report(scene.evaluation.id, **asked)
        assert without_said(report) == list(scene.cold(**state).blocks)


@pytest.mark.parametrize("state", states(40), ids=str)
def test_the_precision_shown_is_that_of_the_matrix_shown(
    scene: Scene, state: dict[str, Any]
) -> None:
    asked = {**state, "slice_id": scene.slice_id} if "slice_id" in state else state
    report = scene.client.get_report(scene.evaluation.id, **asked)
    matrix = next(block for block in report.blocks if isinstance(block, Matrix))
    counts = np.array(matrix.values)
    hits = np.trace(counts[:-1, :-1])
    for name, whole in (
        ("precision", counts[:, :-1].sum()),
        ("recall", counts[:-1].sum()),
        ("f1", (counts[:, :-1].sum() + counts[:-1].sum()) / 2),
    ):
        value = report.scalar(name)
        assert value == pytest.approx(hits / whole, abs=1e-15) if whole else value is None
    assert report.scalar("hits") == hits


def test_the_address_says_the_state_too(scene: Scene, home: Home) -> None:
    where = f"/evaluations/{scene.evaluation.id}/report"
    state = {"confidence_threshold": 0.5, "label_map": {"cat": "pet", "dog": "pet"}}
    query = {**state, "label_map": json.dumps(state["label_map"])}
    answer = scene.client._http.get(where, Report, **query)
    assert answer == scene.client.get_report(scene.evaluation.id, **state)


def test_without_a_state_the_report_is_the_stored_one(scene: Scene) -> None:
    report = scene.client.get_report(scene.evaluation.id)
    assert not [block for block in report.blocks if block.name == "basis"]
    assert report == scene.cold()


def test_intervals_come_where_they_are_asked_for(scene: Scene) -> None:
    plain = scene.client.get_report(scene.evaluation.id)
    asked = scene.client.get_report(scene.evaluation.id, intervals=True)
    assert asked == scene.cold(intervals=True)
    for report, some in ((plain, False), (asked, True)):
        found = next(block for block in report.blocks if isinstance(block, Scalars))
        assert any(each.low is not None for each in found.scalars) == some


def test_protocols_judge_what_was_stored(scene: Scene) -> None:
    report = scene.client.protocols(scene.evaluation.id)
    assert report == scene.client.protocols(scene.evaluation.id)
    side, differences = (each for each in report.blocks if isinstance(each, Table))
    plain = scene.client.get_report(scene.evaluation.id)
    assert side.rows[0].name == "coco"
    numbers = dict(zip((column.name for column in side.columns), side.rows[0].values, strict=True))
    for name in ("map", "ap50"):
        assert numbers[name] == pytest.approx(plain.scalar(name), abs=1e-12)
    *parts, together = (row.values for row in differences.rows)
    for column, whole in enumerate(together):
        assert sum(part[column] or 0 for part in parts) == pytest.approx(whole, abs=1e-12)


@pytest.mark.parametrize("state", states(20), ids=str)
def test_protocols_follow_the_state_too(scene: Scene, state: dict[str, Any]) -> None:
    state = {name: value for name, value in state.items() if name != "intervals"}
    asked = {**state, "slice_id": scene.slice_id} if "slice_id" in state else state
    tally, config = scene.matched(state)
    for _ in range(2):
        report = scene.client.protocols(scene.evaluation.id, **asked)
        said = protocol_blocks.report(tally, config.missing).blocks
        assert [block for block in report.blocks if block.name != "basis"] == list(said)
    assert any(isinstance(block, Basis) for block in report.blocks) == bool(state)
    *parts, together = (
        row.values
        for block in report.blocks
        if block.name == "protocol_differences" and isinstance(block, Table)
        for row in block.rows
    )
    for column, whole in enumerate(together):
        changes = [part[column] for part in parts]
        assert (None in changes) == (whole is None)
        assert whole is None or sum(filter(None, changes)) == pytest.approx(whole, abs=1e-12)


def test_protocols_take_the_tasks_of_a_slice_by_outcome(scene: Scene) -> None:
    """Which tasks those are depends on the thresholds, though protocols have their own."""
    query = of("outcome", "is", "missed")
    missed = slices.create(scene.client, query, dataset_id=scene.dataset_id, name="missed").id
    state: dict[str, Any] = {"slice_id": missed, "confidence_threshold": 0.9}
    for asked in ({"slice_id": missed}, state):
        by_report, by_protocols = (
            next(block for block in report.blocks if isinstance(block, Basis)).tasks
            for report in (
                scene.client.get_report(scene.evaluation.id, **asked),
                scene.client.protocols(scene.evaluation.id, **asked),
            )
        )
        assert by_report == by_protocols


def test_protocols_by_address_follow_the_state(scene: Scene) -> None:
    where = f"/evaluations/{scene.evaluation.id}/protocols"
    state: dict[str, Any] = {"label_map": {"cat": "pet", "dog": None}, "split": "test"}
    query = {**state, "label_map": json.dumps(state["label_map"])}
    answer = scene.client._http.get(where, Report, **query)
    assert answer == scene.client.protocols(scene.evaluation.id, **state)
    with pytest.raises(errors.Invalid, match="no label 'wolf'"):
        scene.client.protocols(scene.evaluation.id, label_map={"wolf": "dog"})
    for refused in (ReportState(slices=(scene.slice_id,)), ReportState(intervals=True)):
        with pytest.raises(errors.Invalid, match="protocols have no"):
            scene.client._http.post(where, Report, refused)


def test_protocols_are_of_boxes_and_regions(client: LinLogClient, shared: Server) -> None:
    run = model_runs.create(client)
    spoken = client.evaluations.create(run.id, kind="classification").id
    with pytest.raises(errors.Conflict):
        client.protocols(spoken)
    shared.work()
    with pytest.raises(errors.Invalid, match="judge detection and segmentation") as caught:
        client.protocols(spoken)
    assert caught.value.field == "evaluation_id"


def test_a_report_is_written_into_files(scene: Scene) -> None:
    state: dict[str, Any] = {"label_map": {"cat": "pet"}, "slice_id": scene.slice_id}
    report = scene.client.get_report(scene.evaluation.id, **state, intervals=True)
    where = f"/evaluations/{scene.evaluation.id}/document"
    body = ReportState(**state)
    page = scene.client._http.post(f"{where}?form=html", Document, body)
    title = facts.title(scene.evaluation)
    said = facts.of(scene.evaluation, state)
    assert page.text == html.page(report, title=title, facts=said)
    assert page.media_type == "text/html"
    text = scene.client._http.post(f"{where}?form=markdown", Document, body)
    assert text.filename.endswith(".md")
    assert f"{report.scalar('map'):.4f}" in text.text
    assert "Only tasks of the slice cats." in text.text


def test_the_report_says_what_was_left_out_and_joined(scene: Scene) -> None:
    report = scene.client.get_report(
        scene.evaluation.id,
        split="test",
        slice_id=scene.slice_id,
        label_map={"cat": "pet", "dog": "pet"},
    )
    said = report.blocks[1]
    assert isinstance(said, Basis)
    assert (said.tasks, said.of) == (2, 14)
    assert "split test" in said.text
    assert "slice cats" in said.text
    assert "2 of 14 tasks" in said.text
    assert "cat, dog as pet" in said.text


def test_the_report_says_which_labels_are_left_out_and_the_thresholds(scene: Scene) -> None:
    report = scene.client.get_report(
        scene.evaluation.id,
        label_map={"fox": None},
        confidence_threshold=0.25,
        iou_threshold=0.75,
        missing="left out",
    )
    said = report.blocks[1]
    assert isinstance(said, Basis)
    assert said.text == (
        "Confidence from 0.25. IoU from 0.75. Left out, truths and predictions alike: fox. "
        "Tasks without predictions are left out."
    )
    assert (said.tasks, said.of) == (14, 14)


def test_the_labels_that_were_met_are_counted(scene: Scene) -> None:
    found = scene.client.evaluations.labels(scene.evaluation.id).labels
    report = scene.client.get_report(scene.evaluation.id, confidence_threshold=0.0)
    assert [each.label for each in found] == sorted(LABELS)
    assert sum(each.truths for each in found) == report.scalar("truths")
    assert sum(each.predictions for each in found) == len(scene.sent)


def test_keypoints_are_asked_by_oks(client: LinLogClient, shared: Server) -> None:
    dataset = datasets.create(client, 1, marks=[annotations.of(_pose(0.0), "person")])
    run = model_runs.create(client, dataset_id=dataset.id)
    predictions.on_all(client, run, shape=_pose(3.0), label="person")
    made = client.evaluations.create(run.id)
    shared.work()
    with pytest.raises(errors.Invalid, match="keypoints has no iou_threshold.* oks_threshold"):
        client.get_report(made.id, iou_threshold=0.5)
    loose, strict = (client.get_report(made.id, oks_threshold=each) for each in (0.1, 0.99))
    assert (loose.scalar("hits"), strict.scalar("hits")) == (1, 0)
    basis = strict.blocks[1]
    assert isinstance(basis, Basis)
    assert basis.text == "OKS from 0.99."


def _pose(shift: float) -> Keypoints:
    """A person of three points, moved."""
    points = (("nose", 50.0, 20.0), ("left_hip", 40.0, 80.0), ("right_hip", 60.0, 80.0))
    return Keypoints(tuple(Keypoint(name, x + shift, y) for name, x, y in points))


def test_slices_stand_side_by_side(scene: Scene) -> None:
    report = scene.client.get_report(
        scene.evaluation.id, confidence_threshold=0.5, slices=[scene.slice_id]
    )
    table = report.blocks[-1]
    assert isinstance(table, PerSlice)
    everything, night = table.rows
    assert (everything.slice_id, everything.tasks, night.tasks) == (None, 14, 5)
    place = [column.name for column in table.columns].index("f1")
    sliced = scene.client.get_report(
        scene.evaluation.id, confidence_threshold=0.5, slice_id=scene.slice_id
    )
    assert everything.values[place] == report.scalar("f1")
    assert night.values[place] == sliced.scalar("f1")
    left_out = scene.client.get_report(
        scene.evaluation.id, missing="left out", slices=[scene.slice_id]
    )
    assert isinstance(left_out.blocks[-1], PerSlice)
    assert [row.tasks for row in left_out.blocks[-1].rows] == [12, 4]


def test_a_slice_that_is_changed_is_asked_anew(scene: Scene) -> None:
    made = slices.create(
        scene.client, {"any": []}, dataset_id=scene.dataset_id, name="none, then all"
    )
    empty = scene.client.get_report(scene.evaluation.id, slice_id=made.id)
    assert (empty.scalar("truths"), empty.scalar("map")) == (0, None)
    scene.client.slices.update(made.id, query={"all": []})
    full = scene.client.get_report(scene.evaluation.id, slice_id=made.id)
    assert without_said(full) == list(scene.cold().blocks)


@pytest.mark.parametrize(
    ("state", "field", "said"),
    [
        ({"confidence_threshold": 1.5}, "confidence_threshold", "must be from 0 to 1"),
        ({"iou_threshold": 0.05}, "iou_threshold", "must be from 0.1 to 1"),
        ({"label_map": {"bear": "cat"}}, "label_map", "has no label 'bear'; it has cat, dog, fox"),
        ({"label_map": {"cat": " "}}, None, "1 to 200 characters"),
        ({"split": "holdout"}, None, "train"),
    ],
)
def test_what_a_state_cannot_be_is_refused(
    scene: Scene, state: dict[str, Any], field: str | None, said: str
) -> None:
    where = f"/evaluations/{scene.evaluation.id}/report"
    for ask in (scene.client._http.post, _by_address(scene)):
        with pytest.raises(errors.Invalid, match=said) as caught:
            ask(where, Report, state)
        assert field in (None, caught.value.field)


def _by_address(scene: Scene) -> Any:
    def ask(where: str, kind: Any, state: dict[str, Any]) -> Any:
        query = {
            name: json.dumps(value) if isinstance(value, dict) else value
            for name, value in state.items()
        }
        return scene.client._http.get(where, kind, **query)

    return ask


def test_a_kind_without_iou_says_what_its_reports_take(
    client: LinLogClient, shared: Server
) -> None:
    dataset = datasets.create(client, 2, marks=[annotations.whole()])
    run = model_runs.create(client, dataset_id=dataset.id)
    predictions.on_all(client, run, shape=annotations.whole().shape)
    made = client.evaluations.create(run.id)
    shared.work()
    with pytest.raises(errors.Invalid, match="classification has no iou_threshold") as caught:
        client.get_report(made.id, iou_threshold=0.5)
    assert caught.value.field == "iou_threshold"


def test_a_report_of_another_dataset_s_slice_is_refused(
    client: LinLogClient, shared: Server
) -> None:
    found = evaluations.finished(client, shared)
    with pytest.raises(errors.Invalid, match="of another dataset"):
        client.get_report(found.id, slice_id=slices.create(client).id)


def test_outcomes_are_as_many_as_the_report_of_the_state_counts(scene: Scene) -> None:
    for state in states(12):
        asked = {name: value for name, value in state.items() if name != "intervals"}
        if "slice_id" in asked:
            asked["slice_id"] = scene.slice_id
        report = scene.client.get_report(scene.evaluation.id, **asked)
        matrix = next(block for block in report.blocks if isinstance(block, Matrix))
        for truth, line in zip(matrix.rows[:-1], matrix.values, strict=False):
            for prediction, value in zip(matrix.columns[:-1], line, strict=False):
                page = scene.client.get_outcomes(
                    scene.evaluation.id,
                    truth_label=truth,
                    prediction_label=prediction,
                    limit=2,
                    **asked,
                )
                assert page.count == value
                assert len([*page.walk()]) == value
        missed = scene.client.get_outcomes(scene.evaluation.id, outcome="missed", **asked)
        assert missed.count == report.scalar("missed")
        alone = scene.client.get_outcomes(
            scene.evaluation.id, outcome=["false positive", "duplicate"], **asked
        )
        assert alone.count == report.scalar("false_positives")


@pytest.mark.parametrize("place", [(5, "e_other"), (-5, "@")])
def test_a_cursor_of_another_list_is_refused(scene: Scene, place: tuple[int, str]) -> None:
    where = f"/evaluations/{scene.evaluation.id}/outcomes"
    with pytest.raises(errors.Invalid) as raised:
        scene.client._http.get(where, Page[EvaluatedOutcome], cursor=paging.write_cursor(*place))
    assert raised.value.field == "cursor"


def test_an_outcome_names_what_it_is_of(scene: Scene) -> None:
    page = scene.client.get_outcomes(scene.evaluation.id, outcome="hit")
    assert page.count > 0
    for each in page:
        task = scene.client.tasks.get(each.task_id)
        truth = next(one for one in task.annotations if one.id == each.truth_id)
        assert truth.label == each.truth_label == each.prediction_label
        said = scene.client.predictions.list(scene.run.id, task_id=each.task_id)
        mine = next(one for one in said if one.id == each.prediction_id)
        assert mine.confidence == each.confidence
        assert each.iou is not None
        assert each.iou >= 0.5


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"outcome": "wrong"}, "outcome"),
        ({"truth_label": "gnu"}, "truth_label"),
        ({"task_id": "d_none"}, "task_id"),
        ({"error_type": "spurious"}, "error_type"),
        ({"confidence__gte": 2}, "confidence__gte"),
        ({"iou_threshold": 2}, "iou_threshold"),
        ({"limit": 100_000}, "limit"),
    ],
)
def test_outcomes_that_there_are_not_are_refused_by_name(
    scene: Scene, wanted: dict[str, Any], field: str
) -> None:
    where = f"/evaluations/{scene.evaluation.id}/outcomes"
    with pytest.raises(errors.Invalid) as caught:
        scene.client._http.get(where, dict, **wanted)
    assert caught.value.field == field
