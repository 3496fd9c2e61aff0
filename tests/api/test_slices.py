"""Slices: saved, refused where they say nothing, and asked of datasets and evaluations."""

from typing import Any

import pytest

from linlog import LinLogClient, errors
from linlog.shapes import Box
from linlog.wire.annotations import AnnotationCreate
from linlog.wire.tasks import ItemCreate, TaskCreate
from tests.conftest import Server
from tests.factories import annotations, datasets, evaluations, model_runs, predictions, slices
from tests.factories import model_versions as versions
from tests.factories.slices import of


def made_of(client: LinLogClient, *wanted: dict[str, Any]) -> tuple[str, list[str]]:
    """A dataset of complete tasks that differ as said, and their ids in order."""
    project = client.projects.create("Cells")
    tasks = [
        TaskCreate(item=ItemCreate(type="text", text="word " * (at + 1)), complete=True, **changes)
        for at, changes in enumerate(wanted)
    ]
    task_ids = [task.id for task in client.tasks.create_all(project.id, tasks)]
    return client.datasets.create("Cells", task_ids=task_ids).id, task_ids


def taken(client: LinLogClient, dataset_id: str, query: dict[str, Any], **more: Any) -> set[str]:
    name = f"slice {len(client.slices.list(dataset_id))}"
    made = client.slices.create(dataset_id, name, query)
    found = client.slices.tasks(made.id, **more)
    assert list(found.task_ids) == sorted(found.task_ids)
    return {*found.task_ids}


def test_a_slice_is_saved_changed_and_removed(client: LinLogClient) -> None:
    made = slices.create(client)
    assert client.slices.get(made.id) == made
    assert client.slices.list(made.dataset_id) == [made]
    changed = client.slices.update(made.id, name="night", query=of("tag", "is", "night"))
    assert (changed.name, changed.query["field"]) == ("night", "tag")
    assert client.slices.get(made.id) == changed
    with pytest.raises(errors.Conflict, match="has a slice 'night' already") as caught:
        client.slices.create(made.dataset_id, "night", made.query)
    assert caught.value.field == "name"
    assert client.slices.delete(made.id).deleted == 1
    with pytest.raises(errors.NotFound):
        client.slices.get(made.id)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (of("colour", "is", 1), "unknown field 'colour'; expected one of batch, kind"),
        (of("batch", "equals", 1), "unknown op 'equals'; expected one of is, in, lt"),
        ({"every": []}, "one key of all, any, not, annotation, prediction, but has every"),
    ],
)
def test_a_wrong_query_is_refused_with_what_there_is(
    client: LinLogClient, query: dict[str, Any], said: str
) -> None:
    with pytest.raises(errors.Invalid, match=said) as caught:
        slices.create(client, query)
    assert caught.value.field == "query"


def test_tasks_are_taken_by_what_is_known_of_them(client: LinLogClient) -> None:
    dataset_id, (day, night, fog) = made_of(
        client,
        {"metadata": {"weather": {"sky": "clear"}, "hour": 12}, "batch": "north"},
        {"metadata": {"weather": {"sky": "clear"}, "hour": 23}, "tags": ["night"]},
        {"metadata": {"weather": {"sky": "fog"}}, "unique_id": "f-1"},
    )
    client.datasets.set_split(dataset_id, "test", [day, fog])
    for query, expected in [
        (of("metadata.weather.sky", "is", "clear"), {day, night}),
        (of("metadata.hour", "ge", 13), {night}),
        (of("metadata.hour", "exists", False), {fog}),
        (of("batch", "is", "north"), {day}),
        (of("tag", "in", ["night", "dusk"]), {night}),
        (of("unique_id", "contains", "f-"), {fog}),
        (of("split", "is", "test"), {day, fog}),
        (of("split", "exists", False), {night}),
        (of("text.length", "lt", 12), {day, night}),
        (of("created_date", "gt", "2020"), {day, night, fog}),
        (of("annotations", "is", 0), {day, night, fog}),
        ({"all": []}, {day, night, fog}),
        ({"any": []}, set()),
        ({"not": of("batch", "is", "north")}, {night, fog}),
        ({"any": [of("tag", "is", "night"), of("split", "is", "test")]}, {day, night, fog}),
        ({"all": [of("metadata.hour", "lt", 20), of("split", "is", "test")]}, {day}),
    ]:
        assert taken(client, dataset_id, query) == expected, query


