"""Backups while others write, and what is restored from them: R29, R30."""

from __future__ import annotations

import io
import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from threading import Event

import pytest
from PIL import Image

from linlog import LinLogClient
from linlog.server import admin
from linlog.shapes import Box
from linlog.wire.annotations import AnnotationCreate
from linlog.wire.tasks import ItemCreate, TaskCreate
from tests.faults.counts import SHARE, tries
from tests.faults.sessions import Session, check_disk, opened
from tests.serving import OWNER, PASSWORD, serve

WRITERS = 8
DRILL_BYTES = 1_000_000_000
FILE_BYTES = 1_000_000
SIDES = (1000, FILE_BYTES // 1000)


@pytest.mark.parametrize("seed", tries(50))
def test_r29_a_backup_while_others_write(tmp_path: Path, seed: int) -> None:
    """All that was answered for when it begins is in it, and nothing of it is half there."""
    chance, stopping = random.Random(seed), Event()

    def work(session: Session) -> None:
        while not stopping.is_set():
            assert session.step()

    with ExitStack() as stack:
        served = stack.enter_context(serve(tmp_path / "data"))
        clients = [
            stack.enter_context(LinLogClient(served.url, served.token)) for _ in range(WRITERS)
        ]
        sessions = [Session(client, seed * WRITERS + at) for at, client in enumerate(clients)]
        pool = stack.enter_context(ThreadPoolExecutor(WRITERS))
        working = [pool.submit(work, session) for session in sessions]
        try:
            time.sleep(chance.uniform(0, 1))
            before = [len(session.order) for session in sessions]
            made = admin.copy(served.data, tmp_path / "backup")
        finally:
            stopping.set()
        for each in working:
            each.result()
    assert made.missing == ()
    check_disk(tmp_path / "backup")
    with opened(tmp_path / "backup", served.token) as client:
        for session, steps in zip(sessions, before, strict=True):
            session.since(steps).check(client)


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A backup of a gigabyte, or its share, a token for it, and the project in it."""
    folder, chance = tmp_path_factory.mktemp("drill"), random.Random(0)
    data = folder / "data"
    admin.create_user(data, OWNER, "owner", PASSWORD)
    token = admin.create_token(data, "tests")
    with opened(data, token) as client:
        project = client.create_project("Drill", labels=["cell"])
        for at in range(round(DRILL_BYTES * SHARE / FILE_BYTES)):
            noise = Image.frombytes("L", SIDES, chance.randbytes(SIDES[0] * SIDES[1]))
            file = client.files.create(written(noise))
            item = ItemCreate(type="image", file_id=file.id)
            marks = (AnnotationCreate(label="cell", shape=Box(1, 2, 3, 4)),)
            new = TaskCreate(item=item, unique_id=str(at), annotations=marks, complete=True)
            client.tasks.create(project.id, new)
    admin.copy(data, folder / "backup")
    return folder / "backup", token, project.id


@pytest.mark.parametrize("seed", tries(5))
def test_r30_a_backup_is_restored(backup: tuple[Path, str, str], tmp_path: Path, seed: int) -> None:
    source, token, project_id = backup
    begun = time.monotonic()
    restored = admin.copy(source, tmp_path / "restored")
    with opened(tmp_path / "restored", token) as client:
        client.organisations.get()
        took_s = time.monotonic() - begun
        assert exported(client, project_id) == exported_from(source, token, project_id)
    check_disk(tmp_path / "restored")
    assert restored.files == round(DRILL_BYTES * SHARE / FILE_BYTES)
    print(f"{restored.files:,} MB were restored and served in {took_s:.1f} s (try {seed})")  # noqa: T201 - shown with -s


def written(image: Image.Image) -> bytes:
    """Its bytes, which no format makes smaller."""
    target = io.BytesIO()
    image.save(target, format="PNG", compress_level=0)
    return target.getvalue()


def exported_from(data: Path, token: str, project_id: str) -> str:
    """What a backup itself gives."""
    with opened(data, token) as client:
        return exported(client, project_id)


def exported(client: LinLogClient, project_id: str) -> str:
    """The hash of all tasks and the bytes of their files."""
    found = sha256()
    for task in client.tasks.list(project_id, limit=1000).everything():
        found.update(repr((task.id, task.unique_id, task.status, task.annotations)).encode())
        assert task.item.file_id is not None
        found.update(client.files.content(task.item.file_id))
    return found.hexdigest()
