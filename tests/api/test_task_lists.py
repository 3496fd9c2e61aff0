"""Lists of tasks: filters, counts, pages by offset and by cursor, neighbours."""

from contextlib import suppress
from datetime import timedelta, timezone
from operator import eq, ge, gt, le, lt
from random import Random

import pytest

from linlog import LinLogClient, errors
from linlog.server.store import task_counts, task_marks
from linlog.wire.tasks import Task
from tests.factories import annotations, datasets, projects, tasks
from tests.factories.organisations import Home

KOLKATA = timezone(timedelta(hours=5, minutes=30))


def test_pages_by_offset_cover_the_list_once(client: LinLogClient) -> None:
    project = projects.create(client)
    made = [task.id for task in tasks.several(client, project.id, 7)]
    found = []
    for offset in range(0, 9, 3):
        page = client.tasks.list(project.id, limit=3, offset=offset)
        assert (page.count, page.offset, page.limit) == (7, offset, 3)
        assert (page.previous is None, page.next is None) == (offset == 0, offset >= 6)
        found += [task.id for task in page]
    assert found == made
    assert client.tasks.list(project.id, offset=7) == []


def test_a_walk_misses_and_doubles_nothing_while_tasks_come_and_go(client: LinLogClient) -> None:
    project = projects.create(client)
    made = tasks.several(client, project.id, 6)
    walk = client.tasks.list(project.id, limit=2).walk()
    seen = [next(walk).id, next(walk).id]
    client.tasks.delete([made[0], made[1], made[3]])
    late = tasks.several(client, project.id, 2)
    seen += [task.id for task in walk]
    assert seen == [task.id for task in (made[0], made[1], made[2], made[4], made[5], *late)]


def test_addresses_of_neighbouring_pages_lead_back(home: Home) -> None:
    project = projects.create(home.client())
    made = [task.id for task in tasks.several(home.client(), project.id, 5)]
    where = f"/api/v2/projects/{project.id}/tasks?limit=2&annotations=false"
    first = home.call("GET", where).data
    second = home.call("GET", first["next"]).data
    assert [task["id"] for task in second["results"]] == made[2:4]
    back = home.call("GET", second["previous"]).data
    assert [task["id"] for task in back["results"]] == made[:2]
    last = home.call("GET", second["next"]).data
    assert ([task["id"] for task in last["results"]], last["next"]) == (made[4:], None)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "limit=x", "offset=-1", "offset=2147483648", "limit=1.0"]
)
def test_pages_out_of_bounds_are_refused(home: Home, query: str) -> None:
    reply = home.call("GET", f"/api/v2/projects?{query}")
    assert (reply.status, reply.data["field"]) == (422, query.partition("=")[0])


@pytest.mark.parametrize(
    "cursor", ["x", "%C3%A9", "OTk5OTk5OTk5OTk5OTk5OTk5OTkveA", "LTk5OTk5OTk5OTk5OTk5OTk5OTkveA"]
)
def test_cursors_of_other_makes_are_refused(home: Home, cursor: str) -> None:
    reply = home.call("GET", f"/api/v2/projects?cursor={cursor}")
    assert (reply.status, reply.data["field"]) == (422, "cursor")


# ---------------------------------------------------------------------------- filters


