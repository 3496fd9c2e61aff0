"""The SDK and the command line as victims (H): evil servers, folders, files and screens."""

from __future__ import annotations

import collections
import gzip
import json
import os
import platform
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer

from linlog import LinLogClient, ModelTrainer, errors, limits
from linlog.cli import main
from linlog.client.transports import Request
from linlog.client.transports.network import NetworkTransport
from tests.attacks import evil, oracles
from tests.attacks.evil import World
from tests.attacks.targets import WATCH
from tests.conftest import Server, Template, running
from tests.factories import processes, websites
from tests.factories.processes import ROOT
from tests.patience import PATIENCE_S
from tests.ports import free_port

TOKEN = "ll_svc_canary" + "x" * 36
COMMANDS = """
projects list | projects show {project_id} | tasks list {project_id} | tasks show {task_id}
datasets list | datasets show {dataset_id} | dataset-versions list {dataset_id}
dataset-versions difference {dataset_version_id} {dataset_version_id}
slices list {dataset_id} | slices tasks {slice_id}
models list | models show {model_id} | model-versions list | model-versions show {version_id}
model-versions importances loss | evaluations list | evaluations show {evaluation_id}
evaluations verify {evaluation_id}
evaluations show {evaluation_id} --markdown out/report.md --html out/report.html
evaluations protocols {evaluation_id} --html out/protocols.html
evaluations compare {evaluation_id} {evaluation_id} | users list | tokens list
evaluations explain {evaluation_id} {evaluation_id} | projects members {project_id}
projects list --json | tasks show {task_id} --json | tasks list {project_id} --json | sync --status
audit list | audit export out/audit.ndjson | audit verify out/audit.ndjson
users sessions {user_id}
"""
SENDING = {
    *("create", "import", "delete", "invite", "set-visibility", "add-member", "delete-member"),
    *("reset-password", "reset-second-factor", "end-sessions"),
}
"""Verbs of commands that read nothing but whether they were heard."""
ELSEWHERE = {"demo", "serve", "worker", "copy", "evaluate", "gate", "login"}
"""Commands that read files alone, or are attacked by tests of their own."""
RUN = """
import contextlib, io, json, os, sys
from linlog.cli.main import main
found = []
for url, line in json.load(sys.stdin):
    os.environ["LINLOG_URL"] = url
    sys.argv = ["linlog", *line]
    out, code = io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            main()
        except SystemExit as ending:
            code = ending.code
        except BaseException as error:
            code = repr(error)
    found.append([line, code or 0, out.getvalue()])
json.dump(found, sys.stdout)
"""


