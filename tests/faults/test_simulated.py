"""The SDK's journal and sender in a simulated world, ten thousand times over: R38.

What runs is the real trainer, lanes, journal, keeper and sender. What is made up is time, threads,
faults of the disk and the line, and a server that keeps the contract of the real one: a record is
known by its writer and number, and sending it again changes nothing. Processes log and predict.
"""

from __future__ import annotations

import gc
import json
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest

from linlog import LinLogClient, ModelTrainer, errors, ids
from linlog.client import left, sender
from linlog.client.journal import files, folder, frames, keeper, lanes
from linlog.client.transports import Request, Response
from linlog.client.transports.recorded import refusal
from linlog.wire import codec
from tests.client.test_predictions import RUN
from tests.client.test_trainer import VERSION
from tests.faults.counts import tries
from tests.faults.simulated import Chances, World, end, inhabited

EACH = 100
"""Seeds of one test."""
URL = "http://127.0.0.1:1"
STATUSES = {500: "failed", 503: "failed", 429: "rate_limited"}
WINDOW_S = keeper.LONGEST_S + 1e-6
SEAMS = ("write", "fdatasync", "pwrite", "send", "open", "log")
ENDINGS = ("killed", "power", "close", "return")
POISON = "poison"
"""What the server refuses: a key that is logged, or a label that is predicted."""


@dataclass
class Line:
    """A transport, and the server behind it."""

    world: World
    bad: dict[str, float]
    """How likely each fault of the line is."""
    most: int
    """Records that one request may have: more is too large."""
    down_until_s: float = 0.0
    segment: int = 0
    held: dict[str, dict[int, int]] = field(default_factory=dict)
    """By writer the value of each number, in the order they came."""
    late: list[bytes] = field(default_factory=list)
    """Requests that arrive some time, whatever was said of them."""
    misplaced: list[tuple[str, int]] = field(default_factory=list)
    """What came behind something that was logged after it."""
    requests: int = 0

    def send(self, request: Request) -> Response:
        """Answer, in time or late, once or never."""
        world, chance = self.world, self.world.chance
        self.requests += 1
        world.seam("send")
        while self.late and chance.random() < 0.5:
            self._append(self.late.pop())
        fault = next((name for name, p in self.bad.items() if chance.random() < p), "")
        world.note(f"{request.method} {len(request.body)} {fault}")
        if fault == "down":
            self.down_until_s = world.now_s + chance.uniform(0, 300)
        if world.now_s < self.down_until_s or fault == "lost":
            raise errors.ConnectionLost("made up")
        if fault == "refused":
            status = chance.choice([*STATUSES])
            after = {"retry-after": str(chance.randint(1, 30))} if chance.random() < 0.5 else {}
            return refusal(status, STATUSES[status], "made up", **after)
        if fault == "slow":
            world.wait(world.now_s + chance.uniform(0, 20))
        if fault in {"twice", "delayed"} and request.body:
            self.late.append(request.body)
        if fault == "delayed":
            raise errors.Timeout("made up")
        answer = self._answer(request)
        if fault == "answer lost":
            world.wait(world.now_s + chance.choice([0.0, request.timeout_s]))
            raise errors.Timeout("made up")
        return answer

    def close(self) -> None:
        """There is nothing to close."""

    def _answer(self, request: Request) -> Response:
        if request.url.endswith("/resume"):
            self.segment += 1
            return _json({**VERSION, "segment": self.segment})
        if request.url.endswith("/model-runs"):
            return _json(RUN)
        return self._append(request.body)

    def _append(self, body: bytes) -> Response:
        sent = json.loads(body)
        records = sent.get("entries") or sent.get("boxes") or []
        if len(records) > self.most:
            return refusal(413, "too_large", "made up")
        if "boxes" in sent:
            return self._predict(sent["client_id"], records)
        return self._log(sent["client_id"], records) if records else _json({})

    def _log(self, client_id: str, entries: list[dict[str, Any]]) -> Response:
        """All of the entries are taken, or none."""
        if any(POISON in entry["data"] for entry in entries):
            return refusal(422, "invalid", POISON)
        new = sum(self._store(client_id, each["number"], value_of(each)) for each in entries)
        highest = max(self.held[client_id])
        return _json({"accepted": new, "repeated": len(entries) - new, "highest": highest})

    def _predict(self, client_id: str, sent: list[list[Any]]) -> Response:
        """Each prediction is taken or refused on its own."""
        good = [each for each in sent if each[2] != POISON]
        new = sum(self._store(client_id, each[1], value_of(each)) for each in good)
        refused = [
            {
                "prediction_id": ids.numbered("prediction", client_id, number),
                "task_id": task_id,
                "code": "invalid",
                "detail": POISON,
            }
            for task_id, number, label, *_ in sent
            if label == POISON
        ]
        return _json({"accepted": new, "repeated": len(good) - new, "refused": refused})

    def _store(self, writer: str, number: int, value: int) -> bool:
        """Store a record; False where it is there already."""
        held = self.held.setdefault(writer, {})
        if number in held:
            return False
        if number < max(held, default=-1):
            self.misplaced.append((writer, number))
        held[number] = value
        return True


