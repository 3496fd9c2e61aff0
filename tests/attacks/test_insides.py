"""What a server tells, keeps and logs (E, F, H, I): secrets, names, files, backups, databases."""

from __future__ import annotations

import json
import os
import re
import socket
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from linlog import errors, formats
from linlog.errors import FormatError, LinLogError
from linlog.formats import Account
from linlog.server import admin
from linlog.server.databases import open_database
from linlog.server.store.tables import metadata
from tests.api import addresses
from tests.api.test_matrix import cells
from tests.attacks import bodies, oracles, targets
from tests.attacks.targets import Target
from tests.conftest import PASSWORD, Server, Template
from tests.factories import organisations as homes
from tests.factories import processes, users, worlds
from tests.factories.organisations import Home
from tests.factories.processes import ROOT
from tests.patience import PATIENCE_S
from tests.ports import free_port
from tests.postgresql import Postgresql


@pytest.fixture(scope="module")
def talkative(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """A server that says as much as it can."""
    folder = tmp_path_factory.mktemp("talkative")
    with targets.attacked(template, folder, LINLOG_LOG_LEVEL="debug") as found:
        yield found


@pytest.mark.attack("H01", "H02")
def test_secrets_are_in_no_answer_and_no_line_of_the_log(talkative: Target) -> None:
    """They are sent everywhere, and then the database is broken under the server's feet."""
    target = talkative
    secret = "canary-9b1f-of-a-password"
    odd = f"{secret}\n2026-01-01 ERROR admin\r\x1b[31m"
    target.canaries += [secret]
    said = {"email": f"{secret}@example.org", "password": secret, "name": odd, "role": "viewer"}
    tries: list[tuple[str, str, Any]] = [
        ("POST", "/api/v2/sessions", {"email": "a@example.org", "password": odd}),
        ("POST", "/api/v2/sessions", {"email": target.person, "password": odd}),
        ("POST", "/api/v2/setup", {**said, "code": odd}),
        ("POST", "/api/v2/users", said),
        ("POST", "/api/v2/tokens", {"name": secret[:10], "role": secret}),
        ("GET", f"/api/v2/tasks/t_{secret}", None),
    ]
    heads = [{"Authorization": f"{kind} {secret}"} for kind in ("Token", "Bearer", "Basic")]
    heads += [{"Cookie": f"ll_session={secret}"}]

    def ask() -> set[int]:
        found = set()
        for method, path, body in tries[:5]:
            reply = target.serving_reply(method, path, body, role="owner")
            found.add(reply.status)
        for head in heads:
            reply = target.serving_reply("GET", "/api/v2/projects", None, role=None, headers=head)
            found.add(reply.status)
        return found

    assert ask() <= {400, 401, 403, 404, 409, 422, 429}
    with sqlite3.connect(target.data / "linlog.sqlite3") as conn:
        conn.execute("ALTER TABLE users RENAME TO gone")
    conn.close()
    try:
        assert ask() & {500, 503}
    finally:
        with sqlite3.connect(target.data / "linlog.sqlite3") as conn:
            conn.execute("ALTER TABLE gone RENAME TO users")
        conn.close()
    assert target.call("GET", "/api/v2/audit-entries/export?format=csv").status in {200, 403}

    def told_of_it() -> bool:
        lines = [line for line in target.serving.err if line.strip()]
        return any(one["level"] == "error" for one in map(json.loads, lines))

    # What the server said last may still be on its way.
    processes.until(told_of_it, "a line of the log")
    oracles.keeps_secrets(target.said().encode(), target.canaries)


@pytest.mark.attack("H11", "H12")
def test_nothing_tells_what_runs_here(target: Target) -> None:
    for path in (
        *("/openapi.json", "/docs", "/redoc", "/metrics", "/debug", "/.git/config", "/.env"),
        *("/api", "/api/v1", "/api/v2", "/api/v2/openapi.json", "/media", "/media/", "/assets"),
        *("/assets/", "/assets/index.js.map", "/server-status", "/static/", "/healthz/x"),
        *("/linlog.sqlite3", "/secret", "/blobs/", "/actuator/env", "/api/v2/jobs"),
    ):
        reply = target.call("GET", path, role=None)
        own = "text/html" in reply.headers["content-type"]
        assert (path, reply.status in {401, 404} or own) == (path, True)
        # The pages' one document is the same whatever it is asked for.
        assert not own or b"<title>linlog</title>" in reply.body
        told = repr(dict(reply.headers)).lower() + reply.body.decode().lower()
        for word in ("uvicorn", "starlette", "fastapi", "python/", "sqlite", "traceback"):
            assert word not in told
        assert not re.search(r"\b[0-9]+\.[0-9]+\.[0-9]+\b", reply.body.decode())
    health = target.call("GET", "/healthz", role=None)
    assert health.data == {"status": "ok"}
    static = ROOT / "linlog" / "server" / "static"
    assert not [path.name for path in static.rglob("*") if path.suffix == ".map"]


@pytest.mark.attack("I04")
@pytest.mark.parametrize(
    "path",
    [
        *("/assets../secret", "/assets/../../secret", "/assets/..%2findex.html", "/media../x"),
        *("//etc/passwd", "/assets//..//..//index.html", "/assets/%2e%2e/index.html"),
        *("/media/..%2f..%2fsecret", "/assets/....//index.html", "/assets\\..\\index.html"),
        *("/%2e%2e/%2e%2e/etc/passwd", "/..;/secret", "/assets/.%00/index.html"),
        *("/static../", "/static../secret", "/static%2e./x", "/.git/config", "/.env"),
    ],
)
def test_no_address_climbs_out_of_the_pages(target: Target, path: str) -> None:
    """The server serves its own files: a proxy in front of it maps no folder that could be left.

    What climbs nowhere has the one document, whose pages say that there is none of this address.
    """
    reply = target.call("GET", path, role=None)
    if path == "//etc/passwd":
        assert b"<title>linlog</title>" in reply.body
    else:
        assert reply.status in {400, 401, 404}
    for word in (b"LINLOG_NONCE", b"root:", b"SQLite format"):
        assert word not in reply.body
    key = (target.data / "secret").read_bytes()
    assert key not in reply.body


OLD_LISTS = (
    *("organisations", "projects", "projects/{project_id}", "projects/{project_id}/tasks"),
    *("projects/{project_id}/batches", "projects/{project_id}/workflows", "workflows/templates"),
    *("datasets", "datasets/{dataset_id}", "models"),
)
"""What old clients read."""
NO_CODES = "[]"
"""Recovery codes of who has no second factor."""


@pytest.mark.attack("E15")
def test_what_is_read_holds_nothing_of_the_installation(target: Target) -> None:
    """Every route that reads, as an owner: no hash, no key, no folder, no row of others."""
    hidden = [str(target.data), (target.data / "secret").read_bytes().hex()]
    with sqlite3.connect(f"file:{target.data / 'linlog.sqlite3'}?mode=ro", uri=True) as conn:
        hashes = [
            (column.name, table)
            for table in ("users", "tokens", "sessions")
            for column in metadata.tables[table].c
            if "hash" in column.name
        ]
        assert len(hashes) == 4
        for column, table in hashes:
            rows = conn.execute(f"SELECT {column} FROM {table}")
            held = [one.hex() if isinstance(one, bytes) else str(one) for (one,) in rows]
            hidden += [one for one in held if one != NO_CODES]
    conn.close()
    theirs = {*target.theirs.values()} - {*target.ids.values()}
    hidden += [one for each in theirs for one in each.split(",") if "_" in one]
    assert len(hidden) > 20
    read = [
        (address.method, address.filled(target.ids), bodies.whole(address, target.ids))
        for address in bodies.takers()
        if (address.method, address.path) in addresses.READING_POSTS
    ]
    read += [
        ("GET", one.filled(target.ids), None)
        for one in addresses.all_of_them()
        if one.method == "GET"
    ]
    read += [("GET", f"/api/v1/{path.format(**target.ids)}", None) for path in OLD_LISTS]
    read += [("POST", f"/api/v1/search/tasks?dataset={target.ids['dataset_id']}", {})]
    found = 0
    for method, path, body in read:
        reply = target.call(method, path, body)
        told = [one for one in hidden if one.encode() in reply.body]
        assert (path, told) == (path, [])
        found += reply.status == 200
    assert found > 50


@pytest.fixture
def home(server: Server) -> Home:
    """An organisation of its own."""
    return homes.create(server)


@pytest.fixture
def backup(server: Server, tmp_path: Path) -> Path:
    """A copy of an installation with one of everything, to be crafted."""
    worlds.create(homes.create(server))
    folder = tmp_path / "backup"
    admin.copy(server.machine.settings.data, folder)
    return folder


CRAFTED = {
    "a file that climbs out": "UPDATE files SET sha256 = '../../../../escaped'",
    "an absolute file": "UPDATE files SET sha256 = '/tmp/escaped'",
    "a file of other bytes": f"UPDATE files SET sha256 = '{'0' * 63}1'",
    "a newer schema": "UPDATE alembic_version SET version_num = '9999'",
    "no schema": "DROP TABLE users",
    "another shape of a table": "ALTER TABLE users RENAME COLUMN role TO rank",
    "rows of nobody": "UPDATE projects SET organisation_id = 'o_of_others'",
    "a file that was changed": "",
}


@pytest.mark.attack("E16")
@pytest.mark.parametrize("name", CRAFTED)
def test_a_crafted_backup_is_refused_or_harmless(
    backup: Path, tmp_path: Path, target: Target, name: str
) -> None:
    with sqlite3.connect(backup / "linlog.sqlite3") as conn:
        conn.execute("PRAGMA foreign_keys=OFF")
        conn.execute(CRAFTED[name] or "SELECT 1")
    conn.close()
    if not CRAFTED[name]:
        changed = next(path for path in (backup / "blobs").rglob("*") if path.is_file())
        changed.chmod(0o600)
        changed.write_bytes(b"other bytes")
    restored = tmp_path / "restored"
    before = sorted(path for path in tmp_path.rglob("*") if restored not in path.parents)
    if name == "a file of other bytes":
        # What is named and not there is told, and everything else is kept.
        assert admin.copy(backup, restored).missing == (f"{'0' * 63}1",)
        return
    with pytest.raises((LinLogError, ValueError)) as caught:
        admin.copy(backup, restored)
    assert "SELECT" not in str(caught.value)
    assert not (tmp_path / "escaped").exists()
    assert not Path("/tmp/escaped").exists()
    after = {path for path in tmp_path.rglob("*") if restored not in path.parents}
    assert after - {*before} - {restored} <= {
        *(backup / f"linlog.sqlite3-{end}" for end in ("wal", "shm")),
    }
    assert target.call("GET", "/healthz", role=None).status == 200


@pytest.mark.attack("E16")
def test_a_role_of_a_backup_that_is_none_may_nothing(server: Server, home: Home) -> None:
    user = users.create(home)
    client, token = users.client(home, user), home.client("manager")
    with sqlite3.connect(server.machine.settings.data / "linlog.sqlite3") as conn:
        conn.execute("UPDATE users SET role = 'root' WHERE id = ?", (user.id,))
        conn.execute("UPDATE tokens SET role = 'root' WHERE role = 'manager'")
    conn.close()
    for one in (client, token):
        for ask in (one.projects.list, one.users.list, partial(one.projects.create, "p")):
            with pytest.raises(errors.NotAllowed):
                ask()
    # An owner says what it is, or ends it; nobody below does.
    assert [one.role for one in home.person("owner").users.list() if one.id == user.id] == ["root"]
    with pytest.raises(errors.NotAllowed):
        home.person("admin").users.update(user.id, role="viewer")
    assert home.person("owner").users.update(user.id, role="viewer").role == "viewer"


@pytest.mark.attack("E16")
def test_no_address_takes_a_backup(server: Server) -> None:
    paths = {one.path for one in cells(server)}
    assert len(paths) > 80
    words = ("backup", "installation", "dump")
    assert [path for path in paths if any(word in path for word in words)] == []


@pytest.mark.attack("E16")
def test_a_schema_of_others_calls_nothing(tmp_path: Path) -> None:
    """A trigger or a view in a file of others reaches no function that acts."""
    database = open_database(f"sqlite:///{tmp_path / 'a.sqlite3'}", threads=1)
    try:
        with database.read() as conn:
            assert conn.exec_driver_sql("PRAGMA trusted_schema").scalar_one() == 0
    finally:
        database.close()


@pytest.mark.attack("F10")
@pytest.mark.parametrize(
    ("first", "second"),
    [("café", "cafe\u0301"), ("Å", "\u212b"), ("a", "a "), ("ab", "a\u200bb"), ("x", "x\u202e")],
)
def test_names_that_look_alike_are_one_name(home: Home, first: str, second: str) -> None:
    client = home.client()
    project = client.projects.create("p")
    dataset = client.datasets.create("d", project_id=project.id)
    query = {"field": "annotation.label", "op": "is", "value": "cat"}
    for path, more in (
        (f"/api/v2/projects/{project.id}/labels", {}),
        (f"/api/v2/projects/{project.id}/batches", {}),
        ("/api/v2/slices", {"dataset_id": dataset.id, "query": query}),
        ("/api/v2/slices", {"project_id": project.id, "query": query}),
    ):
        made = home.call("POST", path, {**more, "name": second})
        assert (path, made.status) == (path, 201)
        # What was written is kept as it was, but for spaces at its ends.
        assert made.data["name"] == second.strip()
        again = home.call("POST", path, {**more, "name": first})
        assert (path, again.status, again.data["field"]) == (path, 409, "name")
    label = home.call("POST", f"/api/v2/projects/{project.id}/labels", {"name": "other"}).data
    taken = home.call("PATCH", f"/api/v2/labels/{label['id']}", {"name": first})
    assert taken.status == 409
    # A task that names such a batch goes where people see that it goes.
    task = {"item": {"type": "text", "text": "x"}, "batch": first}
    made = home.call("POST", f"/api/v2/projects/{project.id}/tasks", {"tasks": [task]})
    assert made.status == 201
    batches = home.call("GET", f"/api/v2/projects/{project.id}/batches").data["results"]
    assert [one["task_count"] for one in batches if one["name"] == second.strip()] == [1]


@pytest.mark.attack("F10")
def test_names_that_differ_in_case_are_two(home: Home) -> None:
    """Decision 0054: datasets have labels that differ in nothing else."""
    project = home.client().projects.create("p")
    for name in ("a", "A"):
        where = f"/api/v2/projects/{project.id}/labels"
        assert home.call("POST", where, {"name": name}).status == 201


@pytest.mark.attack("F18")
def test_as_many_organisations_as_like_may_have_one_name(server: Server) -> None:
    made = [homes.create(server, "Same") for _ in range(256)]
    for one in made[::51]:
        found = one.call("GET", "/api/v2/organisation").data
        assert (found["id"], found["name"]) == (one.id, "Same")


@pytest.mark.attack("F15")
@pytest.mark.usefixtures("probed")
def test_names_of_metrics_are_texts(target: Target, counted: Callable[[int], int]) -> None:
    where = f"/api/v2/model-versions/{target.ids['version_id']}/log-entries"
    odd = ["x" * 10_000, "../../x", "a\nb", "", ".", "a.b[0]", "__proto__", "%s", "', ''); --"]
    many = [f"metric {at}" for at in range(counted(100_000))]
    entries = [{"number": 5000, "step": 5000, "data": dict.fromkeys(odd, 1.5)}]
    for at, start in enumerate(range(0, len(many), 10_000), 5001):
        data = dict.fromkeys(many[start : start + 10_000], 0.5)
        entries.append({"number": at, "step": at, "data": data})
    made = target.call("POST", where, {"client_id": "names", "entries": entries})
    assert (made.status, made.data["accepted"]) == (200, len(entries))
    for address in addresses.all_of_them():
        if address.method == "GET" and "log-entries" in address.path:
            assert target.call("GET", address.filled(target.ids)).status in {200, 422}
    found = target.call("GET", f"{where}?limit=1000").data["results"]
    kept = next(one for one in found if one["step"] == 5000)
    assert kept["data"] == dict.fromkeys(odd, 1.5)


def refusals(tmp_path: Path, name: str, shape: str, content: bytes) -> Account:
    """The account of a file of truths that is read to its end."""
    path = tmp_path / f"a.{'json' if name == 'coco' else name}"
    path.write_bytes(content)
    account = Account(path)
    found = formats.get(name).open(account, side="truth", shape=shape)
    list(found.entries())
    list(found.marks())
    return account


COCO: dict[str, Any] = {
    "one place": {"segmentation": [[1e308]]},
    "an endless place": {"segmentation": [[1e308, 0, 1, 1, 2, 0]]},
    "a place far away": {"segmentation": [[1e10, 0, 1, 1, 2, 0]]},
    "half a point": {"segmentation": [[0, 0, 1, 1, 2]]},
    "two points": {"segmentation": [[0, 0, 1, 1]]},
    "runs that are short": {"segmentation": {"size": [4, 4], "counts": [3]}},
    "runs that are long": {"segmentation": {"size": [4, 4], "counts": [10**9]}},
    "runs below nothing": {"segmentation": {"size": [4, 4], "counts": [-1, 17]}},
    "a negative size": {"segmentation": {"size": [-4, -4], "counts": [16]}},
    "an endless size": {"segmentation": {"size": [10**12, 10**12], "counts": [10**24]}},
    "broken runs": {"segmentation": {"size": [4, 4], "counts": "\x01\x02"}},
    "runs without end": {"segmentation": {"size": [4, 4], "counts": "o" * 1000}},
    "no outline": {"segmentation": []},
    "an outline of texts": {"segmentation": [["a", "b"]]},
}


CATEGORIES = [
    {"id": 1, "name": "cat", "supercategory": "dog"},
    {"id": 3, "name": "dog", "supercategory": "cat"},
]
"""Two that stand above each other; nothing is read of that."""


@pytest.mark.attack("E09")
@pytest.mark.parametrize("name", COCO)
def test_coco_that_cannot_be_is_refused_with_its_place(tmp_path: Path, name: str) -> None:
    document = {
        "images": [{"id": 1, "file_name": "a.png", "width": 4, "height": 4}],
        "categories": CATEGORIES,
        "annotations": [{"image_id": 1, "category_id": 1, **COCO[name]}],
    }
    account = refusals(tmp_path, "coco", "polygon", json.dumps(document).encode())
    assert (account.read, account.refused_count) == (0, 1)
    assert "annotations[0]" in repr(account)


@pytest.mark.attack("E09")
def test_annotations_without_number_fill_no_memory(
    tmp_path: Path, counted: Callable[[int], int]
) -> None:
    """Of the list's 10⁷ a hundredth in everyday runs; half of them are refused."""
    many = counted(counted(10_000_000)) // 2
    head = {"images": [{"id": 1}], "categories": CATEGORIES}
    right = b'{"image_id":1,"category_id":1,"bbox":[0,0,1,1]}'
    pair = right + b"," + right.replace(b"1,1]", b"-1,1]")
    path = tmp_path / "many.json"
    with path.open("wb") as written:
        written.write(json.dumps(head)[:-1].encode() + b',"annotations":[' + pair)
        for _ in range(many // 1000):
            written.write((b"," + pair) * 1000)
        written.write(b"]}")
    account = Account(path)
    with oracles.bounded(os.getpid(), 100_000_000):
        found = formats.get("coco").open(account, side="truth", shape="box")
        assert [each.key for each in found.entries()] == ["1"]
        for _ in found.marks():
            pass
    assert account.read == account.refused_count == many // 1000 * 1000 + 1


@pytest.mark.attack("E09", "F06")
@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000,
        b'{"images": ' + b"[" * 100_000,
        b'{"annotations": [{"image_id": ' + b"9" * 5000 + b"}]}",
        b'{"images": [{"id": 1}], "images": [{"id": 2}]',
        b"\xff\xfe",
    ],
)
def test_files_that_are_no_coco_are_one_sentence(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(FormatError) as caught:
        refusals(tmp_path, "coco", "box", content)
    assert len(str(caught.value)) < 1000


TABLES = {
    "many columns": (b"a," * 400_000 + b"\n", "csv"),
    "a long line": (b"id,truth\n" + b"x" * 2_000_000 + b",cat\n", "csv"),
    "a long cell": (b"id,truth\n" + b"x" * 200_000 + b",cat\n", "csv"),
    "a quote that never ends": (b'id,truth\n1,"cat\n' + b"2,dog\n" * 40_000, "csv"),
    "returns alone": (b"id,truth\r1,cat\r2,dog\r", "csv"),
    "two encodings": (b"id,truth\n1,caf\xc3\xa9\n2,caf\xe9\n", "csv"),
    "sixteen bits": ("id,truth\n1,cat\n".encode("utf-16"), "csv"),
    "nothing": (b"", "csv"),
    "a NUL": (b"id,truth\n1,ca\0t\n", "csv"),
    "columns without end": (b"a," * 20_000_000 + b"\n", "csv"),
    "tags of two encodings": (b"caf\xc3\xa9 O\ncaf\xe9 O\n", "conll"),
    "a NUL in a tag": (b"a O\nb B-\0\n", "conll"),
    "tags in a line without end": (b"a " * 1_000_000 + b"O\n", "conll"),
    "tags of sixteen bits": ("a O\n".encode("utf-16"), "conll"),
}


@pytest.mark.attack("E10")
@pytest.mark.parametrize("name", TABLES)
def test_tables_that_cannot_be_are_refused_by_their_line(tmp_path: Path, name: str) -> None:
    content, kind = TABLES[name]
    with pytest.raises(FormatError, match=rf"a\.{kind}:[0-9]+: ") as caught:
        refusals(tmp_path, kind, "span" if kind == "conll" else "whole", content)
    assert len(str(caught.value)) < 1000


@pytest.mark.attack("E10")
def test_tables_that_are_only_odd_are_read_as_they_are(tmp_path: Path) -> None:
    content = b'\xef\xbb\xbfid,truth\r\n-1,"a\nb"\r\n"=1+1",-1\n3,cat,dog\n'
    account = refusals(tmp_path, "csv", "whole", content)
    assert (account.read, account.refused_count) == (2, 1)


@pytest.mark.attack("I01")
def test_a_fresh_server_is_for_this_machine_and_whoever_sees_its_screen(tmp_path: Path) -> None:
    data, before = tmp_path / "data", os.umask(0)
    try:
        with processes.serving(data, LINLOG_WORKERS="0") as serving:
            processes.until(lambda: serving.said("code="), "the one-time link")
            (code,) = re.findall(r"code=(\S+)", "".join(serving.out))
            assert len(code) >= 32
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.2", serving.port), timeout=10).close()
            with sqlite3.connect(f"file:{data / 'linlog.sqlite3'}?mode=ro", uri=True) as conn:
                for table in ("users", "tokens", "sessions", "organisations"):
                    assert conn.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
                assert code not in "\n".join(conn.iterdump())
            conn.close()
            owner = {"email": "o@example.org", "password": PASSWORD, "organisation": "Ours"}
            where = "/api/v2/setup"
            statuses = [
                Target.at(serving.port, "POST", where, {**owner, "code": tried}, "").status
                for tried in (code[:-1], code, code)
            ]
            assert statuses == [403, 201, 404]
            kept = [path for path in data.rglob("*") if not path.is_symlink()]
            modes = {(path.is_dir(), path.stat().st_mode & 0o777) for path in [data, *kept]}
            assert modes == {(True, 0o700), (False, 0o600)}
    finally:
        os.umask(before)


UNPRIVILEGED = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
"""A user without any right of root, to whom root's own files belong."""


@pytest.mark.attack("I03")
def test_it_needs_no_root_and_says_so(target: Target, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        assert not target.serving.said("runs as root")
        return
    processes.until(lambda: target.serving.said("runs as root"), "a warning")
    if subprocess.run([*UNPRIVILEGED, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this kernel lets nobody be another user")
    data, port = tmp_path / "data", free_port()
    program = [*UNPRIVILEGED, *processes.LINLOG, "serve", "--data", str(data), "--port", str(port)]
    with subprocess.Popen(
        program,
        env=processes.environment(LINLOG_WORKERS="0"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as serving:
        try:
            assert serving.stdout is not None
            assert "linlog serves" in serving.stdout.readline()
            assert "code=" in serving.stdout.readline()
        finally:
            serving.terminate()
        _, complaints = serving.communicate(timeout=PATIENCE_S)
    assert "runs as root" not in complaints
    assert (data / "linlog.sqlite3").stat().st_mode & 0o077 == 0


@pytest.mark.attack("I06")
def test_a_role_that_may_only_work_is_enough(
    postgresql: Postgresql, tmp_path: Path, target: Target
) -> None:
    """One role owns the schema and brings it up to date; the server runs as another."""
    name = postgresql.create()
    owner = postgresql.url(name)
    data = tmp_path / "data"
    os.environ["LINLOG_DATABASE"] = owner
    try:
        admin.create_user(data, "owner@example.org", "owner", PASSWORD)
        token = admin.create_token(data, "tests", "manager")
    finally:
        del os.environ["LINLOG_DATABASE"]
    role = f"app_{name}"
    with psycopg.connect(owner, autocommit=True) as conn:
        for statement in (
            f"CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE",
            f"REVOKE ALL ON DATABASE {name} FROM PUBLIC",
            f"GRANT CONNECT ON DATABASE {name} TO {role}",
            f"GRANT USAGE ON SCHEMA public TO {role}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
        ):
            conn.execute(statement)
    url = owner.replace("linlog@", f"{role}@")
    try:
        with processes.serving(data, LINLOG_DATABASE=url, LINLOG_WORKERS="0") as serving:
            assert not any("superuser" in line for line in serving.err)
            reply = target.at(serving.port, "POST", "/api/v2/projects", {"title": "x"}, token)
            assert reply.status == 201
            assert target.at(serving.port, "GET", "/api/v2/projects", None, token).status == 200
        for statement in (
            "CREATE EXTENSION pg_trgm",
            "CREATE TABLE more (id int)",
            "DROP TABLE projects",
            "CREATE ROLE more",
            f"ALTER ROLE {role} SUPERUSER",
            f"SET ROLE {owner.partition('//')[2].partition('@')[0].partition(':')[0]}",
            "SELECT * FROM pg_authid",
            "COPY projects TO PROGRAM 'cat'",
            "SELECT pg_read_file('/etc/passwd')",
        ):
            with psycopg.connect(url) as conn, pytest.raises(psycopg.Error):
                conn.execute(statement)
        other = postgresql.create()
        with psycopg.connect(owner, autocommit=True) as conn:
            conn.execute(f"REVOKE ALL ON DATABASE {other} FROM PUBLIC")
        with pytest.raises(psycopg.Error, match="denied"):
            psycopg.connect(postgresql.url(other).replace("linlog@", f"{role}@")).close()
        postgresql.drop(other)
        with processes.serving(data, LINLOG_DATABASE=owner, LINLOG_WORKERS="0") as serving:
            processes.until(lambda: serving.said("superuser"), "a warning")
    finally:
        with psycopg.connect(owner, autocommit=True) as conn:
            conn.execute(f"DROP OWNED BY {role}")
            conn.execute(f"DROP ROLE {role}")
        postgresql.drop(name)