def test_every_filter_finds_what_it_says(client: LinLogClient) -> None:
    project = projects.create(client)
    new = [
        tasks.text(unique_id="a", tags=("Cat", 'qu"ote'), batch="monday"),
        tasks.text(tags=("cat",), annotations=(annotations.box("owl"), annotations.box("dog"))),
        tasks.text(complete=True, annotations=(annotations.box("owl"),)),
        tasks.text(tags=("100%", "under_score")),
    ]
    a, b, c, d = (task.id for task in client.tasks.create_all(project.id, new))
    client.tasks.reject(b)
    monday = client.tasks.get(a).batch_id

    def found(**filters: object) -> list[str]:
        page = client.tasks.list(project.id, **filters)
        assert page.count == len(page)
        return [task.id for task in page]

    assert found(status="pending") == [a, d]
    assert (found(status="completed"), found(status="rejected")) == ([c], [b])
    assert (found(complete=True), found(complete=False)) == ([c], [a, b, d])
    assert (found(rejected=True), found(rejected=False)) == ([b], [a, c, d])
    assert (found(work_started=True), found(work_started=False)) == ([c], [a, b, d])
    assert (found(unique_id="a"), found(unique_id="A")) == ([a], [])
    assert (found(batch_id=monday), found(batch_id="b_nothing")) == ([a], [])
    assert (found(label="owl"), found(label="dog"), found(label="cat")) == ([b, c], [b], [])
    assert (found(tag="cat"), found(tag="Cat")) == ([b], [a])
    assert (found(tag='qu"ote'), found(tag="ote"), found(tag="quote")) == ([a], [], [])
    assert (found(tag="100%"), found(tag="%"), found(tag="underXscore")) == ([d], [], [])
    assert found(label="owl", complete=False) == [b]
    assert found(label="owl", complete=False, tag="Cat") == []


def test_created_date_finds_to_the_microsecond(client: LinLogClient) -> None:
    project = projects.create(client)
    made = [task.id for task in tasks.several(client, project.id, 3)]
    middle = client.tasks.get(made[1]).created_date

    def found(**filters: object) -> list[str]:
        return [task.id for task in client.tasks.list(project.id, **filters)]

    for moment in (middle, middle.astimezone(KOLKATA), middle.isoformat()):
        assert found(created_date=moment) == made[1:2]
        assert found(created_date__gte=moment) == made[1:]
        assert found(created_date__gt=moment) == made[2:]
        assert found(created_date__lte=moment) == made[:2]
        assert found(created_date__lt=moment) == made[:1]
    naive = middle.replace(tzinfo=None)
    assert found(created_date=naive) == made[1:2]
    assert found(created_date__gt=middle, created_date__lt=middle) == []


@pytest.mark.parametrize("moment", ["tomorrow", "2024-02-30", "2024-01-01T25:00:00Z", ""])
def test_dates_that_do_not_exist_are_refused(home: Home, moment: str) -> None:
    project = projects.create(home.client())
    where = f"/api/v2/projects/{project.id}/tasks?created_date__gte={moment}"
    reply = home.call("GET", where)
    assert (reply.status, reply.data["field"]) == (422, "created_date__gte")


@pytest.mark.parametrize(
    "query", ["complet=true", "created_date__ne=2024-01-01", "complete=true&complete=false"]
)
def test_nothing_is_ever_unfiltered_in_silence(home: Home, query: str) -> None:
    project = projects.create(home.client())
    reply = home.call("GET", f"/api/v2/projects/{project.id}/tasks?{query}")
    assert (reply.status, reply.data["field"]) == (422, query.partition("=")[0])


def test_a_status_that_no_task_can_have_is_refused(home: Home) -> None:
    project = projects.create(home.client())
    reply = home.call("GET", f"/api/v2/projects/{project.id}/tasks?status=complete")
    assert (reply.status, reply.data["field"]) == (422, "status")
    assert "completed" in reply.data["detail"]


def test_tasks_are_found_by_their_ids(home: Home) -> None:
    project = projects.create(home.client())
    first, _, third = tasks.several(home.client(), project.id, 3)
    where = f"/api/v2/projects/{project.id}/tasks?ids="
    found = home.call("GET", f"{where}{third.id},%20{first.id},t_nothing").data
    assert [task["id"] for task in found["results"]] == [first.id, third.id]
    assert home.call("GET", where).data["count"] == 0
    assert home.call("GET", where + ",".join(["t_1"] * 201)).status == 422


def test_annotations_come_with_the_list_or_not(client: LinLogClient) -> None:
    project = projects.create(client)
    tasks.create(client, project.id, annotations=(annotations.box("a"), annotations.box("b")))
    with_them = client.tasks.list(project.id)[0]
    without = client.tasks.list(project.id, annotations=False)[0]
    assert [mark.label for mark in with_them.annotations] == ["a", "b"]
    assert (without.annotations, without.annotation_count) == ((), 2)


