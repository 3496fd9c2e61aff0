"""Queries over tasks of today: exact after whatever changed, and alike those over frozen tasks."""

from random import Random
from typing import Any

import pytest

from linlog import LinLogClient, errors
from linlog.evaluation import query_text
from linlog.shapes import Box
from linlog.wire.annotations import AnnotationCreate
from linlog.wire.facets import TaskFacets
from linlog.wire.tasks import ItemCreate, Task, TaskCreate
from tests.conftest import Server
from tests.factories import annotations, datasets, model_runs, predictions, projects
from tests.factories.organisations import Home

LABELS = ("cat", "dog", "red cell")
QUERIES = (
    "",
    "any()",
    "label:cat",
    "-label:cat",
    'label:"red cell" label:dog',
    "label:(cat, dog) or tag:night",
    "annotation(label:cat area>=400)",
    "area<100",
    "annotation.width>20",
    "annotations>=2",
    "no:tag",
    "has:tag",
    "-tag:night",
    "status:completed",
    "status:(pending, rejected)",
    "batch:north or batch:south",
    "has:metadata.camera",
    "metadata.camera=1",
    "metadata.camera>1",
    'metadata.camera="1"',
    "metadata.place.row=2",
    'metadata.place=json({"row": 2})',
    "text.length>=10",
    "unique_id~1",
    "source:ann",
    "annotator:u_ada",
    "annotator:(u_ada, u_bob) -annotator:u_ada",
    "annotation(label:cat annotator:u_ada)",
    "no:annotator",
    "annotation.attributes.crowd=true",
    "created>=2020 created<2100",
    "image.area>3",
    "kind:ner",
)


def drawn(chance: Random, at: int) -> TaskCreate:
    own: dict[str, Any] = {"camera": chance.choice([1, 2, 2.5, "1", None, True])}
    own |= {"place": {"row": chance.randrange(3)}} if chance.random() < 0.5 else {}
    return TaskCreate(
        item=ItemCreate(type="text", text="word " * chance.randint(1, 4)),
        batch=chance.choice(["north", "south", None]),
        unique_id=f"u{at}" if chance.random() < 0.5 else None,
        complete=chance.random() < 0.5,
        tags=tuple(chance.sample(["night", "fog", "day"], chance.randrange(3))),
        metadata=own if chance.random() < 0.7 else {},
        annotations=marks(chance),
    )


def marks(chance: Random) -> tuple[AnnotationCreate, ...]:
    return tuple(
        annotations.of(
            Box(0, 0, chance.randint(1, 40), chance.randint(1, 40)),
            chance.choice(LABELS),
            source=chance.choice([None, "ann", "bob"]),
            annotator_id=chance.choice([None, "u_ada", "u_bob"]),
            attributes={"crowd": True} if chance.random() < 0.3 else {},
        )
        for _ in range(chance.randrange(4))
    )


def changed(client: LinLogClient, chance: Random, project_id: str, some: list[Task]) -> None:
    """One change of one kind or another, in the project."""
    task = chance.choice(some)
    kind = chance.randrange(7)
    if kind == 0:
        client.tasks.create_all(project_id, [drawn(chance, chance.randrange(10**9))])
    elif kind == 1:
        client.tasks.delete([task.id])
    elif kind == 2:
        client.tasks.update(task.id, tags=["night"], metadata={"camera": 7})
    elif kind == 3:
        client.tasks.update(task.id, annotations=marks(chance))
    elif kind == 4:
        client.tasks.update(task.id, batch=f"batch {chance.randrange(3)}")
    elif kind == 5:
        move = client.tasks.reject if task.complete else client.tasks.complete
        move(task.id)
    else:
        label = chance.choice(client.labels.list(project_id))
        client.labels.update(label.id, name=f"{label.name} {chance.randrange(10**6)}")


def everything(client: LinLogClient, project_id: str) -> list[Task]:
    return [*client.tasks.list(project_id, limit=1000)]


def test_answers_follow_every_change(home: Home) -> None:
    chance, client = Random(45), home.client()
    project = projects.create(client, labels=[*LABELS])
    client.tasks.create_all(project.id, [drawn(chance, at) for at in range(40)])
    for _ in range(60):
        known = everything(client, project.id)
        for text in chance.sample(QUERIES, 4):
            found = client.tasks.list(project.id, query=text, limit=1000)
            expected = [task for task in known if holds(query_text.read(text), task)]
            assert [task.id for task in found] == [task.id for task in expected], text
            assert found.count == len(expected)
            assert [*found] == expected
        changed(client, chance, project.id, known)


# ------------------------------------------------------------------- what a query means, plainly


def holds(query: Any, task: Task) -> bool:
    """Whether a query takes a task, one condition after the other."""
    if "all" in query:
        return all(holds(each, task) for each in query["all"])
    if "any" in query:
        return any(holds(each, task) for each in query["any"])
    if "not" in query:
        return not holds(query["not"], task)
    if "annotation" in query:
        return any(of_mark(query["annotation"], mark) for mark in task.annotations)
    name = query["field"]
    if name.startswith("annotation."):
        return any(of_mark(query, mark) for mark in task.annotations)
    if name == "tag" and query["op"] == "exists":
        return bool(task.tags) is query["value"]
    if name == "tag":
        return any(met(tag, query) for tag in task.tags)
    return met(value(name, task), query)


