"""The witness of attacks in the tests' own process sees what no attack may do."""

from __future__ import annotations

import gc
import importlib
import logging
import socket
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from linlog.errors import Invalid
from linlog.server import app, noting
from linlog.server.log import log
from linlog.server.request import PUBLIC, Router
from tests.attacks import oracles, witness
from tests.conftest import Server, Template, running
from tests.factories import organisations

CANARY = "canary-55e0-of-a-test"


def fails(ctx: Any) -> dict[str, str]:
    """A route that fails."""
    message = f"{ctx} fails"
    raise RuntimeError(message)


def tells(ctx: Any) -> dict[str, str]:
    """A route that tells a secret."""
    return {"told": CANARY}


def keeps(ctx: Any) -> dict[str, str]:
    """A route that refuses, and did half of the work."""
    with ctx.database.write("tests") as conn:
        conn.exec_driver_sql("INSERT INTO organisations (id, name, created) VALUES ('o', '', 0)")
    message = "this is refused, with some work done"
    raise Invalid(message)


def writes(ctx: Any) -> dict[str, str]:
    """A route that writes beside the data folder."""
    (ctx.settings.data.parent / "beside").write_text("x")
    return {}


def connects(ctx: Any) -> dict[str, str]:
    """A route that asks another machine."""
    with suppress(OSError):
        socket.create_connection(("127.0.0.1", 1), timeout=1)
    return {}


def logs(ctx: Any) -> dict[str, str]:
    """A route that writes a secret to the server's log."""
    log("debug", "nothing to see")
    log("info", "somebody came", tried=[CANARY])
    return {}


def warns(ctx: Any) -> dict[str, str]:
    """A route that writes one to that of Python."""
    logging.getLogger("uvicorn.error").error("%s came", CANARY)
    return {}


def collects(ctx: Any) -> dict[str, str]:
    """A route during which what others left is collected."""
    gc.collect()
    return {}


def imports(ctx: Any) -> dict[str, str]:
    """A route that is the first to import a module."""
    importlib.import_module("imported_late")
    return {}


class Litter:
    """What removes a file when it is collected, as a client's journal does."""

    def __init__(self, path: Path) -> None:
        self.path, self.itself = path, self
        path.touch()

    def __del__(self) -> None:
        self.path.unlink()


Act = Callable[[Any], dict[str, str]]


@pytest.fixture
def attacked(
    template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """Attacks a server by one request to a route that does something."""

    def attack(act: Act, **headers: str) -> None:
        planted = Router("planted", prefix="/api/v2")
        planted.post("/planted", policy=PUBLIC)(act)
        routers = [*app._routers(), planted.api()]
        monkeypatch.setattr(app, "_routers", lambda: routers)
        with running(template, tmp_path / "data") as server:
            home = organisations.create(server)
            with witness.attack([CANARY]):
                home.call("POST", "/api/v2/planted", {}, role=None, headers=headers)

    return attack


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (fails, "500: no_failure"),
        (tells, "keeps_secrets"),
        (keeps, "422: same"),
        (writes, "beside"),
        (connects, "127.0.0.1"),
        (logs, CANARY),
        (warns, CANARY),
    ],
)
def test_what_a_request_must_not_do_is_seen(
    attacked: Callable[..., None], act: Act, said: str
) -> None:
    with pytest.raises(AssertionError, match=said):
        attacked(act)


def test_a_token_in_the_log_is_seen(attacked: Callable[..., None]) -> None:
    token = "x" * 32

    def notes(ctx: Any) -> dict[str, str]:
        """A route that writes down who came."""
        log("info", "somebody came", by=token)
        return {}

    with pytest.raises(AssertionError, match=token):
        attacked(notes, Authorization=f"Token {token}")


@pytest.mark.parametrize("before", range(8))
def test_a_secret_in_a_database_is_seen_wherever_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    monkeypatch.setattr(oracles, "PART_BYTES", 8)
    database = tmp_path / "linlog.sqlite3-wal"
    database.write_bytes(b"-" * before + CANARY.encode())
    with pytest.raises(AssertionError, match=CANARY):
        oracles.files_keep_secrets(tmp_path, [CANARY])
    database.write_bytes(b"-" * before + CANARY.encode()[1:])
    oracles.files_keep_secrets(tmp_path, [CANARY])


def test_what_others_left_is_not_laid_to_a_request(
    attacked: Callable[..., None], tmp_path: Path
) -> None:
    gc.disable()
    try:
        Litter(tmp_path / "left")
        attacked(collects)
    finally:
        gc.enable()
    assert not (tmp_path / "left").exists()


def test_a_module_that_is_imported_late_is_not_written_by_a_request(
    attacked: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "imported_late.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "imported_late", raising=False)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    attacked(imports)


def test_a_denial_that_nobody_noted_is_seen(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = organisations.create(server)
    home.token("viewer")
    with witness.attack([CANARY]):
        assert home.call("GET", "/api/v2/users", role="viewer").status == 403
    monkeypatch.setattr(noting, "refused", lambda *_: None)
    with pytest.raises(AssertionError, match="403: includes"), witness.attack([CANARY]):
        home.call("GET", "/api/v2/users", role="viewer")


def test_what_a_test_itself_does_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(inside))
    # What earlier tests left may remove files when it is collected, and would be laid to this one.
    gc.collect()
    with witness.attack([]):
        (inside / "kept").write_text("x")
    with pytest.raises(AssertionError, match="planted"), witness.attack([]):
        (tmp_path / "planted").write_text("x")