def test_annotations_are_asked_one_by_one(client: LinLogClient) -> None:
    def mark(label: str, size: float, **more: Any) -> AnnotationCreate:
        return annotations.of(Box(0, 0, size, size), label, **more)

    dataset_id, (both, one, other) = made_of(
        client,
        {"annotations": (mark("cat", 10), mark("dog", 50, source="ann"))},
        {"annotations": (mark("cat", 50, attributes={"occluded": True}),)},
        {"annotations": ()},
    )
    cat, large = of("annotation.label", "is", "cat"), of("annotation.area", "ge", 1024)
    for query, expected in [
        (cat, {both, one}),
        ({"all": [cat, large]}, {both, one}),
        ({"annotation": {"all": [cat, large]}}, {one}),
        ({"not": cat}, {other}),
        ({"annotation": {"not": cat}}, {both}),
        (of("annotation.width", "lt", 20), {both}),
        (of("annotation.attributes.occluded", "is", True), {one}),
        (of("annotation.source", "is", "ann"), {both}),
        (of("annotation.shape", "in", ["box", "polygon"]), {both, one}),
        (of("annotations", "gt", 1), {both}),
    ]:
        assert taken(client, dataset_id, query) == expected, query


def test_what_a_model_did_is_asked_of_an_evaluation(client: LinLogClient, shared: Server) -> None:
    dataset = datasets.create(client, 4)
    hit, confused, missed, false = datasets.task_ids(client, dataset.id)
    version = versions.create(client, config={"lr": 0.1, "layers": {"depth": 3}})
    run = model_runs.create(client, dataset_id=dataset.id, version_id=version.id)
    sent = [
        predictions.of(hit),
        predictions.of(confused, "dog", confidence=0.8),
        predictions.of(false),
        predictions.of(false, shape=Box(60, 60, 20, 20), confidence=0.7),
    ]
    predictions.send(client, run.id, sent)
    made = client.evaluations.create(run.id, config={"confidence_threshold": 0.5})
    shared.work()
    for query, expected in [
        (of("outcome", "is", "hit"), {hit, false}),
        (of("outcome", "is", "confused"), {confused}),
        (of("outcome", "in", ["missed", "false positive"]), {missed, false}),
        (of("score", "lt", 0.5), {confused, missed}),
        (of("prediction.label", "is", "dog"), {confused}),
        (of("prediction.confidence", "lt", 0.75), {false}),
        (of("prediction.area", "gt", 300), {false}),
        (of("predictions", "is", 0), {missed}),
        (of("config.lr", "is", 0.1), {hit, confused, missed, false}),
        (of("config.layers.depth", "gt", 3), set()),
        ({"prediction": {"all": [of("prediction.confidence", "lt", 0.75)]}}, {false}),
    ]:
        assert taken(client, dataset.id, query, evaluation_id=made.id) == expected, query
    with pytest.raises(errors.Invalid, match="takes tasks only of an evaluation"):
        taken(client, dataset.id, of("outcome", "is", "hit"))


def test_a_slice_of_an_evaluation_is_of_what_it_judged_by(
    client: LinLogClient, shared: Server
) -> None:
    found = evaluations.finished(client, shared)
    task_id = datasets.task_ids(client, found.dataset_id)[0]
    made = slices.create(client, of("tag", "is", "night"), dataset_id=found.dataset_id)
    client.tasks.update(task_id, tags=["night"])
    assert client.slices.tasks(made.id).task_ids == (task_id,)
    assert client.slices.tasks(made.id, evaluation_id=found.id).task_ids == ()
    elsewhere = slices.create(client)
    with pytest.raises(errors.Invalid, match="of another dataset"):
        client.slices.tasks(elsewhere.id, evaluation_id=found.id)


