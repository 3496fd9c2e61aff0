"""Tasks: made in bulk, worked on, and the word for their state."""

import pytest

from linlog import LinLogClient, errors
from linlog.wire.tasks import ItemCreate, TaskCreate
from tests.factories import annotations, datasets, files, projects, tasks
from tests.factories.organisations import Home


def test_a_task_is_given_back_as_it_was_made(client: LinLogClient) -> None:
    project = projects.create(client, type="categorisation")
    made = client.tasks.create(
        project.id,
        tasks.text(
            "Grüße 🌍",
            tags=("new", "äöü"),
            metadata={"n": 2**63 - 1, "deep": {"a": [None, 1.5]}},
            details={"zoom": 3},
            unique_id="mine",
            annotations=(annotations.whole("good", attributes={"sure": True}, source="old"),),
        ),
    )
    assert made == client.tasks.get(made.id)
    assert (made.item.type, made.item.text) == ("text", "Grüße 🌍")
    assert (made.kind, made.status, made.work_started) == ("categorisation", "pending", False)
    assert made.metadata == {"n": 2**63 - 1, "deep": {"a": [None, 1.5]}}
    assert (made.tags, made.details, made.unique_id) == (("new", "äöü"), {"zoom": 3}, "mine")
    mark = made.annotations[0]
    assert (mark.label, mark.attributes, mark.source) == ("good", {"sure": True}, "old")


@pytest.mark.parametrize(
    ("project_type", "of_image", "of_text"),
    [
        ("image", "image", "categorisation"),
        ("ocr", "ocr", "categorisation"),
        ("named-entities", "image", "ner"),
        ("categorisation", "categorisation", "categorisation"),
        ("geospatial", "geospatial", "geospatial"),
        ("else", "image", "categorisation"),
    ],
)
def test_the_kind_follows_from_the_project_where_the_item_can_be_of_it(
    home: Home, project_type: str, of_image: str, of_text: str
) -> None:
    client = home.client()
    body = {"title": "x", "type": project_type}
    project = home.call("POST", "/api/v2/projects", body).data["id"]
    new = [tasks.address("https://example.org/a.png", external=True), tasks.text()]
    assert [task.kind for task in client.tasks.create_all(project, new)] == [of_image, of_text]
    assert tasks.create(client, project, kind="video").kind == "video"


def test_tasks_keep_the_order_they_were_sent_in(client: LinLogClient) -> None:
    project = projects.create(client)
    sent = [f"text {number}" for number in range(40)]
    made = client.tasks.create_all(project.id, [tasks.text(words) for words in sent])
    assert [task.item.text for task in made] == sent
    assert [task.item.text for task in client.tasks.list(project.id)] == sent
    assert len({task.created_date for task in made}) == 40


def test_a_known_unique_id_gives_the_task_that_is_there(client: LinLogClient) -> None:
    project, other = projects.create(client), projects.create(client)
    first = tasks.create(client, project.id, unique_id="a")
    made = client.tasks.create_all(
        project.id,
        [tasks.text("new", unique_id=name) for name in ("b", "a", "b")],
    )
    assert (made[1], made[0].id) == (first, made[2].id)
    assert client.tasks.list(project.id).count == 2
    assert tasks.create(client, other.id, unique_id="a").id != first.id


def test_unique_ids_stay_unique_when_tasks_change(client: LinLogClient) -> None:
    project = projects.create(client)
    first = tasks.create(client, project.id, unique_id="a")
    second = tasks.create(client, project.id)
    with pytest.raises(errors.Conflict) as caught:
        client.tasks.update(second.id, unique_id="a")
    assert caught.value.field == "unique_id"
    assert client.tasks.update(first.id, unique_id="a").unique_id == "a"
    assert client.tasks.update(first.id, unique_id=None).unique_id is None
    assert client.tasks.update(second.id, unique_id="a").unique_id == "a"


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"item": {"type": "text"}}, "tasks.2.item"),
        ({"item": {"type": "text", "text": "a", "url": "http://x.org/"}}, "tasks.2.item"),
        ({"item": {"type": "image", "text": "a"}}, "tasks.2.item.text"),
        ({"item": {"type": "text", "url": "http://x.org/"}}, "tasks.2.item.url"),
        ({"item": {"type": "image", "url": "ftp://x.org/a.png"}}, "tasks.2.item.url"),
        ({"item": {"type": "image", "url": "http:///a.png"}}, "tasks.2.item.url"),
        ({"item": {"type": "iframe", "url": "http://x.org/\n"}}, "tasks.2.item.url"),
        ({"item": {"type": "image", "file_id": "f_nothing"}}, "tasks.2.item.file_id"),
    ],
)
def test_one_bad_task_refuses_all_and_is_named(home: Home, bad: dict, field: str) -> None:
    project = projects.create(home.client())
    good = {"item": {"type": "text", "text": "a"}, "batch": "new", "annotations": []}
    where = f"/api/v2/projects/{project.id}/tasks"
    reply = home.call("POST", where, {"tasks": [good, good, bad]})
    assert (reply.status, reply.data["field"]) == (422, field)
    assert home.client().tasks.list(project.id).count == 0
    assert home.client().batches.list(project.id).count == 1