@pytest.fixture(scope="module")
def world(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """What a true server would say."""
    with running(template, tmp_path_factory.mktemp("world") / "data") as server:
        yield evil.world(server)


class Victim:
    """A home folder, a working folder, and a program that runs commands in them, watched."""

    def __init__(self, folder: Path) -> None:
        self.home, self.here = folder / "home", folder / "here"
        self.record = folder / "record"
        for each in (self.home, self.here, self.here / "out"):
            each.mkdir()

    def run(self, url: str, lines: list[list[str]]) -> list[Any]:
        """Each command with its code and what it printed."""
        return self.run_each([(url, line) for line in lines])

    def run_each(self, told: list[tuple[str, list[str]]], before: str = "") -> list[Any]:
        """The same, each command against a server of its own."""
        said = self.python(before + RUN, json.dumps(told), LINLOG_TOKEN=TOKEN)
        found: list[Any] = json.loads(said)
        return found

    def python(self, program: str, said: str = "", **variables: str) -> str:
        """What a program prints that runs in these folders."""
        ran = subprocess.run(
            [sys.executable, "-c", program],
            input=said,
            cwd=self.here,
            env=self.environment(**variables),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def environment(self, **variables: str) -> dict[str, str]:
        """The variables of its programs."""
        given = {
            "HOME": str(self.home),
            "PYTHONPATH": f"{WATCH}:{ROOT}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "ATTACKS_RECORD": str(self.record),
            "LINLOG_JOURNAL": str(self.home / "journal"),
        }
        return processes.environment(**{**given, **variables})

    def harmed(self) -> list[str]:
        """What was written, renamed or removed anywhere but where it was asked for."""
        allowed = (self.here / "out", self.home / "journal", Path("/dev/null"))
        return [
            each[1]
            for each in oracles.events(self.record)
            if each[0] in {"write", "program"}
            and not any(Path(each[1]).is_relative_to(one) for one in allowed)
        ]


@pytest.fixture
def victim(tmp_path: Path) -> Victim:
    """Someone with an empty home."""
    return Victim(tmp_path)


def lines(ids: dict[str, str]) -> list[list[str]]:
    """Every command that reads from a server, with ids of a world."""
    return [
        each.format_map(ids).split()
        for line in COMMANDS.strip().splitlines()
        for each in line.split("|")
    ]


@pytest.mark.attack("H05")
def test_evil_names_are_texts_and_name_no_file(victim: Victim, world: World) -> None:
    with evil.server(world.answers) as bad:
        ran = victim.run(bad.url, lines(world.ids))
    assert victim.harmed() == []
    assert [path.name for path in (victim.here).iterdir()] == ["out"]
    assert sorted(path.name for path in (victim.here / "out").iterdir()) == [
        *("audit.ndjson", "protocols.html", "report.html", "report.md"),
    ]
    assert [(line, code) for line, code, _ in ran if code not in {0, 1}] == []
    assert len([line for line, code, _ in ran if code == 0]) > 20
    said = "".join(out for _, _, out in ran)
    assert not set("\x1b\x07\x00\r") & set(said)
    assert TOKEN not in said


DEEP = b"[" * 200_000 + b"]" * 200_000
LOOP = {"results": [], "count": 10**9, "next": "/api/v2/projects?cursor=again", "previous": None}
ODD: dict[str, tuple[int, bytes]] = {
    "deep": (200, DEEP),
    "deep refusal": (422, DEEP),
    "nothing": (200, b""),
    "null": (200, b"null"),
    "a page of html": (200, b"<html><script>alert(1)</script>"),
    "a page of an error": (500, b"<html>\x1b[31m" + b"x" * 5_000_000),
    "a long refusal": (400, json.dumps({"detail": "x" * 5_000_000, "code": "invalid"}).encode()),
    "no text": (200, b'{"name": "\xff\xfe"}'),
    "other types": (200, b'{"results": {"a": 1}, "count": "many", "next": 5}'),
    "a redirect": (302, b""),
    "a page without end": (200, json.dumps(LOOP).encode()),
    "a number without end": (200, b'{"results": [], "count": ' + b"9" * 5000 + b"}"),
    "a code of theirs": (418, b'{"detail": "teapot", "code": "../../x", "field": [1]}'),
}


@pytest.mark.attack("H05")
def test_answers_that_are_none_are_one_sentence(victim: Victim, world: World) -> None:
    reading = [line for line in lines(world.ids) if line[0] != "sync"][::4]
    with ExitStack() as servers:
        told = []
        for answer in ODD.values():
            say = partial(_said, answer)
            bad = servers.enter_context(evil.server(say, Location="file:///etc/passwd"))
            told += [(bad.url, line) for line in reading]
        ran = victim.run_each(told, before="import time; time.sleep = lambda _: None\n")
    assert victim.harmed() == []
    assert len(ran) == len(ODD) * len(reading)
    for (_, line), code, out in zip(told, *list(zip(*ran, strict=True))[1:], strict=True):
        assert code in {0, 1}, (line, code)
        assert len(out) < 4000
        assert "Traceback" not in out
        assert TOKEN not in out
        assert not set("\x1b\x07") & set(out)


def _said(answer: tuple[int, bytes], _method: str, _path: str) -> tuple[int, bytes]:
    return answer


@pytest.mark.attack("H05")
def test_a_list_that_never_ends_does(world: World) -> None:
    entry = world.home.call("GET", "/api/v2/projects").data["results"][0]

    def page(_: str, path: str) -> tuple[int, bytes]:
        told = {"results": [entry], "count": 1, "previous": None, "next": path}
        return 200, json.dumps(told).encode()

    with evil.server(page) as bad, LinLogClient(bad.url, TOKEN) as client:
        with pytest.raises(errors.ServerFailed, match="for ever"):
            client.get_projects()
        assert len(bad.asked) < 5


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
TRICKLES: dict[str, tuple[bytes, bytes]] = {
    "interim answers without end": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a head that trickles": (b"HTTP/1.1 200 OK\r\nX-A: ", b"a"),
    "a body that trickles": (HEAD + b"Content-Length: 100000\r\n\r\n", b" "),
    "chunks that trickle": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "a body without a length": (HEAD + b"\r\n", b" "),
}


@pytest.mark.attack("H05")
@pytest.mark.parametrize("name", TRICKLES)
def test_an_answer_that_trickles_has_an_end(name: str) -> None:
    head, part = TRICKLES[name]
    answer = websites.endless(head, part, pause_s=0.05)
    with websites.website({"/": answer}) as site:
        transport = NetworkTransport()
        with pytest.raises(errors.TransportError) as caught:
            transport.send(Request("GET", site.url("/"), timeout_s=0.3))
        transport.close()
    assert isinstance(caught.value, (errors.Timeout, errors.ConnectionLost))


@pytest.mark.attack("H05")
def test_an_answer_that_keeps_coming_is_read_to_its_end() -> None:
    """Whoever is slow, but not too slow, is not cut off."""
    whole = b"x" * 3_000_000
    answers = {"/": websites.page(whole), "/packed": websites.page(gzip.compress(b"x" * 10))}
    with websites.website(answers) as site:
        transport = NetworkTransport()
        assert transport.send(Request("GET", site.url("/"), timeout_s=60)).body == whole
        transport.close()


@pytest.mark.attack("H05")
@pytest.mark.parametrize("packed", [False, True])
def test_downloads_are_bounded_by_their_real_size(packed: bool) -> None:
    most = 3_000_000
    body = gzip.compress(b"\0" * 50 * most, 9) if packed else b"x" * (most + 1)
    more = {"Content_Encoding": "gzip"} if packed else {}
    with websites.website({"/": websites.page(body, **more)}) as site:
        transport = NetworkTransport(largest_response=most)
        with pytest.raises(errors.TransportError, match="larger than"):
            transport.send(Request("GET", site.url("/")))
        transport.close()
    assert NetworkTransport()._largest_response == limits.RESPONSE_BYTES


@pytest.mark.attack("H07")
@pytest.mark.parametrize(
    ("name", "host", "wrong"),
    [
        ("self-signed", "127.0.0.1", ""),
        ("expired", "127.0.0.1", "expired"),
        ("self-signed", "localhost", "localhost"),
    ],
)
def test_a_certificate_that_is_trusted_has_its_time_and_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, host: str, wrong: str
) -> None:
    certificate = ROOT / "tests" / "cases" / "tls" / f"{name}.pem"
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    transport = NetworkTransport()
    with websites.website({"/": websites.page(b"{}")}, certificate=certificate) as site:
        request = Request("GET", f"https://{host}:{site.port}/")
        if not wrong:
            assert transport.send(request).status == 200
        else:
            with pytest.raises(errors.ConnectionLost, match=wrong):
                transport.send(request)
            assert site.requests == []
    transport.close()


@pytest.mark.attack("H07")
def test_a_certificate_that_nobody_vouches_for_is_refused_by_the_sdk() -> None:
    certificate = ROOT / "tests" / "cases" / "tls" / "self-signed.pem"
    with websites.website({}, certificate=certificate) as site:
        url = f"https://127.0.0.1:{site.port}"
        with pytest.raises(errors.ConnectionLost, match="certificate"):
            NetworkTransport().send(Request("GET", url))
        assert site.requests == []


@pytest.mark.attack("H05")
def test_every_command_that_reads_is_attacked() -> None:
    def names(command: Any, path: str = "") -> Iterator[str]:
        inner = getattr(command, "commands", {})
        for name, each in inner.items():
            yield from names(each, f"{path} {name}".strip())
        if not inner and not {*path.split()} & {*SENDING, *ELSEWHERE}:
            yield path

    told = "\n".join(" ".join(line) for line in lines(collections.defaultdict(lambda: "x")))
    assert [one for one in names(typer.main.get_command(main.program())) if one not in told] == []


@pytest.mark.attack("H08")
def test_no_command_takes_a_secret_as_an_argument() -> None:
    def parameters(command: Any, path: str = "linlog") -> Iterator[tuple[str, Any]]:
        for name, inner in getattr(command, "commands", {}).items():
            yield from parameters(inner, f"{path} {name}")
        for each in command.params:
            yield path, each

    found = list(parameters(typer.main.get_command(main.program())))
    assert len(found) > 150
    secret = [
        (path, each.name)
        for path, each in found
        if any(word in each.name for word in ("token", "password", "secret", "credential"))
        and not each.is_flag
    ]
    assert secret == []


@pytest.mark.attack("H08", "H09")
def test_nothing_of_the_machine_is_captured(
    busy_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a program logs is all that leaves it: no environment, arguments, or repository."""
    canaries = ["canary-of-env", "canary-of-argv", "canary-of-git", "canary-of-file", "canary-host"]
    # A name that is planted: a machine called "vm" is named by chance in any random identifier.
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(nodename=canaries[4]))
    monkeypatch.setattr(socket, "gethostname", lambda: canaries[4])
    monkeypatch.setattr(platform, "node", lambda: canaries[4])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", canaries[0])
    monkeypatch.setattr(sys, "argv", ["train.py", f"--key={canaries[1]}"])
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    remote = f'[remote "origin"]\n\turl = https://me:{canaries[2]}@git.test/a.git\n'
    (tmp_path / ".git" / "config").write_text(remote)
    (tmp_path / "train.py").write_text(f"KEY = '{canaries[3]}'\n")
    sent: list[bytes] = []
    real = busy_server.transport.send

    def send(request: Request) -> Any:
        headers = {name: one for name, one in request.headers.items() if name != "Authorization"}
        sent.append(repr((request.url, headers)).encode() + request.body)
        return real(request)

    monkeypatch.setattr(busy_server.transport, "send", send)
    with busy_server.client() as client:
        trainer = ModelTrainer(client)
        trainer.init(client.models.create("m").id, "v", config={"rate": 0.1})
        trainer.log({"loss": 1.0})
        trainer.finish()
        secret = client._settings.credentials.token or ""
    kept = [path for path in (tmp_path / "journals").rglob("*") if path.is_file()]
    everything = b"".join([*sent, *(path.read_bytes() for path in kept)])
    assert b"loss" in everything
    oracles.keeps_secrets(everything, [*canaries, secret])


HOSTILE: dict[str, Callable[[str], str]] = {
    ".env": lambda url: f"LINLOG_URL={url}\nLINLOG_TOKEN=stolen\nLINLOG_ALLOW_INSECURE=1\n",
    "linlog.toml": lambda url: f'base_url = "{url}"\ntoken = "stolen"\n',
    "pyproject.toml": lambda url: f'[tool.linlog]\nbase_url = "{url}"\n',
    "credentials.json": lambda url: json.dumps({"base_url": url, "token": "stolen"}),
    "linlog.py": lambda _: "open('owned', 'w')\n",
    "typer.py": lambda _: "open('owned', 'w')\n",
    "sitecustomize.py": lambda _: "open('owned', 'w')\n",
}


@pytest.mark.attack("H10")
def test_a_hostile_folder_decides_nothing(victim: Victim) -> None:
    with evil.server(lambda *_: (200, b"{}")) as bad:
        for name, content in HOSTILE.items():
            (victim.here / name).write_text(content(bad.url))
        closed = f"http://127.0.0.1:{free_port()}"
        program = Path(sys.executable).with_name("linlog")
        for line in (["projects", "list"], ["sync", "--status"], ["--version"]):
            ran = subprocess.run(
                [program, *line],
                cwd=victim.here,
                env=victim.environment(LINLOG_URL=closed),
                capture_output=True,
                text=True,
                timeout=PATIENCE_S,
                check=False,
            )
            assert "Traceback" not in ran.stderr
            assert line[0] != "projects" or f"cannot reach {closed}" in ran.stderr
        assert bad.asked == []
    assert not (victim.here / "owned").exists()
    tried = [each for each in oracles.events(victim.record) if each[0] == "connect"]
    assert {each[2] for each in tried} == {closed.rpartition(":")[2]}


@pytest.mark.attack("H05", "H06")
def test_credentials_are_written_for_their_owner_alone(
    victim: Victim, world: World, tmp_path: Path
) -> None:
    """Whatever lies in their place: nothing, a file that others may read, or a link."""
    whoever = world.home.call("GET", "/api/v2/session", role="admin").body
    kept = victim.home / ".config" / "linlog" / "credentials.json"
    prey = tmp_path / "prey"
    prey.write_text("mine")

    def logged_in(url: str) -> None:
        ran = subprocess.run(
            [*processes.LINLOG, "login", "--stdin", "--url", url],
            input=f"{TOKEN}\n",
            env=victim.environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert (ran.returncode, TOKEN in ran.stdout + ran.stderr) == (0, False), ran.stderr
        assert stat.S_IMODE(kept.lstat().st_mode) == 0o600
        assert not kept.is_symlink()

    with evil.server(lambda *_: (200, whoever)) as bad:
        os.umask(before := os.umask(0))
        logged_in(bad.url)
        kept.chmod(0o644)
        logged_in(bad.url)
        kept.unlink()
        kept.symlink_to(prey)
        logged_in(bad.url)
        assert os.umask(before) == before
    assert prey.read_text() == "mine"
