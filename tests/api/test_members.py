"""Projects that are for their members, and tokens for some projects: all else is not there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from linlog import LinLogClient, errors
from linlog.wire.files import File
from linlog.wire.tasks import ItemCreate, TaskCreate
from tests.api.test_isolation import Two, invented, without_ids
from tests.api.test_matrix import Cell, Matrix, guarded
from tests.conftest import ORIGIN, Template, running
from tests.factories import annotations, files, organisations, projects, tasks, users, worlds
from tests.factories.organisations import Home
from tests.factories.replies import Reply

CALLERS = ("annotator of another project", "token of another project", "program without projects")


@dataclass
class Narrow:
    """Callers who see one project, or none, and not that of the world."""

    matrix: Matrix
    other_id: str
    roles: dict[str, str] = field(
        default_factory=lambda: dict(zip(CALLERS, ("annotator", "owner", "viewer"), strict=True))
    )


@pytest.fixture(scope="module")
def narrow(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Narrow]:
    """One of everything in a project that is for its members, and callers who are none."""
    with running(template, tmp_path_factory.mktemp("narrow") / "data") as server:
        ours = organisations.create(server, "ours")
        two = Two(server, ours, worlds.create(ours), {})
        other = projects.create(ours.client())
        ours.client().projects.update(two.our_ids["project_id"], visibility="members")
        person = users.client(ours, users.create(ours, "annotator"))
        owner = users.client(ours, users.create(ours))
        secrets = (
            person.tokens.create_own("mine", scope="admin").secret,
            owner.tokens.create_own("ci", scope="admin", projects=[other.id]).secret,
            ours.token("viewer"),
        )
        headers = {
            name: {"Authorization": f"Token {one}"}
            for name, one in zip(CALLERS, secrets, strict=True)
        }
        yield Narrow(Matrix(two, headers), other.id)


def bearer(home: Home, secret: str) -> LinLogClient:
    """A client of a token."""
    return LinLogClient(ORIGIN, secret, transport=home.server.transport)


def looking_at(file: File) -> TaskCreate:
    """A task on an image that was uploaded."""
    return TaskCreate(item=ItemCreate(type="image", file_id=file.id))


def gone(client: LinLogClient, task_id: str, project_id: str) -> bool:
    """Whether neither a task nor its project is there for a caller."""
    for ask in (
        lambda: client.tasks.get(task_id),
        lambda: client.projects.get(project_id),
        lambda: client.tasks.list(project_id),
    ):
        with pytest.raises(errors.NotFound):
            ask()
    listed = [one.id for one in client.projects.list()]
    return project_id not in listed and client.projects.list().count == len(listed)


@pytest.mark.attack("A15", "B01", "B02")
@pytest.mark.parametrize("caller", CALLERS)
def test_a_row_of_a_hidden_project_is_as_good_as_none(narrow: Narrow, caller: str) -> None:
    two, matrix = narrow.matrix.two, narrow.matrix
    before, tried, never = two.written(), 0, invented(two.our_ids)
    wrong: list[tuple[Cell, int, int]] = []
    for cell in guarded(two.server):
        if not cell.names_a_row:
            continue
        hidden, unknown = (matrix.ask(cell, caller, ids) for ids in (two.our_ids, never))
        may = hidden.data.get("code") != "not_allowed"
        expected = ({404} if "/v2/" in cell.path else {400, 404}) if may else {403}
        same = without_ids(hidden, two.our_ids) == without_ids(unknown, never)
        if hidden.status not in expected or not same:
            wrong.append((cell, hidden.status, unknown.status))
        if narrow.roles[caller] == "owner" and not may:
            wrong.append((cell, hidden.status, unknown.status))
        tried += 1
    assert wrong == [], "\n".join(map(str, wrong))
    assert tried > 70
    assert two.written() == before


@pytest.mark.attack("A15", "B17")
@pytest.mark.parametrize("caller", CALLERS)
def test_addresses_without_a_row_show_and_change_nothing_of_it(narrow: Narrow, caller: str) -> None:
    two = narrow.matrix.two
    before, reads = two.written(), 0
    of_people = {"user_id", "session_id", "token_id"}
    ours = {one for name, one in two.our_ids.items() if name not in of_people}
    for cell in guarded(two.server):
        if cell.names_a_row:
            continue
        reply = narrow.matrix.ask(cell, caller, two.our_ids)
        if cell.reads and reply.status == 200:
            reads += 1
            assert not [one for one in ours if one in reply.body.decode()], cell
        elif (cell.method, cell.path) != ("DELETE", "/api/v2/session"):
            assert reply.status in {400, 403, 404, 409, 422}, (cell, reply.status)
    assert 5 < reads < 15
    assert two.written() == before


@pytest.mark.attack("B03")
@pytest.mark.parametrize("caller", ["token of another project", "another organisation"])
@pytest.mark.parametrize("kind", ["image", "ner", "categorisation", "geo", "video"])
def test_old_clients_create_nothing_in_a_hidden_project(
    narrow: Narrow, kind: str, caller: str
) -> None:
    two = narrow.matrix.two
    if caller not in narrow.matrix.headers:
        other = organisations.create(two.server, "others").token("owner")
        narrow.matrix.headers[caller] = {"Authorization": f"Token {other}"}
    before = two.written()
    body = {"project": two.our_ids["project_id"], "attachment": "https://example.org/x.png"}
    token = narrow.matrix.headers[caller]
    replies: list[Reply] = [
        two.ours.call("POST", f"/api/v1/tasks/{kind}", {**body, **more}, role=None, headers=token)
        for more in ({}, {"project": "p_nothing"})
    ]
    assert {one.status for one in replies} <= {400, 404}
    assert two.written() == before


def test_only_routes_that_say_so_are_asked_by_who_sees_some_projects(narrow: Narrow) -> None:
    """A route of its own that says nothing is refused before it is called."""
    two = narrow.matrix.two
    token = narrow.matrix.headers["token of another project"]
    for address, status in (("/api/v2/datasets", 403), ("/api/v2/datasets/d_x", 404)):
        reply = two.ours.call("GET", address, role=None, headers=token)
        assert (reply.status, "every project" in reply.data["detail"]) == (status, True)


def test_everybody_sees_a_project_until_it_is_for_its_members(home: Home) -> None:
    owner, person = home.person("owner"), users.create(home, "annotator")
    project, kept = (projects.create(home.client()) for _ in range(2))
    task = tasks.create(home.client(), project.id)
    client = users.client(home, person)
    assert client.tasks.get(task.id).id == task.id
    assert project.visibility == "organisation"
    changed = home.client().projects.update(project.id, visibility="members")
    assert changed.visibility == "members"
    assert gone(client, task.id, project.id)
    assert kept.id in [one.id for one in client.projects.list()]
    added = owner.projects.add_member(project.id, person.id)
    assert (added.user_id, added.email, added.role) == (person.id, person.email, "annotator")
    assert owner.projects.add_member(project.id, person.id) == added
    assert [one.user_id for one in owner.projects.list_members(project.id)] == [person.id]
    assert client.tasks.get(task.id).project_id == project.id


@pytest.mark.attack("B16")
def test_who_was_removed_finds_nothing_at_the_next_request(home: Home) -> None:
    owner, person = home.person("owner"), users.create(home, "reviewer")
    project = projects.create(home.client())
    task = tasks.create(home.client(), project.id)
    home.client().projects.update(project.id, visibility="members")
    owner.projects.add_member(project.id, person.id)
    client = users.client(home, person)
    token = bearer(home, client.tokens.create_own("mine").secret)
    sent = {"Idempotency-Key": "the same", "Authorization": ""}
    secret = client.tokens.create_own("by hand", scope="write").secret
    sent["Authorization"] = f"Token {secret}"
    ask = ("POST", f"/api/v2/tasks/{task.id}/comments", {"text": "seen"})
    assert home.call(*ask, role=None, headers=sent).status == 201
    assert token.tasks.get(task.id).id == task.id
    owner.projects.delete_member(project.id, person.id)
    assert gone(client, task.id, project.id)
    assert gone(token, task.id, project.id)
    again = home.call(*ask, role=None, headers=sent)
    assert again.status in {404, 409}
    assert "seen" not in again.body.decode()
    with pytest.raises(errors.NotFound):
        owner.projects.delete_member(project.id, person.id)


def test_a_member_works_in_the_project(home: Home) -> None:
    owner, person = home.person("owner"), users.create(home, "annotator")
    project = projects.create(home.client())
    hidden = projects.create(home.client())
    for one in (project, hidden):
        home.client().projects.update(one.id, visibility="members")
    owner.projects.add_member(project.id, person.id)
    client = users.client(home, person)
    task = tasks.create(home.client(), project.id, annotations=(annotations.box(),))
    comment = client.comments.create(task.id, "here")
    assert client.comments.get(comment.id).text == "here"
    assert client.annotations.get(task.annotations[0].id).task_id == task.id
    assert [one.id for one in client.tasks.list(project.id)] == [task.id]
    assert client.tasks.complete(task.id).complete
    assert [one.id for one in client.projects.list()] == [project.id]
    for role in ("owner", "admin", "manager"):
        seen = [one.id for one in home.client(role).projects.list()]
        assert {project.id, hidden.id} <= {*seen}


@pytest.mark.attack("A15")
def test_a_token_is_for_the_projects_that_its_maker_sees(home: Home) -> None:
    person = users.client(home, users.create(home, "annotator"))
    mine, hidden = (projects.create(home.client()) for _ in range(2))
    home.client().projects.update(hidden.id, visibility="members")
    with pytest.raises(errors.NotFound):
        person.tokens.create_own("more", projects=[mine.id, hidden.id])
    made = person.tokens.create_own("mine", projects=[mine.id])
    assert made.token.project_ids == (mine.id,)
    assert [one.id for one in bearer(home, made.secret).projects.list()] == [mine.id]
    manager = users.client(home, users.create(home, "manager"))
    token = bearer(home, manager.tokens.create_own("ci", projects=[mine.id]).secret)
    assert tasks.create(token, mine.id).project_id == mine.id
    with pytest.raises(errors.NotAllowed, match="every project"):
        token.projects.create("another")
    with pytest.raises(errors.NotFound):
        tasks.create(token, hidden.id)
    with pytest.raises(errors.NotAllowed):
        token.datasets.list()
    home.client().projects.delete(mine.id)
    assert token.projects.list().count == 0


@pytest.mark.attack("B03", "B12")
def test_a_file_is_seen_with_a_task_that_looks_at_it(home: Home) -> None:
    mine, hidden = (projects.create(home.client()) for _ in range(2))
    shown, kept = (files.create(home.client()) for _ in range(2))
    for project, file in ((mine, shown), (hidden, kept)):
        home.client().tasks.create(project.id, looking_at(file))
    manager = users.client(home, users.create(home, "manager"))
    token = bearer(home, manager.tokens.create_own("ci", projects=[mine.id]).secret)
    assert token.files.get(shown.id).id == shown.id
    with pytest.raises(errors.NotFound):
        token.files.get(kept.id)
    with pytest.raises(errors.ApiError, match="no file"):
        token.tasks.create(mine.id, looking_at(kept))


def test_a_session_says_whether_every_project_is_seen(home: Home) -> None:
    kept, seeing = (users.client(home, users.create(home, "annotator")) for _ in range(2))
    assert kept.sessions.get().every_project
    hidden = projects.create(home.client())
    home.client().projects.update(hidden.id, visibility="members")
    me = seeing.sessions.get().user
    assert me is not None
    home.person("owner").projects.add_member(hidden.id, me.id)
    assert not kept.sessions.get().every_project
    assert home.client().sessions.get().every_project


def test_changes_of_who_sees_a_project_are_in_the_audit_log(home: Home) -> None:
    owner, person = home.person("owner"), users.create(home, "viewer")
    project = projects.create(home.client())
    home.client().projects.update(project.id, visibility="members")
    owner.projects.add_member(project.id, person.id)
    owner.projects.delete_member(project.id, person.id)
    for action in ("set_visibility", "add_member", "delete_member"):
        found = owner.audit_entries.list(action=f"projects.{action}")
        assert [one.object_id for one in found] == [project.id]


def test_only_admins_say_who_is_a_member(home: Home) -> None:
    project, person = projects.create(home.client()), users.create(home, "viewer")
    with pytest.raises(errors.NotAllowed):
        home.client("manager").projects.add_member(project.id, person.id)
    with pytest.raises(errors.NotFound):
        home.client("admin").projects.add_member(project.id, "u_nobody")
