"""`trainer.log({"acc": …, "loss": …})`, 10,000 times, with the server up, slow and dead.

The reference is a bare append of as many bytes to a file, one write a record: a hundred of these
and a hundred calls in turn, as the clock of a processor changes from one moment to the next. Of
several rounds the median counts.

    python -m benchmarks.bench_log
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from linlog import LinLogClient, ModelTrainer, errors
from linlog.client.journal import frames
from linlog.client.transports import Request, Response
from linlog.client.transports.network import NetworkTransport
from tests.serving import Served, serve

CALLS = 10_000
ROUNDS = 9
IN_TURN = 100


Round = tuple[list[float], list[float]]
"""Seconds of each call, and of each bare append, ascending."""


class Slow(NetworkTransport):
    """A server that takes two seconds for every batch."""

    def send(self, request: Request) -> Response:
        """Wait, and send."""
        if request.url.endswith("/log-entries"):
            time.sleep(2)
        return super().send(request)


class Dead(NetworkTransport):
    """A server that is away for batches."""

    def send(self, request: Request) -> Response:
        """Refuse the connection, unless the training begins."""
        if request.url.endswith("/log-entries"):
            raise errors.ConnectionLost("refused")
        return super().send(request)


SERVERS = {"up": NetworkTransport, "slow": Slow, "dead": Dead}


def main() -> None:
    """Print one line."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LINLOG_JOURNAL"] = f"{folder}/journals"
        with serve(Path(folder) / "data") as served:
            rounds = {
                name: [measured(served, transport(), Path(folder) / "bare") for _ in range(ROUNDS)]
                for name, transport in SERVERS.items()
            }
            found: dict[str, Any] = {
                "calls": CALLS,
                "reference_us": percentiles([bare for each in rounds.values() for _, bare in each]),
                **{
                    f"{name}_us": percentiles([calls for calls, _ in each])
                    for name, each in rounds.items()
                },
                "ratio": {name: ratio(each) for name, each in rounds.items()},
                "until_readable_s": median([until_readable(served) for _ in range(ROUNDS)]),
            }
    sys.stdout.write(json.dumps({"benchmark": "log", **found}) + "\n")
    sys.stdout.flush()
    # What the dead server did not get is meant to stay, and nobody waits for it.
    os._exit(0)


def measured(served: Served, transport: NetworkTransport, bare: Path) -> Round:
    """A round; the next one begins when what was logged is away."""
    trainer = begun(served, transport)
    kept = (CALLS, CALLS, time.time_ns(), entry(CALLS))
    record = frames.write(CALLS, msgspec.msgpack.encode(kept))
    descriptor = os.open(bare, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    append = partial(os.write, descriptor)
    entries = [entry(at) for at in range(CALLS)]
    calls, appends = [], []
    for at in range(0, CALLS, IN_TURN):
        calls += timed(trainer.log, entries[at : at + IN_TURN])
        appends += timed(append, [record] * IN_TURN)
    os.close(descriptor)
    if not isinstance(transport, Dead):
        trainer.finish()
    return sorted(calls), sorted(appends)


def until_readable(served: Served) -> float:
    """Seconds of 10,000 calls and `finish`, and until the last entry is read."""
    trainer = begun(served, NetworkTransport())
    begin = time.perf_counter()
    for at in range(CALLS):
        trainer.log(entry(at))
    trainer.finish()
    client = trainer._client  # noqa: SLF001 - the trainer's own
    last = client.log_entries.list(trainer.version.id, limit=1, offset=CALLS - 1)
    seconds = time.perf_counter() - begin
    assert last[0].data == entry(CALLS - 1)
    assert last.count == CALLS
    return round(seconds, 3)


def begun(served: Served, transport: NetworkTransport) -> ModelTrainer:
    """A trainer of a new version, past its first entry."""
    client = LinLogClient(served.url, served.token, transport=transport)
    trainer = ModelTrainer(client)
    trainer.init(client.create_model("bench").id, "v")
    return trainer


def entry(at: int) -> dict[str, float]:
    """What is logged."""
    return {"acc": 0.9 + at * 1e-6, "loss": 0.3 - at * 1e-6}


def timed(call: Callable[[Any], object], given: list[Any]) -> list[float]:
    """Seconds of each of the calls."""
    clock, found = time.perf_counter, []
    for each in given:
        begin = clock()
        call(each)
        found.append(clock() - begin)
    return found


def ratio(rounds: list[Round]) -> float:
    """How many times an append's median a call takes."""
    return round(median([median(calls) / median(appends) for calls, appends in rounds]), 2)


def percentiles(rounds: list[list[float]]) -> dict[str, float]:
    """Microseconds; of each the median over rounds."""
    return {
        f"p{str(share).removeprefix('0.').ljust(2, '0')}": round(
            median([seconds[int(len(seconds) * share)] for seconds in rounds]) * 1e6, 2
        )
        for share in (0.5, 0.99, 0.999)
    }


if __name__ == "__main__":
    main()
