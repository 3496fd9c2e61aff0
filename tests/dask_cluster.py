"""A real Dask cluster for tests: a scheduler and two workers, each a process, on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from tests.patience import PATIENCE_S

ROOT = Path(__file__).resolve().parents[1]
TIMEOUTS = {
    f"DASK_DISTRIBUTED__COMM__TIMEOUTS__{name}": f"{PATIENCE_S:g}s" for name in ("CONNECT", "TCP")
}
"""Of the processes of a cluster among themselves."""


@dataclass
class DaskCluster:
    """A running cluster."""

    place: str
    """The host and port of its scheduler."""
    workers: list[subprocess.Popen[bytes]]

    @property
    def address(self) -> str:
        """What `--compute` takes."""
        return f"dask://{self.place}"


@contextmanager
def running(workers: int = 2) -> Iterator[DaskCluster]:
    """A cluster of workers with a thread each; a busy machine may take its time to connect."""
    with (
        TemporaryDirectory(prefix="linlog-dask-") as name,
        patch("linlog.compute.dask.CONNECT_S", PATIENCE_S),
    ):
        folder = Path(name)
        told = folder / "scheduler.json"
        scheduler = _start("scheduler", "--host", "127.0.0.1", "--port", "0", cwd=folder)
        started = [scheduler]
        try:
            place = _told(scheduler, told)
            for _ in range(workers):
                arguments = (f"tcp://{place}", "--nthreads", "1", "--no-nanny")
                started.append(_start("worker", *arguments, cwd=folder))
            yield DaskCluster(place, started[1:])
        finally:
            for process in reversed(started):
                process.kill()
                process.wait()


def _start(part: str, *arguments: str, cwd: Path) -> subprocess.Popen[bytes]:
    files = ("--scheduler-file", "scheduler.json") if part == "scheduler" else ()
    return subprocess.Popen(
        [
            *(sys.executable, "-m", f"distributed.cli.dask_{part}", *arguments, *files),
            *("--no-dashboard",),
        ],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **TIMEOUTS},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _told(scheduler: subprocess.Popen[bytes], told: Path) -> str:
    """Where the scheduler listens, as its file says."""
    ends = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends:
        assert scheduler.poll() is None, "the scheduler ended"
        try:
            return str(json.loads(told.read_text())["address"]).removeprefix("tcp://")
        except (OSError, ValueError):
            time.sleep(0.05)
    raise AssertionError(f"the scheduler did not start within {PATIENCE_S:g} seconds")
