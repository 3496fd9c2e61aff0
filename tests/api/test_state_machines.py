"""What is stored after any order of calls: machines that keep a plain model beside the server.

Each draws calls of the real API, does the same to dictionaries, and compares all that can be read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from linlog import LinLogClient, errors
from tests.conftest import Server
from tests.factories import annotations, log_entries, organisations, users
from tests.factories import tasks as task_factory
from tests.factories.organisations import Home

LABELS = ("cat", "dog", "bird")
TAGS = ("seen", "odd")


class Machine(RuleBasedStateMachine):
    """A machine on an organisation of its own."""

    home: Home
    client: LinLogClient
    new_home: Callable[[], Home]

    def __init__(self) -> None:
        super().__init__()
        self.home = type(self).new_home()
        self.client = self.home.client()


class Tasks(Machine):
    """Tasks of a project, with annotations, tags and what was decided."""

    tasks = Bundle("tasks")

    @initialize()
    def begin(self) -> None:
        self.project = self.client.projects.create("p").id
        self.known: dict[str, dict[str, Any]] = {}
        self.by_unique: dict[str, str] = {}

    @rule(target=tasks, unique=st.sampled_from([None, None, "a", "b"]), complete=st.booleans())
    def create(self, unique: str | None, complete: bool) -> Any:
        new = task_factory.text(unique_id=unique, complete=complete)
        made = self.client.tasks.create(self.project, new)
        if unique in self.by_unique:
            # Somebody who sends a task again gets the one that is there, as it is.
            assert made.id == self.by_unique[unique]
            return multiple()
        if unique is not None:
            self.by_unique[unique] = made.id
        state = "complete" if complete else "open"
        self.known[made.id] = {"state": state, "labels": Counter(), "tags": set(), "unique": unique}
        return made.id

    @rule(task=tasks, labels=st.lists(st.sampled_from(LABELS), min_size=1, max_size=3))
    def annotate(self, task: str, labels: list[str]) -> None:
        sent = [annotations.span(label) for label in labels]
        made = self.client.annotations.create(task, sent)
        self.known[task]["labels"].update(labels)
        assert len(made.annotations) == self.known[task]["labels"].total()

    @rule(task=tasks, labels=st.lists(st.sampled_from(LABELS), max_size=3))
    def replace(self, task: str, labels: list[str]) -> None:
        self.client.annotations.replace(task, [annotations.span(label) for label in labels])
        self.known[task]["labels"] = Counter(labels)

    @rule(task=tasks)
    def take_an_annotation_away(self, task: str) -> None:
        found = self.client.tasks.get(task).annotations
        if found:
            self.client.annotations.delete(found[0].id)
            self.known[task]["labels"][found[0].label] -= 1
            self.known[task]["labels"] += Counter()
            with pytest.raises(errors.NotFound):
                self.client.annotations.get(found[0].id)

    @rule(task=tasks, decision=st.sampled_from(["complete", "reopen", "reject"]))
    def decide(self, task: str, decision: str) -> None:
        getattr(self.client.tasks, decision)(task)
        states = {"complete": "complete", "reopen": "open", "reject": "rejected"}
        self.known[task]["state"] = states[decision]

    @rule(task=tasks, tags=st.sets(st.sampled_from(TAGS)))
    def tag(self, task: str, tags: set[str]) -> None:
        self.client.tasks.update(task, tags=sorted(tags))
        self.known[task]["tags"] = tags

    @rule(task=tasks)
    def edit_what_is_no_longer_so(self, task: str) -> None:
        """Whoever saves over a newer version is told, and changes nothing."""
        version = self.client.tasks.get(task).version
        with pytest.raises(errors.Conflict):
            self.client.annotations.replace(task, [annotations.span("cat")], version=version + 1)

    @rule(task=consumes(tasks))
    def delete(self, task: str) -> None:
        assert self.client.tasks.delete([task]).deleted == 1
        self.by_unique.pop(self.known.pop(task)["unique"], None)
        with pytest.raises(errors.NotFound):
            self.client.tasks.get(task)
        assert self.client.tasks.delete([task]).deleted == 0

    @invariant()
    def the_lists_say_what_there_is(self) -> None:
        if not hasattr(self, "known"):
            return
        page = self.client.tasks.list(self.project, limit=1000)
        seen = {
            one.id: {
                "state": "complete" if one.complete else "rejected" if one.rejected else "open",
                "labels": Counter(each.label for each in one.annotations),
                "tags": {*one.tags},
                "unique": one.unique_id,
            }
            for one in page
        }
        assert seen == self.known
        assert page.count == len(self.known)
        for state, asked in (("complete", {"complete": True}), ("rejected", {"rejected": True})):
            found = self.client.tasks.list(self.project, limit=1, **asked).count
            assert found == sum(one["state"] == state for one in self.known.values())
        for label in LABELS:
            found = self.client.tasks.list(self.project, limit=1, label=label).count
            assert found == sum(one["labels"][label] > 0 for one in self.known.values())
        for tag in TAGS:
            found = self.client.tasks.list(self.project, limit=1, tag=tag).count
            assert found == sum(tag in one["tags"] for one in self.known.values())


class Datasets(Machine):
    """Datasets of completed tasks, and the versions that were frozen of them."""

    datasets = Bundle("datasets")

    @initialize()
    def begin(self) -> None:
        done = task_factory.completed(self.client, 5)
        self.tasks = [one.id for one in done]
        self.open = task_factory.create(self.client, done[0].project_id).id
        self.members: dict[str, set[str]] = {}
        self.versions: dict[str, tuple[str, frozenset[str]]] = {}

    def some(self, places: set[int]) -> list[str]:
        return [self.tasks[at] for at in sorted(places) if at < len(self.tasks)]

    @rule(target=datasets, places=st.sets(st.integers(0, 4)))
    def create(self, places: set[int]) -> str:
        wanted = self.some(places)
        made = self.client.datasets.create("d", task_ids=wanted)
        self.members[made.id] = {*wanted}
        return made.id

    @rule(dataset=datasets, places=st.sets(st.integers(0, 4), min_size=1))
    def add(self, dataset: str, places: set[int]) -> None:
        wanted = self.some(places)
        self.client.datasets.add_tasks(dataset, wanted)
        self.members[dataset] |= {*wanted}

    @rule(dataset=datasets, places=st.sets(st.integers(0, 4), min_size=1))
    def remove(self, dataset: str, places: set[int]) -> None:
        wanted = self.some(places)
        gone = self.client.datasets.remove_tasks(dataset, wanted).deleted
        assert gone == len(self.members[dataset] & {*wanted})
        self.members[dataset] -= {*wanted}

    @rule(dataset=datasets)
    def freeze(self, dataset: str) -> None:
        made = self.client.dataset_versions.create(dataset)
        held = frozenset(self.members[dataset])
        for version, (other, what) in self.versions.items():
            # The same content of a dataset is one version, and another content another one.
            if other == dataset:
                assert (version == made.id) == (what == held)
        self.versions[made.id] = (dataset, held)

    @rule(dataset=consumes(datasets))
    def delete(self, dataset: str) -> None:
        self.client.datasets.delete(dataset)
        del self.members[dataset]
        self.versions = {
            version: kept for version, kept in self.versions.items() if kept[0] != dataset
        }
        with pytest.raises(errors.NotFound):
            self.client.datasets.get(dataset)

    @invariant()
    def what_they_hold_is_what_was_put_in(self) -> None:
        if not hasattr(self, "members"):
            return
        listed = self.client.datasets.list(limit=1000)
        assert {one.id for one in listed} == self.members.keys()
        for dataset, held in self.members.items():
            page = self.client.datasets.tasks(dataset, limit=1000)
            assert {one.id for one in page} == held
            assert page.count == len(held) == self.client.datasets.get(dataset).task_count
        for version, (dataset, held) in self.versions.items():
            kept = self.client.dataset_versions.get(version)
            assert (kept.dataset_id, kept.task_count) == (dataset, len(held))


class Runs(Machine):
    """Model versions in training: what was logged to them, once, and whether they are finished."""

    versions = Bundle("versions")

    @initialize()
    def begin(self) -> None:
        self.model = self.client.models.create("m").id
        self.logged: dict[str, dict[tuple[str, int], float]] = {}
        self.finished: set[str] = set()

    @rule(target=versions)
    def create(self) -> str:
        made = self.client.model_versions.create(self.model, f"v{len(self.logged)}")
        self.logged[made.id] = {}
        return made.id

    @rule(
        version=versions,
        program=st.sampled_from(["one", "two"]),
        numbers=st.lists(st.integers(0, 6), min_size=1, max_size=4, unique=True),
    )
    def log(self, version: str, program: str, numbers: list[int]) -> None:
        entries = [log_entries.of(number, number, loss=number / 2) for number in numbers]
        new = {(program, number) for number in numbers} - self.logged[version].keys()
        if version in self.finished and new:
            with pytest.raises(errors.Conflict):
                log_entries.send(self.client, version, entries, client_id=program)
            return
        receipt = log_entries.send(self.client, version, entries, client_id=program)
        assert (receipt.accepted, receipt.repeated) == (len(new), len(numbers) - len(new))
        self.logged[version].update({key: key[1] / 2 for key in new})

    @rule(version=versions)
    def finish(self, version: str) -> None:
        self.client.model_versions.finish(version)
        self.finished.add(version)

    @rule(version=versions)
    def resume(self, version: str) -> None:
        self.client.model_versions.resume(version)
        self.finished.discard(version)

    @rule(version=consumes(versions))
    def delete(self, version: str) -> None:
        self.client.model_versions.delete(version)
        del self.logged[version]
        self.finished.discard(version)
        with pytest.raises(errors.NotFound):
            self.client.model_versions.get(version)

    @invariant()
    def every_log_holds_every_entry_once(self) -> None:
        if not hasattr(self, "logged"):
            return
        listed = self.client.model_versions.list(model_id=self.model, limit=1000)
        assert {one.id for one in listed} == self.logged.keys()
        for version, kept in self.logged.items():
            found = self.client.log_entries.list(version, limit=1000)
            assert Counter(one.data["loss"] for one in found) == Counter(kept.values())
            assert (self.client.model_versions.get(version).state == "finished") == (
                version in self.finished
            )


class Tokens(Machine):
    """Tokens of an organisation: which of them open it, and as whom."""

    tokens = Bundle("tokens")

    @initialize()
    def begin(self) -> None:
        self.person = users.client(self.home, users.create(self.home))
        self.known: dict[str, tuple[str, str]] = {}
        self.gone: list[str] = []

    @rule(target=tokens, role=st.sampled_from(["viewer", "annotator", "manager"]))
    def create(self, role: Any) -> str:
        made = self.person.tokens.create("t", role=role)
        self.known[made.token.id] = (made.secret, role)
        return made.token.id

    @rule(token=consumes(tokens))
    def revoke(self, token: str) -> None:
        assert self.person.tokens.delete(token).deleted == 1
        self.gone.append(self.known.pop(token)[0])

    @rule(token=tokens, data=st.data())
    def spoil(self, token: str, data: st.DataObject) -> None:
        """A secret with one character changed opens nothing."""
        secret, _ = self.known[token]
        at = data.draw(st.integers(0, len(secret) - 1))
        other = "A" if secret[at] != "A" else "B"
        self.refused(secret[:at] + other + secret[at + 1 :])

    def refused(self, secret: str) -> None:
        with pytest.raises(errors.NotAuthenticated):
            self.home.server.client(secret).sessions.get()

    @invariant()
    def each_opens_what_it_may_and_nothing_more(self) -> None:
        if not hasattr(self, "known"):
            return
        for secret, role in self.known.values():
            client = self.home.server.client(secret)
            assert client.sessions.get().role == role
            if role == "viewer":
                with pytest.raises(errors.NotAllowed):
                    client.projects.create("p")
            with pytest.raises(errors.NotAllowed):
                client.tokens.create("more")
        for secret in self.gone[-3:]:
            self.refused(secret)
        shown = self.person.tokens.list(limit=1000)
        assert self.known.keys() <= {one.id for one in shown}
        assert not [one for one, _ in self.known.values() if one in repr(shown)]


@pytest.mark.parametrize("kind", [Tasks, Datasets, Runs, Tokens], ids=lambda kind: kind.__name__)
def test_any_order_of_calls_leaves_what_it_should(
    shared: Server, kind: type[Machine], request: pytest.FixtureRequest
) -> None:
    whole = request.config.getoption("whole")
    on_this_server = type(
        kind.__name__, (kind,), {"new_home": staticmethod(lambda: organisations.create(shared))}
    )
    # A failure is told as it was found: to make it smaller takes long, on a server.
    many = settings(
        max_examples=30 if whole else 3,
        stateful_step_count=30 if whole else 12,
        phases=(Phase.explicit, Phase.generate),
    )
    run_state_machine_as_test(on_this_server, settings=many)
