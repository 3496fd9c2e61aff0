"""Files of tasks and predictions: every row accounted for, each stored once, in every format."""

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from linlog import LinLogClient, errors, shapes
from linlog.client.importing import delivery, rows
from linlog.client.importing import predictions as importing
from linlog.client.importing.boxes import Boxes, Made
from linlog.client.importing.reports import ImportReport
from linlog.client.resources.predictions import Predictions, PredictionStream
from linlog.client.streams import Refusal
from linlog.client.transports import Request, Response, Transport
from linlog.formats import _json
from linlog.wire import paging
from linlog.wire.model_versions import ModelVersion
from linlog.wire.predictions import Prediction
from linlog.wire.tasks import Task, TaskName
from tests.conftest import ORIGIN
from tests.factories import files, model_versions, projects
from tests.factories.organisations import Home

Rows = Iterable[Mapping[str, Any]]
BOX = {"type": "box", "left": 1.0, "top": 2.0, "width": 3.0, "height": 4.0}


def ndjson(path: Path, rows: Iterable[Any]) -> Path:
    """Rows as lines; text is written as it is."""
    lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    path.write_text("\n".join(lines) + "\n")
    return path


def as_parquet(path: Path, rows: Rows) -> Path:
    """Rows as Parquet, in several groups."""
    parquet.write_table(pa.Table.from_pylist(list(rows)), path, row_group_size=7)
    return path


def as_arrow(path: Path, rows: Rows) -> Path:
    """Rows as an Arrow file of several batches."""
    table = pa.Table.from_pylist(list(rows))
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=7)
    return path


WRITERS = {".ndjson": ndjson, ".parquet": as_parquet, ".arrow": as_arrow}


class World:
    """A dataset of named tasks, and a model version."""

    def __init__(self, client: LinLogClient, number: int = 5) -> None:
        self.client = client
        project = projects.create(client)
        self.tasks: list[Task] = client.tasks.create_all(
            project.id,
            [
                {
                    "attachment": f"https://pictures.example/{at}.png",
                    "attachment_type": "image",
                    "external_data": True,
                    "filename": f"{at}.png",
                    "unique_id": f"number {at}",
                    "complete": True,
                }
                for at in range(number)
            ],
        )
        self.dataset = client.datasets.create("pictures", task_ids=self.tasks)
        self.version: ModelVersion = model_versions.create(client)

    def load(self, path: Path, **changes: Any) -> ImportReport:
        """Import predictions."""
        return self.client.predictions.import_file(
            self.dataset.id, self.version.id, path, **changes
        )

    def stored(self) -> list[Prediction]:
        """The predictions of the version on the dataset."""
        run = self.client.model_runs.create(self.dataset.id, self.version.id)
        page = self.client.predictions.list(run.id, limit=paging.LARGEST_LIMIT)
        return [*page.everything()]


@pytest.fixture
def world(client: LinLogClient) -> World:
    """A world of five tasks."""
    return World(client)


def balanced(report: ImportReport) -> bool:
    """Whether every row is accounted for."""
    rejected = sum(each.count for each in report.reasons)
    return report.sent == report.accepted + report.rejected and report.rejected == rejected


@pytest.mark.parametrize("suffix", WRITERS)
def test_predictions_of_each_format(world: World, tmp_path: Path, suffix: str) -> None:
    rows = [
        {
            "task_id": world.tasks[at % 4].id,
            "label": f"label {at % 3}",
            "shape": {**BOX, "left": float(at)},
            "confidence": at / 100,
        }
        for at in range(30)
    ]
    path = WRITERS[suffix](tmp_path / f"file{suffix}", rows)
    report = world.load(path)
    assert (report.sent, report.accepted, report.present, report.rejected) == (30, 30, 0, 0)
    assert report.tasks_without_prediction == 1
    assert report.task_ids_without_prediction == (world.tasks[4].id,)
    found = sorted(world.stored(), key=lambda each: each.shape.bounds[0])  # type: ignore[index]
    assert [(each.task_id, each.label, each.confidence) for each in found] == [
        (row["task_id"], row["label"], row["confidence"]) for row in rows
    ]
    again = world.load(path)
    assert (again.sent, again.accepted, again.present, again.rejected) == (30, 30, 30, 0)
    assert len(world.stored()) == 30