def test_a_bad_shape_deep_inside_is_named(home: Home) -> None:
    project = projects.create(home.client())
    marks = [annotations.box(), {"label": "a", "shape": {"type": "box", "left": 1, "top": 1}}]
    task = {"item": {"type": "text", "text": "a"}, "annotations": marks}
    reply = home.call("POST", f"/api/v2/projects/{project.id}/tasks", {"tasks": [task]})
    assert (reply.status, reply.data["field"]) == (422, "tasks.0.annotations.1.shape")
    assert "width must be a number" in reply.data["detail"]


def test_the_most_that_one_request_may_hold(home: Home) -> None:
    project = projects.create(home.client())
    item = {"item": {"type": "text", "text": "a"}}
    for number in (0, 1001):
        reply = home.call(
            "POST", f"/api/v2/projects/{project.id}/tasks", {"tasks": [item] * number}
        )
        assert (reply.status, reply.data["field"]) == (422, "tasks")


def test_a_file_that_is_no_image_is_refused_as_one(client: LinLogClient) -> None:
    text = files.create(client, b"only words", filename="a.png")
    item = ItemCreate(type="image", file_id=text.id)
    with pytest.raises(errors.Invalid, match="no image"):
        client.tasks.create(projects.create(client).id, TaskCreate(item=item))


def test_an_image_shows_its_file(client: LinLogClient) -> None:
    task = client.create_image_task(projects.create(client).id, files.picture(9, 5))
    assert (task.item.width, task.item.height, task.kind) == (9, 5, "image")
    assert task.item.content_url is not None
    assert task.item.file_id in task.item.content_url


def test_html_is_served_for_a_frame_that_may_do_nothing(home: Home) -> None:
    client = home.client()
    words = "<p onclick=alert(1)>ä</p>"
    task = client.create_categorisation_task(projects.create(client).id, words, "html")
    reply = home.call("GET", f"/api/v2/tasks/{task.id}/html")
    assert reply.headers["referrer-policy"] == "no-referrer"
    assert (reply.status, reply.body.decode()) == (200, words)
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert reply.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    text = tasks.create(client)
    assert home.call("GET", f"/api/v2/tasks/{text.id}/html").status == 404


def framed(home: Home, address: str) -> tuple[int, str, str]:
    """Status, body and policy of the page around an address."""
    client = home.client()
    project = projects.create(client)
    task = client.create_categorisation_task(project.id, address, "iframe")
    reply = home.call("GET", f"/api/v2/tasks/{task.id}/frame")
    return reply.status, reply.body.decode(), reply.headers.get("content-security-policy", "")


def test_an_outside_page_is_framed_without_our_origin(home: Home) -> None:
    status, body, policy = framed(home, 'https://shop.example:8443/a?b="><script>x</script>')
    assert status == 200
    assert "<script" not in body
    assert 'sandbox="allow-scripts" referrerpolicy="no-referrer"' in body
    assert policy.startswith("sandbox allow-scripts; default-src 'none'")
    assert "frame-src https://shop.example:8443;" in policy
    assert "allow-same-origin" not in body + policy


@pytest.mark.parametrize(
    "address",
    ["https://a.example;script-src/x", "https://a.example:x/", "https://a.example%20b/"],
)
def test_what_no_browser_may_frame_is_not_framed(home: Home, address: str) -> None:
    status, _, policy = framed(home, address)
    assert status == 404
    assert "sandbox allow-scripts" not in policy


# ---------------------------------------------------------------------------- the state


def test_the_word_for_the_state_follows_the_work(client: LinLogClient) -> None:
    task = tasks.create(client)
    states = [task.status]
    states.append(client.annotations.create(task.id, annotations.whole()).status)
    states.append(client.tasks.complete(task.id).status)
    states.append(client.tasks.reject(task.id, reason="look again").status)
    states.append(client.tasks.reopen(task.id).status)
    assert states == ["pending", "in_progress", "completed", "rejected", "in_progress"]


