"""A world in virtual time for the SDK's real journal and sender: one seed gives one course.

Threads are greenlets: they change only where they wait, and who goes on is drawn by the seed, as
is every fault. Time passes when all wait. Files are real, and everything that is asked of them
passes a disk that may be full, stop half way, fail to force or lose what was not forced.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from errno import EIO, ENOSPC
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from greenlet import GreenletExit, getcurrent, greenlet

from linlog.client import http, left, sender
from linlog.client.journal import files, keeper, lanes, quick
from linlog.client.resources import predictions

if TYPE_CHECKING:
    from collections.abc import Iterator

TICK_S = 0.5
"""Seconds between two looks of one who waits: with the real ones a course is little else."""
LOCAL = 1_767_225_600_000_000_000
"""What a clock on the wall shows at first, in nanoseconds since 1970."""


@dataclass
class Chances:
    """How likely each fault is, from 0 to 1: drawn once a seed, so that each has its weather."""

    pause: float = 0.0
    """That somebody else goes on at an operation of the disk."""
    full: float = 0.0
    """That a write finds the disk full for a while."""
    short: float = 0.0
    """That a write stops half way."""
    unforced: float = 0.0
    """That forcing to disk fails."""
    slow_force: float = 0.0
    """That it takes seconds."""

    @classmethod
    def drawn(cls, chance: random.Random) -> Chances:
        """The weather of a seed: most faults are absent, so that each is met alone too."""
        most = {"pause": 0.5, "full": 0.02, "short": 0.05, "unforced": 0.2, "slow_force": 0.3}
        return cls(
            **{
                name: chance.random() * top if chance.random() < 0.4 else 0.0
                for name, top in most.items()
            }
        )


class Thread:
    """What goes on by itself in a process: `threading.Thread`, as far as the SDK needs it."""

    def __init__(
        self, world: World, target: Callable[[], object], name: str = "", *, daemon: bool = False
    ) -> None:
        self.name, self.daemon = name, daemon
        self.failure: BaseException | None = None
        self.until_s: float | None = None
        self.ready: Callable[[], bool] = lambda: True
        self._world, self._target = world, target
        self.greenlet = greenlet(self._run, world.hub)

    def start(self) -> None:
        """Let it go on when it is drawn."""
        self._world.threads.append(self)

    def is_alive(self) -> bool:
        """Whether it has begun and not ended."""
        return self in self._world.threads

    def _run(self) -> None:
        try:
            self._target()
        except Exception as error:  # noqa: BLE001 - told to whoever runs the world
            self.failure = error


class Lock:
    """`threading.Lock` and `RLock`: waiting for it lets others go on."""

    def __init__(self, world: World, *, again: bool) -> None:
        self._world, self._again = world, again
        self.owner: object = None
        self.count = 0

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take it, in time or not at all."""
        if self._world.over:
            return True
        me = getcurrent()
        if not (self._again and self.owner is me):
            until_s = None if timeout < 0 else self._world.now_s + timeout
            if self.count and blocking:
                self._world.wait(until_s, lambda: not self.count)
            if self.count:
                return False
        self.owner, self.count = me, self.count + 1
        return True

    def release(self) -> None:
        """Give it back. Raises RuntimeError where nobody has it."""
        if self._world.over:
            return
        if not self.count or (self._again and self.owner is not getcurrent()):
            raise RuntimeError("release unlocked lock")
        self.count -= 1

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


class Condition:
    """`threading.Condition` on such a lock."""

    def __init__(self, world: World, lock: Lock) -> None:
        self._world, self._lock, self._told = world, lock, 0

    def wait(self, timeout: float | None = None) -> bool:
        """Let go of the lock until told, or until time is up."""
        told, count = self._told, self._lock.count
        self._lock.count = 0
        until_s = None if timeout is None else self._world.now_s + timeout
        self._world.wait(until_s, lambda: self._told != told)
        self._lock.acquire()
        self._lock.count = count
        return self._told != told

    def notify_all(self) -> None:
        """Tell all who wait."""
        self._told += 1

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


class Threading:
    """The module of that name."""

    def __init__(self, world: World) -> None:
        self._world = world

    def Lock(self) -> Lock:  # noqa: N802 - the library's name
        """A lock."""
        return Lock(self._world, again=False)

    def RLock(self) -> Lock:  # noqa: N802 - the library's name
        """One that its owner may take again."""
        return Lock(self._world, again=True)

    def Condition(self, lock: Lock) -> Condition:  # noqa: N802 - the library's name
        """A condition."""
        return Condition(self._world, lock)

    def Thread(self, *, target: Callable[[], object], name: str, daemon: bool) -> Thread:  # noqa: N802 - the library's name
        """A thread."""
        return Thread(self._world, target, name, daemon=daemon)

    def enumerate(self) -> list[Thread]:
        """Those that live."""
        return list(self._world.threads)


