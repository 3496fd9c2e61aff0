"""Two who save one task, and lists that are read while others write: R24, R39."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from threading import Barrier, Event
from typing import Any

import pytest

from linlog import LinLogClient, errors
from linlog.shapes import Span
from linlog.wire.annotations import AnnotationCreate
from linlog.wire.tasks import Task
from tests.factories import processes
from tests.faults.conftest import World
from tests.faults.counts import tries

PAIRS = 10
"""Pairs of saves a try."""
WRITERS = 4
SCANS = 5
"""How often a list is read in one try."""
STABLE = 60
MOST_EACH = 10
FILTERS: list[dict[str, Any]] = [{}, {"label": "kept"}, {"tag": "kept"}, {"complete": True}]


def mark(label: str) -> list[AnnotationCreate]:
    """What one of them draws."""
    return [AnnotationCreate(label=label, shape=Span(0, 2))]


@pytest.mark.parametrize("seed", tries(100))
def test_r24_two_save_one_task(world: World, seed: int) -> None:
    """At once, or one behind the other with what it read before: one wins, the other is told."""
    chance = random.Random(seed)
    project = world.client.create_project(f"Edited {seed}")
    with ExitStack() as stack, ThreadPoolExecutor(2) as pool:
        clients = [stack.enter_context(LinLogClient(world.url, world.token)) for _ in range(2)]
        for _ in range(PAIRS):
            task = world.client.tasks.create(project.id, {"attachment": "text"})
            at_once, start = chance.random() < 0.7, Barrier(2)

            def save(who: int, task: Task = task, start: Barrier = start) -> str | None:
                if at_once:  # noqa: B023 - the pair is over before the next begins
                    start.wait()
                try:
                    marks = mark(f"of {who}")
                    clients[who].annotations.replace(task.id, marks, version=task.version)
                except errors.Conflict:
                    return None
                return f"of {who}"

            if at_once:
                stored = [*pool.map(save, range(2))]
            else:
                stored = [save(who) for who in chance.sample(range(2), 2)]
            (kept,) = [label for label in stored if label is not None]
            now = world.client.tasks.get(task.id)
            assert [each.label for each in now.annotations] == [kept]
            assert now.version == task.version + 1
            # Who was refused reads what is there, and saves on top of it.
            world.client.annotations.replace(task.id, mark("again"), version=now.version)


@pytest.mark.parametrize("seed", tries(500 // SCANS))
def test_r39_a_list_is_read_while_others_write(world: World, seed: int) -> None:
    """What stays there all the time is met once, whatever comes and goes between the pages."""
    chance = random.Random(seed)
    project = world.client.create_project(f"Scanned {seed}", labels=["kept"])
    stable = {task.id for task in world.client.create_tasks(project.id, entries("stays", STABLE))}
    with moving(world, project.id, seed) as others_write:
        for _ in range(SCANS):
            limit, filters = chance.randint(2, 20), chance.choice(FILTERS)
            # What is met so early has a page behind it, whatever was removed.
            turned, seen = chance.randrange(STABLE - limit), []
            for task in world.client.tasks.list(project.id, limit=limit, **filters).walk():
                seen.append(task.id)
                if len(seen) == turned + 1:
                    others_write()
            assert len(seen) == len({*seen})
            assert stable <= {*seen}


def entries(text: str, count: int) -> list[dict[str, object]]:
    """Tasks that every filter lets pass."""
    words = {"tags": ["kept"], "annotations": ["kept"], "complete": True}
    return [{"attachment": f"{text} {at}", **words} for at in range(count)]


@contextmanager
def moving(world: World, project_id: str, seed: int) -> Iterator[Callable[[], None]]:
    """While some add tasks and remove them, about as many as they add; what waits for a write."""
    stopping, begun, done = Event(), Barrier(WRITERS + 1), [0] * WRITERS

    def write(who: int) -> None:
        chance, own = random.Random(f"{seed} {who}"), []
        with LinLogClient(world.url, world.token) as client:
            own += client.create_tasks(project_id, entries(f"of {who}", 5))
            begun.wait()
            while not stopping.is_set():
                # Not ever more: a reader of few tasks a page might never reach the end of the list.
                if own and (len(own) > MOST_EACH or chance.random() < 0.5):
                    client.tasks.delete(own.pop(chance.randrange(len(own))).id)
                else:
                    own += client.create_tasks(project_id, entries(f"of {who}", 1))
                done[who] += 1

    def others_write() -> None:
        # Of more than there are writers, one has begun since, and is answered.
        enough = sum(done) + WRITERS + 1
        processes.until(lambda: sum(done) >= enough, "a write")

    with ThreadPoolExecutor(WRITERS) as pool:
        writing = [pool.submit(write, who) for who in range(WRITERS)]
        begun.wait()
        try:
            yield others_write
        finally:
            stopping.set()
            for each in writing:
                each.result()
