"""Datasets: completed tasks only, put in and taken out, with what models say of them."""

import pytest

from linlog import LinLogClient, errors
from tests.factories import annotations, datasets, model_runs, predictions, projects, tasks
from tests.factories.organisations import Home

MARKS = (annotations.box("cat"), annotations.box("cat", left=50), annotations.polygon("dog"))


def test_a_dataset_takes_the_completed_tasks_of_a_project(client: LinLogClient) -> None:
    project = projects.create(client, type="ocr")
    tasks.create(client, project.id)
    done = tasks.completed(client, 2, project_id=project.id, marks=MARKS)
    made = client.datasets.create(" all ", project_id=project.id)
    assert made == client.datasets.get(made.id)
    assert (made.name, made.type, made.project_id) == ("all", "ocr", project.id)
    assert (made.task_count, made.annotation_count, made.model_run_count) == (2, 6, 0)
    assert [(label.label, label.shape, label.count) for label in made.labels] == [
        *(("cat", "box", 4), ("dog", "polygon", 2)),
    ]
    assert datasets.task_ids(client, made.id) == [task.id for task in done]


def test_labels_have_the_colours_of_their_project(client: LinLogClient) -> None:
    project = projects.create(client)
    tasks.completed(client, 1, project_id=project.id, marks=MARKS)
    made = client.datasets.create("all", project_id=project.id)
    taxonomy = {label.name: label.colour for label in client.labels.list(project.id)}
    assert {label.label: label.colour for label in made.labels} == taxonomy


def test_a_dataset_may_mix_projects_or_be_empty(client: LinLogClient) -> None:
    chosen = [*tasks.completed(client, 1), *tasks.completed(client, 1)]
    mixed = client.datasets.create("mixed", task_ids=chosen)
    assert (mixed.task_count, mixed.project_id, mixed.type) == (2, None, "categorisation")
    assert client.datasets.create("empty").task_count == 0


def test_giving_both_sources_is_refused(client: LinLogClient) -> None:
    project = projects.create(client)
    with pytest.raises(errors.Invalid, match="not both"):
        client.datasets.create("x", project_id=project.id, task_ids=[])
    assert client.datasets.list().count == 0


def test_an_open_task_refuses_all_and_is_named(client: LinLogClient) -> None:
    done, is_open = tasks.completed(client, 1)[0], tasks.create(client)
    empty = client.datasets.create("empty")
    for make in (
        lambda some: client.datasets.create("x", task_ids=some),
        lambda some: client.datasets.add_tasks(empty.id, some),
    ):
        with pytest.raises(errors.Invalid, match="is pending; a dataset holds") as caught:
            make([done, is_open])
        assert caught.value.field == "task_ids.1"
        with pytest.raises(errors.Invalid, match="no task has the id"):
            make([done, "t_nothing"])
    assert [dataset.id for dataset in client.datasets.list()] == [empty.id]
    assert client.datasets.get(empty.id).task_count == 0


def test_tasks_are_added_once(client: LinLogClient) -> None:
    made = datasets.create(client, 1)
    first = datasets.task_ids(client, made.id)[0]
    second = tasks.completed(client, 1)[0].id
    added = client.datasets.add_tasks(made.id, [first, second, second])
    assert (added.added, added.dataset.task_count) == (1, 2)


def test_tasks_are_taken_out_and_stay_in_their_project(client: LinLogClient) -> None:
    made = datasets.create(client, 2)
    first, second = datasets.task_ids(client, made.id)
    assert client.datasets.remove_tasks(made.id, [first, "t_nothing"]).deleted == 1
    assert datasets.task_ids(client, made.id) == [second]
    assert client.tasks.get(first).complete


def test_datasets_are_listed_either_way_and_found_by_name(client: LinLogClient) -> None:
    made = [client.datasets.create(name) for name in ("a", "b", "a")]
    assert [*client.datasets.list()] == made
    assert [*client.datasets.list(newest_first=True)] == made[::-1]
    assert [one.id for one in client.datasets.list(name="a")] == [made[0].id, made[2].id]
    assert [one.id for one in client.datasets.list(limit=2).walk()] == [one.id for one in made]


def test_a_new_name_changes_nothing_else(client: LinLogClient) -> None:
    made = datasets.create(client, 1)
    renamed = client.datasets.update(made.id, name=" new ")
    assert (renamed.name, renamed.labels, renamed.task_count) == ("new", made.labels, 1)


@pytest.mark.parametrize("name", ["", ".", "..", " .. ", "a/b", "a\\b", "a\0b"])
def test_names_that_no_folder_can_have_are_refused(home: Home, name: str) -> None:
    reply = home.call("POST", "/api/v2/datasets", {"name": name})
    assert reply.status == 422
    made = home.client().datasets.create("fine")
    reply = home.call("PATCH", f"/api/v2/datasets/{made.id}", {"name": name})
    assert reply.status == 422
    assert home.client().datasets.get(made.id) == made


def test_deleting_a_dataset_takes_its_runs_and_leaves_its_tasks(client: LinLogClient) -> None:
    run = model_runs.create(client)
    members = datasets.task_ids(client, run.dataset_id)
    predictions.on_all(client, run)
    assert client.datasets.delete(run.dataset_id).deleted == 1
    with pytest.raises(errors.NotFound):
        client.model_runs.get(run.id)
    with pytest.raises(errors.NotFound):
        client.datasets.get(run.dataset_id)
    assert all(client.tasks.get(task_id).complete for task_id in members)


# ---------------------------------------------------------------------------- its tasks


