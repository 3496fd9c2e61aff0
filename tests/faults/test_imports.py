"""Imports that are killed: the next one stores what is left, and nothing twice."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from linlog.cli._imports import REJECTED
from tests.faults.conftest import World
from tests.faults.counts import tries
from tests.patience import PATIENCE_S

ROWS = 15_000
TASKS = 4000


def command(world: World, journals: Path, *words: object) -> subprocess.Popen[str]:
    """A command that is running."""
    environment = {
        **os.environ,
        "LINLOG_URL": world.url,
        "LINLOG_TOKEN": world.token,
        "LINLOG_JOURNAL": str(journals),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "linlog.cli.main", *map(str, words)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def kill_behind(process: subprocess.Popen[str], number: int, count: Callable[[], int]) -> int:
    """Kill an import when more than so many rows are stored; how many were seen to be."""
    while (stored := count()) <= number and process.poll() is None:
        time.sleep(0.001)
    process.kill()
    process.communicate()
    # It may have been faster than the question.
    assert process.returncode in {0, REJECTED, -signal.SIGKILL}
    return stored


@pytest.mark.parametrize("seed", tries(25))
def test_killed_while_it_imports(world: World, tmp_path: Path, journals: Path, seed: int) -> None:
    chance, version = random.Random(seed), world.version()
    run, path = world.run(version.id), tmp_path / "file.ndjson"
    rows = [
        {"task_id": world.task_ids[at % 8] if at % 10 else "t_gone", "label": f"label {at}"}
        for at in range(ROWS)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    words = (
        *("predictions", "import", path, "--dataset-id", world.dataset_id),
        *("--model-version-id", version.id, "--json"),
    )
    killed = command(world, journals, *words)
    stored = kill_behind(
        killed,
        chance.randrange(ROWS // 2),
        lambda: world.client.model_runs.get(run.id).prediction_count,
    )
    again = command(world, journals, *words)
    report = json.loads(again.communicate(timeout=PATIENCE_S)[0])
    assert again.returncode == REJECTED
    assert (report["sent"], report["accepted"], report["rejected"]) == (
        ROWS,
        ROWS * 9 // 10,
        ROWS // 10,
    )
    assert report["present"] >= stored
    found = world.client.predictions.list(run.id, limit=1000).everything()
    assert sorted(each.label for each in found) == sorted(
        f"label {at}" for at in range(ROWS) if at % 10
    )


@pytest.mark.parametrize("seed", tries(25))
def test_killed_while_it_imports_tasks(
    world: World, tmp_path: Path, journals: Path, seed: int
) -> None:
    chance, path = random.Random(seed), tmp_path / "file.ndjson"
    project = world.client.create_project(f"Imported {seed}")
    rows = [{"attachment": f"text {at}", "attachment_type": "text"} for at in range(TASKS)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    killed = command(world, journals, "tasks", "import", project.id, path)
    stored = kill_behind(
        killed,
        chance.randrange(TASKS // 2),
        lambda: world.client.tasks.list(project.id, limit=1).count,
    )
    again = command(world, journals, "tasks", "import", project.id, path, "--json")
    report = json.loads(again.communicate(timeout=PATIENCE_S)[0])
    assert (report["sent"], report["accepted"], report["rejected"]) == (TASKS, TASKS, 0)
    assert report["present"] >= stored
    found = world.client.tasks.list(project.id, limit=1000).everything()
    assert sorted(task.item.text or "" for task in found) == sorted(
        f"text {at}" for at in range(TASKS)
    )
