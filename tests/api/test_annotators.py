"""Who made an annotation and who changed it last: noted however it came, kept, and asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from linlog import LinLogClient, errors
from linlog.server.store import tables
from linlog.wire.annotations import Annotation, AnnotationCreate
from linlog.wire.tasks import ItemCreate, Task, TaskCreate
from linlog.wire.tokens import Token
from linlog.wire.users import User
from tests.conftest import Server
from tests.factories import annotations, model_runs, organisations, predictions, projects, users
from tests.factories.organisations import Home


@dataclass
class Work:
    """A task of a project, a person who annotates it, and one who reviews it."""

    home: Home
    task: Task
    ada: User
    bob: User
    annotator: LinLogClient
    reviewer: LinLogClient

    def people(self) -> list[tuple[str, str | None, str | None]]:
        """Label, annotator and who changed it last, of each annotation."""
        now = self.reviewer.tasks.get(self.task.id).annotations
        return [(each.label, each.annotator_id, each.changed_by_id) for each in now]

    def one(self) -> Annotation:
        """The first annotation."""
        return self.reviewer.tasks.get(self.task.id).annotations[0]


@pytest.fixture
def work(home: Home) -> Work:
    """A task without annotations."""
    project = projects.create(home.client())
    task = home.client().tasks.create(project.id, text())
    ada, bob = users.create(home, "annotator"), users.create(home, "reviewer")
    return Work(home, task, ada, bob, users.client(home, ada), users.client(home, bob))


def text(**changes: Any) -> TaskCreate:
    return TaskCreate(item=ItemCreate(type="text", text="word " * 9), **changes)


def test_whoever_puts_it_on_a_task_is_its_annotator(work: Work) -> None:
    work.annotator.annotate_task(work.task.id, annotations.box("a"))
    held = work.annotator.tasks.get(work.task.id).annotations
    assert (held[0].annotator, held[0].changed_by) == (work.ada.name, None)
    again = [AnnotationCreate(id=held[0].id, label="a", shape=held[0].shape), annotations.box("b")]
    work.reviewer.annotations.replace(work.task.id, again)
    assert work.people() == [("a", work.ada.id, None), ("b", work.bob.id, None)]


def test_a_change_notes_who_made_it_and_leaves_the_annotator(work: Work) -> None:
    work.annotator.annotate_task(work.task.id, annotations.box("a"))
    one = work.one()
    work.reviewer.annotations.update(one.id, label="b")
    assert work.people() == [("b", work.ada.id, work.bob.id)]
    assert work.reviewer.annotations.get(one.id).changed_by == work.bob.name
    # Saved as it is, which is no change.
    work.annotator.annotations.update(one.id, label="b")
    same = [AnnotationCreate(id=one.id, label="b", shape=one.shape)]
    work.annotator.annotations.replace(work.task.id, same)
    assert work.people() == [("b", work.ada.id, work.bob.id)]
    work.annotator.tasks.update(work.task.id, annotations=[annotations.box("c", id=one.id)])
    assert work.people() == [("c", work.ada.id, work.ada.id)]


def test_corrections_of_a_review_are_the_reviewers(work: Work) -> None:
    work.annotator.annotate_task(work.task.id, [annotations.box("a"), annotations.box("b")])
    first, second = work.annotator.tasks.submit(work.task.id).annotations
    corrected = [
        AnnotationCreate(id=first.id, label="a", shape=first.shape),
        AnnotationCreate(id=second.id, label="c", shape=second.shape),
        annotations.box("d"),
    ]
    work.reviewer.reviews.accept(work.task.id, annotations=corrected)
    assert work.people() == [
        ("a", work.ada.id, None),
        ("c", work.ada.id, work.bob.id),
        ("d", work.bob.id, None),
    ]


def test_what_comes_back_is_whose_it_was(work: Work) -> None:
    """An undo in the editor saves what was deleted again, and an earlier state can be restored."""
    work.annotator.annotate_task(work.task.id, annotations.box("a"))
    one = work.one()
    work.reviewer.annotations.replace(work.task.id, [])
    kept = [AnnotationCreate(id=one.id, label="a", shape=one.shape)]
    work.reviewer.annotations.replace(work.task.id, kept)
    assert work.people() == [("a", work.ada.id, None)]
    work.reviewer.annotations.update(one.id, label="b")
    earlier = work.reviewer.annotations.list_earlier(work.task.id, annotations=True)
    assert [each.annotations[0].annotator for each in earlier] == [work.ada.name] * 2
    work.reviewer.annotations.restore(work.task.id, earlier[0].version)
    assert work.people() == [("a", work.ada.id, None)]


def test_a_copy_is_of_whoever_copies(work: Work) -> None:
    work.annotator.annotate_task(work.task.id, annotations.box("a"))
    other = work.home.client().tasks.create(work.task.project_id, text())
    copied = AnnotationCreate(id=work.one().id, label="a", shape=work.one().shape)
    work.reviewer.annotations.replace(other.id, [copied])
    assert work.reviewer.tasks.get(other.id).annotations[0].annotator_id == work.bob.id


def test_what_comes_with_a_task_or_from_a_program_is_nobodys(work: Work) -> None:
    manager = users.client(work.home, users.create(work.home, "manager"))
    made = manager.tasks.create(
        work.task.project_id, text(annotations=(annotations.box(), annotations.box("dog")))
    )
    assert [each.annotator_id for each in made.annotations] == [None, None]
    work.annotator.annotate_task(work.task.id, annotations.box("a", source="cvat"))
    assert work.people() == [("a", None, None)]
    work.reviewer.annotations.update(work.one().id, label="b")
    assert work.people() == [("b", None, work.bob.id)]


def test_an_accepted_prediction_is_of_whoever_accepted_it(work: Work) -> None:
    source = "prediction pr_1 of mv_1"
    work.annotator.annotate_task(work.task.id, annotations.box("a", source=source))
    assert work.people() == [("a", work.ada.id, None)]


def test_a_token_of_a_person_works_for_them_and_one_of_the_organisation_for_itself(
    work: Work,
) -> None:
    own = work.annotator.tokens.create_own("script", scope="admin")
    bearer = LinLogClient("http://127.0.0.1:8420", own.secret, transport=work.home.server.transport)
    bearer.annotate_task(work.task.id, annotations.box("a"))
    work.home.client().annotate_task(work.task.id, annotations.box("b"))
    (_, person, _), (_, program, _) = work.people()
    assert person == work.ada.id
    [token] = [each for each in work.home.person().tokens.list() if each.id == program]
    assert work.annotator.tasks.get(work.task.id).annotations[1].annotator == token.name


def test_managers_say_whose_work_it_is_and_others_do_not(work: Work) -> None:
    theirs = annotations.box("a", annotator_id=work.ada.id)
    made = work.home.client().tasks.create(work.task.project_id, text(annotations=(theirs,)))
    assert [each.annotator for each in made.annotations] == [work.ada.name]
    with pytest.raises(errors.NotAllowed, match="leave annotator_id out, and it is yours") as told:
        work.reviewer.annotate_task(work.task.id, [annotations.box("b"), theirs])
    assert told.value.field == "annotations.1.annotator_id"
    work.annotator.annotate_task(work.task.id, theirs)
    # What is on the task is whose it is, whatever is said of it again.
    one = work.one()
    claimed = AnnotationCreate(id=one.id, label="a", shape=one.shape, annotator_id=work.bob.id)
    work.reviewer.annotations.replace(work.task.id, [claimed])
    assert work.people() == [("a", work.ada.id, None)]
    with pytest.raises(errors.Invalid, match="id of a user or a token, not 'ada'"):
        work.home.client().annotate_task(work.task.id, annotations.box("c", annotator_id="ada"))


def test_what_was_exported_is_imported_with_its_annotators(work: Work, tmp_path: Any) -> None:
    from linlog.wire import codec

    work.annotator.annotate_task(work.task.id, annotations.box("a"))
    held = work.annotator.tasks.get(work.task.id)
    row = {"attachment": "word " * 9, "attachment_type": "text", "annotations": held.annotations}
    file = tmp_path / "tasks.ndjson"
    file.write_bytes(codec.encode(row) + b"\n")
    project = projects.create(work.home.client())
    report = work.home.client().tasks.import_file(project.id, file)
    assert (report.accepted, report.rejected) == (1, 0)
    [found] = work.home.client().tasks.list(project.id)
    assert [each.annotator_id for each in found.annotations] == [work.ada.id]


def test_people_are_asked_for_by_name_address_and_id(work: Work) -> None:
    manager = work.home.client()
    other = manager.tasks.create(work.task.project_id, text(annotations=(annotations.box("old"),)))
    work.annotator.annotate_task(work.task.id, annotations.box("a"))
    manager.tasks.create(work.task.project_id, text())
    mine = [work.task.id]
    for query, expected in [
        (f"annotator:{work.ada.id}", mine),
        (f"annotator:{work.ada.email.upper()}", mine),
        (f'annotator:"{work.ada.name}"', mine),
        (f"annotator:({work.bob.email}, {work.ada.email})", mine),
        # In quotes, as these letters may all be digits.
        (f'annotator~"{work.ada.name[2:9]}"', mine),
        (f"annotator!={work.ada.email} has:annotator", []),
        (f"annotation(label:a annotator:{work.ada.email})", mine),
        (f"annotation(label:b annotator:{work.ada.email})", []),
        (f"annotator:{work.bob.email}", []),
        ("annotator:nobody@example.org", []),
        ("no:annotator", [other.id]),
    ]:
        found = manager.tasks.list(work.task.project_id, query=query)
        assert [task.id for task in found] == expected, query
    facets = {each.field: each for each in manager.tasks.facets(work.task.project_id).facets}
    assert [
        (each.title, each.value, each.count) for each in facets["annotation.annotator"].values
    ] == [
        (work.ada.name, work.ada.name, 1),
        ("unknown", None, 1),
    ]


def test_of_two_of_one_name_a_facet_means_one(work: Work) -> None:
    namesake = users.create(work.home, "annotator")
    work.home.person().users.update(namesake.id, name=work.ada.name)
    work.annotator.annotate_task(work.task.id, annotations.box("a"))
    [facet] = [
        each
        for each in work.annotator.tasks.facets(work.task.project_id).facets
        if each.field == "annotation.annotator"
    ]
    # Nothing here is of nobody, so that is not offered either.
    assert [(each.title, each.value) for each in facet.values] == [(work.ada.name, work.ada.id)]


def test_somebody_who_goes_by_another_name_is_found_by_it_at_once(work: Work) -> None:
    work.annotator.annotate_task(work.task.id, annotations.box("a"))
    ask = f"annotator:{work.ada.name}"
    assert work.annotator.tasks.list(work.task.project_id, query=ask).count == 1
    work.home.person().users.update(work.ada.id, name="Countess")
    assert work.annotator.tasks.list(work.task.project_id, query=ask).count == 0
    assert work.annotator.tasks.list(work.task.project_id, query="annotator:countess").count == 1
    assert work.one().annotator == "Countess"


def test_people_of_other_organisations_are_nobody_here(work: Work, shared: Server) -> None:
    stranger = users.create(organisations.create(shared, "Other"))
    held = annotations.box("a", annotator_id=stranger.id)
    work.home.client().annotate_task(work.task.id, held)
    assert (work.one().annotator_id, work.one().annotator) == (stranger.id, None)
    found = work.annotator.tasks.list(work.task.project_id, query=f"annotator:{stranger.email}")
    assert found.count == 0


def program(work: Work) -> Token:
    """The token of a program, which annotates the task."""
    made = work.home.person().tokens.create("importer", role="annotator")
    asked = LinLogClient("http://127.0.0.1:8420", made.secret, transport=work.home.server.transport)
    asked.annotate_task(work.task.id, annotations.box("b"))
    return made.token


def test_a_slice_keeps_who_is_meant_and_says_what_they_are_called(work: Work) -> None:
    manager = work.home.client()
    token = program(work)
    work.annotator.annotate_task(work.task.id, annotations.box("a"))
    [facet] = [
        each
        for each in manager.tasks.facets(work.task.project_id).facets
        if each.field == "annotation.annotator"
    ]
    made = {
        each.title: manager.slices.create(
            None, each.title, each.query, project_id=work.task.project_id
        )
        for each in facet.values
    }
    hers = made[work.ada.name]
    assert (hers.query["value"], hers.text) == (work.ada.id, f"annotator:{work.ada.name}")
    either = {"any": [hers.query, {"not": made["importer"].query}]}
    said = manager.slices.update(made["importer"].id, query=either).text
    assert said == f"annotator:{work.ada.name} or -annotator:importer"

    work.home.person().users.update(work.ada.id, name="Countess")
    work.home.person().tokens.delete(token.id)
    found = manager.slices.list(project_id=work.task.project_id)
    assert {each.text for each in found} == {
        "annotator:Countess",
        f"annotator:Countess or -annotator:{token.id}",
    }
    work.home.person().users.update(work.bob.id, name="Countess")
    assert manager.slices.get(hers.id).text == f"annotator:{work.ada.id}"


def test_a_program_whose_token_is_gone_is_called_and_asked_for_by_its_id(work: Work) -> None:
    token = program(work)
    manager = work.home.client()

    def found(query: str) -> int:
        return manager.tasks.list(work.task.project_id, query=query).count or 0

    assert (found("annotator~IMPORT"), found("annotator~nobody")) == (1, 0)
    work.home.person().tokens.delete(token.id)
    assert (found("annotator~import"), found(f"annotator:{token.id}")) == (0, 1)
    assert found(f"annotator~{token.id}") == 1
    [value] = next(
        each.values
        for each in manager.tasks.facets(work.task.project_id).facets
        if each.field == "annotation.annotator"
    )
    assert (value.title, value.value) == (token.id, token.id)
    assert (work.one().annotator_id, work.one().annotator) == (token.id, None)


# --------------------------------------------------------------------- what is frozen with it


def test_a_report_is_cut_by_who_drew_the_truths(work: Work, shared: Server) -> None:
    client = work.home.client()
    by_bob = client.tasks.create(work.task.project_id, text())
    work.annotator.annotate_task(work.task.id, annotations.box("a"))
    work.reviewer.annotate_task(by_bob.id, annotations.box("a"))
    ids = [work.task.id, by_bob.id]
    for each in ids:
        client.tasks.complete(each)
    dataset = client.datasets.create("Both", task_ids=ids)
    run = model_runs.create(client, dataset_id=dataset.id)
    predictions.send(client, run.id, [predictions.of(by_bob.id, "a")])
    evaluation = client.evaluations.create(run.id)
    shared.work()
    ours = [
        client.slices.create(
            dataset.id, name, {"field": "annotation.annotator", "op": "is", "value": said}
        )
        for name, said in (("ada", work.ada.name), ("bob", work.bob.email))
    ]
    assert client.slices.tasks(ours[0].id, evaluation_id=evaluation.id).task_ids == (work.task.id,)
    report = client.evaluations.report(evaluation.id, slices=[each.id for each in ours])
    [table] = [block for block in report.blocks if block.name == "slices"]
    place = [column.name for column in table.columns].index("recall")
    recalls = {row.name: row.values[place] for row in table.rows}
    assert (recalls["ada"], recalls["bob"]) == (0.0, 1.0)
    truths = client.evaluations.truths(evaluation.id, ids)
    assert {each.task_id: each.annotations[0].annotator_id for each in truths.truths} == {
        work.task.id: work.ada.id,
        by_bob.id: work.bob.id,
    }
    assert client.evaluations.verify(evaluation.id).equal
    # What was judged is cut by who drew it then, whoever's it is now.
    work.reviewer.annotations.replace(work.task.id, [annotations.box("a")])
    assert client.slices.tasks(ours[0].id).task_ids == ()
    assert client.slices.tasks(ours[0].id, evaluation_id=evaluation.id).task_ids == (work.task.id,)


def test_what_was_frozen_before_annotators_were_noted_stays_as_it_was(
    work: Work, shared: Server
) -> None:
    client = work.home.client()
    project = work.task.project_id
    made = client.tasks.create(project, text(complete=True, annotations=(annotations.box("a"),)))
    dataset = client.datasets.create("Old", task_ids=[made.id])
    before = client.dataset_versions.create(dataset.id)
    run = model_runs.create(client, dataset_id=dataset.id)
    evaluation = client.evaluations.create(run.id)
    shared.work()
    with shared.machine.database.write("tests") as conn:
        held = conn.execute(
            tables.annotations.select().where(tables.annotations.c.task_id == made.id)
        ).one()
    assert (held.annotator_id, held.changed_by_id) == (None, None)
    assert client.evaluations.verify(evaluation.id).equal
    # A change and its undoing lead back to the same content, though somebody changed it.
    work.reviewer.annotations.update(held.id, label="b")
    work.reviewer.annotations.update(held.id, label="a")
    assert work.reviewer.annotations.get(held.id).changed_by_id == work.bob.id
    assert (
        client.dataset_versions.create(dataset.id).hashes["annotations"]
        == (before.hashes["annotations"])
    )