class Time:
    """The module of that name, as far as the SDK needs it."""

    def __init__(self, world: World) -> None:
        self._world = world

    def monotonic(self) -> float:
        """Seconds since the world began."""
        return self._world.now_s

    def sleep(self, seconds: float) -> None:
        """Let others go on meanwhile."""
        self._world.wait(self._world.now_s + seconds)


class Disk:
    """The module `os`, between the journal and real files; everything else passes."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._paths: dict[int, Path] = {}
        self.forced: dict[str, bytes] = {}
        """By the name of a file, what a power cut leaves for sure."""
        self.full_until_s = 0.0
        self.sound = True
        """Whether every forcing to disk succeeded at once."""
        self._moments = count(time.time_ns(), 1000)

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def open(self, path: Path, flags: int, mode: int = 0o777) -> int:
        """Open a file of the process."""
        self._world.seam("open")
        descriptor = os.open(path, flags, mode)
        self._paths[descriptor] = path
        if flags & os.O_CREAT:
            self.date(descriptor)
        return descriptor

    def close(self, descriptor: int) -> None:
        """Close a file that is open."""
        if self._paths.pop(descriptor, None) is not None:
            os.close(descriptor)

    def write(self, descriptor: int, data: bytes) -> int:
        """Write all, some or nothing; a process that is killed here leaves a part."""
        chance, world = self._world.chance, self._world
        if world.dies_at("write"):
            self._write(descriptor, data[: chance.randrange(len(data) + 1)])
            world.die()
        self._room()
        if chance.random() < world.chances.short:
            return self._write(descriptor, data[: chance.randrange(len(data))])
        return self._write(descriptor, data)

    def pwrite(self, descriptor: int, data: bytes, at: int) -> int:
        """Write over what is there."""
        self._world.seam("pwrite")
        self._room()
        written = os.pwrite(descriptor, data, at)
        self.date(descriptor)
        return written

    def ftruncate(self, descriptor: int, size: int) -> None:
        """Cut a file."""
        self._world.seam("ftruncate")
        os.ftruncate(descriptor, size)
        self.date(descriptor)

    def fdatasync(self, descriptor: int) -> None:
        """Force a file: what is in it when this begins stays whatever happens."""
        world = self._world
        data = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
        world.seam("fdatasync")
        if world.chance.random() < world.chances.slow_force:
            self.sound = False
            world.wait(world.now_s + world.chance.uniform(0, 3))
        if world.chance.random() < world.chances.unforced:
            self.sound = False
            raise OSError(EIO, os.strerror(EIO))
        # It was opened under a hidden name.
        self.forced[self._paths[descriptor].name.removeprefix(".")] = data

    def date(self, where: int | Path) -> None:
        """Date a file by the order of changes: the machine's clock gives two of them one moment."""
        at = next(self._moments)
        os.utime(where, ns=(at, at))

    def close_all(self) -> None:
        """What the system does for a process that is gone: leases end with it."""
        for descriptor in list(self._paths):
            self.close(descriptor)

    def _write(self, descriptor: int, data: bytes) -> int:
        written = os.write(descriptor, data)
        self.date(descriptor)
        return written

    def _room(self) -> None:
        world = self._world
        if world.chance.random() < world.chances.full:
            self.full_until_s = world.now_s + world.chance.uniform(0, 5)
        if world.now_s < self.full_until_s:
            raise OSError(ENOSPC, os.strerror(ENOSPC))