def of_mark(query: Any, mark: Any) -> bool:
    if "all" in query:
        return all(of_mark(each, mark) for each in query["all"])
    left, top, right, bottom = mark.shape.bounds
    known = {
        "label": mark.label,
        "source": mark.source,
        "annotator": mark.annotator_id,
        "area": mark.shape.area,
        "width": right - left,
        "height": bottom - top,
        "attributes.crowd": mark.attributes.get("crowd"),
    }
    return met(known[query["field"].removeprefix("annotation.")], query)


def value(name: str, task: Task) -> Any:
    plain = {
        "batch": task.batch,
        "status": task.status,
        "kind": task.kind,
        "unique_id": task.unique_id,
        "annotations": len(task.annotations),
        "text.length": len(task.item.text or ""),
        "created_date": task.created_date.isoformat(),
        "image.area": None,
        "metadata.camera": task.metadata.get("camera"),
        "metadata.place": task.metadata.get("place"),
        "metadata.place.row": task.metadata.get("place", {}).get("row"),
    }
    return plain[name]


def met(found: Any, query: Any) -> bool:
    op, wanted = query["op"], query["value"]
    if op == "exists":
        return (found is not None) is wanted
    if op == "in":
        return found in wanted
    if op == "is":
        return (
            found is not None
            and isinstance(found, bool) == isinstance(wanted, bool)
            and (found == wanted)
        )
    if op == "contains":
        return found is not None and wanted in found
    if (
        found is None
        or isinstance(found, bool)
        or isinstance(found, str) != isinstance(wanted, str)
    ):
        return False
    return {
        "lt": found < wanted,
        "le": found <= wanted,
        "gt": found > wanted,
        "ge": found >= wanted,
    }[op]


# --------------------------------------------------------------------------------- facets


def checked(client: LinLogClient, found: TaskFacets, ids_of: Any) -> None:
    """Every count of every facet is what the list says under the same query."""
    from linlog.evaluation.facets import conjuncts, owner

    for facet in found.facets:
        others = [part for part in conjuncts(found.query) if owner(part) != facet.field]
        for each in facet.values:
            text = query_text.write({"all": [*others, each.query]})
            assert each.count == len(ids_of(text)), (facet.field, each.title)


@pytest.mark.parametrize(
    "text", ["", "label:cat", "batch:north tag:night", "status:pending label:dog"]
)
def test_counts_of_facets_are_what_lists_say(home: Home, text: str) -> None:
    chance, client = Random(46), home.client()
    project = projects.create(client)
    client.tasks.create_all(project.id, [drawn(chance, at) for at in range(60)])
    found = client.tasks.facets(project.id, text)
    assert {"status", "batch", "annotation.label", "tag", "metadata.camera"} <= {
        facet.field for facet in found.facets
    }
    page = client.tasks.list(project.id, query=text)
    assert (found.count, found.of, found.text) == (page.count, 60, text)
    checked(client, found, lambda said: client.tasks.list(project.id, query=said, limit=1000))


def test_many_numbers_of_ones_own_come_in_ranges(home: Home) -> None:
    client = home.client()
    project = projects.create(client)
    client.tasks.create_all(
        project.id,
        [
            TaskCreate(
                item=ItemCreate(type="text", text="x"), metadata={"hour": at / 7, "path": f"/{at}"}
            )
            for at in range(120)
        ],
    )
    found = client.tasks.facets(project.id)
    hours = next(facet for facet in found.facets if facet.field == "metadata.hour")
    assert hours.ranges
    assert sum(each.count for each in hours.values) == 120
    assert "metadata.path" not in {facet.field for facet in found.facets}
    checked(client, found, lambda said: client.tasks.list(project.id, query=said, limit=1000))


def test_what_a_model_did_is_asked_of_an_evaluation(server: Server) -> None:
    client = server.client()
    run = model_runs.create(client)
    ids = datasets.task_ids(client, run.dataset_id)
    predictions.on_all(client, run)
    evaluation = client.evaluations.create(run.id)
    server.work()
    here = {"evaluation_id": evaluation.id}
    found = client.datasets.facets(run.dataset_id, **here)
    fields = {facet.field for facet in found.facets}
    assert {"outcome", "prediction.confidence", "annotation.area", "annotation.label"} <= fields
    checked(
        client,
        found,
        lambda said: client.datasets.tasks(run.dataset_id, query=said, limit=1000, **here),
    )
    assert [
        task.id for task in client.datasets.tasks(run.dataset_id, query="outcome:hit", **here)
    ] == ids
    late = client.tasks.create(
        client.tasks.get(ids[0]).project_id,
        TaskCreate(item=ItemCreate(type="text", text="late"), complete=True),
    )
    client.datasets.add_tasks(run.dataset_id, [late.id])
    told = client.datasets.tasks(run.dataset_id, query="-outcome:hit", **here)
    assert [task.id for task in told] == [late.id]
    client.datasets.remove_tasks(run.dataset_id, ids[:1])
    assert client.datasets.facets(run.dataset_id, "outcome:hit", **here).count == len(ids) - 1
    with pytest.raises(errors.Invalid, match="choose an evaluation") as caught:
        client.datasets.tasks(run.dataset_id, query="outcome:hit")
    assert caught.value.field == "evaluation_id"


