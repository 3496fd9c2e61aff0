"""Comparisons: two to eight evaluations, on what they share and no more."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from linlog import LinLogClient, errors
from linlog.server.services import comparisons as rules
from linlog.shapes import Box
from linlog.wire.evaluations import Document, Evaluation
from tests.conftest import Server
from tests.factories import annotations, datasets, evaluations, model_runs, predictions, tasks

ASIDE = Box(80, 80, 5, 5)


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "RESAMPLES", 200)


def finder(client: LinLogClient, dataset_id: str, found: int, only: slice = slice(None)) -> str:
    """The id of an evaluation of a model run that found the first so many of a dataset's boxes."""
    run = model_runs.create(client, dataset_id=dataset_id)
    members = datasets.task_ids(client, dataset_id)
    new = [
        predictions.of(task_id, shape=None if place < found else ASIDE)
        for place, task_id in enumerate(members)
    ]
    predictions.send(client, run.id, new[only])
    return client.evaluations.create(run.id).id


def finders(client: LinLogClient, server: Server, founds: Sequence[int]) -> list[str]:
    dataset = datasets.create(client, 20)
    made = [finder(client, dataset.id, found) for found in founds]
    server.work()
    return made


def test_the_better_of_two_is_told_from_the_worse(client: LinLogClient, shared: Server) -> None:
    made = finders(client, shared, (5, 20))
    found = client.compare(*made)
    headline = found.scalars[0]
    assert (found.kind, headline.name, headline.verdict) == (
        *("detection", found.headline, "better"),
    )
    assert (found.tasks, found.won_count, found.lost_count) == (20, 15, 0)
    assert (found.both_right_count, found.both_wrong_count) == (5, 0)
    assert headline.first < headline.second == 1.0
    assert client.compare(*made) == found
    assert client.compare(*reversed(made)).scalars[0].verdict == "worse"


def test_the_first_is_the_baseline_of_all_others(client: LinLogClient, shared: Server) -> None:
    made = finders(client, shared, (10, 1, 19, 10))
    found = client.compare(*made)
    assert [each.evaluation_id for each in found.compared] == made
    assert {each.dataset_name for each in found.compared} == {"Cells"}
    pairs = [found, *found.others]
    verdicts = [pair.scalars[0].verdict for pair in pairs]
    assert verdicts == ["worse", "better", "no evidence"]
    for pair, other in zip(pairs, made[1:], strict=True):
        alone = client.compare(made[0], other)
        assert (alone.scalars, alone.labels) == (pair.scalars, pair.labels)
    assert pairs[2].scalars[0].p_value == 1


def test_the_level_widens_the_interval(client: LinLogClient, shared: Server) -> None:
    made = finders(client, shared, (5, 12))
    # On 12 tasks a bound is one of 13 values: these levels are several of them apart.
    usual, narrow = client.compare(*made), client.compare(*made, level=0.6)
    assert (usual.level, narrow.level) == (0.95, 0.6)
    assert usual.scalars[0].low < narrow.scalars[0].low
    with pytest.raises(errors.Invalid, match="level must be at least 0.5") as caught:
        client.compare(*made, level=1.5)
    assert caught.value.field == "level"


def test_a_slice_is_compared_alone(client: LinLogClient, shared: Server) -> None:
    made = finders(client, shared, (4, 12))
    dataset_id = client.evaluations.get(made[0]).dataset_id
    members = datasets.task_ids(client, dataset_id)
    for task_id in members[:9]:
        client.tasks.update(task_id, metadata={"night": True})
    made = [
        client.evaluations.create(client.evaluations.get(each).model_run_id).id for each in made
    ]
    shared.work()
    query = {"field": "metadata.night", "op": "is", "value": True}
    night = client.slices.create(dataset_id, "night", query)
    found = client.compare(*made, slice_id=night.id)
    assert (found.tasks, found.won_count, found.both_right_count) == (9, 5, 4)
    assert (found.slice_id, found.slice_name) == (night.id, "night")
    (beside,) = client.compare(*made, slices=[night.id]).slices
    assert (beside.slice_id, beside.name, beside.tasks) == (night.id, "night", 9)
    assert [(each.first, each.second, each.low, each.p_value) for each in beside.numbers] == [
        (each.first, each.second, each.low, each.p_value) for each in found.scalars
    ]
    narrowed = client.compare(*made, slice_id=night.id, slices=[night.id, night.id])
    assert (narrowed.scalars, len(narrowed.slices)) == (found.scalars, 2)
    elsewhere = datasets.create(client, 2)
    other = client.slices.create(elsewhere.id, "night", query)
    for wrong in ({"slice_id": other.id}, {"slices": [night.id, other.id]}):
        with pytest.raises(errors.Invalid, match="of another dataset") as caught:
            client.compare(*made, **wrong)
        assert caught.value.field == "slice_id"
    with pytest.raises(errors.Invalid, match="at most 50 slices, not 51") as caught:
        client.compare(*made, slices=[night.id] * 51)
    assert caught.value.field == "slices"


