"""Every route that is mounted, by every kind of caller: what each cell answers, and nothing else.

Who is no member of a project, and whose token is for another, are asked in test_members.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from fastapi.routing import iter_route_contexts

from linlog.server import app
from linlog.server.request import PUBLIC, Router
from linlog.wire.users import ROLES
from tests.api import addresses
from tests.api.addresses import OWN, READING_POSTS, Address
from tests.api.test_isolation import Two, body_of, invented, without_ids
from tests.conftest import Server, Template, running
from tests.factories import organisations, sessions, users, worlds
from tests.factories.replies import Reply

OPEN_TO_ALL: Final = {
    ("GET", "/healthz"): "says only that the server is there",
    ("GET", "/.well-known/security.txt"): "where weaknesses are reported, as RFC 9116 wants it",
    ("GET", "/assets/{name}"): "the built pages, which are in every wheel",
    ("GET", "/{path:path}"): "the document of the pages",
    ("GET", "/media/{file_id}"): "the signed address is the permission",
    ("GET", "/api/v2/setup"): "whether there is an owner yet",
    ("POST", "/api/v2/setup"): "asks for the printed code, and only once",
    ("POST", "/api/v2/sessions"): "asks for the password",
    ("POST", "/api/v2/users/password-resets"): "tells nobody anything, and not often",
    ("POST", "/api/v2/users/passwords"): "asks for the secret of a link",
}


NOT_FOR_VIEWERS: Final = {
    ("DELETE", "/api/v2/sessions/{session_id}"): 404,
    ("POST", "/api/v2/sessions/presence"): 403,
    ("POST", "/api/v2/sessions/password"): 403,
    ("POST", "/api/v2/sessions/email"): 422,
    ("POST", "/api/v2/tokens/personal"): 403,
    ("DELETE", "/api/v2/tokens/personal/{token_id}"): 404,
    ("GET", "/api/v2/tasks/{task_id}/frame"): 404,
    ("GET", "/api/v2/tasks/{task_id}/html"): 404,
    ("GET", "/api/v2/slices"): 422,
    ("GET", "/api/v2/model-versions/importances"): 422,
    ("POST", "/api/v1/search/tasks"): 400,
}
"""What a viewer's token may ask, and is refused all the same: what is a person's own, what the
worlds do not hold, and bare questions that want a choice."""


SCOPES: Final = {"read": "viewer", "write": "manager"}
"""What a token of an owner reaches at most, as the role that reaches as far."""
OF_ANNOTATORS: Final = {
    ("GET", "/api/v2/projects/{project_id}/members"),
    ("PUT", "/api/v2/projects/{project_id}/members/{user_id}"),
    ("PATCH", "/api/v2/projects/{project_id}"),
    ("DELETE", "/api/v2/projects/{project_id}"),
    ("PATCH", "/api/v1/projects/{project_id}"),
    ("POST", "/api/v2/projects/{project_id}/labels"),
    ("POST", "/api/v2/projects/{project_id}/tasks"),
    ("POST", "/api/v2/tasks/change"),
    ("POST", "/api/v2/tasks/delete"),
    ("POST", "/api/v2/datasets"),
    ("POST", "/api/v2/dataset-versions"),
    ("GET", "/api/v2/users"),
    ("GET", "/api/v2/users/{user_id}"),
    ("POST", "/api/v2/users/invitations"),
    ("GET", "/api/v2/tokens"),
    ("GET", "/api/v2/audit-entries"),
    ("GET", "/api/v2/audit-entries/export"),
}
"""What annotators are refused whatever the routes say of themselves: settings, people, logs."""


OF_AN_OWNER: Final = {("GET", "/api/v2/users/{user_id}/sessions"): 403}
"""What an admin may ask, but not of the person of the worlds, who is an owner."""


@dataclass(frozen=True)
class Cell:
    """A route, and whom it is for."""

    method: str
    path: str
    role: str

    @property
    def address(self) -> Address:
        """The route as the document describes it, or without a body where it does not."""
        known = {(one.method, one.path): one for one in addresses.all_of_them()}
        plain = Address(self.method, self.path, {})
        return known.get((self.method, self.path), plain)

    @property
    def names_a_row(self) -> bool:
        """Whether its path holds an id."""
        return "{" in self.path

    @property
    def reads(self) -> bool:
        """Whether it changes nothing."""
        return self.method == "GET" or (self.method, self.path) in READING_POSTS


@dataclass
class Matrix:
    """The two organisations, and what each caller sends to be known."""

    two: Two
    headers: dict[str, dict[str, str]] = field(default_factory=dict)

    def ask(self, cell: Cell, caller: str, values: dict[str, str]) -> Reply:
        """One cell, with the ids of a world."""
        body = body_of(cell.address, values)
        if body is None and cell.method in {"POST", "PATCH", "PUT"}:
            body = {}
        where = cell.address.filled(values)
        return self.two.ours.call(cell.method, where, body, role=None, headers=self.headers[caller])


@pytest.fixture(scope="module")
def matrix(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    """Two organisations with one of everything, and a caller of each kind."""
    with running(template, tmp_path_factory.mktemp("matrix") / "data") as server:
        ours, theirs = (organisations.create(server, name) for name in ("ours", "theirs"))
        two = Two(server, ours, worlds.create(ours), worlds.create(theirs))
        removed, disabled, owner = (users.create(ours) for _ in range(3))
        kept = [sessions.own_page(sessions.create(ours, one.email)) for one in (removed, disabled)]
        client = users.client(ours, owner)
        revoked = client.tokens.create("of who is gone")
        client.tokens.delete(revoked.token.id)
        client.users.update(removed.id, role="viewer")
        client.users.update(disabled.id, disabled=True)
        token = {
            "foreign owner": theirs.token("owner"),
            "foreign annotator": theirs.token("annotator"),
            "viewer": ours.token("viewer"),
            "removed, with a token": revoked.secret,
        }
        people = {role: users.create(ours, role).email for role in ROLES[:-1]}
        pages = {
            f"{role} by session": sessions.own_page(sessions.create(ours, email))
            for role, email in people.items()
        }
        token |= {f"{role} by token": ours.token(role) for role in ROLES[:-1]}
        token |= {
            f"owner by a token that may {scope}": client.tokens.create_own("x", scope=scope).secret
            for scope in SCOPES
        }
        yield Matrix(
            two,
            {
                **pages,
                "nobody": {},
                "removed, with a session": kept[0],
                "disabled": kept[1],
                **{name: {"Authorization": f"Token {one}"} for name, one in token.items()},
            },
        )


def cells(server: Server) -> list[Cell]:
    """Every route of the app as it is served, whatever mounts it."""
    inner: Any = app.build(server.machine)
    while hasattr(inner, "app"):
        inner = inner.app
    found = []
    for context in iter_route_contexts(inner.routes):
        route = context.original_route
        role = route.endpoint.linlog_policy.role
        methods = (route.methods or {"GET"}) - {"HEAD"}
        found += [Cell(method, context.path or route.path, role) for method in methods]
    return found


def guarded(server: Server) -> list[Cell]:
    """The routes that are not open to all. A public one must be known to be so."""
    every = cells(server)
    public = {(one.method, one.path) for one in every if one.role == PUBLIC}
    assert public == OPEN_TO_ALL.keys()
    assert {one.role for one in every} <= {PUBLIC, *ROLES}, "a policy that nobody expects"
    return [one for one in every if one.role != PUBLIC]


def test_the_document_describes_what_is_served(matrix: Matrix) -> None:
    served = {(one.method, one.path) for one in cells(matrix.two.server)}
    described = {(one.method, one.path) for one in addresses.all_of_them()}
    assert described <= served
    assert {one for one in served if one[1].startswith("/api/v2")} == described | {
        ("GET", "/api/v2/openapi.json")
    }


@pytest.mark.attack("B18")
@pytest.mark.parametrize(
    ("path", "policy", "fault"),
    [
        ("/planted", PUBLIC, "/planted"),
        ("/planted", "tourist", "a policy that nobody expects"),
    ],
)
def test_a_route_that_is_added_is_in_the_matrix_or_stops_it(
    server: Server, monkeypatch: pytest.MonkeyPatch, path: str, policy: str, fault: str
) -> None:
    """One that is open to all must be listed; one for a role becomes a cell for every caller."""

    def planted(ctx: object) -> dict[str, str]:
        """A new route."""
        return {}

    def mounted(role: str) -> list[Any]:
        router = Router("planted", prefix="/api/v2")
        router.get(path, policy=role)(planted)
        return [*routers, router.api()]

    routers = app._routers()
    before = {(one.method, one.path) for one in guarded(server)}
    monkeypatch.setattr(app, "_routers", lambda: mounted("viewer"))
    more = {(one.method, one.path) for one in guarded(server)}
    assert more - before == {("GET", "/api/v2/planted")}
    monkeypatch.setattr(app, "_routers", lambda: mounted(policy))
    with pytest.raises(AssertionError, match=fault):
        guarded(server)


@pytest.mark.attack("A01", "A10", "B16", "B12")
@pytest.mark.parametrize(
    "caller", ["nobody", "removed, with a session", "removed, with a token", "disabled"]
)
def test_whoever_may_not_come_in_gets_nothing_anywhere(matrix: Matrix, caller: str) -> None:
    before = matrix.two.written()
    expected = (401, "not_authenticated")
    every = guarded(matrix.two.server)
    assert len(every) > 120
    wrong = []
    for cell in every:
        reply = matrix.ask(cell, caller, matrix.two.our_ids)
        if (reply.status, reply.data.get("code")) != expected:
            wrong.append((cell, reply.status))
    assert wrong == [], "\n".join(map(str, wrong))
    assert matrix.two.written() == before


@pytest.mark.attack("B01", "B15")
@pytest.mark.parametrize("caller", ["foreign owner", "foreign annotator"])
def test_a_foreign_row_is_as_good_as_none_on_every_route(matrix: Matrix, caller: str) -> None:
    two, role = matrix.two, caller.partition(" ")[2]
    before, tried, never = two.written(), 0, invented(two.our_ids)
    for cell in guarded(two.server):
        if not cell.names_a_row:
            continue
        foreign, unknown = (matrix.ask(cell, caller, ids) for ids in (two.our_ids, never))
        may = ROLES.index(role) >= ROLES.index(cell.role)
        expected = ({404} if "/v2/" in cell.path else {400, 404}) if may else {403}
        assert (cell, foreign.status in expected) == (cell, True), foreign.data
        assert without_ids(foreign, two.our_ids) == without_ids(unknown, never)
        tried += 1
    assert tried > 70
    assert two.written() == before


@pytest.mark.attack("B15", "B17")
def test_lists_of_others_show_nothing_of_ours(matrix: Matrix) -> None:
    two = matrix.two
    ours = {one for name, one in two.our_ids.items() if name.endswith("_id")}
    for cell in guarded(two.server):
        if cell.path.startswith("/api/v2/audit-entries"):
            continue  # It repeats the ids that they asked for themselves, and says nothing of them.
        if cell.reads and not cell.names_a_row and not cell.address.required_query:
            said = matrix.ask(cell, "foreign owner", two.our_ids).body.decode()
            assert not [one for one in ours if one in said], cell


@pytest.mark.attack("B05", "B06")
@pytest.mark.parametrize("way", ["token", "session"])
@pytest.mark.parametrize("role", ROLES[:-1])
def test_what_needs_a_more_powerful_role_is_refused_and_the_rest_is_read(
    matrix: Matrix, role: str, way: str
) -> None:
    two, caller = matrix.two, f"{role} by {way}"
    before, found = two.written(), {"read": 0, "refused": 0}
    wrong: list[Any] = []
    for cell in guarded(two.server):
        may = ROLES.index(role) >= ROLES.index(cell.role)
        if may and cell.method != "GET":
            continue
        reply = matrix.ask(cell, caller, two.our_ids)
        key = (cell.method, cell.path)
        expected = {200, NOT_FOR_VIEWERS.get(key), OF_AN_OWNER.get(key)} if may else {403}
        if reply.status not in expected:
            wrong.append((cell, reply.status, reply.data))
        found["read" if may else "refused"] += 1
    assert wrong == [], "\n".join(map(str, wrong))
    assert found["read"] > 40
    # No address is for owners alone.
    assert (found["refused"] > 0) == (role != "admin")
    assert two.written() == before


@pytest.mark.attack("B05")
@pytest.mark.parametrize("caller", ["annotator by token", "annotator by session"])
def test_annotators_are_kept_from_settings_people_and_logs(matrix: Matrix, caller: str) -> None:
    every = {(one.method, one.path): one for one in guarded(matrix.two.server)}
    assert every.keys() >= OF_ANNOTATORS
    found = {key: matrix.ask(every[key], caller, matrix.two.our_ids) for key in OF_ANNOTATORS}
    assert {key: (one.status, one.data["code"]) for key, one in found.items()} == dict.fromkeys(
        OF_ANNOTATORS, (403, "not_allowed")
    )


@pytest.mark.attack("A15")
@pytest.mark.parametrize("scope", SCOPES)
def test_a_token_of_an_owner_reaches_no_further_than_its_scope(matrix: Matrix, scope: str) -> None:
    two, most = matrix.two, ROLES.index(SCOPES[scope])
    before, found = two.written(), {True: 0, False: 0}
    for cell in guarded(two.server):
        reads = cell.reads or "search" in cell.path
        may = ROLES.index(cell.role) <= most and (reads or scope == "write")
        if may and not reads:
            continue
        reply = matrix.ask(cell, f"owner by a token that may {scope}", two.our_ids)
        assert (cell, reply.status == 403) == (cell, not may), reply.data
        found[may] += 1
    assert min(found.values()) > 10
    assert two.written() == before


@pytest.mark.attack("B05")
def test_a_viewer_reads_everything_of_their_own_and_changes_nothing(matrix: Matrix) -> None:
    two = matrix.two
    before, found = two.written(), {"read": 0, "refused": 0}
    wrong: list[Any] = []
    asked: set[tuple[str, str]] = set()
    for cell in guarded(two.server):
        reply = matrix.ask(cell, "viewer", two.our_ids)
        if cell.role != "viewer":
            assert (cell, reply.status, reply.data["code"]) == (cell, 403, "not_allowed")
            found["refused"] += 1
            continue
        assert (cell, cell.reads or (cell.method, cell.path) in OWN or "search" in cell.path) == (
            *(cell, True),
        )
        key = (cell.method, cell.path)
        asked.add(key)
        of_people = {403} if key in OWN else set()
        if reply.status not in {NOT_FOR_VIEWERS.get(key, 200)} | of_people:
            wrong.append((*key, reply.status, reply.data))
        found["read"] += reply.status == 200
    assert wrong == [], "\n".join(map(str, wrong))
    assert asked >= NOT_FOR_VIEWERS.keys()
    assert min(found.values()) > 40
    assert two.written() == before