# ---------------------------------------------------------------------------- neighbours


def test_a_task_knows_its_neighbours_in_a_filtered_list(client: LinLogClient) -> None:
    project = projects.create(client)
    a, b, c, d = (task.id for task in tasks.several(client, project.id, 4))
    client.tasks.complete(b)
    first, middle = client.tasks.neighbours(a), client.tasks.neighbours(c)
    assert (first.previous, first.next, first.position, first.count) == (None, b, 1, 4)
    assert (middle.previous, middle.next, middle.position, middle.count) == (b, d, 3, 4)
    open_ones = client.tasks.neighbours(c, complete=False)
    assert (open_ones.previous, open_ones.next) == (a, d)
    assert (open_ones.position, open_ones.count) == (2, 3)
    left_out = client.tasks.neighbours(b, complete=False)
    assert (left_out.previous, left_out.next, left_out.position) == (a, c, 0)


def test_a_task_knows_its_neighbours_in_a_dataset(home: Home) -> None:
    client = home.client()
    dataset = datasets.create(client, 3)
    first, second, third = datasets.task_ids(client, dataset.id)
    client.datasets.remove_tasks(dataset.id, [second])
    where = f"/api/v2/tasks/{first}/neighbours?dataset_id={dataset.id}"
    assert home.call("GET", where).data == {
        "previous": None,
        "next": third,
        "position": 1,
        "count": 2,
    }


STATES = [
    *({}, {"complete": True}, {"complete": False}, {"rejected": True}, {"rejected": False}),
    *({"work_started": True}, {"work_started": False}, {"complete": False, "rejected": True}),
    *({"status": name} for name in ("pending", "in_progress", "in_review", "completed")),
    *({"status": "rejected"}, {"status": "pending,in_progress,rejected"}),
    *({"status": "completed", "complete": True}, {"status": "pending", "complete": True}),
    *({"label": name} for name in ("cat", "dog", "owl", "emu")),
    *({"tag": name} for name in ("x", "y", "long " * 60)),
    *(
        {"label": "cat", "tag": "x"},
        {"label": "cat", "complete": True},
        {"tag": "x", "label": "no"},
        {"label": "owl", "tag": "x", "complete": False},
        {"label": "owl", "tag": "y", "status": "pending,rejected"},
        {"label": "emu", "tag": "long " * 60, "rejected": False},
    ),
    *(
        {**mark, **state}
        for mark in ({"label": "owl"}, {"tag": "x"})
        for state in (
            *({"complete": False}, {"rejected": True}, {"work_started": True}),
            *({"status": "completed"}, {"status": "pending,rejected"}),
        )
    ),
]