def _json(data: Any) -> Response:
    return Response(200, {}, codec.encode(data))


@dataclass
class Life:
    """What one process did, and what it may have taken with it."""

    ending: str
    asked: dict[int, float] = field(default_factory=dict)
    """When each value was logged or predicted; a prediction may wait, and counts from its end."""
    logged: set[int] = field(default_factory=set)
    """Of these, what the call returned for."""
    predicted: set[int] = field(default_factory=set)
    """Of these, the predictions."""
    poison: set[int] = field(default_factory=set)
    lost: Counter[str] = field(default_factory=Counter)
    in_memory: set[int] = field(default_factory=set)
    client_ids: set[str] = field(default_factory=set)
    remembered: bool = False
    """Whether something waited in memory, as the disk took nothing."""
    sound: bool = True
    ended_s: float = 0.0


@dataclass
class Course:
    """All that happens for one seed."""

    seed: int
    journals: Path

    def __post_init__(self) -> None:
        self.chance = chance = random.Random(self.seed)
        self.world = World(chance, Chances.drawn(chance))
        names = ("lost", "answer lost", "twice", "delayed", "refused", "slow", "down")
        bad = {name: 0.5 * chance.random() if chance.random() < 0.4 else 0.0 for name in names}
        self.line = Line(self.world, bad, chance.choice([3, 40, 5000]))
        self.values = iter(range(10**6))
        self.lives: list[Life] = []
        self.forced: set[int] = set()
        """What was on disk for sure when power was cut."""
        self.full_at = chance.choice([None, None, None, 2000])

    def run(self, patch: pytest.MonkeyPatch) -> None:
        """Some processes one after the other, then `linlog sync`; and what must be there."""
        if self.full_at is not None:
            patch.setattr(lanes, "LARGEST_BYTES", self.full_at)
            patch.setattr(lanes, "LARGEST_MEMORY_BYTES", self.full_at // 2)
        if self.chance.random() < 0.3:
            patch.setattr(files, "RECLAIM_BYTES", files.START + 500)
        for _ in range(self.chance.randint(1, 3)):
            patch.setattr(lanes, "keeper", keeper.Keeper())
            self.live(Life(self.chance.choice(ENDINGS)))
        self.heal()
        delivered: list[left.Delivery] = []
        self.world.run(lambda: delivered.extend(self.sync()))
        self.check(delivered)

    def live(self, life: Life) -> None:
        """Let a process train until its end."""
        self.lives.append(life)
        if life.ending in {"killed", "power"}:
            seam = self.chance.choice(SEAMS)
            most = 60 if seam in {"write", "log"} else 6
            self.world.deadly = (seam, self.chance.randrange(most))
        self.world.disk.sound = True
        client = LinLogClient(URL, "t", transport=self.line)
        made = client._sender
        try:
            self.world.run(lambda: self.train(client, life), made.report)
            self.look_behind(life, made)
        finally:
            end(made)

    def look_behind(self, life: Life, made: sender.Sender) -> None:
        """What a process that has ended took with it."""
        self.world.deadly = None
        life.ended_s, life.sound = self.world.now_s, self.world.disk.sound
        life.client_ids = {lane.stream.client_id for lane in made._lanes}
        life.remembered = any("wait in memory" in said for said in made._warned)
        memories = [lane._memory for lane in made._lanes if lane._memory is not None]
        for memory in memories:
            life.in_memory |= values(list(memory._frames))
        life.lost = made.losses
        if life.ending == "power":
            for forced in self.world.disk.forced.values():
                self.forced |= values(frames.read(forced[files.START :], most=10**6).frames)
            self.world.cut_power(self.journals)

    def train(self, client: LinLogClient, life: Life) -> None:
        """Log and predict, with pauses, jumps of the clock and sometimes a flush."""
        world, chance, trainer = self.world, self.chance, ModelTrainer(client)
        poisoned, predictive = chance.choice([0.0, 0.0, 0.05]), chance.choice([0.0, 0.3, 0.9])
        while True:
            with suppress(errors.LinLogError):
                trainer.resume("mv_1")
                break
        for _ in range(chance.randint(0, chance.choice([20, 60, 300]))):
            at = next(self.values)
            if chance.random() < poisoned:
                life.poison.add(at)
            world.seam("log")
            life.asked[at] = world.now_s
            if chance.random() < predictive:
                self.predict(client, life, at)
            else:
                with self.at_once():
                    trainer.log({"at": at, POISON: 1} if at in life.poison else {"at": at})
                life.logged.add(at)
            world.note(f"logged {at}")
            if chance.random() < 0.3:
                world.wait(world.now_s + chance.choice([0.01, 0.3, 3.0]))
            if chance.random() < 0.02:
                world.away_ns += chance.randint(-(10**17), 10**17)
            if chance.random() < 0.02:
                with suppress(errors.LinLogError):
                    client.flush()
        if life.ending == "close":
            with suppress(errors.LinLogError):
                client.close()

    def predict(self, client: LinLogClient, life: Life, at: int) -> None:
        """Predict by one of both ways; the first asks the server, any waits where it is full."""
        waits = self.full_at is not None or not life.predicted
        left = self.chance.choice([float, int])(at)
        box = {"label": POISON if at in life.poison else "cell", "left": left}
        box |= {"top": 0.0, "width": 1.0, "height": 1.0}
        try:
            with nullcontext() if waits else self.at_once():
                client.create_model_run("d_1", "mv_1", "t_1", box)
        except errors.LinLogError:
            # Who was told that it failed may do it again: it must never arrive.
            assert waits
            del life.asked[at]
            return
        life.asked[at] = self.world.now_s
        life.logged.add(at)
        life.predicted.add(at)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Assert that a call waits for nothing."""
        begun_s, requests = self.world.now_s, self.line.requests
        yield
        assert self.line.requests == requests or self.world.chances.pause, "it waits for the line"
        assert self.world.now_s == begun_s, "it waits"

    def heal(self) -> None:
        """From here on all is well."""
        self.line.bad.clear()
        self.line.down_until_s, self.line.most = 0.0, 5000
        self.world.disk.full_until_s = 0.0
        self.world.chances = Chances()

    def sync(self) -> Iterator[left.Delivery]:
        """What `linlog sync` does."""
        client = LinLogClient(URL, "t", transport=self.line)
        yield from left.deliver(client._http)
        end(client._sender)

    def check(self, delivered: list[left.Delivery]) -> None:
        """Every record is there once, or it is known why not."""
        assert [each.problem for each in delivered if each.problem] == []
        assert [*self.journals.glob("*.journal")] == []
        # What waited in memory may come before what a journal of the same writer gives later; the
        # server then puts it in its place.
        overtaken = {one for life in self.lives if life.remembered for one in life.client_ids}
        assert [each for each in self.line.misplaced if each[0] not in overtaken] == []
        for held in self.line.held.values():
            assert [held[number] for number in sorted(held)] == sorted(held.values())
        came = [at for held in self.line.held.values() for at in held.values()]
        assert len(came) == len({*came}), "twice"
        assert {*came} <= {at for life in self.lives for at in life.asked}
        aside = {at for path in folder.refused() for at in aside_in(path)}
        assert aside <= {at for life in self.lives for at in life.poison}
        damaged = sum(each.damaged for each in delivered)
        assert not self.forced - {*came} - aside
        for at, life in enumerate(self.lives):
            # What a poisoned record says is refused, and set aside where there is room for it.
            gone = life.logged - {*came} - life.in_memory - life.poison
            if any(later.ending == "power" for later in self.lives[at:]):
                # What a process wrote last before its end, nobody has forced to disk.
                last = {one for one, at_s in life.asked.items() if life.ended_s - at_s <= WINDOW_S}
                gone -= last if life.sound else life.logged
            assert len(gone) <= sum(life.lost.values()), f"{life.ending}: {gone}, {life.lost}"
            # Where there is no room, a prediction waits or fails: none is dropped.
            assert not gone & life.predicted
        kills = sum(life.ending in {"killed", "power"} for life in self.lives)
        assert damaged <= 2 * kills


def aside_in(path: Path) -> Iterator[int]:
    """What was set aside in a file."""
    for line in path.read_text().splitlines():
        yield value_of(json.loads(line)["record"])


def values(found: list[frames.Frame]) -> set[int]:
    """What some records hold."""
    return {value_of(record_of(frame.payload)) for frame in found}


def record_of(payload: bytes) -> Any:
    """A record of a journal: JSON, or a logged entry in MessagePack."""
    return json.loads(payload) if payload[:1] in b"[{" else msgspec.msgpack.decode(payload)


def value_of(record: Any) -> int:
    """What was logged or predicted, by its record in a journal or as it is sent."""
    if isinstance(record, dict):
        return record["data"]["at"]
    # A logged entry is number, step, time and data; a box begins with its task.
    return record[3]["at"] if isinstance(record[3], dict) else int(record[4])


def course(seed: int, journals: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """What comes of a seed, in a folder of its own."""
    made = Course(seed, journals / str(seed))
    with monkeypatch.context() as patch, inhabited(made.world, patch):
        patch.setenv("LINLOG_JOURNAL", str(made.journals))
        made.run(patch)
    return made


@pytest.fixture(autouse=True)
def alone() -> None:
    """What earlier tests left is closed by the real system, not by the one that is made up."""
    gc.collect()


@pytest.mark.parametrize("part", tries(10_000 // EACH))
def test_r38_whatever_happens_every_record_is_accounted_for(
    journals: Path, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    for seed in range(part * EACH, (part + 1) * EACH):
        try:
            course(seed, journals, monkeypatch)
        except Exception as error:
            error.add_note(f"seed {seed}")
            raise


def test_a_seed_gives_the_same_course_twice(
    journals: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(20):
        first = course(seed, journals / "one", monkeypatch)
        second = course(seed, journals / "two", monkeypatch)
        assert first.world.trace == second.world.trace
        assert first.line.held.keys() != second.line.held.keys() or not first.line.held