@pytest.mark.parametrize("suffix", WRITERS)
def test_rows_that_found_nothing(world: World, tmp_path: Path, suffix: str) -> None:
    rows = [
        {"task_id": world.tasks[0].id, "label": "cat", "shape": BOX},
        {"task_id": world.tasks[1].id, "label": None, "shape": None},
    ]
    report = world.load(WRITERS[suffix](tmp_path / f"file{suffix}", rows))
    assert (report.sent, report.accepted, report.rejected) == (2, 2, 0)
    assert report.tasks_without_prediction == 3
    assert [each.task_id for each in world.stored()] == [world.tasks[0].id]
    run = world.client.model_runs.create(world.dataset.id, world.version.id)
    assert run.coverage.predicted == 2


def test_every_row_is_accounted_for(world: World, tmp_path: Path) -> None:
    good = {"task_id": world.tasks[0].id, "label": "cat", "shape": BOX}
    rows: list[Any] = [
        good,
        "{ no JSON",
        "[1, 2]",
        {**good, "task_id": "t_unknown"},
        {**good, "shape": {**BOX, "width": -1}},
        {**good, "confidence": 1.5},
        {**good, "label": ""},
        {"label": "cat", "shape": BOX},
        "",
        {"unique_id": "number 1", "label": "cat", "left": 1, "top": 2, "width": 3, "height": 4},
        {"filename": "2.png", "label": "cat", "score": 0.5},
        {"filename": "9.png", "label": "cat"},
        "x" * 100,
    ]
    rejected = tmp_path / "rejected.ndjson"
    report = world.load(ndjson(tmp_path / "file.ndjson", rows), rejected_file=rejected)
    assert balanced(report)
    assert (report.sent, report.accepted, report.unmatched) == (12, 3, 2)
    assert report.tasks_without_prediction == 2
    lines = [json.loads(line) for line in rejected.read_text().splitlines()]
    places = [line["place"] for line in lines if "place" in line]
    assert places == [f"line {at}" for at in (2, 3, 4, 5, 6, 7, 8, 12, 13)]
    assert [line["task_id"] for line in lines if "task_id" in line] == [
        task.id for task in world.tasks[3:]
    ]
    assert lines[2]["row"] == rows[3]
    assert {each.task_id for each in world.stored()} == {task.id for task in world.tasks[:3]}


@pytest.mark.parametrize("seed", range(5))
def test_rows_read_many_at_a_time_are_what_they_are_one_by_one(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)
    monkeypatch.setattr(rows, "BLOCK_BYTES", 400)
    made = [_any_row(world, chance, at) for at in range(300)]
    path = ndjson(tmp_path / "file.ndjson", made)
    plain, taken = Boxes.of_lines, []

    def counted(boxes: Boxes, number: int, lines: bytes) -> Made | None:
        made = plain(boxes, number, lines)
        taken.append(0 if made is None else len(made.entries))
        return made

    with monkeypatch.context() as patch:
        patch.setattr(Boxes, "of_lines", counted)
        many = _told(world, path, tmp_path)
    assert 0 in taken
    assert 50 < sum(taken) < 300
    world.version = model_versions.create(world.client)
    monkeypatch.setattr(Boxes, "of_lines", lambda *_: None)
    assert _told(world, path, tmp_path) == many
    assert balanced(many[0])