@pytest.mark.parametrize("seed", range(3))
def test_counts_keep_step_with_whatever_happens_to_tasks(
    home: Home, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_counts, "SIZE", 4)
    # Two labels and two tags are more pairs than are counted, or fewer.
    monkeypatch.setattr(task_marks, "PAIRS", (2, 3, 200)[seed])
    client, chance = home.client(), Random(seed)
    reviewer = home.client(role="owner")
    project = client.projects.update(projects.create(client).id, reviewed=True)
    known: list[str] = []

    def made() -> None:
        complete, batch = chance.random() < 0.5, chance.choice(["a", "b", None])
        number = chance.randrange(1, 5)
        marks = {"tags": chance.choice(TAGS), "annotations": (annotations.whole("owl"),) * 2}
        found = tasks.several(client, project.id, number, complete=complete, batch=batch, **marks)
        known.extend(task.id for task in found)

    def worked() -> None:
        task_id = chance.choice(known)
        for act in chance.sample(ACTS, 2):
            with suppress(errors.ApiError):
                act(reviewer, task_id)

    def removed() -> None:
        gone = chance.sample(known, min(len(known) - 1, chance.randrange(3)))
        client.tasks.delete([*gone, *gone, "t_unknown"])
        known[:] = [task_id for task_id in known if task_id not in gone]

    def renamed() -> None:
        label = chance.choice(client.labels.list(project.id))
        with suppress(errors.ApiError):
            reviewer.labels.update(label.id, name=chance.choice(["cat", "emu", "owl"]))

    made()
    for _ in range(25):
        chance.choice([made, worked, worked, worked, removed, renamed])()
    assert len(known) == client.projects.get(project.id).task_count
    listed = [*client.tasks.list(project.id, limit=1000)]
    moments = [chance.choice(listed).created_date + timedelta(microseconds=at) for at in (-1, 0, 1)]
    dates = [{}, *({f"created_date{bound}": at} for bound in BOUNDS for at in moments)]
    dates += [
        {"created_date__gt": first, "created_date__lte": last}
        for first in moments
        for last in moments
    ]
    batch = {"batch_id": chance.choice(listed).batch_id}
    states = [*STATES, batch, *({"label": "owl", **batch, **state} for state in STATES[:4])]
    for wanted in [{**state, **date} for state in states for date in chance.sample(dates, 5)]:
        page = client.tasks.list(project.id, limit=1, **wanted)
        found = [*page.walk()]
        assert page.count == len(found), wanted
        assert [each.id for each in found] == [
            each.id for each in listed if fits(each, **wanted)
        ], wanted
        for offset in {0, *(chance.randrange(len(found) + 2) for _ in range(2))}:
            some = client.tasks.list(project.id, limit=3, offset=offset, **wanted)
            assert (some.count, [*some]) == (len(found), found[offset : offset + 3]), wanted
        task = chance.choice(listed)
        beside, order = client.tasks.neighbours(task.id, **wanted), [each.id for each in found]
        before = [each.id for each in listed[: listed.index(task)] if each.id in order]
        after = [each.id for each in listed[listed.index(task) + 1 :] if each.id in order]
        assert beside.previous == (before[-1] if before else None), wanted
        assert beside.next == (after[0] if after else None), wanted
        assert beside.position == (len(before) + 1 if task.id in order else 0), wanted
        assert beside.count == len(order), wanted
    held = {batch.id: batch for batch in client.batches.list(project.id).walk()}
    assert sum(batch.task_count for batch in held.values()) == len(known)
    for batch_id, batch in held.items():
        done = client.tasks.list(project.id, batch_id=batch_id, complete=True)
        assert batch.completed_count == done.count == len([*done.walk()])


BOUNDS = {
    "": eq,
    "__gte": ge,
    "__gt": gt,
    "__lte": le,
    "__lt": lt,
}


def fits(task: Task, **wanted: object) -> bool:
    """Whether a list with these filters should hold a task."""
    labels = {mark.label for mark in task.annotations}
    marks = {"label": labels, "tag": task.tags}
    return all(
        BOUNDS[name.removeprefix("created_date")](task.created_date, value)
        if name.startswith("created_date")
        else task.status in str(value).split(",")
        if name == "status"
        else value in marks[name]
        if name in marks
        else getattr(task, name) == value
        for name, value in wanted.items()
    )


TAGS = [(), (), ("x",), ("y", "x"), ("long " * 60, "x", "x")]


BOX = annotations.box("owl")
ACTS = [
    lambda client, task_id: client.tasks.complete(task_id),
    lambda client, task_id: client.tasks.submit(task_id),
    lambda client, task_id: client.tasks.reopen(task_id),
    lambda client, task_id: client.tasks.reject(task_id, reason="wrong"),
    lambda client, task_id: client.tasks.update(task_id, batch="c"),
    lambda client, task_id: client.annotations.replace(task_id, [annotations.whole("cat")]),
    lambda client, task_id: client.annotations.replace(task_id, [annotations.box("cat"), BOX]),
    lambda client, task_id: client.annotations.create(task_id, annotations.whole("dog")),
    lambda client, task_id: client.annotations.delete(client.annotations.list(task_id)[0].id),
    lambda client, task_id: client.tasks.update(task_id, tags=["y"]),
]