def test_completing_says_that_work_was_begun(client: LinLogClient) -> None:
    done = client.tasks.complete(tasks.create(client).id)
    assert (done.complete, done.rejected, done.work_started) == (True, False, True)


def test_a_rejection_keeps_its_reason_until_it_ends(client: LinLogClient) -> None:
    task = tasks.create(client)
    assert client.tasks.reject(task.id, reason="blurred").rejection_reason == "blurred"
    assert client.tasks.update(task.id, tags=["a"]).rejection_reason == "blurred"
    done = client.tasks.complete(task.id)
    assert (done.rejected, done.rejection_reason) == (False, None)


def test_complete_and_rejected_exclude_each_other(client: LinLogClient) -> None:
    task = tasks.create(client)
    with pytest.raises(errors.Invalid, match="at once"):
        client.tasks.update(task.id, complete=True, rejected=True)
    assert client.tasks.update(task.id, complete=True).status == "completed"
    changed = client.tasks.update(task.id, rejected=True)
    assert (changed.complete, changed.rejected) == (False, True)


def test_an_image_to_be_fetched_is_processing_whatever_its_work(client: LinLogClient) -> None:
    project = projects.create(client)
    new = tasks.address("http://10.0.0.1/a/b.png?x=1", complete=True)
    task = client.tasks.create(project.id, new)
    assert (task.status, task.processing, task.item.filename) == ("processing", True, "b.png")
    kept = client.tasks.create(project.id, tasks.address("http://10.0.0.1/a", external=True))
    assert (kept.status, kept.item.content_url) == ("pending", "http://10.0.0.1/a")


@pytest.mark.parametrize("role", ["annotator", "reviewer"])
def test_sending_back_takes_a_reviewer_by_either_door(home: Home, role: str) -> None:
    client = home.client(role)
    done = tasks.create(home.client(), complete=True)
    rejected = home.client().tasks.reject(tasks.create(home.client()).id)
    calls = [
        lambda: client.tasks.update(done.id, rejected=True),
        lambda: client.tasks.update(done.id, complete=False, rejected=False),
        lambda: client.tasks.update(rejected.id, rejected=False, complete=False),
        lambda: client.tasks.reject(done.id),
        lambda: client.tasks.reopen(rejected.id),
    ]
    for call in calls:
        before = [home.client().tasks.get(task.id) for task in (done, rejected)]
        if role == "reviewer":
            call()
            continue
        with pytest.raises(errors.NotAllowed):
            call()
        assert before == [home.client().tasks.get(task.id) for task in (done, rejected)]
    assert client.tasks.complete(rejected.id).complete


@pytest.mark.parametrize("end", ["reopen", "reject", "update", "update_rejected"])
def test_a_task_of_a_dataset_stays_complete(client: LinLogClient, end: str) -> None:
    dataset = datasets.create(client, 1)
    task_id = datasets.task_ids(client, dataset.id)[0]
    calls = {
        "reopen": lambda: client.tasks.reopen(task_id),
        "reject": lambda: client.tasks.reject(task_id),
        "update": lambda: client.tasks.update(task_id, complete=False),
        "update_rejected": lambda: client.tasks.update(task_id, rejected=True),
    }
    with pytest.raises(errors.Conflict, match="remove it from the dataset first"):
        calls[end]()
    assert client.tasks.get(task_id).complete
    client.datasets.remove_tasks(dataset.id, [task_id])
    assert not calls[end]().complete


# ---------------------------------------------------------------------------- changes


def test_what_is_absent_from_a_change_stays(client: LinLogClient) -> None:
    task = tasks.create(client, tags=("a",), metadata={"x": 1}, unique_id="u")
    changed = client.tasks.update(task.id, filename="b.txt")
    assert (changed.tags, changed.metadata, changed.unique_id) == (("a",), {"x": 1}, "u")
    assert changed.item.filename == "b.txt"
    emptied = client.tasks.update(task.id, tags=[], metadata={}, filename=None)
    assert (emptied.tags, emptied.metadata, emptied.item.filename) == ((), {}, None)


def test_deleting_many_counts_those_that_were_there(client: LinLogClient) -> None:
    project = projects.create(client)
    first, second, third = tasks.several(client, project.id, 3)
    assert client.tasks.delete([first, first, second, "t_nothing"]).deleted == 2
    assert [task.id for task in client.tasks.list(project.id)] == [third.id]


def test_deleting_one_that_is_not_there_is_refused(home: Home) -> None:
    task = tasks.create(home.client())
    assert home.call("DELETE", f"/api/v2/tasks/{task.id}").data == {"deleted": 1}
    assert home.call("DELETE", f"/api/v2/tasks/{task.id}").status == 404
