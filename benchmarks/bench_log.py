"""`trainer.log({"acc": …, "loss": …})`, 10,000 times, with the server up, slow and dead.

The reference is a bare append of the same bytes to a file, one write a record, timed in turn with
it in the same process.

    python -m benchmarks.bench_log
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from linlog import LinLogClient, ModelTrainer, errors
from linlog.client.transports import Request, Response
from linlog.client.transports.network import NetworkTransport
from tests.serving import Served, serve

CALLS = 10_000
ROUNDS = 5


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
            rounds: dict[str, list[list[float]]] = defaultdict(list)
            for at in range(ROUNDS):
                rounds["reference"].append(appended(Path(folder) / f"bare-{at}"))
                for name, transport in SERVERS.items():
                    rounds[name].append(measured(served, transport()))
            median = {name: percentiles(best(each)) for name, each in rounds.items()}
            found: dict[str, Any] = {"calls": CALLS, "reference_us": median.pop("reference")}
            found.update(median)
            found["ratio"] = {
                name: round(each["p50_us"] / found["reference_us"]["p50_us"], 2)
                for name, each in median.items()
            }
            found["until_readable_s"] = min(until_readable(served) for _ in range(ROUNDS))
    sys.stdout.write(json.dumps({"benchmark": "log", **found}) + "\n")
    sys.stdout.flush()
    # What the dead server did not get is meant to stay, and nobody waits for it.
    os._exit(0)


def appended(path: Path) -> list[float]:
    """Seconds of each bare append of as many bytes as an entry has in the journal."""
    record = b"x" * 92
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    return timed(partial(os.write, descriptor), [record] * CALLS)


def measured(served: Served, transport: NetworkTransport) -> list[float]:
    """Seconds of each call; the next round begins when what was logged is away."""
    trainer = begun(served, transport)
    found = timed(trainer.log, [entry(at) for at in range(CALLS)])
    if not isinstance(transport, Dead):
        trainer.finish()
    return found


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
    """Seconds of each of the calls, ascending."""
    clock, found = time.perf_counter, []
    for each in given:
        begin = clock()
        call(each)
        found.append(clock() - begin)
    return sorted(found)


def best(rounds: list[list[float]]) -> list[float]:
    """The round with the lowest median."""
    return min(rounds, key=lambda seconds: seconds[len(seconds) // 2])


def percentiles(seconds: list[float]) -> dict[str, float]:
    """Microseconds."""
    return {
        f"p{str(share).removeprefix('0.').ljust(2, '0')}_us": round(
            seconds[int(len(seconds) * share)] * 1e6, 2
        )
        for share in (0.5, 0.99, 0.999)
    }


if __name__ == "__main__":
    main()
