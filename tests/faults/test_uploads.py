"""Uploads that are cut off, by whoever sends them or by a server that is killed: R32."""

from __future__ import annotations

import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from hashlib import sha256
from pathlib import Path

import pytest

from linlog import LinLogClient, errors
from linlog.server.blobs.local import ABANDONED_S, LocalBlobs
from tests.factories import processes
from tests.faults.counts import tries
from tests.faults.proxy import Fault, Proxy
from tests.faults.servers import STRACE, House
from tests.faults.sessions import FAILURES, check_disk

LARGEST_BYTES = 2_000_000
CALLS = ("write", "fsync", "rename,renameat,renameat2", "mkdir")
"""What a server does for a new file, one after the other."""
pytestmark = pytest.mark.usefixtures("impatient")


@pytest.mark.parametrize("seed", tries(300))
def test_r32_an_upload_is_cut(own_house: House, seed: int) -> None:
    """A file is there whole or not at all, and who sends it again has it."""
    house, chance = own_house, random.Random(seed)
    content = chance.randbytes(chance.randint(1, LARGEST_BYTES))
    cut = chance.choice([sent_in_part, killed, killed])
    if STRACE is not None and chance.random() < 0.3:
        cut = killed_at_a_call
    before = stored(house)
    answered = cut(house, content, chance)
    house.answering()
    key = sha256(content).hexdigest()
    found = stored(house) - before
    assert found <= {key}
    for each in found:
        assert (house.data / "blobs" / each[:2] / each[2:]).read_bytes() == content
    with house.client() as client:
        if answered is not None:
            assert client.files.content(answered) == content
        again = client.files.create(content)
        assert client.files.content(again.id) == content
    check_disk(house.data)


@pytest.mark.skipif(STRACE is None, reason="strace is not installed")
@pytest.mark.parametrize("fault", ["signal=KILL", "delay_enter=600s"], ids=["killed", "held"])
def test_r32_what_nobody_writes_any_more_is_removed(own_house: House, fault: str) -> None:
    """An hour after its writer was killed; never what one writes, however long it takes."""
    house, content = own_house, os.urandom(LARGEST_BYTES)
    held, unfinished = fault != "signal=KILL", house.data / "blobs" / ".unfinished"
    house.answering().kill()
    at = f"rename:{fault}:when=1"
    server = house.start("-e", "trace=rename", "-e", f"inject={at}", "-o", "/dev/null")
    assert server.wait(house.token)
    beside, before = LocalBlobs(house.data / "blobs"), {*unfinished.glob("*")}

    def new() -> set[Path]:
        return {*unfinished.glob("*")} - before

    def is_ready() -> bool:
        return server.dead or (held and any(at.stat().st_size == len(content) for at in new()))

    with ThreadPoolExecutor(1) as pool, ExitStack() as stack:
        stack.callback(server.let_go)
        uploading = pool.submit(uploaded, house, content)
        processes.until(is_ready, "a file that is nearly there")
        if not held:
            server.kill()
        (left,) = new()
        assert left.read_bytes() == content
        beside.put(os.urandom(9))
        assert left.exists()
        aged = left.stat().st_mtime - ABANDONED_S - 1
        os.utime(left, (aged, aged))
        beside.put(os.urandom(9))
        assert left.exists() is held
    assert (uploading.result() is not None) is held
    assert new() == set()
    server.kill()


def sent_in_part(house: House, content: bytes, chance: random.Random) -> str | None:
    """Lose the connection after some bytes of the body, and the program that sends it."""
    house.answering()
    proxy = Proxy(house.port)
    proxy.fault = lambda: Fault(cut_request_at=chance.randrange(len(content)))
    with LinLogClient(proxy.url, house.token) as client, suppress(*FAILURES, errors.ApiError):
        return client.files.create(content).id
    proxy.close()
    return None


def killed(house: House, content: bytes, chance: random.Random) -> str | None:
    """Kill the server at some moment."""
    server = house.answering()
    with ThreadPoolExecutor(1) as pool:
        uploading = pool.submit(uploaded, house, content)
        time.sleep(chance.uniform(0, 0.1))
        server.kill()
        return uploading.result()


def killed_at_a_call(house: House, content: bytes, chance: random.Random) -> str | None:
    """Kill the server at one of the calls by which it stores a file."""
    house.answering().kill()
    calls = chance.choice(CALLS)
    # Before a request there are some writes already: to the log, and to whom it waits for.
    at = f"{calls}:signal=KILL:when={chance.randint(1, 12 if calls == 'write' else 2)}"
    server = house.start("-e", f"trace={calls}", "-e", f"inject={at}", "-o", "/dev/null")
    answered = uploaded(house, content) if server.wait(house.token) else None
    server.kill()
    return answered


def uploaded(house: House, content: bytes) -> str | None:
    """Upload; the file's id, if there was an answer."""
    with house.client() as client, suppress(*FAILURES):
        return client.files.create(content).id
    return None


def stored(house: House) -> set[str]:
    """The names of the files that are stored, as one would look for them."""
    found = (house.data / "blobs").glob("??/[0-9a-f]*")
    return {path.parent.name + path.name for path in found}
