"""The audit log: what is in it, that it is only added to, and that a forged one is seen."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from linlog import errors
from linlog.cli.main import program
from linlog.server import clock, secrets
from linlog.server.store.tables import audit_entries
from linlog.server.store.tables import organisations as organisation_rows
from linlog.wire import codec
from linlog.wire.audit_entries import START, AuditEntry, first_fault, hash_of
from tests.api import addresses
from tests.conftest import PASSWORD, Server
from tests.factories import organisations, projects, sessions, users, worlds
from tests.factories.organisations import Home

HOLDERS = ("/projects", "/labels", "/tasks", "/models", "/datasets", "versions", "/model-runs")
"""What goes last, since it takes others with it; the first of them at the very end."""


def noted(home: Home, **filters: Any) -> list[AuditEntry]:
    """The entries, oldest first."""
    return [*home.client("admin").audit_entries.list(limit=1000, **filters)][::-1]


def said(home: Home) -> list[tuple[str, str]]:
    """What was done and refused, oldest first."""
    return [(one.action, one.result) for one in noted(home)]


def test_an_entry_says_who_did_what_from_where(home: Home) -> None:
    owner = users.create(home)
    made = users.client(home, owner).tokens.create("ci", role="viewer")
    [entry] = noted(home, action="tokens.create")
    assert (entry.actor_id, entry.actor, entry.token_hint) == (owner.id, owner.email, None)
    assert (entry.object_id, entry.result) == (made.token.id, "done")
    assert entry.details == {"role": "viewer", "scope": "admin", "name": "ci"}
    assert len(entry.request_id) == 16


@pytest.mark.attack("A02", "A19")
def test_signing_in_and_failing_to_are_noted(home: Home) -> None:
    owner = users.create(home)
    sessions.create(home, owner.email, "not the password at all")
    reply = sessions.create(home, owner.email)
    home.call("DELETE", "/api/v2/session", role=None, headers=sessions.own_page(reply))
    refused, entered, left = noted(home)
    assert (refused.action, refused.result) == ("sessions.create", "refused")
    assert (refused.actor_id, refused.object_id) == (None, owner.id)
    assert refused.details == {"reason": "the password is wrong"}
    assert (entered.action, entered.result, entered.actor) == (
        *("sessions.create", "done", owner.email),
    )
    assert (left.action, left.actor_id) == ("sessions.delete", owner.id)


def test_an_unknown_address_is_in_nobodys_log(home: Home) -> None:
    sessions.create(home, "nobody@example.org")
    assert noted(home) == []


def test_a_token_that_has_ended_is_noted(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    made = users.client(home, users.create(home)).tokens.create("ci", expires_days=1)
    home.token("admin")
    later = clock.now() + 2 * 24 * 3600 * 1_000_000
    monkeypatch.setattr(clock, "now", lambda: later)
    headers = {"Authorization": f"Token {made.secret}"}
    assert home.call("GET", "/api/v2/projects", role=None, headers=headers).status == 401
    [entry] = noted(home, result="refused")
    assert (entry.object_id, entry.details["reason"]) == (made.token.id, "the token has ended")


@pytest.mark.attack("B05", "B06", "A15", "A18")
def test_what_a_role_or_an_old_session_is_refused_is_noted(home: Home) -> None:
    project = projects.create(home.client())
    with pytest.raises(errors.NotAllowed):
        home.client("viewer").projects.delete(project.id)
    with pytest.raises(errors.NotAllowed):
        home.client("owner").tokens.create("x")
    entries = noted(home, result="refused")
    assert [(one.action, one.object_id) for one in entries] == [
        ("projects.delete", project.id),
        ("tokens.create", None),
    ]
    assert entries[0].details["role"] == "viewer"
    assert "manager" in entries[0].details["reason"]
    assert entries[0].token_hint == secrets.token_hint(home.token("viewer"))
    assert said(home) == [("projects.delete", "refused"), ("tokens.create", "refused")]


def test_a_change_of_a_role_says_from_what_to_what(home: Home) -> None:
    owner = users.create(home)
    other = users.create(home, "viewer")
    users.client(home, owner).users.update(other.id, role="admin", name="Ada")
    [entry] = noted(home, action="users.update")
    assert entry.details == {"fields": ["name", "role"], "role_before": "viewer", "role": "admin"}


def test_every_deletion_is_noted_with_what_it_deleted(server: Server) -> None:
    home = organisations.create(server)
    values = worlds.create(home)
    removed = [one for one in addresses.all_of_them() if one.method == "DELETE" and one.ids]
    # Who is taken out of a project is noted with the project: test_members.py.
    removed = [one for one in removed if "/members/" not in one.path]
    assert len(removed) >= 13
    removed.sort(key=lambda one: [name in one.path for name in HOLDERS])
    for address in removed:
        reply = home.call("DELETE", address.filled(values), role="owner")
        entries = noted(home, object_id=values[address.ids[-1]], result="done")
        # Sessions, second factors and personal tokens are for people, and not this token.
        wanted = 0 if (address.method, address.path) in addresses.OWN | addresses.OF_ADMINS else 1
        found = [one for one in entries if one.action.endswith(".delete")]
        assert (str(address), len(found)) == (str(address), wanted), reply.data
    deleted = {one.action for one in noted(home) if one.action.endswith(".delete")}
    assert len(deleted) == len(removed) - 2 - len(addresses.OF_ADMINS)


def test_what_is_refused_by_a_rule_leaves_no_entry_of_an_act(home: Home) -> None:
    owner = users.create(home)
    client = users.client(home, owner)
    with pytest.raises(errors.Conflict):
        client.users.update(owner.id, role="viewer")
    assert noted(home, action="users.update") == []


@pytest.mark.attack("B15")
def test_the_log_is_for_admins_of_its_organisation(home: Home, shared: Server) -> None:
    users.client(home, users.create(home)).tokens.create("ours")
    other = organisations.create(shared)
    assert noted(other) == []
    for role in ("manager", "reviewer", "annotator", "viewer"):
        for where in ("/api/v2/audit-entries", "/api/v2/audit-entries/export"):
            assert home.call("GET", where, role=role).status == 403


@pytest.mark.attack("H03")
def test_no_secret_is_in_the_log(home: Home) -> None:
    owner = users.create(home)
    client = users.client(home, owner)
    secret = client.tokens.create("ci").secret
    client.users.create("new@example.org", "a secret of eight words or so")
    home.call("DELETE", f"/api/v2/tokens/{secret}", role="viewer")
    reply = sessions.create(home, owner.email)
    cookie = sessions.cookie(reply)["Cookie"].partition("=")[2]
    said_there = client.audit_entries.export()
    for one in (secret, PASSWORD, "a secret of eight words or so", cookie, home.token("viewer")):
        assert one.encode() not in said_there


def test_the_log_is_exported_as_it_is_and_that_is_noted(home: Home, tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        users.client(home, users.create(home)).tokens.create(name)
    lines = home.client("admin").audit_entries.export().splitlines()
    read = [codec.decode(line, AuditEntry) for line in lines]
    assert read == noted(home)
    assert read[-1].action == "audit_entries.export"
    assert first_fault(read) == (None, (len(read), read[-1].hash))
    path = tmp_path / "log.ndjson"
    path.write_bytes(b"\n".join(lines))
    told = CliRunner().invoke(program(), ["audit", "verify", str(path)])
    assert (told.exit_code, read[-1].hash in told.stdout) == (0, True)
    path.write_bytes(b"\n".join(lines).replace(b'"two"', b'"tvo"'))
    told = CliRunner().invoke(program(), ["audit", "verify", str(path)])
    assert told.exit_code == 1
    assert "entry 2: it was changed" in told.stdout


@pytest.mark.attack("E12")
@pytest.mark.parametrize("sign", ["=", "+", "-"])
def test_formulas_of_names_are_no_formulas_in_a_spreadsheet(home: Home, sign: str) -> None:
    client = users.client(home, users.create(home, email=f"{sign}cmd|calc@example.org"))
    client.tokens.create('=HYPERLINK("http://evil.test")\n2026-01-01 ERROR admin')
    text = home.client("admin").audit_entries.export(format="csv").decode()
    rows = [*csv.reader(io.StringIO(text, newline=""))]
    assert rows[0][0] == "number"
    formulas = ("=", "+", "-", "@", "\t", "\r")
    assert not [cell for row in rows for cell in row if cell.startswith(formulas)]
    [made] = [row for row in rows if "tokens.create" in row]
    assert made[3] == f"'{sign}cmd|calc@example.org"
    assert json.loads(made[10])["name"].startswith("=HYPERLINK")


def some(number: int) -> list[AuditEntry]:
    """A log in memory that is as it should be."""
    found: list[AuditEntry] = []
    for at in range(1, number + 1):
        previous = found[-1].hash if found else START
        entry = AuditEntry(
            id=f"ae_{at}",
            number=at,
            created_date=clock_at(at),
            actor_id=None,
            actor="ä",
            token_hint=None,
            source="",
            action="x.y",
            object_id=None,
            result="done",
            request_id="",
            details={"at": at},
            previous=previous,
            hash="",
        )
        found.append(replace(entry, hash=hash_of(entry)))
    return found


def clock_at(second: int) -> Any:
    """A time."""
    from linlog.server.store.values import moment

    return moment(second * 1_000_000 + 123)


def rehashed(entry: AuditEntry, **changed: Any) -> AuditEntry:
    """A changed entry whose own hash fits again."""
    entry = replace(entry, **changed)
    return replace(entry, hash=hash_of(entry))


def test_every_kind_of_forgery_is_found_at_its_first_entry() -> None:
    log = some(6)
    assert first_fault(log) == (None, (6, log[-1].hash))
    forged = {
        "it was changed": (3, [*log[:2], replace(log[2], actor="b"), *log[3:]]),
        "it is missing": (3, [*log[:2], *log[3:]]),
        "it does not follow": (4, [*log[:2], rehashed(log[2], actor="b"), *log[3:]]),
        "the order was changed": (2, [log[0], log[1], log[1], *log[2:]]),
        "it was changed: ": (2, [log[0], replace(log[2], number=2), replace(log[1], number=3)]),
    }
    for reason, (number, entries) in forged.items():
        fault, place = first_fault(entries)
        assert fault is not None
        assert (fault.number, reason in fault.reason) == (number, True), fault
        assert place[0] <= number
    for name in AuditEntry.__dataclass_fields__.keys() - {"hash"}:
        value = {"number": 3, "details": {"at": 3.5}, "created_date": clock_at(9)}.get(name, "z")
        if name == "number":
            continue
        fault, _ = first_fault([*log[:2], replace(log[2], **{name: value}), *log[3:]])
        assert (name, fault and fault.number) == (name, 3)


@pytest.mark.attack("H04")
def test_the_database_itself_keeps_entries_from_changing(server: Server) -> None:
    home = organisations.create(server)
    users.client(home, users.create(home)).tokens.create("ci")
    for statement in (audit_entries.update().values(actor="x"), audit_entries.delete()):
        with server.outside.connect() as conn, pytest.raises(sa.exc.DBAPIError, match="only added"):
            conn.execute(statement)


def forged(server: Server, *statements: Any) -> None:
    """Write past the triggers, as who owns the database can."""
    with server.outside.begin() as conn:
        if conn.dialect.name == "sqlite":
            for name in ("update", "delete"):
                conn.exec_driver_sql(f"DROP TRIGGER audit_entries_{name}")
        else:
            conn.exec_driver_sql("DROP TRIGGER audit_entries_stay ON audit_entries")
        for statement in statements:
            conn.execute(statement)


FORGERIES = {
    "changed": (
        [audit_entries.update().where(audit_entries.c.number == 2).values(actor="x")],
        "entry 2: it was changed",
    ),
    "removed": ([audit_entries.delete().where(audit_entries.c.number == 2)], "entry 2: it is miss"),
    "the last removed": (
        [audit_entries.delete().where(audit_entries.c.number == 3)],
        "entry 3: it is missing: the log once had 3 entries",
    ),
    "all removed": ([audit_entries.delete()], "entry 1: it is missing"),
    "in another order": (
        [
            audit_entries.update().where(audit_entries.c.number == old).values(number=new)
            for old, new in ((1, 9), (2, 1), (9, 2))
        ],
        "entry 1: it was changed",
    ),
}


@pytest.mark.attack("H04")
@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_log_is_found_out(server: Server, name: str) -> None:
    """The template's folder has one organisation, with the log of its command lines."""
    data = server.machine.settings.data
    owner = server.as_user("owner@example.org")
    with server.outside.connect() as conn:
        before = conn.execute(sa.select(sa.func.count()).select_from(audit_entries)).scalar_one()
    assert before == 2
    owner.tokens.create("third")
    environment = {"LINLOG_DATABASE": server.machine.settings.database}
    fine = CliRunner().invoke(program(), ["audit", "verify", "--data", str(data)], env=environment)
    assert (fine.exit_code, "3 entries are as they were" in fine.stdout) == (0, True), fine.stdout
    statements, told = FORGERIES[name]
    forged(server, *statements)
    found = CliRunner().invoke(program(), ["audit", "verify", "--data", str(data)], env=environment)
    assert (found.exit_code, told in found.stdout) == (1, True), found.stdout


