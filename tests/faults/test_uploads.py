"""Uploads that are cut off, by whoever sends them or by a server that is killed: R32."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256

import pytest

from linlog import LinLogClient, errors
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