def test_a_dataset_of_today_is_asked_like_a_frozen_one(server: Server) -> None:
    chance, client = Random(47), server.client()
    made = [projects.create(client) for _ in range(2)]
    tasks = [
        task
        for project in made
        for task in client.tasks.create_all(project.id, [drawn(chance, at) for at in range(30)])
    ]
    complete = [task.id for task in tasks if task.complete]
    dataset = client.datasets.create("two projects", task_ids=complete)
    client.datasets.set_split(dataset.id, "test", complete[::3])
    for place, text in enumerate([*QUERIES[1:], "split:test", "no:split"]):
        saved = client.slices.create(dataset.id, f"{place}", query_text.read(text))
        found = client.datasets.tasks(dataset.id, query=text, limit=1000)
        assert sorted(task.id for task in found) == [*client.slices.tasks(saved.id).task_ids], text
    facets = client.datasets.facets(dataset.id, "split:test")
    assert facets.count == len(complete[::3])
    checked(client, facets, lambda said: client.datasets.tasks(dataset.id, query=said, limit=1000))


# ---------------------------------------------------------------------------- order and pages


def test_pages_in_any_order_cover_the_list_once(home: Home) -> None:
    chance, client = Random(48), home.client()
    project = projects.create(client)
    client.tasks.create_all(project.id, [drawn(chance, at) for at in range(25)])
    known = everything(client, project.id)
    for sort, key in {
        "-created": lambda task: -known.index(task),
        "batch": lambda task: task.batch,
        "-annotations": lambda task: -len(task.annotations),
        "unique_id": lambda task: (task.unique_id is None, task.unique_id or ""),
        "text.length": lambda task: len(task.item.text or ""),
    }.items():
        walked = [*client.tasks.list(project.id, query="", sort=sort, limit=7).walk()]
        assert [task.id for task in walked] == [task.id for task in sorted(known, key=key)], sort
    by_offset = client.tasks.list(project.id, query="has:tag", offset=3, limit=4)
    whole = client.tasks.list(project.id, query="has:tag", limit=1000)
    assert [*by_offset] == whole[3:7]


def test_a_walk_in_time_misses_and_doubles_nothing_while_tasks_go(home: Home) -> None:
    client = home.client()
    project = projects.create(client)
    made = client.tasks.create_all(project.id, [drawn(Random(at), at) for at in range(9)])
    walk = client.tasks.list(project.id, query="", limit=2).walk()
    seen = [next(walk).id, next(walk).id]
    client.tasks.delete([made[0], made[1], made[3]])
    seen += [task.id for task in walk]
    assert seen == [task.id for at, task in enumerate(made) if at != 3]


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"query": "lable:a"}, "query", "did you mean label.*at character 1"),
        ({"query": "", "status": "pending"}, "query", "a query or filters, not both"),
        ({"sort": "colour"}, "sort", "cannot be sorted by 'colour'"),
        ({"sort": "score"}, "sort", "needs an evaluation"),
        ({"query": "outcome:hit"}, "evaluation_id", "choose an evaluation"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    home: Home, given: dict[str, Any], field: str, said: str
) -> None:
    project = projects.create(home.client())
    with pytest.raises(errors.Invalid, match=said) as caught:
        home.client().tasks.list(project.id, **given)
    assert caught.value.field == field


def test_a_text_is_read_for_the_pages(home: Home) -> None:
    told = home.call("GET", "/api/v2/tasks/query?text=label%3Dcell%20and%20batch:north").data
    assert told["text"] == "label:cell batch:north"
    assert (told["wrong"], told["place"]) == (None, None)
    wrong = home.call("GET", "/api/v2/tasks/query?text=batch:a%20lable:cell").data
    assert (wrong["query"], wrong["place"]) == (None, 8)


def test_neighbours_in_a_query_are_those_of_the_list(home: Home) -> None:
    chance, client = Random(49), home.client()
    project = projects.create(client)
    client.tasks.create_all(project.id, [drawn(chance, at) for at in range(20)])
    for given in ({"query": "has:tag"}, {"query": "has:tag", "sort": "-annotations"}):
        ids = [task.id for task in client.tasks.list(project.id, limit=1000, **given)]
        for place, task_id in enumerate(ids):
            found = client.tasks.neighbours(task_id, **given)
            assert (found.position, found.count) == (place + 1, len(ids))
            assert found.previous == (ids[place - 1] if place else None)
            assert found.next == (ids[place + 1] if place + 1 < len(ids) else None)
    ids = [task.id for task in client.tasks.list(project.id, query="has:tag", limit=1000)]
    client.tasks.update(ids[1], tags=[])
    gone = client.tasks.neighbours(ids[1], query="has:tag")
    assert (gone.position, gone.previous, gone.next) == (0, ids[0], ids[2])
