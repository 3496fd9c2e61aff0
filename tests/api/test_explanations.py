"""Explanations: what corrected labels and what another model have to do with a change."""

import numpy as np
import pytest

from linlog import LinLogClient, errors
from linlog.shapes import Box
from linlog.wire.evaluations import Evaluation
from tests.conftest import Server
from tests.factories import annotations, datasets, evaluations, model_runs, predictions, tasks


class Story:
    """Two models on a dataset; between their evaluations some labels were corrected."""

    def __init__(self, client: LinLogClient, server: Server, seed: int) -> None:
        random = np.random.default_rng(seed)
        self.client, self.server = client, server
        self.dataset_id = datasets.create(client, 10, marks=[annotations.box(size=20)]).id
        self.task_ids = datasets.task_ids(client, self.dataset_id)
        self.runs = [model_runs.create(client, dataset_id=self.dataset_id) for _ in range(2)]
        for place, run in enumerate(self.runs):
            sent = [
                predictions.of(
                    task_id,
                    "cat" if random.random() < 0.8 else "dog",
                    _near(random, 6 - 3 * place),
                    float(random.random()),
                )
                for task_id in self.task_ids
                for _ in range(2)
            ]
            predictions.send(client, run.id, sent)

    def correct(self, *places: int) -> list[str]:
        """Move the box of some tasks, and call one otherwise."""
        corrected = [self.task_ids[place] for place in places]
        for task_id in corrected:
            mark = self.client.tasks.get(task_id).annotations[0]
            self.client.annotations.update(mark.id, shape=Box(4, 4, 22, 18), label="dog")
        return corrected

    def evaluate(self, place: int, version_id: str | None = None) -> Evaluation:
        made = self.client.evaluations.create(self.runs[place].id, dataset_version_id=version_id)
        self.server.work()
        return self.client.evaluations.get(made.id)


def _near(random: np.random.Generator, width: float) -> Box:
    left, top, right, bottom = random.normal(0, width / 2, 4).tolist()
    return Box(1 + left, 2 + top, 20 + abs(right), 20 + abs(bottom))


@pytest.mark.parametrize("seed", range(3))
def test_a_change_is_split_as_the_four_evaluations_say(
    client: LinLogClient, shared: Server, seed: int
) -> None:
    story = Story(client, shared, seed)
    earlier = story.evaluate(0)
    corrected = story.correct(1, 4, 7)
    later = story.evaluate(1)
    found = client.explain_change(earlier, later.id)
    crossed = story.evaluate(0), story.evaluate(1, earlier.dataset_version_id)
    assert (found.common, found.relabelled, found.added, found.removed) == (10, 3, 0, 0)
    assert {each.task_id for each in found.label_tasks} == {*corrected}
    assert {each.changed for each in found.label_tasks} == {1}
    for each in found.numbers:
        old_old, new_old, old_new, new_new = (
            one.scalars[each.name] for one in (earlier, *crossed, later)
        )
        assert (each.earlier, each.later) == (old_old, new_new)
        if None in (old_old, new_old, old_new, new_new):
            assert each.from_labels is None
            continue
        labels = ((new_old - old_old) + (new_new - old_new)) / 2
        assert each.from_labels == pytest.approx(labels, abs=1e-12)
        assert each.from_labels + each.from_model == pytest.approx(each.difference, abs=1e-9)
        assert each.from_tasks == 0


def test_corrected_labels_alone_are_the_whole_change(client: LinLogClient, shared: Server) -> None:
    story = Story(client, shared, 5)
    earlier = story.evaluate(0)
    story.correct(0, 2)
    later = story.evaluate(0)
    assert client.evaluations.get(earlier.id).stale
    found = client.explain_change(earlier, later)
    headline = found.numbers[0]
    assert headline.name == found.headline
    assert headline.from_model == pytest.approx(0, abs=1e-12)
    assert headline.from_labels == pytest.approx(headline.difference, abs=1e-12)
    assert found.model_tasks == ()
    assert client.explain_change(earlier, later) == found


def test_tasks_that_came_or_went_are_a_part_of_their_own(
    client: LinLogClient, shared: Server
) -> None:
    story = Story(client, shared, 6)
    earlier = story.evaluate(0)
    client.datasets.remove_tasks(story.dataset_id, story.task_ids[:2])
    new = [task.id for task in tasks.completed(client, 3)]
    client.datasets.add_tasks(story.dataset_id, new)
    predictions.send(client, story.runs[1].id, [predictions.of(task_id) for task_id in new])
    later = story.evaluate(1)
    found = client.explain_change(earlier, later)
    assert (found.common, found.added, found.removed) == (8, 3, 2)
    for each in found.numbers:
        if each.from_labels is not None:
            parts = each.from_labels + each.from_model + each.from_tasks
            assert parts == pytest.approx(each.difference, abs=1e-9)
    assert "3 tasks came to the dataset and 2 tasks left it" in found.note


def test_only_labels_and_model_may_differ(client: LinLogClient, shared: Server) -> None:
    first = evaluations.finished(client, shared)
    other = client.evaluations.create(first.model_run_id, config={"iou_threshold": 0.75})
    elsewhere = evaluations.finished(client, shared)
    for earlier, word in ((other.id, "config"), (elsewhere.id, "dataset_id")):
        with pytest.raises(errors.Invalid, match=f"but {word} does") as caught:
            client.explain_change(earlier, first)
        assert caught.value.field == "earlier"


def test_what_was_deleted_cannot_be_explained(client: LinLogClient, shared: Server) -> None:
    story = Story(client, shared, 7)
    earlier = story.evaluate(0)
    corrected = story.correct(0)
    later = story.evaluate(1)
    client.tasks.delete(corrected)
    with pytest.raises(errors.Conflict, match="are gone with it"):
        client.explain_change(earlier, later)