@dataclass
class World:
    """One process at a time, its threads, its disk and its clocks."""

    chance: random.Random
    chances: Chances
    now_s: float = 0.0
    away_ns: int = 0
    """How far the clock on the wall has jumped."""
    hub: greenlet = field(default_factory=getcurrent)
    threads: list[Thread] = field(default_factory=list)
    trace: list[tuple[float, str]] = field(default_factory=list)
    """What happened, with its time: the same for the same seed."""
    dead: bool = False
    over: bool = True
    """Whether no process runs: what is cleaned up behind one waits for nobody."""
    deadly: tuple[str, int] | None = None
    """The seam at which the process is killed, and how many of it pass before."""

    def __post_init__(self) -> None:
        self.disk = Disk(self)

    def now_ns(self) -> int:
        """The clock on the wall."""
        return LOCAL + int(self.now_s * 1e9) + self.away_ns

    def wait(self, until_s: float | None, ready: Callable[[], bool] = lambda: False) -> None:
        """Let others go on until a time, or until it is `ready`."""
        if self.over:
            return
        me = next(each for each in self.threads if each.greenlet is getcurrent())
        me.until_s, me.ready = until_s, ready
        self.hub.switch()

    def seam(self, name: str) -> None:
        """A place where the process may be killed, or somebody else may go on."""
        if self.over:
            return
        if self.dies_at(name):
            self.die()
        if self.chance.random() < self.chances.pause:
            self.wait(self.now_s)

    def dies_at(self, name: str) -> bool:
        """Whether the process is killed here, this time."""
        if self.deadly is None or self.deadly[0] != name:
            return False
        left = self.deadly[1]
        self.deadly = (name, left - 1)
        return left <= 0

    def die(self) -> None:
        """Kill the process where it is."""
        self.note("killed")
        self.dead = True
        self.hub.switch()

    def note(self, what: str) -> None:
        """Remember what happened."""
        self.trace.append((round(self.now_s, 6), what))

    def run(self, *programs: Callable[[], None]) -> None:
        """Run a process until it is killed, or its threads have ended.

        The first program is what it is for; the others are what Python does at its end.
        """
        self.dead = self.over = False
        try:
            for program in programs:
                self._run(Thread(self, program, "MainThread"))
        finally:
            self.over = True
            for each in self.threads:
                each.greenlet.throw(GreenletExit)
            self.threads.clear()
            self.disk.close_all()

    def _run(self, first: Thread) -> None:
        if not self.dead:
            first.start()
        while not self.dead and any(not each.daemon for each in self.threads):
            self._go_on()
        if first.failure is not None:
            raise first.failure

    def _go_on(self) -> None:
        able = [each for each in self.threads if self._able(each)]
        if not able:
            ahead = [each.until_s for each in self.threads if each.until_s is not None]
            assert ahead, "nobody goes on any more"
            self.now_s = min(ahead)
            return
        drawn = self.chance.choice(able)
        drawn.until_s, drawn.ready = None, lambda: True
        drawn.greenlet.switch()
        if drawn.greenlet.dead:
            self.threads.remove(drawn)
            assert drawn.name != sender.THREAD or drawn.failure is None, drawn.failure

    def _able(self, thread: Thread) -> bool:
        return thread.ready() or (thread.until_s is not None and thread.until_s <= self.now_s)

    def cut_power(self, folder: Path) -> None:
        """Take from every journal some of what was not forced to disk."""
        for path in sorted(folder.glob("*.journal"), key=lambda each: each.stat().st_mtime_ns):
            whole = path.read_bytes()
            forced = self.disk.forced.get(path.name)
            kept = whole[: files.START] if forced is None else forced
            path.write_bytes(self._left(whole, kept))
            self.disk.date(path)

    def _left(self, whole: bytes, kept: bytes) -> bytes:
        start = files.START
        if not whole[start:].startswith(kept[start:]):
            # It was emptied since.
            return self.chance.choice([whole, kept])
        head = self.chance.choice([whole, kept])[:start]
        stop = self.chance.randint(len(kept), len(whole))
        zeros = bytes(self.chance.choice([0, 0, len(whole) - stop]))
        return head + whole[start:stop] + zeros


@contextmanager
def inhabited(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """While the journal and the sender live in a world."""
    threads, clock = Threading(world), Time(world)
    with monkeypatch.context() as patch:
        for module in (sender, lanes, files, keeper, predictions):
            patch.setattr(module, "threading", threads)
        for module in (sender, http, left):
            patch.setattr(module, "time", clock)
        patch.setattr(http, "random", world.chance)
        patch.setattr(lanes, "monotonic", clock.monotonic)
        patch.setattr(sender, "now_ns", world.now_ns)
        patch.setattr(sender, "TICK_S", TICK_S)
        patch.setattr(files, "os", world.disk)
        patch.setattr(files, "_fdatasync", world.disk.fdatasync)
        patch.setattr(quick, "write", world.disk.write)
        yield


def end(made: sender.Sender) -> None:
    """Have what a dead process left in this one's memory never act again."""
    sender._senders.discard(made)
    for lane in (*made._lanes, *made._adopted):
        lane._journal = None
    made._lanes, made._adopted = [], []
    with suppress(AttributeError):
        del made._find_left
