"""Predictions are matched while they come: each task once, by a process of its own."""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from linlog import LinLogClient
from linlog.evaluation import kinds
from linlog.server import clock
from linlog.server.jobs import apart
from linlog.server.jobs.worker import _JobTransactions
from linlog.server.services import contents, early_matches, tally_parts
from linlog.server.services.early_matches import QUIET_S, SETTLED_S
from linlog.server.services.tally_plans import SIZE
from linlog.server.settings import Settings
from tests.conftest import Server, Template, outside
from tests.factories import datasets, model_runs, predictions, processes, projects
from tests.factories.processes import Serving
from tests.patience import PATIENCE_S

MATCHER = "linlog.server.jobs.apart"


class Time:
    """A clock that goes on when it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._now = clock.now()
        monkeypatch.setattr(clock, "now", lambda: self._now)
        monkeypatch.setattr(early_matches, "sleep", self.settle)

    def settle(self, seconds: float = SETTLED_S) -> None:
        """Let as much time pass as the predictions of a task, or of a run, need to settle."""
        self._now += int(seconds * 1_000_000) + 1


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    """The server's clock."""
    return Time(monkeypatch)


@pytest.fixture
def matched(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each task was matched."""
    detection, found = kinds.get("detection"), Counter()
    plain = type(detection).match

    def match(self: object, items: object, config: object) -> object:
        known = [*items]
        found.update(item.task_id for item in known)
        return plain(self, known, config)

    monkeypatch.setattr(type(detection), "match", match)
    return found


def test_a_task_is_matched_when_it_has_settled(
    server: Server, time: Time, matched: Counter[str]
) -> None:
    client = server.client()
    run = model_runs.create(client, dataset_id=datasets.create(client, 3).id)
    task_ids = datasets.task_ids(client, run.dataset_id)
    predictions.send(client, run.id, map(predictions.of, task_ids))
    assert server.work() == 0
    # Fewer than a part: they wait for others until the run is quiet.
    time.settle()
    assert (server.work(), matched) == (1, Counter())
    time.settle(QUIET_S)
    assert server.work() == 1
    assert matched == Counter(task_ids)
    made = client.evaluations.create(run.id)
    server.work()
    assert client.evaluations.get(made.id).scalars["recall"] == 1.0
    assert matched == Counter(task_ids)


def test_while_predictions_come_each_task_is_matched_once(
    server: Server, time: Time, matched: Counter[str]
) -> None:
    client = server.client()
    run = model_runs.create(client, dataset_id=datasets.create(client, SIZE + 8).id)
    task_ids = datasets.task_ids(client, run.dataset_id)
    first, last = task_ids[:-1], task_ids[-1]
    for at in range(4):
        predictions.send(client, run.id, map(predictions.of, [*matched] if at else first))
        time.settle()
        predictions.send(client, run.id, [predictions.of(last)])
        server.work()
        # Those beside a whole part wait for others; what changed since waits for the end.
        assert [*matched.values()] == [1] * SIZE
        assert last not in matched
    before = Counter(matched)
    time.settle(QUIET_S)
    server.work()
    assert (matched - before).keys() == {*task_ids}
    made = client.evaluations.create(run.id)
    known = Counter(matched)
    server.work()
    assert matched == known
    assert client.evaluations.verify(made.id).equal


@pytest.mark.parametrize(("stay_s", "seen"), [(60.0, [0, SIZE]), (0.0, [0, 0])])
def test_a_job_stays_with_a_run_that_gets_more(
    server: Server,
    time: Time,
    matched: Counter[str],
    monkeypatch: pytest.MonkeyPatch,
    stay_s: float,
    seen: list[int],
) -> None:
    """What has just come is matched by the very job that found nothing settled."""
    monkeypatch.setattr(early_matches, "STAY_S", stay_s)
    client = server.client()
    run = model_runs.create(client, dataset_id=datasets.create(client, SIZE).id)
    assert server.work() == 0
    task_ids = datasets.task_ids(client, run.dataset_id)
    predictions.send(client, run.id, map(predictions.of, task_ids))
    before = matched.total()
    early_matches.match(_transactions(server), run.id, lambda _: None)
    assert [before, matched.total()] == seen


@pytest.mark.parametrize(("left_over", "seen"), [(0.0, 2 * SIZE), (2.0, SIZE)])
def test_in_a_flood_matching_goes_on_where_a_processor_is_left(
    server: Server,
    time: Time,
    matched: Counter[str],
    monkeypatch: pytest.MonkeyPatch,
    left_over: float,
    seen: int,
) -> None:
    monkeypatch.setattr(early_matches, "FLOOD_PER_S", 3)
    monkeypatch.setattr(early_matches, "AT_ONCE", SIZE)
    # More than a whole processor is never left over.
    monkeypatch.setattr(early_matches, "LEFT_OVER", left_over)
    client = server.client()
    run = model_runs.create(client, dataset_id=datasets.create(client, 2 * SIZE + 1).id)
    task_ids = datasets.task_ids(client, run.dataset_id)
    predictions.send(client, run.id, map(predictions.of, task_ids[:-1]))
    time.settle()
    predictions.send(client, run.id, [predictions.of(task_ids[-1]) for _ in range(4)])
    server.work()
    assert matched.total() == seen


def test_a_new_run_has_its_dataset_made_ready(server: Server, time: Time) -> None:
    client = server.client()
    run = model_runs.create(client, dataset_id=datasets.create(client, 3).id)
    time.settle()
    for count in (3, 0):
        assert len(unready(server, run.dataset_id)) == count
        server.work()
    assert client.evaluations.list(model_run_id=run.id).count == 0


def test_a_dataset_of_many_tasks_is_frozen_before_anybody_predicts(
    server: Server, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "MANY_TASKS", 3)
    client = server.client()
    few, many = datasets.create(client, 2), datasets.create(client, 3)
    more = datasets.task_ids(client, many.id)
    time.settle(contents.FROZEN_AFTER_S)
    assert server.work() == 1
    assert [len(unready(server, each.id)) for each in (few, many)] == [2, 0]
    client.datasets.add_tasks(few.id, more)
    time.settle(contents.FROZEN_AFTER_S)
    assert server.work() == 1
    assert unready(server, few.id) == []


def test_two_who_freeze_a_dataset_share_the_work(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = datasets.create(server.client(), 6)
    transactions = _transactions(server)
    monkeypatch.setattr(contents, "TASKS_AT_ONCE", 2)
    plain, frozen = contents._content, list[str]()

    def content(ctx: Any, some: Any) -> Any:
        begins = not frozen
        frozen.extend(each.task_id for each in some)
        if begins:
            contents.freeze_missing(transactions, dataset.id, last_first=True)
        return plain(ctx, some)

    monkeypatch.setattr(contents, "_content", content)
    first, *rest = unready(server, dataset.id)
    contents.freeze_missing(transactions, dataset.id)
    # The other one comes to where the first is, which it cannot know of.
    assert sorted(frozen) == sorted([first, *rest, *frozen[:2]])
    assert unready(server, dataset.id) == []


def test_parts_are_kept_together_until_a_report_is_wanted(
    server: Server, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a flood waits for few transactions, and a report for none."""
    monkeypatch.setattr(early_matches, "AT_ONCE", SIZE)
    client = server.client()
    run = model_runs.create(client, dataset_id=datasets.create(client, 5 * SIZE).id)
    task_ids = datasets.task_ids(client, run.dataset_id)
    predictions.send(client, run.id, map(predictions.of, task_ids))
    time.settle()
    match_new, keep, kept = tally_parts.match_new, tally_parts.keep, list[int]()
    asked = iter([False, False, True, False, False])

    def matched_new(*arguments: Any) -> Any:
        if next(asked):
            client.evaluations.create(run.id)
        return match_new(*arguments)

    def kept_now(transactions: Any, todo: Any, made: Any) -> None:
        kept.append(len(made))
        keep(transactions, todo, made)

    monkeypatch.setattr(tally_parts, "match_new", matched_new)
    monkeypatch.setattr(tally_parts, "keep", kept_now)
    early_matches.match(_transactions(server), run.id, lambda _: None)
    assert kept == [3, 1, 1]


def test_an_evaluation_does_not_wait(server: Server, time: Time, matched: Counter[str]) -> None:
    """Who asks for a report gets it, whatever is left; the job for later finds nothing to do."""
    client = server.client()
    run = model_runs.create(client, dataset_id=datasets.create(client, 3).id)
    task_ids = datasets.task_ids(client, run.dataset_id)
    predictions.send(client, run.id, map(predictions.of, task_ids))
    made = client.evaluations.create(run.id)
    assert server.work() == 1
    assert client.evaluations.get(made.id).scalars["recall"] == 1.0
    time.settle()
    assert server.work() == 1
    assert matched == Counter(task_ids)


def test_what_is_left_is_matched_from_both_ends(
    server: Server, time: Time, matched: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside an evaluation: no task is matched twice, and the report is that of one alone."""
    monkeypatch.setattr(tally_parts, "PARTS_AT_ONCE", 1)
    monkeypatch.setattr(early_matches, "AT_ONCE", SIZE)
    client = server.client()
    run = model_runs.create(client, dataset_id=datasets.create(client, 4 * SIZE + 3).id)
    task_ids = datasets.task_ids(client, run.dataset_id)
    predictions.send(client, run.id, map(predictions.of, task_ids))
    plain, beside = tally_parts._made_elsewhere, list[list[str]]()

    def made_elsewhere(transactions: Any, todo: Any, rest: Any) -> Any:
        if not beside:
            before = Counter(matched)
            early_matches.match(transactions, run.id, lambda _: None)
            beside.append(sorted(matched - before))
        return plain(transactions, todo, rest)

    monkeypatch.setattr(tally_parts, "_made_elsewhere", made_elsewhere)
    made = client.evaluations.create(run.id)
    server.work()
    assert client.evaluations.get(made.id).scalars["recall"] == 1.0
    # The evaluation has one part, then these were made from the last task on.
    assert beside == [sorted(task_ids)[SIZE + 3 :]]
    assert matched == Counter(task_ids)
    assert client.evaluations.verify(made.id).equal


def test_whoever_matches_helps_as_soon_as_a_report_is_wanted(server: Server, time: Time) -> None:
    client = server.client()
    run = model_runs.create(client, dataset_id=datasets.create(client, 3).id)
    time.settle()
    server.work()
    task_ids = datasets.task_ids(client, run.dataset_id)
    predictions.send(client, run.id, map(predictions.of, task_ids))
    time.settle(SETTLED_S / 4)
    assert server.work() == 0
    client.evaluations.create(run.id)
    time.settle(0)
    assert server.work() == 2


@pytest.mark.parametrize("killed", ["nobody", "matcher", "server"])
def test_a_process_of_its_own_matches_and_never_outlives_its_server(
    template: Template, tmp_path: Path, killed: str
) -> None:
    with template.copied(tmp_path / "data") as database:
        settings = {"LINLOG_DATABASE": database} if database else {}
        with (
            processes.serving(tmp_path / "data", **settings) as server,
            LinLogClient(server.origin, template.token) as client,
        ):
            run = model_runs.create(client, dataset_id=datasets.create(client, SIZE).id)
            task_ids = datasets.task_ids(client, run.dataset_id)
            predictions.send(client, run.id, map(predictions.of, task_ids))
            processes.until(lambda: matchers(server), "the start of a process that matches")
            (process,) = matchers(server)
            if killed == "server":
                # A server that ends as in a power cut cannot tell; its end is seen.
                server.kill()
                processes.until(lambda: not is_alive(process), "the end of the one it started")
                return
            if killed == "matcher":
                processes.until(
                    lambda: niceness(process) > niceness(server.process.pid), "giving way"
                )
                os.kill(process, signal.SIGKILL)
            else:
                # It gives way to everything else that this machine does.
                patience_s = 15 * PATIENCE_S
                found = has_parts(database, tmp_path / "data")
                processes.until(found, "the match", patience_s)
            made = client.evaluations.create(run.id)
            client.evaluations.wait(made.id, timeout_s=PATIENCE_S)
            assert client.evaluations.get(made.id).scalars["recall"] == 1.0


def test_a_process_that_dies_gives_the_queue_of_writers_back(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = server.machine.database.queue
    if not hasattr(queue, "locked"):
        pytest.skip("PostgreSQL has no queue of its clients'")
    # In the place of Python: one that asks for the queue and never gives it back.
    holder = tmp_path / "holder"
    holder.write_text(f"#!/bin/sh\nprintf {apart.ASKED.decode()}\nexec sleep 600\n")
    holder.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(holder))
    process = apart.Apart(server.machine)
    process.wake()
    processes.until(queue.locked, "the queue to be lent")
    monkeypatch.setattr(apart, "STOP_S", 0.1)
    process.stop()
    processes.until(lambda: not queue.locked(), "the queue to be free")
    assert projects.create(server.client()).task_count == 0


def test_a_process_that_runs_is_told_of_work(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = tmp_path / "heard"
    listener = tmp_path / "listener"
    listener.write_text(f"#!/bin/sh\nexec head -c 2 > {heard}\n")
    listener.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(listener))
    process = apart.Apart(server.machine)
    for _ in range(3):
        process.wake()
    processes.until(lambda: heard.exists() and heard.read_bytes() == b"ww", "what it was told")
    process.stop()


def unready(server: Server, dataset_id: str) -> list[str]:
    """The tasks of a dataset whose content is not kept, ascending."""
    query = sa.text(
        "SELECT id FROM tasks JOIN dataset_tasks ON task_id = id "
        "WHERE dataset_id = :dataset AND truth_hash IS NULL ORDER BY id"
    )
    with server.machine.database.read() as conn:
        return [*conn.execute(query, {"dataset": dataset_id}).scalars()]


def _transactions(server: Server) -> _JobTransactions:
    """The store as a job reaches it."""
    with server.machine.database.read() as conn:
        scope = conn.execute(sa.text("SELECT id FROM organisations")).scalar_one()
    return _JobTransactions(server.machine, scope, server.machine.settings)


def matchers(server: Serving) -> list[int]:
    """The processes that a server started for jobs nobody waits for."""
    children: list[int] = []
    for path in Path(f"/proc/{server.process.pid}/task").glob("*/children"):
        # A thread may have ended since its folder was found.
        with suppress(OSError):
            children += map(int, path.read_text().split())
    return [child for child in children if MATCHER in command(child)]


def command(process: int) -> str:
    """What a process was started as; nothing where there is none."""
    try:
        return Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def is_alive(process: int) -> bool:
    """Whether a process runs."""
    return MATCHER in command(process)


def niceness(process: int) -> int:
    """How much a process gives way."""
    return os.getpriority(os.PRIO_PROCESS, process)


def has_parts(database: str, data: Path) -> Callable[[], bool]:
    """Whether something was matched and kept."""
    url = Settings(data=data, database=database).database_url

    def done() -> bool:
        engine = outside(url)
        with engine.connect() as conn:
            found = conn.execute(sa.text("SELECT count(*) FROM tally_parts")).scalar_one()
        engine.dispose()
        return int(found) > 0

    return done