def test_many_at_once_make_one_chain(server: Server) -> None:
    from concurrent.futures import ThreadPoolExecutor

    home = organisations.create(server)
    home.token("viewer")
    with ThreadPoolExecutor(8) as pool:
        found = [*pool.map(lambda _: denied(home), range(40))]
    assert found == [403] * 40
    entries = noted(home)
    assert [one.number for one in entries] == [*range(1, 41)]
    assert first_fault(entries)[0] is None
    with server.outside.connect() as conn:
        query = sa.select(organisation_rows.c.audit_number, organisation_rows.c.audit_hash)
        head = conn.execute(query.where(organisation_rows.c.id == home.id)).one()
    assert tuple(head) == (40, entries[-1].hash)


def denied(home: Home) -> int:
    """The status of something that the role may not."""
    return home.call("POST", "/api/v2/projects", {"title": "x"}, role="viewer").status


def test_a_log_goes_with_its_organisation_alone(server: Server) -> None:
    home = organisations.create(server)
    users.client(home, users.create(home)).tokens.create("ci")
    with server.outside.begin() as conn:
        if conn.dialect.name == "sqlite":
            conn.exec_driver_sql("PRAGMA foreign_keys=ON")
        conn.execute(organisation_rows.delete().where(organisation_rows.c.id == home.id))
        query = sa.select(sa.func.count()).select_from(audit_entries)
        left = conn.execute(query.where(audit_entries.c.organisation_id == home.id)).scalar_one()
    assert left == 0
