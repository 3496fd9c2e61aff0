"""Hours of work with a fault every half a minute: R40."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sqlite3
import statistics
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from threading import Event
from typing import Any, TypeVar

import pytest

from linlog import LinLogClient
from tests.faults.counts import SOAK_S
from tests.faults.proxy import WHOLE, Fault, Proxy
from tests.faults.servers import House
from tests.faults.sessions import FAILURES, Session, check_disk
from tests.faults.test_limits import bounded, no_more_files, open_files
from tests.patience import PATIENCE_S
from tests.serving import cpu_s, memory_bytes

T = TypeVar("T")
CLIENTS = 4
STEPS_EACH = 400
"""Steps after which a client checks what it made, removes it, and begins anew."""
FASTEST_S = min(20.0, SOAK_S / 5)
"""Seconds in which the most is measured that the clients get."""
FAULT_EVERY_S = min(30.0, SOAK_S / 6)
FAULT_S = min(2.0, FAULT_EVERY_S / 3)
CALM_AFTER_S = min(5.0, FAULT_EVERY_S / 3)
"""Seconds from the end of a fault until times count again."""
MEASURED_S = 600.0
"""Seconds of work from which on the first quarter is compared with the last."""
LONG_S = 3600.0
"""Seconds from which on the difference is held against a bound: a server warms up for some time."""
LEAST_SAMPLES = 8
"""A busy machine spends its time on faults: the work goes on until there are so many."""
PAGE_BYTES = 4096
SPARE_FILES = 12
pytestmark = pytest.mark.usefixtures("impatient")


@dataclass(frozen=True)
class Sample:
    """How a server was at a moment."""

    at_s: float
    process: int
    memory_bytes: int
    open_files: int
    cpu_s: float


@dataclass
class Worker:
    """A client that works at a pace, and how long each of its calls took."""

    client: LinLogClient
    seed: int
    scratch: Path
    pause_s: float = 0.0
    took: list[tuple[float, float]] = field(default_factory=list)
    """When a step that was answered for began, and its seconds."""
    forced: list[tuple[float, float]] = field(default_factory=list)
    """The same of a page that is forced to the same disk, for comparison."""
    checked: int = 0
    """Steps that were answered for and found."""
    session: Session | None = None

    def work(self, stopping: Event) -> None:
        """Do a step at each turn, until told to stop."""
        due_s = time.monotonic()
        while not stopping.wait(max(0.0, due_s - time.monotonic())):
            # What could not be done in a fault is not made up for.
            due_s = max(due_s + self.pause_s, time.monotonic())
            if self.session is None:
                self.begin()
                continue
            begun_s = time.monotonic()
            if self.session.step():
                self.took.append((begun_s, time.monotonic() - begun_s))
            if len(self.session.asked) % 4 == 0:
                self._force()
            if len(self.session.asked) >= STEPS_EACH:
                self.end()

    def end(self) -> None:
        """Prove that all is there that was answered for, and remove it; once, and patiently."""
        session, self.session = self.session, None
        if session is not None:
            self.checked += len(session.answered)
            patiently(lambda: session.check(self.client))
            patiently(lambda: session.delete(self.client))

    def begin(self) -> None:
        """Make what the steps to come are about."""
        self.seed += CLIENTS
        self.session = patiently(lambda: Session(self.client, self.seed))

    def _force(self) -> None:
        begun_s = time.monotonic()
        with self.scratch.open("wb") as file:
            file.write(bytes(PAGE_BYTES))
            file.flush()
            os.fsync(file.fileno())
        self.forced.append((begun_s, time.monotonic() - begun_s))


def patiently(call: Callable[[], T]) -> T:
    """Call until somebody answers."""
    ends = time.monotonic() + PATIENCE_S
    while True:
        try:
            return call()
        except FAILURES:
            assert time.monotonic() < ends, "nobody answers any more"
            time.sleep(0.1)


@dataclass
class Place:
    """What faults befall."""

    house: House
    proxy: Proxy
    chance: random.Random

    def killed(self) -> None:
        """The server is killed, and another started."""
        self.house.answering().kill()
        self.house.answering()

    def dropped(self) -> None:
        """Every connection is reset."""
        self.proxy.drop_connections()

    def replies_lost(self) -> None:
        """Requests arrive, and their answers do not."""
        self.proxy.fault = lambda: Fault(cut_reply_at=0)
        self.proxy.drop_connections()
        time.sleep(FAULT_S)
        self.proxy.fault = lambda: WHOLE
        self.proxy.drop_connections()

    def locked(self) -> None:
        """Somebody else holds the lock of the database."""
        with closing(sqlite3.connect(self.house.database, isolation_level=None)) as other:
            other.execute(f"PRAGMA busy_timeout = {1000 * PATIENCE_S:.0f}")
            other.execute("BEGIN IMMEDIATE")
            time.sleep(FAULT_S)

    def disk_full(self) -> None:
        """No file of the server may grow."""
        most = 4096 + self.chance.randrange(20_000)
        with bounded(self.house.answering(), resource.RLIMIT_FSIZE, most):
            time.sleep(FAULT_S)

    def files_gone(self) -> None:
        """The server may open hardly any more files."""
        with no_more_files(self.house.answering(), self.chance):
            time.sleep(FAULT_S)

    def frozen(self) -> None:
        """The server gets no processor."""
        process = self.house.answering().process
        os.kill(process, signal.SIGSTOP)
        time.sleep(FAULT_S)
        os.kill(process, signal.SIGCONT)


FAULTS = (
    *(Place.killed, Place.dropped, Place.replies_lost, Place.locked),
    *(Place.disk_full, Place.files_gone, Place.frozen),
)


def test_r40_a_soak(house: House, tmp_path: Path) -> None:
    """At half of the most that it can: nothing is lost, and the server stays as it was."""
    house.answering().kill()
    house.answering()
    with ExitStack() as stack:
        workers, proxy = working(stack, house, tmp_path)
        for worker in workers:
            worker.begin()
        with at_work(workers):
            time.sleep(FASTEST_S)
        most = sum(len(worker.took) for worker in workers) / FASTEST_S
        for worker in workers:
            worker.pause_s = 2 * CLIENTS / most
            worker.took.clear()
            worker.forced.clear()
        with at_work(workers):
            samples, faults = soaked(Place(house, proxy, random.Random(40)))
        for worker in workers:
            worker.end()
        check_disk(house.data)
    assert sum(worker.checked for worker in workers) >= CLIENTS
    figures = {"most_per_s": round(most, 1), **measured(workers, samples, faults)}
    print(json.dumps(figures))  # noqa: T201 - shown with -s
    assert figures["open_files_growth"] <= SPARE_FILES
    if SOAK_S >= LONG_S:
        assert abs(figures["memory_growth_of_two_hours"]) <= 0.1
        assert figures["cpu_drift"] <= 1.2
        assert figures["p99_drift"] <= 1.2 * max(1.0, figures["forced_p99_drift"])


def working(stack: ExitStack, house: House, folder: Path) -> tuple[list[Worker], Proxy]:
    """Clients that speak through a line, and the line."""
    proxy = Proxy(house.port)
    stack.callback(proxy.close)
    clients = [stack.enter_context(LinLogClient(proxy.url, house.token)) for _ in range(CLIENTS)]
    made = [Worker(client, at, folder / f"scratch-{at}") for at, client in enumerate(clients)]
    return made, proxy


@contextmanager
def at_work(workers: list[Worker]) -> Iterator[None]:
    """While all of them work."""
    stopping = Event()
    with ThreadPoolExecutor(len(workers)) as pool:
        doing = [pool.submit(worker.work, stopping) for worker in workers]
        try:
            yield
        finally:
            stopping.set()
        for each in doing:
            each.result()


def soaked(place: Place) -> tuple[list[Sample], list[tuple[float, float, str]]]:
    """Let faults befall; how the server was when there was none, and when there was which."""
    samples: list[Sample] = []
    faults: list[tuple[float, float, str]] = []
    begun = time.monotonic()
    while (now := time.monotonic()) < begun + SOAK_S or len(samples) < LEAST_SAMPLES:
        calm_s = faults[-1][1] + CALM_AFTER_S if faults else begun
        if begun + SOAK_S > now >= begun + FAULT_EVERY_S * (len(faults) + 1):
            # The last server is not killed any more, so that it may be seen what it grows by when
            # it is warm: by its twenty thousandth answer it has what it needs.
            young = now < begun + SOAK_S / 4
            befall = place.chance.choice(FAULTS if young else FAULTS[1:])
            befall(place)
            faults.append((now, time.monotonic(), befall.__name__))
        elif now >= calm_s:
            process = place.house.answering().process
            memory, files = memory_bytes(process), open_files(place.house.answering())
            samples.append(Sample(now, process, memory, files, cpu_s(process)))
        time.sleep(min(1.0, FAULT_EVERY_S / 8))
    return samples, faults


def measured(
    workers: list[Worker], samples: list[Sample], faults: list[tuple[float, float, str]]
) -> dict[str, Any]:
    """The figures of a soak."""
    files = [each.open_files for each in samples]
    half = len(files) // 2
    found = {
        "length_s": SOAK_S,
        "faults": len(faults),
        "kinds": len({kind for _, _, kind in faults}),
        "servers": len({each.process for each in samples}),
        "answered": sum(len(worker.took) for worker in workers),
        "checked": sum(worker.checked for worker in workers),
        # A moment in which connections are not closed yet is no growth.
        "open_files_growth": statistics.median(files[half:]) - statistics.median(files[:half]),
    }
    return {**found, **drift(workers, samples, faults)} if SOAK_S >= MEASURED_S else found


def drift(
    workers: list[Worker], samples: list[Sample], faults: list[tuple[float, float, str]]
) -> dict[str, Any]:
    """How times, processors and memory of the last quarter compare with the first."""
    took = calm([each for worker in workers for each in worker.took], faults)
    forced = calm([each for worker in workers for each in worker.forced], faults)
    first, last = quarter(took, samples, 0), quarter(took, samples, 3)
    oldest = samples[len(samples) * 3 // 4 :]
    places = [len(samples) * part // 8 for part in (4, 5, 6, 7)]
    usual = statistics.fmean(each.memory_bytes for each in oldest)
    cpu = [cpu_each(took, samples, part) for part in (0, 3)]
    return {
        "calm_first": len(first),
        "calm_last": len(last),
        "p50_first_ms": 1000 * statistics.median(first),
        "p50_last_ms": 1000 * statistics.median(last),
        "p99_first_ms": 1000 * p99(first),
        "p99_last_ms": 1000 * p99(last),
        "p99_drift": p99(last) / p99(first),
        "forced_p99_drift": p99(quarter(forced, samples, 3)) / p99(quarter(forced, samples, 0)),
        "cpu_first_ms": 1000 * cpu[0],
        "cpu_last_ms": 1000 * cpu[1],
        "cpu_drift": cpu[1] / cpu[0],
        "memory_mb": [round(samples[at].memory_bytes / 1e6, 1) for at in (*places, -1)],
        "memory_growth_of_two_hours": 7200 * slope(oldest) / usual,
    }


def calm(
    took: list[tuple[float, float]], faults: list[tuple[float, float, str]]
) -> list[tuple[float, float]]:
    """The times of what ran while there was no fault, in their order."""
    ends = [end + CALM_AFTER_S for _, end, _ in faults]

    def quiet(begun_s: float, seconds: float) -> bool:
        after = bisect_left(ends, begun_s)
        return after == len(faults) or begun_s + seconds < faults[after][0]

    return sorted(each for each in took if quiet(*each))


def quarter(took: list[tuple[float, float]], samples: list[Sample], part: int) -> list[float]:
    """The seconds that calls of one quarter took."""
    begun, length = samples[0].at_s, samples[-1].at_s - samples[0].at_s
    low, high = begun + length * part / 4, begun + length * (part + 1) / 4
    return [seconds for at_s, seconds in took if low <= at_s <= high]


def p99(times: list[float]) -> float:
    """What one of a hundred takes longer than."""
    return statistics.quantiles(times, n=100)[98]


def cpu_each(took: list[tuple[float, float]], samples: list[Sample], part: int) -> float:
    """Seconds of processors for each call in one quarter: between samples one after the other."""
    count = len(samples) // 4
    some, used, answered = samples[part * count : (part + 1) * count], 0.0, 0
    starts = [at_s for at_s, _ in took]
    for before, after in pairwise(some):
        if before.process == after.process and after.at_s - before.at_s < FAULT_EVERY_S / 4:
            used += after.cpu_s - before.cpu_s
            answered += bisect_left(starts, after.at_s) - bisect_left(starts, before.at_s)
    return used / answered


def slope(samples: list[Sample]) -> float:
    """Bytes a second that the memory of a server grows by."""
    times = [each.at_s for each in samples]
    return statistics.linear_regression(times, [each.memory_bytes for each in samples]).slope
