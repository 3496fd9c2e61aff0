"""What the processes do that are killed: run as a program, it forks one for each line it reads.

A fork begins with everything imported, so that a thousand of them take minutes. Each writes what
it did to a file of its own, where it survives it: a line after a call returned.
"""

import json
import logging
import os
import random
import resource
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from linlog import LinLogClient, ModelTrainer
from linlog.client import left
from linlog.client.journal import files
from tests.patience import PATIENCE_S

BOX = {"label": "cell", "left": 4.0, "top": 6.0, "width": 20.0, "height": 16.0}


class History:
    """What a process did, in the hands of the operating system."""

    def __init__(self, path: str) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def note(self, *words: object) -> None:
        """Add a line."""
        os.write(self._descriptor, (" ".join(map(str, words)) + "\n").encode())


def train(given: dict[str, Any], history: History) -> None:
    """Log, and predict now and then, until killed."""
    client = LinLogClient(given["url"], given["token"])
    trainer = ModelTrainer(client)
    trainer.resume(given["version_id"])
    history.note("begun")
    for at in range(given["most"]):
        trainer.log({"at": at})
        history.note("logged", at)
        if at % 3 == 0:
            task_id = given["task_ids"][at % len(given["task_ids"])]
            made = client.create_model_run(given["dataset_id"], given["version_id"], task_id, BOX)
            history.note("predicted", made.id)
        if given["pause_s"]:
            time.sleep(given["pause_s"])
    history.note("over")
    time.sleep(60)


def train_noting_what_is_forced(given: dict[str, Any], history: History) -> None:
    """Like `train`, and note how much of a journal is on disk each time it was forced."""
    real = files._fdatasync

    def forced(descriptor: int) -> None:
        size, begun = os.fstat(descriptor).st_size, time.monotonic()
        real(descriptor)
        history.note("forced", Path(f"/proc/self/fd/{descriptor}").readlink(), size, begun)

    files._fdatasync = forced  # type: ignore[misc]
    train(given, history)


def train_on_a_small_disk(given: dict[str, Any], history: History) -> None:
    """Log while files may not grow for a while; deliver, and note what was lost."""
    chance = random.Random(given["seed"])
    client = LinLogClient(given["url"], given["token"])
    trainer = ModelTrainer(client)
    trainer.resume(given["version_id"])
    full, freed = sorted(chance.sample(range(300), 2))
    for at in range(300):
        if at == full:
            limit = 4096 + chance.randrange(20_000)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        if at == freed:
            limit = resource.RLIM_INFINITY
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        trainer.log({"at": at})
    client.close()
    history.note("lost", sum(client.losses.values()))


def train_without_a_home(given: dict[str, Any], history: History) -> None:
    """Log where no folder can be made for a journal; note what was said and what was lost."""
    said: list[str] = []
    logging.getLogger("linlog").addHandler(Kept(said))
    del os.environ["LINLOG_JOURNAL"]
    os.environ.pop("XDG_STATE_HOME", None)
    os.environ["HOME"] = given["home"]
    client = LinLogClient(given["url"], given["token"])
    trainer = ModelTrainer(client)
    trainer.resume(given["version_id"])
    for at in range(300):
        trainer.log({"at": at})
    client.close()
    history.note("lost", sum(client.losses.values()))
    for line in said:
        history.note("said", line)


class Kept(logging.Handler):
    """Keeps what is logged."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self._lines.append(record.getMessage())


def sync(given: dict[str, Any], history: History) -> None:
    """Deliver what waits, in small requests."""
    left.BATCH_BYTES = given["batch_bytes"]  # type: ignore[misc]
    client = LinLogClient(given["url"], given["token"])
    history.note("begun")
    for found in left.deliver(client._http):
        history.note("delivered", found.delivered, found.problem)


SCENARIOS: dict[str, Callable[[dict[str, Any], History], None]] = {
    scenario.__name__: scenario
    for scenario in (
        train,
        train_noting_what_is_forced,
        train_on_a_small_disk,
        train_without_a_home,
        sync,
    )
}


class Forker:
    """Starts processes that do one scenario each, from a process that is ready for it."""

    def __init__(self, program: str = "tests.faults.scenarios", *within: str) -> None:
        """`within` is a command that runs another one, with less than this process may."""
        import subprocess

        self._process = subprocess.Popen(
            [*within, sys.executable, "-W", "error", "-m", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).resolve().parents[2],
        )

    @property
    def process(self) -> int:
        """The process that forks."""
        return self._process.pid

    def start(self, scenario: str, history: Path, journals: Path, **given: Any) -> int:
        """Start a process; its id."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        line = {"scenario": scenario, "history": str(history), "journals": str(journals)}
        self._process.stdin.write(json.dumps({**line, "given": given}) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """End it."""
        self._process.communicate()


def kill(process: int) -> None:
    """Kill a process and wait until it is gone."""
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return
    wait(process)


def wait(process: int) -> None:
    """Wait until a process is gone."""
    ends = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return
        time.sleep(0.001)
    raise AssertionError(f"process {process} does not end")


def notes(history: Path, word: str, *, patient: bool = False) -> list[list[str]]:
    """The lines of a history that begin with a word, without it; who is patient waits for one.

    What is killed while it writes a line leaves a piece of it where the kernel came to the end of
    a page: nothing was noted then.
    """
    ends = time.monotonic() + (PATIENCE_S if patient else 0)
    while True:
        text = history.read_text() if history.exists() else ""
        lines = text[: text.rfind("\n") + 1].splitlines()
        found = [line.split(" ")[1:] for line in lines if line.split(" ")[0] == word]
        if found or time.monotonic() >= ends:
            return found
        time.sleep(0.001)


def main(known: dict[str, Callable[[dict[str, Any], History], None]]) -> None:
    """Fork for every line."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        asked = json.loads(line)
        process = os.fork()
        if process == 0:
            code = 1
            try:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                os.environ["LINLOG_JOURNAL"] = asked["journals"]
                known[asked["scenario"]](asked["given"], History(asked["history"]))
                code = 0
            finally:
                os._exit(code)
        sys.stdout.write(f"{process}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(SCENARIOS)
