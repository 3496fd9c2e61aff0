"""Accounts: a person's own address, and what admins see and end of others."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from linlog import errors
from linlog.cli.main import program
from linlog.server import clock
from linlog.wire.audit_entries import AuditEntry
from tests.conftest import PASSWORD, Server
from tests.factories import organisations, sessions, users
from tests.factories.organisations import Home

WHERE = "/api/v2/sessions/email"
NEW = "somebody.else@example.org"


@pytest.fixture
def home(server: Server) -> Home:
    """An organisation of a server whose counts are this test's alone."""
    return organisations.create(server)


def newest(home: Home, action: str) -> AuditEntry:
    """The last entry of the audit log of an action."""
    return home.client("admin").audit_entries.list(action=action)[0]


@pytest.mark.attack("A18", "A10")
def test_another_address_asks_for_the_password_and_ends_every_session(home: Home) -> None:
    person = users.create(home)
    page, other = (sessions.own_page(sessions.create(home, person.email)) for _ in range(2))
    wrong = home.call("POST", WHERE, {"email": NEW, "password": "x"}, role=None, headers=page)
    assert (wrong.status, wrong.data["field"]) == (403, "password")
    body = {"email": f" {NEW.upper()} ", "password": PASSWORD}
    changed = home.call("POST", WHERE, body, role=None, headers=page)
    assert (changed.status, changed.data["user"]["email"]) == (200, NEW)
    for old in (page, other):
        assert home.call("GET", "/api/v2/session", role=None, headers=old).status == 401
    renewed = sessions.own_page(changed)
    assert home.call("GET", "/api/v2/session", role=None, headers=renewed).status == 200
    assert sessions.create(home, person.email).status == 401
    assert sessions.create(home, NEW).status == 201
    entry = newest(home, "users.update")
    assert (entry.object_id, entry.details) == (
        *(person.id, {"fields": ["email"], "email_before": person.email}),
    )


@pytest.mark.attack("A18")
def test_an_address_of_others_a_wrong_one_or_a_token_changes_nothing(home: Home) -> None:
    person, other = users.create(home), users.create(home)
    client = users.client(home, person)
    for taken in (other.email, person.email):
        with pytest.raises(errors.Conflict, match="cannot be taken"):
            client.sessions.change_email(taken, PASSWORD)
    with pytest.raises(errors.Invalid, match="must look like"):
        client.sessions.change_email("nobody at home", PASSWORD)
    token = client.tokens.create_own("x").secret
    body = {"email": NEW, "password": PASSWORD}
    said = {"Authorization": f"Token {token}"}
    assert home.call("POST", WHERE, body, role=None, headers=said).status == 403
    assert client.sessions.get().user == person


@pytest.mark.attack("A18", "B06")
def test_an_admin_sees_and_ends_sessions_of_others_but_not_of_who_is_above(home: Home) -> None:
    admin, person, owner = (users.create(home, role) for role in ("admin", "annotator", "owner"))
    client = users.client(home, admin)
    pages = [sessions.own_page(sessions.create(home, person.email)) for _ in range(3)]
    held = client.users.sessions(person.id)
    assert (held.count, {one.current for one in held}) == (3, {False})
    client.users.end_session(person.id, held[0].id)
    statuses = [
        home.call("GET", "/api/v2/session", role=None, headers=page).status for page in pages
    ]
    assert sorted(statuses) == [200, 200, 401]
    with pytest.raises(errors.NotFound):
        client.users.end_session(admin.id, held[1].id)
    assert client.users.end_sessions(person.id).deleted == 2
    assert client.users.sessions(person.id).count == 0
    assert newest(home, "users.end_sessions").object_id == person.id
    for deed in (client.users.sessions, client.users.end_sessions):
        with pytest.raises(errors.NotAllowed, match="owner"):
            deed(owner.id)
    with pytest.raises(errors.NotAllowed, match="owner"):
        client.users.reset_second_factor(owner.id)


@pytest.mark.attack("A15", "A18")
def test_neither_a_token_nor_an_old_session_ends_sessions_of_others(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, person = users.create(home), users.create(home, "viewer")
    page = sessions.own_page(sessions.create(home, owner.email))
    made = users.client(home, owner).tokens.create_own("x", scope="admin")
    token = {"Authorization": f"Token {made.secret}"}
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + 16 * 60 * 1_000_000)
    for path in ("sessions", "second-factor"):
        where = f"/api/v2/users/{person.id}/{path}"
        by_token, by_session = (
            home.call("DELETE", where, role=None, headers=headers) for headers in (token, page)
        )
        assert (by_token.status, by_token.data["code"]) == (403, "not_allowed")
        assert (by_session.status, by_session.data["code"]) == (403, "presence_needed")


def test_sessions_of_others_on_the_command_line(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, person = users.create(home), users.create(home, "viewer")
    sessions.create(home, person.email)
    client = users.client(home, owner)
    monkeypatch.setattr("linlog.cli.users.client", lambda: client)
    run = CliRunner()
    shown = run.invoke(program(), ["users", "sessions", person.id])
    assert client.users.sessions(person.id)[0].id in shown.stdout
    ended = run.invoke(program(), ["users", "end-sessions", person.id])
    assert (ended.exit_code, "1 ended" in ended.output) == (0, True)
    reset = run.invoke(program(), ["users", "reset-second-factor", person.id])
    assert (reset.exit_code, "password alone" in reset.output) == (0, True)