@pytest.mark.parametrize("suffix", WRITERS)
def test_plain_boxes_are_read_many_at_a_time(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    def never(*_: Any) -> None:
        raise AssertionError("a row was read by itself")

    monkeypatch.setattr(importing, "_entry", never)
    names = ("task_id", world.tasks[3].id), ("unique_id", "number 3"), ("filename", "3.png")
    shapes_of_rows = {"shape": BOX}, {key: BOX[key] for key in BOX if key != "type"}
    for (key, name), shape in product(names, shapes_of_rows):
        rows_of_file = [{key: name, "label": "cat", **shape}] * 9
        path = WRITERS[suffix](tmp_path / f"file{suffix}", rows_of_file)
        assert world.load(path).accepted == 9


@pytest.mark.parametrize("suffix", WRITERS)
def test_the_row_that_a_server_refuses_is_told_as_it_stands(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    stray = World(world.client).tasks[0].id
    plain = importing._Places.by
    monkeypatch.setattr(
        importing._Places, "by", lambda places, key: {**plain(places, key), stray: stray}
    )
    monkeypatch.setattr(rows, "BLOCK_BYTES", 500)
    made = [
        {"task_id": stray if at in {7, 23} else world.tasks[0].id, "label": f"{at}", **BOX}
        for at in range(40)
    ]
    for row in made:
        del row["type"]
    rejected = tmp_path / "rejected.ndjson"
    path = WRITERS[suffix](tmp_path / f"file{suffix}", made)
    report = world.load(path, rejected_file=rejected)
    assert (report.accepted, report.rejected) == (38, 2)
    lines = [json.loads(line) for line in rejected.read_text().splitlines()]
    told = [(line["place"], line["row"]) for line in lines if "row" in line]
    word = "line" if suffix == ".ndjson" else "row"
    assert told == [(f"{word} 8", made[7]), (f"{word} 24", made[23])]


@pytest.mark.parametrize("suffix", [".parquet", ".arrow"])
def test_nulls_of_tables_say_nothing_wherever_they_are(
    world: World, tmp_path: Path, suffix: str
) -> None:
    turned = {**BOX, "rotation": 30.0}
    named = {"task_id": world.tasks[0].id, "label": "cat"}
    rows_of_file = [{**named, "shape": turned}, {**named, "shape": BOX}]
    assert world.load(WRITERS[suffix](tmp_path / f"file{suffix}", rows_of_file)).accepted == 2
    assert {each.shape for each in world.stored()} == {
        shapes.Box(1.0, 2.0, 3.0, 4.0, 30.0),
        shapes.Box(1.0, 2.0, 3.0, 4.0),
    }


def test_rows_that_are_no_boxes_go_in_requests_of_their_own(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PredictionStream, "most_others", 4)
    sizes, plain = [], PredictionStream._sent

    def sized(stream: PredictionStream, where: str, *sent: Any) -> Sequence[Refusal]:
        sizes.append((where.rpartition("/")[2], len(sent[-1])))
        return plain(stream, where, *sent)

    monkeypatch.setattr(PredictionStream, "_sent", sized)
    turned = {"shape": {**BOX, "rotation": 30.0}}
    rows_of_file = [
        {"task_id": world.tasks[0].id, "label": f"{at}", **(turned if at % 3 else {"shape": BOX})}
        for at in range(30)
    ]
    report = world.load(ndjson(tmp_path / "file.ndjson", rows_of_file))
    assert (report.accepted, report.present) == (30, 0)
    assert sizes == [*[("predictions", 4)] * 5, ("boxes", 10)]
    assert sorted(each.label for each in world.stored()) == sorted(f"{at}" for at in range(30))


def _any_row(world: World, chance: random.Random, at: int) -> Any:
    """A row as they come: nearly always a box on a task."""
    task = world.tasks[chance.randrange(4)]
    names = {"task_id": task.id, "unique_id": task.unique_id, "filename": task.item.filename}
    row: dict[str, Any] = {"task_id": task.id, "label": chance.choice("abc")}
    row["shape"] = {**BOX, "left": chance.uniform(-9, 9)}
    row[chance.choice(["confidence", "score", "confidence_score"])] = chance.choice([at / 300, 1])
    strange = [
        lambda: "",
        lambda: "no JSON",
        lambda: "[1]",
        lambda: {**row, "confidence": 1.5},
        lambda: {**row, "label": ""},
        lambda: {**row, "label": None},
        lambda: {**row, "shape": {**BOX, "width": -1.0}},
        lambda: {**row, "shape": {**BOX, "left": 1e300}},
        lambda: {**row, "shape": {**BOX, "rotation": 30.0}},
        lambda: {**row, "shape": {"type": "point", "x": 1.0, "y": 2.0}},
        lambda: {**row, "attributes": {"blurred": True}},
        lambda: {**row, "colour": "red"},
        lambda: {**row, "left": 1.0},
        lambda: {**row, "task_id": "t_0000000000000000000000"},
        lambda: {**row, "task_id": None, "unique_id": names["unique_id"]},
        lambda: {**row, "task_id": None, "filename": names["filename"]},
        lambda: {**row, "filename": "another.png"},
        lambda: {"task_id": task.id},
        lambda: {"task_id": task.id, "label": "d", "left": 1, "top": 2, "width": 3, "height": 4},
    ]
    return chance.choice(strange)() if chance.random() < 0.1 else row


def _told(
    world: World, path: Path, folder: Path, **how: Any
) -> tuple[ImportReport, str, list[Any]]:
    """What an import says and writes down, and what is stored then."""
    rejected = folder / "rejected.ndjson"
    report = world.load(path, rejected_file=rejected, **how)
    kept = [
        (each.task_id, each.label, each.shape, each.confidence, each.attributes)
        for each in world.stored()
    ]
    return report, rejected.read_text(), sorted(kept, key=repr)


def test_a_name_that_several_tasks_have_finds_none(client: LinLogClient, tmp_path: Path) -> None:
    world = World(client, 3)
    client.tasks.update(world.tasks[1].id, filename="0.png")
    rows = [{"filename": f"{at}.png", "label": "cat"} for at in (0, 2)]
    report = world.load(ndjson(tmp_path / "file.ndjson", rows))
    assert (report.accepted, report.rejected, report.unmatched) == (1, 1, 0)
    assert "several tasks" in report.reasons[0].places[0]


def test_coco_results_are_matched_by_files_names(world: World, tmp_path: Path) -> None:
    images = [{"id": 40 + at, "file_name": f"{at}.png", "width": 9, "height": 9} for at in range(6)]
    categories = [{"id": 7, "name": "cat"}, {"id": 9, "name": "dog"}]
    instances = tmp_path / "instances.json"
    instances.write_text(
        json.dumps({"images": images, "categories": categories, "annotations": []})
    )
    good = {"image_id": 41, "category_id": 9, "bbox": [1, 2, 3, 4], "score": 0.25}
    found: list[dict[str, Any]] = [
        good,
        {**good, "bbox": [1, 2, -3, 4]},
        {**good, "image_id": 45},
        {**good, "image_id": 99},
        {**good, "category_id": 8},
        {**good, "image_id": 40, "category_id": 7, "score": 1},
        {"image_id": 40},
    ]
    results = tmp_path / "results.json"
    results.write_text(json.dumps(found))
    report = world.load(results, instances=instances)
    assert balanced(report)
    assert (report.sent, report.accepted, report.rejected, report.unmatched) == (7, 2, 5, 2)
    stored = {(each.task_id, each.label, each.confidence) for each in world.stored()}
    assert stored == {(world.tasks[1].id, "dog", 0.25), (world.tasks[0].id, "cat", 1.0)}
    assert world.stored()[0].shape == shapes.Box(1.0, 2.0, 3.0, 4.0)
    assert world.load(results, instances=instances).present == 2
    with pytest.raises(ValueError, match="give the instances"):
        world.load(results)


@pytest.mark.parametrize("seed", range(3))
def test_coco_results_read_many_at_a_time_are_what_they_are_one_by_one(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)
    # Entries decoded together are few, so that some stretches hold nothing strange.
    monkeypatch.setattr(_json, "AT_ONCE", 800)
    stray = World(world.client).tasks[0].id
    tasks_of = Predictions._tasks_of
    monkeypatch.setattr(
        Predictions,
        "_tasks_of",
        lambda *some: [*tasks_of(*some), TaskName(id=stray, unique_id="stray")],
    )
    instances = tmp_path / "instances.json"
    images = [{"id": at, "file_name": f"{at}.png"} for at in range(4)]
    categories = [{"id": 1, "name": "cat"}, {"id": "two", "name": "dog"}, {"id": 3, "name": ""}]
    whole = {"images": [*images, {"id": "stray"}], "categories": categories, "annotations": []}
    instances.write_text(json.dumps(whole))
    results = tmp_path / "results.json"
    results.write_text(json.dumps([_any_result(chance, at) for at in range(400)]))
    plain, taken = Boxes.of_results, []

    def counted(*some: Any) -> Made | None:
        made = plain(*some)
        taken.append(0 if made is None else len(made.entries))
        return made

    with monkeypatch.context() as patch:
        patch.setattr(Boxes, "of_results", counted)
        many, written, stored = _told(world, results, tmp_path, instances=instances)
    assert 0 in taken
    assert 50 < sum(taken) < 400
    assert balanced(many)
    world.version = model_versions.create(world.client)
    monkeypatch.setattr(Boxes, "of_results", lambda *_: None)
    monkeypatch.setattr(Boxes, "of_rows", lambda *_: None)
    single, written_by_one, stored_by_one = _told(world, results, tmp_path, instances=instances)
    # Whatever is refused here and by the server is told in the order in which it is known.
    assert sorted(written.splitlines()) == sorted(written_by_one.splitlines())
    assert "the server says" in written
    assert stored == stored_by_one
    counts = [(each.sent, each.accepted, each.rejected, each.unmatched) for each in (many, single)]
    assert counts[0] == counts[1]


def _any_result(chance: random.Random, at: int) -> Any:
    """An entry of COCO results as they come: nearly always a box on an image."""
    result: dict[str, Any] = {
        "image_id": chance.choice([0, 1, 2, 3, "stray"]),
        "category_id": chance.choice([1, "two"]),
        "bbox": [at, 2, chance.uniform(0, 9), 4],
        "score": at / 400,
    }
    strange: list[Any] = [
        {**result, "bbox": [1, 2, -3, 4]},
        {**result, "bbox": [1, 2, float("nan"), 4]},
        {**result, "bbox": None},
        {**result, "score": None},
        {**result, "score": 2},
        {**result, "image_id": 99},
        {**result, "category_id": 3},
        {**result, "category_id": 4},
        {**result, "attributes": {"rotation": 30}},
        {**result, "iscrowd": 0, "area": 3},
        {"image_id": 1},
    ]
    return chance.choice(strange) if chance.random() < 0.1 else result


def test_one_file_serves_two_model_runs(world: World, tmp_path: Path) -> None:
    rows = [{"filename": "1.png", "label": "cat"}] * 3
    path = ndjson(tmp_path / "file.ndjson", rows)
    assert world.load(path).accepted == 3
    world.version = model_versions.create(world.client)
    report = world.load(path)
    assert (report.accepted, report.present) == (3, 0)
    assert len(world.stored()) == 3


@pytest.mark.parametrize("suffix", WRITERS)
def test_tasks_of_each_format(client: LinLogClient, tmp_path: Path, suffix: str) -> None:
    project = projects.create(client)
    rows = [
        {
            "attachment": f"text {at}",
            "attachment_type": "text",
            "unique_id": f"u{at}" if at % 2 else None,
            "annotations": [{"label": "word", "shape": {"type": "span", "start": 0, "end": 4}}],
            "complete": True,
            "metadata": {"at": at},
        }
        for at in range(23)
    ]
    path = WRITERS[suffix](tmp_path / f"file{suffix}", rows)
    for present in (0, 23):
        report = client.tasks.import_file(project.id, path)
        assert (report.sent, report.accepted, report.present) == (23, 23, present)
        found = [*client.tasks.list(project.id, annotations=True).walk()]
        assert sorted(task.metadata["at"] for task in found) == [*range(23)]
        assert {len(task.annotations) for task in found} == {1}


def test_tasks_that_are_none_do_not_keep_others_out(client: LinLogClient, tmp_path: Path) -> None:
    project = projects.create(client)
    (tmp_path / "good.png").write_bytes(files.picture())
    (tmp_path / "bad.png").write_bytes(b"no picture at all")
    rows: list[Any] = [
        *({"attachment": f"text {at}", "attachment_type": "text"} for at in range(40)),
        {"attachment": "good.png"},
        {"attachment": "gone.png"},
        {"attachment": "text", "surplus": 1},
        {"attachment": "text", "attachment_type": "odd"},
        {"attachment": "text", "unique_id": "twice"},
        {"attachment": "text", "unique_id": "twice"},
        {"attachment": "text", "tags": 5},
        # Only the server knows that these cannot be.
        {"item": {"type": "image", "file_id": "f_unknown"}},
        {"item": {"type": "text"}},
        "nothing",
    ]
    path = ndjson(tmp_path / "file.ndjson", rows)
    for present in (0, 42):
        report = client.tasks.import_file(project.id, path, rejected_file=tmp_path / "rejected")
        assert balanced(report)
        assert (report.sent, report.accepted, report.rejected) == (50, 42, 8)
        assert report.present == present
        assert client.tasks.list(project.id).count == 42
    lines = (tmp_path / "rejected").read_text().splitlines()
    places = [json.loads(line)["place"] for line in lines]
    assert sorted(places) == [f"line {at}" for at in (42, 43, 44, 46, 47, 48, 49, 50)]
    found = [task.item for task in client.tasks.list(project.id).walk() if task.item.file_id]
    assert [item.filename for item in found] == ["good.png"]


class Lossy:
    """Loses requests and replies by chance, and fails for a moment."""

    def __init__(self, whole: Transport) -> None:
        self._whole = whole
        self._chance = random.Random(5)

    def send(self, request: Request) -> Response:
        """Send, or seem to."""
        way = self._chance.random() if request.method == "POST" else 1.0
        if way < 0.2:
            raise errors.ConnectionLost("lost on the way")
        answer = self._whole.send(request)
        if way < 0.4:
            raise errors.ConnectionLost("the reply is lost")
        return Response(503, {}, b"") if way < 0.5 else answer

    def close(self) -> None:
        """Nothing of its own is open."""


def test_lost_requests_and_replies_double_nothing(
    home: Home, client: LinLogClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("linlog.client.importing.delivery", "linlog.client.http"):
        monkeypatch.setattr(f"{module}.pause_s", lambda *_: 0.0)
    monkeypatch.setattr(importing, "LARGEST_BATCH_BYTES", 2000)
    world = World(client)
    rows = [{"filename": f"{at % 6}.png", "label": f"label {at}"} for at in range(600)]
    lossy = LinLogClient(ORIGIN, home.token(), transport=Lossy(home.server.transport))
    world.client = lossy
    report = world.load(ndjson(tmp_path / "file.ndjson", rows))
    assert (report.sent, report.accepted, report.unmatched) == (600, 500, 100)
    world.client = client
    assert sorted(each.label for each in world.stored()) == sorted(
        f"label {at}" for at in range(600) if at % 6 != 5
    )


def test_a_server_that_is_away_ends_the_import(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "PATIENCE_S", 0.0)
    path = ndjson(tmp_path / "file.ndjson", [{"filename": "1.png", "label": "cat"}])

    def away(*_: Any) -> None:
        raise errors.ConnectionLost("refused")

    with monkeypatch.context() as patch:
        patch.setattr("linlog.client.http.Http.deliver", away)
        with pytest.raises(errors.ConnectionLost):
            world.load(path)
    assert world.load(path).accepted == 1


@pytest.mark.parametrize("name", ["file.parquet", "file.arrow"])
def test_a_file_that_is_none_is_refused_in_words(world: World, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"PAR1 nothing of the kind" * 9)
    with pytest.raises(errors.FormatError, match="cannot be read"):
        world.load(tmp_path / name)


def test_a_file_must_say_its_format(world: World, tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text("")
    with pytest.raises(ValueError, match="does not say its format"):
        world.load(tmp_path / "file.txt")
    with pytest.raises(ValueError, match="unknown format 'xml'"):
        world.load(tmp_path / "file.txt", format="xml")
    assert world.load(tmp_path / "file.txt", format="ndjson").sent == 0


def test_flat_boxes_are_no_annotations_but_may_be_predicted(world: World, tmp_path: Path) -> None:
    project = projects.create(world.client)
    flat = {**BOX, "width": 0, "height": 0}
    lines = [
        {
            "attachment": f"text {at}",
            "attachment_type": "text",
            "unique_id": f"{at}",
            "annotations": [{"label": "cat", "shape": shape}],
        }
        for at, shape in enumerate([BOX, flat, BOX])
    ]
    file = ndjson(tmp_path / "tasks.ndjson", lines)
    report = world.client.tasks.import_file(project.id, file)
    assert balanced(report)
    assert (report.accepted, report.rejected) == (2, 1)
    [reason] = report.reasons
    assert "0 × 0 pixels and marks nothing" in reason.places[0]
    predicted = [{"task_id": world.tasks[0].id, "label": "cat", "shape": flat}]
    assert world.load(ndjson(tmp_path / "predictions.ndjson", predicted)).accepted == 1
