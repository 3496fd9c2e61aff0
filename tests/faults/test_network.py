"""Lines that break, stall and repeat, servers that refuse: R15 to R21."""

from __future__ import annotations

import random
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from linlog import LinLogClient, ModelTrainer, errors, ids, shapes
from linlog.client import http, left, sender
from linlog.client.transports import Request
from linlog.client.transports.network import NetworkTransport
from linlog.client.transports.recorded import RecordedTransport, refusal
from linlog.wire import codec
from linlog.wire.log_entries import LogEntriesCreate, LogEntryCreate, LogReceipt
from linlog.wire.predictions import PredictionCreate, PredictionReceipt, PredictionsCreate
from tests.client.test_trainer import LOG, VERSION, accepted
from tests.factories import processes
from tests.faults.conftest import World
from tests.faults.counts import tries
from tests.faults.proxy import WHOLE, Fault, Proxy
from tests.faults.scenarios import BOX
from tests.serving import OWNER, PASSWORD

pytestmark = pytest.mark.usefixtures("impatient")


@pytest.fixture
def line(world: World, proxy: Proxy) -> Iterator[LinLogClient]:
    """A client that speaks through the proxy."""
    client = LinLogClient(proxy.url, world.token)
    yield client
    proxy.fault = lambda: WHOLE
    client.close()


def first(fault: Fault, times: int = 1) -> Callable[[], Fault]:
    """A fault of the next connections, after which all is well."""
    waiting = [fault] * times
    return lambda: waiting.pop() if waiting else WHOLE


def train(world: World, line: LinLogClient, proxy: Proxy, fault: Callable[[], Fault]) -> None:
    """Log and predict while a fault is on the line; everything arrives once, and in order."""
    version = world.version()
    trainer = ModelTrainer(line)
    trainer.resume(version.id)
    made = [line.create_model_run(world.dataset_id, version.id, world.task_ids[0], BOX).id]
    proxy.fault = fault
    proxy.drop_connections()
    for at in range(60):
        trainer.log({"at": at})
        task_id = world.task_ids[at % 8]
        made.append(line.create_model_run(world.dataset_id, version.id, task_id, BOX).id)
    line.flush()
    assert world.log_of(version.id) == list(range(60))
    run = world.run(version.id)
    found = [each.id for each in world.client.predictions.list(run.id, limit=1000).everything()]
    assert sorted(found) == sorted(made)
    # Those of a task keep their order, whatever requests they came in.
    for task_id in world.task_ids:
        on_task = [each.id for each in world.client.predictions.list(run.id, task_id=task_id)]
        numbers = [int(each.rpartition("-")[2]) for each in on_task]
        assert numbers == sorted(numbers)
    assert run.prediction_count == 61


@pytest.mark.parametrize("at", [64 * place for place in tries(400)])
def test_r15_a_request_is_cut_after_some_bytes(
    world: World, line: LinLogClient, proxy: Proxy, at: int
) -> None:
    train(world, line, proxy, first(Fault(cut_request_at=at), 2))


@pytest.mark.parametrize("at", [4 * place for place in tries(100)])
def test_r15_a_reply_is_cut_after_some_bytes(
    world: World, line: LinLogClient, proxy: Proxy, at: int
) -> None:
    train(world, line, proxy, first(Fault(cut_reply_at=at), 2))


@pytest.mark.parametrize("seed", tries(1000))
def test_r16_done_but_the_reply_is_lost(
    world: World, line: LinLogClient, proxy: Proxy, seed: int
) -> None:
    train(world, line, proxy, first(Fault(cut_reply_at=0), random.Random(seed).randint(1, 3)))


