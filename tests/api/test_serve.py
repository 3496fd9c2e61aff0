"""`linlog serve` as an operator meets it: a real process on a real folder."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from linlog import LinLogClient
from tests.conftest import OWNER, PASSWORD, Template
from tests.factories import processes
from tests.factories.processes import Serving
from tests.patience import PATIENCE_S
from tests.ports import free_port

SETUP = re.compile(r"Create the owner \(once\): (http://127\.0\.0\.1:\d+)/setup\?code=(\S+)")


@pytest.fixture
def filled(template: Template, tmp_path: Path) -> Path:
    """A data folder with an owner."""
    return Path(shutil.copytree(template.data, tmp_path / "data"))


def post(server: Serving, path: str, body: Any) -> tuple[int, Any]:
    """Status and data of a request without credentials."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
    headers = {"Content-Type": "application/json"}
    connection.request("POST", path, json.dumps(body), headers)
    reply = connection.getresponse()
    data = json.loads(reply.read())
    connection.close()
    return reply.status, data


def links(server: Serving) -> list[tuple[str, str]]:
    """Address and code of the one-time links that a server printed."""
    return [found.groups() for line in server.out if (found := SETUP.search(line))]  # type: ignore[misc]


def link(server: Serving) -> tuple[str, str]:
    """The one link, which may be read a moment after the server answers."""
    processes.until(lambda: links(server) != [], "a link")
    (found,) = links(server)
    return found


def test_a_first_start_prints_a_link_that_makes_the_owner_once(tmp_path: Path) -> None:
    data = tmp_path / "new" / "data"
    new = {"organisation": "Acme", "email": OWNER, "password": PASSWORD}
    with processes.serving(data) as first:
        _, unused = link(first)
    with processes.serving(data) as server:
        origin, code = link(server)
        assert origin == server.origin
        assert post(server, "/api/v2/setup", {**new, "code": unused})[0] in {401, 403, 404}
        assert len(code) >= 32
        assert post(server, "/api/v2/setup", {**new, "code": code[:-1]})[0] in {401, 403, 404}
        status, made = post(server, "/api/v2/setup", {**new, "code": code})
        assert (status, made["role"]) == (201, "owner")
        assert post(server, "/api/v2/setup", {**new, "code": code})[0] == 404
        with LinLogClient(server.origin, email=OWNER, password=PASSWORD) as client:
            assert client.get_organisation().name == "Acme"
    with processes.serving(data) as again:
        assert post(again, "/api/v2/setup", {**new, "code": code})[0] == 404
    assert links(again) == []


def test_the_owner_and_a_token_by_commands(tmp_path: Path) -> None:
    data = tmp_path / "data"
    refused = processes.command("tokens", "create", "ci", "--data", str(data))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "linlog users create EMAIL --role owner" in refused.stderr
    made = processes.command(
        *("users", "create", OWNER, "--role", "owner", "--password-stdin", "--data", str(data)),
        said=f"{PASSWORD}\n",
    )
    assert (made.returncode, made.stdout[:2]) == (0, "u_")
    assert PASSWORD not in made.stdout + made.stderr
    token = processes.command("tokens", "create", "ci", "--data", str(data))
    secret = token.stdout.strip()
    assert re.fullmatch(r"ll_svc_[0-9A-Za-z]{49}", secret)
    assert secret not in token.stderr
    # It was printed once: nothing that is stored can give it back.
    stored = [path.read_bytes() for path in data.rglob("*") if path.is_file()]
    assert not [one for one in stored if secret.encode() in one or PASSWORD.encode() in one]
    with processes.serving(data) as server:
        for client in (
            LinLogClient(server.origin, secret),
            LinLogClient(server.origin, email=OWNER, password=PASSWORD),
        ):
            assert client.get_projects() == []
            client.close()
    # All that it said is read when it has ended.
    said = "".join([*server.out, *server.err])
    assert links(server) == []
    assert secret not in said
    assert PASSWORD not in said


def test_a_weak_password_makes_nobody(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    arguments = ("users", "create", OWNER, "--role", "owner", "--password-stdin", "--data", data)
    made = processes.command(*arguments, said="passwordpassword\n")
    assert (made.returncode, made.stdout) == (1, "")
    assert made.stderr.startswith("linlog: password ")
    assert made.stderr.count("\n") == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_told_to_stop_ends_well(filled: Path, number: signal.Signals) -> None:
    with processes.serving(filled) as server:
        assert server.stop(number) == 0
        assert not [line for line in server.err if "Traceback" in line]
    # Its write-ahead log is folded in, so that the one file is the whole database.
    assert not (filled / "linlog.sqlite3-wal").exists()


TOLD_WHILE_IT_STARTS = """
import os, signal, sys
from pathlib import Path
from linlog.server import serve

begin = serve._end_in_time

def told(event):
    begin(event)
    os.kill(os.getpid(), signal.SIGTERM)

serve._end_in_time = told
serve.run(data=Path(sys.argv[1]), port=int(sys.argv[2]))
"""


def test_a_server_that_is_told_to_stop_before_it_listens_ends_well(filled: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", TOLD_WHILE_IT_STARTS, filled, str(free_port())],
        env=processes.environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert (ran.returncode, "Traceback" in ran.stderr) == (0, False), ran.stderr
    assert not (filled / "linlog.sqlite3-wal").exists()


def test_nobody_else_can_reach_it(filled: Path) -> None:
    with processes.serving(filled) as server:
        # Another address of the same machine is answered by a server that listens on all.
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.2", server.port), timeout=10)
        socket.create_connection(("127.0.0.1", server.port), timeout=10).close()


@pytest.mark.skipif(os.name == "nt", reason="no such modes")
def test_its_folder_is_its_owners_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    before = os.umask(0)
    try:
        with processes.serving(data):
            modes = {
                path.relative_to(data).as_posix(): stat.S_IMODE(path.stat().st_mode)
                for path in [data, *data.rglob("*")]
            }
    finally:
        os.umask(before)
    assert {"linlog.sqlite3", "secret", "."} <= modes.keys()
    assert {name: mode for name, mode in modes.items() if mode & 0o077} == {}


def test_listening_to_others_needs_the_address_they_use(tmp_path: Path) -> None:
    done = processes.command("serve", "--data", str(tmp_path / "data"), "--host", "0.0.0.0")
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"linlog: listening on 0\.0\.0\.0 needs the address .*\n", done.stderr)
    assert not (tmp_path / "data").exists()


def test_a_folder_that_is_none_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("words")
    done = processes.command("serve", "--data", str(tmp_path / "file" / "data"))
    assert done.returncode == 1
    assert re.fullmatch(r"linlog: the data folder .* cannot be used: .*\n", done.stderr)


def test_a_port_that_is_taken_is_said(filled: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = processes.command("serve", "--data", str(filled), "--port", port)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert port in done.stderr