def test_of_different_datasets_only_shared_tasks_count(
    client: LinLogClient, shared: Server
) -> None:
    members = tasks.completed(client, 15)
    one = client.datasets.create("One", task_ids=members[:12])
    two = client.datasets.create("Two", task_ids=members[4:])
    made = [finder(client, one.id, 12), finder(client, two.id, 11)]
    shared.work()
    found = client.compare(*made)
    assert (found.tasks, found.only_first, found.only_second) == (8, 4, 3)
    assert "Left out: 7 tasks that not all of them share" in found.note
    assert [each.dataset_name for each in found.compared] == ["One", "Two"]
    assert found.scalars[0].difference == 0


def test_tasks_whose_annotations_changed_in_between_are_left_out(
    client: LinLogClient, shared: Server
) -> None:
    """Even where the box has only moved and looks the same to the numbers."""
    dataset = datasets.create(client, 10)
    members = datasets.task_ids(client, dataset.id)
    before = finder(client, dataset.id, 10)
    shared.work()
    (mark,) = client.get_task(members[3]).annotations
    box = mark.shape
    moved = Box(box.left + 1, box.top, box.width, box.height)
    client.annotations.replace(members[3], [annotations.of(moved, id=mark.id)])
    after = finder(client, dataset.id, 10)
    shared.work()
    found = client.compare(before, after)
    assert (found.tasks, found.changed) == (9, 1)
    assert "1 task whose ground truth changed" in found.note


def test_only_like_is_compared_with_like(client: LinLogClient, shared: Server) -> None:
    first = evaluations.finished(client, shared)
    elsewhere = evaluations.finished(client, shared)
    key = next(name for name, value in first.config.items() if isinstance(value, float))
    otherwise = client.evaluations.create(first.model_run_id, config={key: 0.25})
    shared.work()
    for second, said in (
        (elsewhere, "share no task"),
        (otherwise, rf"{key} is [\d.]+ and 0\.25; evaluate"),
    ):
        with pytest.raises(errors.Invalid, match=said) as caught:
            client.compare(first.id, second.id)
        assert caught.value.field == "evaluation_ids"


def test_two_to_eight_can_be_compared(client: LinLogClient, shared: Server) -> None:
    made: Evaluation = evaluations.finished(client, shared)
    for amount in (1, 9):
        with pytest.raises(errors.Invalid, match=f"2 to 8 evaluations to compare, not {amount}"):
            client.compare(*[made.id] * amount)
    assert len(client.compare(*[made.id] * 8).others) == 6


def test_a_comparison_is_written_into_files(client: LinLogClient, shared: Server) -> None:
    made = finders(client, shared, (5, 20))
    found = client.compare(*made)
    where = "/evaluations/compare/document"
    for form, ending, text in (
        ("html", ".html", found.to_html()),
        ("markdown", ".md", found.to_markdown()),
    ):
        document = client._http.get(where, Document, evaluation_ids=",".join(made), form=form)
        assert document.text == text
        assert re.fullmatch(rf"[A-Za-z0-9-]+\{ending}", document.filename)
    with pytest.raises(errors.Invalid, match="form"):
        client._http.get(where, Document, evaluation_ids=",".join(made), form="pdf")