SLOW: dict[str, Callable[[random.Random], Fault]] = {
    "latency": lambda chance: Fault(delay_s=chance.uniform(0, 0.05)),
    "bandwidth": lambda chance: Fault(delay_s=0.005, piece_bytes=chance.randint(500, 4000)),
    "late close": lambda chance: Fault(late_close_s=chance.uniform(0, 0.2)),
    "silence": lambda chance: Fault(silent=True),
    "slices": lambda chance: Fault(piece_bytes=chance.randint(40, 200)),
    "limit": lambda chance: Fault(cut_reply_at=chance.randint(0, 700)),
    "refused": lambda chance: Fault(refused=True),
}


@pytest.mark.parametrize("kind", SLOW)
@pytest.mark.parametrize("seed", tries(50))
def test_r18_a_slow_or_silent_line(
    world: World, line: LinLogClient, proxy: Proxy, kind: str, seed: int, monkeypatch: Any
) -> None:
    usual_s, fault = http.DELIVERY_TIMEOUT_S, first(SLOW[kind](random.Random(seed)), 3)

    def next_fault() -> Fault:
        found = fault()
        if found is WHOLE:
            # A busy machine may take longer than who says nothing is waited for.
            monkeypatch.setattr(http, "DELIVERY_TIMEOUT_S", usual_s)
        return found

    monkeypatch.setattr(http, "DELIVERY_TIMEOUT_S", 0.5)
    train(world, line, proxy, next_fault)


@pytest.mark.parametrize("seed", tries(50))
def test_r18_a_name_that_is_not_found_costs_no_call_anything(
    world: World, journals: Path, seed: int
) -> None:
    version = world.version()
    with LinLogClient(world.url, world.token) as client:
        trainer = ModelTrainer(client)
        trainer.resume(version.id)
        lane = trainer._lane
        assert lane is not None
        # From here on the server's name is not found any more.
        lost = LinLogClient("http://no-such-host.invalid", world.token, allow_insecure=True)
        lane.stream._http = lost._http  # type: ignore[attr-defined]
        for at in range(100):
            trainer.log({"at": at})
        with pytest.raises(errors.LinLogError):
            client._sender.flush(timeout_s=0.3)
        assert client._sender.waiting == 100
        lane.stream._http = client._http  # type: ignore[attr-defined]
    assert world.log_of(version.id) == list(range(100))


@pytest.mark.parametrize("seed", tries(70))
def test_r17_repeated_and_reordered(world: World, seed: int) -> None:
    """Fifty batches a try, each up to five times over, up to five apart from their place."""
    chance, version = random.Random(seed), world.version()
    run = world.run(version.id)
    sent = [at for at in range(50) for _ in range(chance.randint(1, 5))]
    sent.sort(key=lambda at: at + chance.uniform(0, 5))
    writer = ids.name()
    for at in sent:
        numbers = range(at * 3, at * 3 + 3)
        entries = [LogEntryCreate(number=n, step=n, data={"at": n}) for n in numbers]
        body = LogEntriesCreate(client_id="here", entries=tuple(entries))
        where = f"/model-versions/{version.id}/log-entries"
        world.client._http.deliver(where, LogReceipt, codec.encode(body))
        made = [
            PredictionCreate(
                id=ids.numbered("prediction", writer, n),
                task_id=world.task_ids[n % 8],
                label="cell",
                shape=shapes.Box(1, 2, 3, 4),
            )
            for n in numbers
        ]
        batch = codec.encode(PredictionsCreate(predictions=tuple(made)))
        receipt = world.client._http.deliver(
            f"/model-runs/{run.id}/predictions", PredictionReceipt, batch
        )
        assert receipt.accepted + receipt.repeated == 3
    assert world.log_of(version.id) == list(range(150))
    found = world.client.predictions.list(run.id, limit=1000).everything()
    assert sorted(int(each.id.rpartition("-")[2]) for each in found) == list(range(150))