def test_a_project_has_slices_of_its_own(client: LinLogClient) -> None:
    project = client.projects.create("Cells")
    query = of("tag", "is", "night")
    made = client.slices.create(None, "night", query, project_id=project.id)
    assert (made.project_id, made.dataset_id, made.query) == (project.id, None, query)
    assert client.slices.list(project_id=project.id) == [made]
    assert client.slices.get(made.id) == made
    with pytest.raises(errors.Conflict, match="the project has a slice 'night' already"):
        client.slices.create(None, "night", query, project_id=project.id)
    with pytest.raises(errors.Invalid, match="cannot ask what a model did"):
        client.slices.create(None, "x", of("outcome", "is", "hit"), project_id=project.id)
    with pytest.raises(errors.Invalid, match="list its tasks by its query") as caught:
        client.slices.tasks(made.id)
    assert caught.value.field == "slice_id"
    client.projects.delete(project.id)
    with pytest.raises(errors.NotFound):
        client.slices.get(made.id)


def test_a_slice_is_of_a_dataset_or_of_a_project(client: LinLogClient) -> None:
    made = slices.create(client)
    project = client.projects.create("Cells")
    with pytest.raises(errors.Invalid, match="give dataset_id or project_id"):
        client.slices.create(made.dataset_id, "both", made.query, project_id=project.id)
    with pytest.raises(errors.Invalid, match="give dataset_id or project_id"):
        client.slices.list()


def test_a_query_is_saved_as_text_too(client: LinLogClient) -> None:
    made = slices.create(client, "label:cat -tag:night")
    assert made.query == {
        "all": [of("annotation.label", "is", "cat"), {"not": of("tag", "is", "night")}]
    }
    assert client.slices.update(made.id, query="tag:night").query == of("tag", "is", "night")
    with pytest.raises(errors.Invalid, match=r"did you mean label\? \(at character 9\)") as caught:
        client.slices.update(made.id, query="tag:fog lable:cat")
    assert caught.value.field == "query"
    with pytest.raises(TypeError, match="a text such as 'label:cell', or a mapping"):
        client.slices.create(made.dataset_id, "number", 3)


def test_a_report_is_read_for_a_query_as_for_a_slice(client: LinLogClient, shared: Server) -> None:
    evaluation = evaluations.finished(client, shared)
    other = client.evaluations.create(evaluation.model_run_id)
    shared.work()
    saved = client.slices.create(evaluation.dataset_id, "hits", "outcome:hit label:cat")
    by_slice = client.evaluations.report(evaluation.id, slice_id=saved.id)
    by_query = client.evaluations.report(evaluation.id, query="outcome:hit label:cat")
    numbers = [
        [block for block in each.blocks if block.name != "basis"] for each in (by_slice, by_query)
    ]
    assert numbers[0] == numbers[1]
    pair = evaluation.id, other.id
    compared = client.evaluations.compare(*pair, query="outcome:hit label:cat")
    assert (compared.slice_id, compared.slice_name) == (None, "outcome:hit label:cat")
    assert compared.scalars == client.evaluations.compare(*pair, slice_id=saved.id).scalars
    for ask in (
        lambda **state: client.evaluations.report(evaluation.id, **state),
        lambda **state: client.evaluations.compare(*pair, **state),
        lambda **state: client.evaluations.protocols(evaluation.id, **state),
    ):
        with pytest.raises(errors.Invalid, match="at character 7") as caught:
            ask(query="label:")
        assert caught.value.field == "query"
        with pytest.raises(errors.Invalid, match="a slice_id or a query, not both"):
            ask(query="label:cat", slice_id=saved.id)