def test_tasks_come_with_annotations_unless_not_wanted(client: LinLogClient) -> None:
    made = datasets.create(client, 1, marks=MARKS)
    assert len(client.datasets.tasks(made.id)[0].annotations) == 3
    bare = client.datasets.tasks(made.id, annotations=False)[0]
    assert (bare.annotations, bare.annotation_count, bare.predictions) == ((), 3, ())


def test_tasks_come_with_the_predictions_that_were_asked_for(client: LinLogClient) -> None:
    first = model_runs.create(client)
    second = model_runs.create(client, dataset_id=first.dataset_id)
    one, two = datasets.task_ids(client, first.dataset_id)
    predictions.send(client, first.id, [predictions.of(one, "a"), predictions.of(two, "b")])
    predictions.send(client, second.id, [predictions.of(one, "c")])

    def labels(**query: object) -> list[list[str]]:
        page = client.datasets.tasks(first.dataset_id, **query)
        return [[each.label for each in task.predictions] for task in page]

    assert labels() == [[], []]
    assert labels(predictions=True) == [["a", "c"], ["b"]]
    assert labels(predictions=True, model_run_id=second.id) == [["c"], []]


def test_predictions_on_an_other_dataset_do_not_show(client: LinLogClient) -> None:
    run = model_runs.create(client)
    members = datasets.task_ids(client, run.dataset_id)
    predictions.on_all(client, run)
    other = client.datasets.create("other", task_ids=members)
    assert all(not task.predictions for task in client.datasets.tasks(other.id, predictions=True))


def test_its_tasks_are_listed_by_what_files_may_call_them(client: LinLogClient) -> None:
    project = projects.create(client)
    made = client.tasks.create_all(
        project.id,
        [{"attachment": f"{at}", "unique_id": f"number {at}", "complete": True} for at in range(3)],
    )
    client.tasks.update(made[1].id, filename="one.txt")
    dataset = client.datasets.create("two", task_ids=made[1:])
    names = [(made[0].id, "number 0", None), (made[1].id, "number 1", "one.txt")]
    names.append((made[2].id, "number 2", None))
    for page, expected in (
        (client.tasks.names(project.id, limit=1), names),
        (client.datasets.task_names(dataset.id, limit=1), names[1:]),
    ):
        assert page.count == len(expected)
        assert [(each.id, each.unique_id, each.filename) for each in page.walk()] == expected


def test_its_tasks_can_be_filtered_and_walked(client: LinLogClient) -> None:
    chosen = [
        *tasks.completed(client, 2, marks=[annotations.box("cat")]),
        *tasks.completed(client, 1, marks=[annotations.box("dog")]),
    ]
    made = client.datasets.create("x", task_ids=chosen)
    found = client.datasets.tasks(made.id, label="dog")
    assert ([task.id for task in found], found.count) == ([chosen[2].id], 1)
    walked = client.datasets.tasks(made.id, limit=1).walk()
    assert [task.id for task in walked] == [task.id for task in chosen]
    exact = client.datasets.tasks(made.id, created_date=chosen[1].created_date)
    assert [task.id for task in exact] == [chosen[1].id]


# --------------------------------------------------------------------------- splits


def test_tasks_are_put_into_splits_by_name(client: LinLogClient) -> None:
    dataset = datasets.create(client, 4)
    first, second, third, _ = datasets.task_ids(client, dataset.id)
    client.datasets.set_split(dataset.id, "train", [first, second])
    changed = client.datasets.set_split(dataset.id, "test", [third])
    assert changed.splits == {"train": 2, "test": 1}
    assert [task.split for task in client.datasets.tasks(dataset.id)] == [
        *("train", "train", "test", None),
    ]
    assert [task.id for task in client.datasets.tasks(dataset.id, split="test")] == [third]
    assert client.datasets.set_split(dataset.id, None, [first]).splits == {"train": 1, "test": 1}
    with pytest.raises(errors.Invalid, match="is not in dataset") as caught:
        client.datasets.set_split(dataset.id, "test", [tasks.completed(client, 1)[0].id])
    assert caught.value.field == "task_ids.0"


def test_tasks_are_split_by_a_chance_that_the_seed_fixes(client: LinLogClient) -> None:
    dataset = datasets.create(client, 405)
    before = client.datasets.set_split(
        dataset.id, "test", datasets.task_ids(client, dataset.id)[:5]
    )
    assert before.splits == {"test": 5}
    found = client.datasets.split(dataset.id, train=0.5, validation=0.25, test=0.25, seed=3)
    assert sum(found.splits.values()) == 405
    # The ids decide, and they are random: of 400 tasks, six standard deviations to either side.
    assert 140 <= found.splits["train"] <= 260
    assert 48 <= found.splits["validation"] <= 152
    once = {task.id: task.split for task in client.datasets.tasks(dataset.id, limit=1000)}
    assert [once[one] for one in datasets.task_ids(client, dataset.id)[:5]] == ["test"] * 5
    client.datasets.set_split(dataset.id, None, [*once])
    client.datasets.add_tasks(dataset.id, [task.id for task in tasks.completed(client, 5)])
    client.datasets.split(dataset.id, train=0.5, validation=0.25, test=0.25, seed=3)
    again = {task.id: task.split for task in client.datasets.tasks(dataset.id, limit=1000)}
    drawn = [*once][5:]
    assert [again[one] for one in drawn] == [once[one] for one in drawn]


def test_shares_of_more_than_all_are_refused(client: LinLogClient) -> None:
    dataset = datasets.create(client)
    with pytest.raises(ValueError, match="add up to at most 1"):
        client.datasets.split(dataset.id, train=0.9, validation=0.2)