class Clock:
    """Time that passes when one sender waits for it; senders of other tests may end beside it."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.waits: sender.Sender | None = None

    def monotonic(self) -> float:
        """The time."""
        if self.waits is not None and threading.current_thread() is self.waits._thread:
            self.now_s += 0.5
            return self.now_s
        return time.monotonic()


@pytest.mark.parametrize("seed", tries(200))
def test_r19_a_storm_and_a_day_without_a_server(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance, clock, attempts = random.Random(seed), Clock(), []
    monkeypatch.undo()
    monkeypatch.setattr(sender, "time", clock)
    monkeypatch.setattr(sender, "TICK_S", 0.0)
    heals = chance.choice([600.0, 3600.0, 24 * 3600.0])

    def answer(request: Request) -> Any:
        attempts.append(clock.now_s)
        if clock.now_s > heals:
            return accepted(request)
        after = {"retry-after": str(chance.randint(1, 30))} if chance.random() < 0.5 else {}
        return refusal(chance.choice([429, 503]), "failed", "a storm", **after)

    transport = RecordedTransport({"POST /api/v2/models/m_1/versions": VERSION, LOG: answer})
    with LinLogClient("http://127.0.0.1:1", "t", transport=transport) as client:
        clock.waits = client._sender
        trainer = ModelTrainer(client)
        trainer.init("m_1", "v")
        for at in range(50):
            trainer.log({"at": at})
        processes.until(lambda: client._sender._lanes[0].empty, "a delivery")
    pauses = [after - before for before, after in pairwise(attempts)]
    assert max(pauses) <= 60
    late = pauses[8:]
    assert statistics.mean(late) >= 10
    assert statistics.pstdev(late) >= 1
    assert attempts[-1] - heals <= 60


@pytest.mark.parametrize("seed", tries(50))
def test_r20_a_token_that_is_revoked_and_another(world: World, seed: int) -> None:
    chance, version = random.Random(seed), world.version()
    owner = LinLogClient(world.url, email=OWNER, password=PASSWORD)
    first = owner.tokens.create("first", role="manager")
    client = LinLogClient(world.url, first.secret)
    trainer = ModelTrainer(client)
    trainer.resume(version.id)
    revoked = chance.randrange(200)
    for at in range(200):
        if at == revoked:
            owner.tokens.delete(first.token.id)
        trainer.log({"at": at})
        time.sleep(0.0005)
    with pytest.raises(errors.NotAuthenticated):
        client.close()
    # A token of tomorrow, in another process: the journal has none, and no lease any more.
    with LinLogClient(world.url, world.token) as other:
        assert all(found.complete for found in left.deliver(other._http))
    assert world.log_of(version.id) == list(range(200))
    owner.close()


class Picky(NetworkTransport):
    """Refuses what holds poison, as a proxy or a server may."""

    status = 413

    def send(self, request: Request) -> Any:
        """Refuse, or send."""
        if b'"poison":1' in request.body:
            return refusal(self.status, {413: "too_large"}.get(self.status, "invalid"), "poison")
        return super().send(request)


@pytest.mark.parametrize("status", [400, 413, 422])
@pytest.mark.parametrize("seed", tries(70))
def test_r21_one_poisoned_record_of_a_thousand(
    world: World, status: int, seed: int, journals: Path
) -> None:
    class Broken:
        def tolist(self) -> Any:
            raise RuntimeError("it cannot be encoded")

    chance, version, transport = random.Random(seed), world.version(), Picky()
    transport.status = status
    client = LinLogClient(world.url, world.token, transport=transport)
    trainer = ModelTrainer(client)
    trainer.resume(version.id)
    poisoned, broken = chance.sample(range(1000), 2)
    for at in range(1000):
        extra = {"poison": 1} if at == poisoned else {"x": Broken()} if at == broken else {}
        trainer.log({"at": at, **extra})
    with pytest.raises(errors.ApiError, match="the log entry of step"):
        client.flush()
    client.close()
    assert world.log_of(version.id) == [at for at in range(1000) if at not in {poisoned, broken}]
    assert client.losses == {"a log entry was dropped: RuntimeError: it cannot be encoded": 1}
    (aside,) = journals.iterdir()
    assert aside.read_text().count("\n") == 1
