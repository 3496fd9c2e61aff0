"""The trainer: what it keeps, and that neither a dead nor a failing server ever stops a loop."""

import json
import logging
import math
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import numpy as np
import pytest

from linlog import LinLogClient, ModelTrainer, errors
from linlog.client import sender
from linlog.client.journal import lanes
from linlog.client.transports.recorded import RecordedTransport, refusal
from tests.client.conftest import BOX, Scene
from tests.patience import PATIENCE_S

NOW = "2026-01-01T00:00:00.000000Z"
VERSION = {
    "id": "mv_1",
    "model_id": "m_1",
    "model_name": "finder",
    "name": "first",
    "created_date": NOW,
    "state": "training",
    "config": {},
    "labels": [],
    "log_entry_count": 0,
}
LOG = "POST /api/v2/model-versions/mv_1/log-entries"
FINISH = "POST /api/v2/model-versions/mv_1/finish"


def accepted(request: Any) -> Any:
    """Take every entry."""
    return {"accepted": len(json.loads(request.body)["entries"]), "repeated": 0}


def taking(taken: list[Any]) -> Callable[[Any], Any]:
    """The same, and the data of what was taken: of requests some may have been refused."""

    def take(request: Any) -> Any:
        taken.extend(entry["data"] for entry in json.loads(request.body)["entries"])
        return accepted(request)

    return take


@pytest.fixture
def transport() -> RecordedTransport:
    """A server that takes everything."""
    return RecordedTransport(
        {
            "POST /api/v2/models/m_1/versions": VERSION,
            LOG: accepted,
            FINISH: {"model_version": VERSION, "evaluations": []},
        }
    )


@pytest.fixture
def trainer(transport: RecordedTransport) -> Iterator[ModelTrainer]:
    """A trainer of a client whose server is made up."""
    client = LinLogClient("http://127.0.0.1:1", "t", transport=transport)
    made = ModelTrainer(client)
    made.init("m_1", "first")
    yield made
    transport.answers[LOG] = accepted
    client.close()


def entries(transport: RecordedTransport) -> list[dict[str, Any]]:
    """What was sent to the log, in order."""
    return [
        entry
        for request in transport.requests
        if request.url.endswith("/log-entries")
        for entry in json.loads(request.body)["entries"]
    ]


def test_steps_count_up_from_zero_or_from_the_caller(
    trainer: ModelTrainer, transport: RecordedTransport
) -> None:
    trainer.log({"a": 1})
    trainer.log({"a": 2})
    trainer.log({"a": 3}, step=0)
    trainer.log({"a": 4})
    trainer.log({"a": 5}, step=np.int64(100))
    trainer.log({"a": 6})
    trainer.finish()
    assert [entry["step"] for entry in entries(transport)] == [0, 1, 0, 1, 100, 101]
    assert [entry["number"] for entry in entries(transport)] == [0, 1, 2, 3, 4, 5]


def test_staged_values_merge_and_are_cleared(
    trainer: ModelTrainer, transport: RecordedTransport
) -> None:
    trainer.log({"a": 1, "b": 1}, commit=False)
    trainer.log({"b": 2}, commit=False)
    trainer.log({"c": 3})
    trainer.log({"d": 4})
    trainer.log({"e": 5}, step=9, commit=False)
    trainer.finish()
    assert [(entry["step"], entry["data"]) for entry in entries(transport)] == [
        (0, {"a": 1, "b": 2, "c": 3}),
        (1, {"d": 4}),
        (9, {"e": 5}),
    ]


def test_state_belongs_to_the_instance(transport: RecordedTransport) -> None:
    client = LinLogClient("http://127.0.0.1:1", "t", transport=transport)
    one, two = ModelTrainer(client), ModelTrainer(client)
    one.init("m_1", "a")
    two.init("m_1", "b")
    one.log({"x": 1}, commit=False)
    two.log({"y": 2})
    client.close()
    assert [entry["data"] for entry in entries(transport)] == [{"y": 2}]


def test_labels_may_be_an_array(client: LinLogClient, scene: Scene) -> None:
    names = np.array(["cat", "dog"])
    assert [label.name for label in client.create_project("P", "image", names).labels] == [*names]
    version = ModelTrainer(client).init(scene.model.id, "v", labels=names)
    assert version.labels == ("cat", "dog")


def test_any_value_survives(client: LinLogClient, scene: Scene) -> None:
    class Odd:
        def __str__(self) -> str:
            return "odd"

    trainer = ModelTrainer(client)
    version = trainer.init(scene.model.id, "v", config={"lr": math.inf, "sizes": np.arange(3)})
    trainer.log(
        {
            "nan": math.nan,
            "infinite": -math.inf,
            "single": np.float32(0.5),
            "array": np.array([[1, 2], [3, 4]]),
            "text": "grün",
            "nothing": None,
            "yes": True,
            "nested": {"a": {1: [1, {"b": (2,)}]}},
            "a.b": 1,
            "": 2,
            "huge": 2**80,
            "odd": Odd(),
            "$number": "NaN",
        }
    )
    trainer.finish()
    (entry,) = client.get_log(version.id)
    assert math.isnan(entry.data.pop("nan"))
    assert entry.data == {
        "infinite": -math.inf,
        "single": 0.5,
        "array": [[1, 2], [3, 4]],
        "text": "grün",
        "nothing": None,
        "yes": True,
        "nested": {"a": {"1": [1, {"b": [2]}]}},
        "a.b": 1,
        "": 2,
        "huge": str(2**80),
        "odd": "odd",
        "$number": "NaN",
    }
    assert client.get_model_version(version.id).config == {"lr": math.inf, "sizes": [0, 1, 2]}


def test_init_explains_how_to_create_a_model(client: LinLogClient) -> None:
    trainer = ModelTrainer(client)
    for wrong in ("", "p_1", None):
        with pytest.raises(errors.ConfigError, match="create_model"):
            trainer.init(wrong, "v")  # type: ignore[arg-type]
    with pytest.raises(errors.NotFound, match="create_model"):
        trainer.init("m_doesNotExist", "v")


def test_log_never_raises_whatever_it_is_given(
    trainer: ModelTrainer, transport: RecordedTransport, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        def tolist(self) -> None:
            raise RuntimeError("no")

    ring: list[Any] = []
    ring.append(ring)
    for wrong in ("text", None, 5, {"a": Broken()}, {"a": ring}, {"a": "\ud800"}):
        trainer.log(wrong)  # type: ignore[arg-type]
    trainer.log({"a": 1}, step="two")  # type: ignore[arg-type]
    ModelTrainer(trainer._client).log({"a": 1})
    assert "call trainer.init" in caplog.text
    trainer.log({"good": 1})
    trainer.finish()
    assert [entry["data"] for entry in entries(transport)] == [{"good": 1}]


Answer = Callable[[Any], Any]


def killed(requests: Iterator[int]) -> Answer:
    """A server that is killed: the first connection breaks, and none can be made after it."""
    return lambda _: errors.ConnectionLost("refused" if next(requests) else "reset")


@pytest.mark.parametrize(
    "answer",
    [
        killed(count()),
        errors.Timeout("no answer"),
        refusal(500, "failed", "the server failed"),
        refusal(503, "failed", "come back later"),
        refusal(429, "rate_limited", "too many requests"),
        refusal(401, "not_authenticated", "the token has ended"),
    ],
)
def test_a_loop_goes_on_and_all_arrives_when_the_server_is_back(
    trainer: ModelTrainer,
    transport: RecordedTransport,
    answer: Any,
    monkeypatch: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(sender, "pause_s", lambda attempt, after=None: 0.01)
    transport.answers[LOG] = answer
    for step in range(200):
        trainer.log({"step": step})
    with pytest.raises(errors.LinLogError, match=r"."):
        trainer._sender.flush(timeout_s=0.5)
    taken: list[Any] = []
    transport.answers[LOG] = taking(taken)
    trainer.finish()
    assert taken == [{"step": step} for step in range(200)]
    assert len([said for said in caplog.messages if "cannot be reached" in said]) == 1


def test_a_slow_server_makes_no_call_wait(
    trainer: ModelTrainer, transport: RecordedTransport
) -> None:
    """It answers when all calls have come back; whoever waited for it would wait for ever."""
    asked, came_back = threading.Event(), threading.Event()

    def slow(request: Any) -> Any:
        asked.set()
        assert came_back.wait(PATIENCE_S)
        return accepted(request)

    transport.answers[LOG] = slow
    trainer.log({"step": 0})
    assert asked.wait(PATIENCE_S)
    for step in range(1, 300):
        trainer.log({"step": step})
    came_back.set()
    trainer.finish()
    assert len(entries(transport)) == 300


def test_a_full_journal_drops_the_newest_and_says_so(
    transport: RecordedTransport, caplog: pytest.LogCaptureFixture, monkeypatch: Any
) -> None:
    monkeypatch.setattr(sender, "pause_s", lambda attempt, after=None: 0.01)
    client = LinLogClient("http://127.0.0.1:1", "t", transport=transport)
    trainer = ModelTrainer(client)
    trainer.init("m_1", "v")
    transport.answers[LOG] = errors.ConnectionLost("refused")
    monkeypatch.setattr(lanes, "LARGEST_BYTES", 1000)
    for step in range(250):
        trainer.log({"step": step})
    kept = client._sender.waiting
    assert 0 < kept < 250
    assert "log entries are dropped" in caplog.text
    assert client.losses == {"log entries are dropped: the journal is full": 250 - kept}
    taken: list[Any] = []
    transport.answers[LOG] = taking(taken)
    trainer.finish()
    assert taken == [{"step": step} for step in range(kept)]
    assert f"{250 - kept} log entries were dropped" in caplog.text
    client.close()


def test_one_poisoned_entry_among_many_is_the_only_one_lost(
    trainer: ModelTrainer, transport: RecordedTransport
) -> None:
    def picky(request: Any) -> Any:
        found = json.loads(request.body)["entries"]
        if any("poison" in entry["data"] for entry in found):
            return refusal(422, "invalid", "entries.0.data: poison is not taken")
        taken.extend(entry["data"]["step"] for entry in found)
        return accepted(request)

    taken: list[int] = []
    transport.answers[LOG] = picky
    for step in range(100):
        trainer.log({"step": step} if step != 40 else {"poison": 1})
    with pytest.raises(errors.Invalid, match="the log entry of step 40: .*poison"):
        trainer.finish()
    assert sorted(taken) == [step for step in range(100) if step != 40]
    assert trainer.finish() == ()


def test_entries_after_the_end_are_refused_and_reported(client: LinLogClient, scene: Scene) -> None:
    trainer = ModelTrainer(client)
    trainer.init(scene.model.id, "v")
    trainer.log({"a": 1})
    trainer.finish()
    trainer.log({"a": 2})
    with pytest.raises(errors.Conflict, match="the log entry of step 1"):
        client.flush()


def test_finish_reports_refused_predictions_after_all_else_is_done(
    client: LinLogClient, scene: Scene
) -> None:
    trainer = ModelTrainer(client)
    version = trainer.init(scene.model.id, "v")
    for task_id in (scene.tasks[0].id, "t_missing"):
        client.create_model_run(scene.dataset.id, version.id, task_id, BOX, 0.5)
    with pytest.raises(errors.PredictionsRefused) as caught:
        trainer.finish(wait=True)
    assert len(caught.value.refusals) == 1
    assert client.get_model_version(version.id).state == "finished"
    assert [evaluation.state for evaluation in trainer.evaluations] == ["finished"]


def test_finish_says_which_predictions_nothing_looks_at(
    client: LinLogClient, scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    trainer = ModelTrainer(client)
    version = trainer.init(scene.model.id, "v")
    point = {"type": "point", "x": 1, "y": 2, "label": "cat"}
    client.create_model_run(scene.dataset.id, version.id, scene.tasks[0].id, point, 0.5)
    with caplog.at_level(logging.WARNING, "linlog"):
        assert trainer.finish() == ()
    assert "no kind of evaluation looks at predictions of shape point" in caplog.text


def test_the_context_finishes_on_a_normal_end_alone(client: LinLogClient, scene: Scene) -> None:
    with ModelTrainer(client) as trainer:
        good = trainer.init(scene.model.id, "good")
        trainer.log({"a": 1})
    assert client.get_model_version(good.id).state == "finished"
    broken = ModelTrainer(client)
    bad = broken.init(scene.model.id, "bad")
    broken.log({"a": 1})
    with pytest.raises(ZeroDivisionError), broken:
        raise ZeroDivisionError
    assert client.get_model_version(bad.id).state == "training"
    assert len(client.get_log(bad.id)) == 1


def test_threads_may_log_together(trainer: ModelTrainer, transport: RecordedTransport) -> None:
    def work(name: int) -> None:
        for at in range(200):
            trainer.log({"thread": name, "at": at})

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    trainer.finish()
    sent = entries(transport)
    assert sorted(entry["number"] for entry in sent) == list(range(800))
    assert [entry["number"] for entry in sent] == list(range(800))


def test_wait_shows_a_bar_on_a_terminal_and_tells_the_result(
    client: LinLogClient, scene: Scene, capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    trainer = ModelTrainer(client)
    version = trainer.init(scene.model.id, "v")
    client.create_model_run(scene.dataset.id, version.id, scene.tasks[0].id, BOX, 0.5)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    trainer.finish(wait=True)
    told = capsys.readouterr().err
    assert "metrics on blood (detection)" in told
    line = next(each for each in told.splitlines() if "finder v on blood (detection): map" in each)
    tasks = len(scene.tasks)
    assert line.endswith(f"; {tasks - 1} of {tasks} tasks have no predictions")


def test_a_resumed_run_begins_a_segment_and_drops_nothing(
    client: LinLogClient, scene: Scene
) -> None:
    first = ModelTrainer(client)
    version = first.init(scene.model.id, "v")
    for at in range(5):
        first.log({"loss": at})
    client.flush()
    second = ModelTrainer(client)
    assert second.resume(version.id, step=2).segment == 1
    second.log({"loss": 20})
    second.log({"loss": 30})
    # The process that was resumed from is still there: both go on, each in its segment.
    first.log({"loss": 5})
    second.finish()
    third = ModelTrainer(client)
    third.resume(model_id=scene.model.id, version_name="v")
    third.log({"loss": 60})
    third.finish()
    found = client.get_log(version.id)
    assert sorted((entry.segment, entry.step, entry.data["loss"]) for entry in found) == [
        *((0, at, at) for at in range(6)),
        (1, 2, 20),
        (1, 3, 30),
        (2, 6, 60),
    ]
    assert client.get_model_version(version.id).state == "finished"


def test_resume_says_what_it_needs(client: LinLogClient, scene: Scene) -> None:
    trainer = ModelTrainer(client)
    for given in ({}, {"model_id": scene.model.id}, {"version_name": "v"}):
        with pytest.raises(errors.ConfigError, match="model_version_id, or model_id and"):
            trainer.resume(**given)
    with pytest.raises(errors.NotFound, match="no version called 'v'"):
        trainer.resume(model_id=scene.model.id, version_name="v")
    with pytest.raises(errors.NotFound):
        trainer.resume("mv_missing")


PROGRAM = """
import json, os, sys, threading
from linlog import LinLogClient, ModelTrainer, errors
from linlog.client import sender
from linlog.client.transports.recorded import RecordedTransport
sender.EXIT_GRACE_S = float(sys.argv[3])
VERSION = json.loads(sys.argv[1])
def log(request):
    if "dead" in sys.argv:
        return errors.ConnectionLost("refused")
    found = json.loads(request.body)["entries"]
    with open(sys.argv[2], "a") as file:
        file.writelines(str(entry["data"]["step"]) + "\\n" for entry in found)
    return {"accepted": len(found), "repeated": 0}
transport = RecordedTransport({
    "POST /api/v2/models/m_1/versions": VERSION,
    "POST /api/v2/model-versions/mv_1/log-entries": log,
})
client = LinLogClient("http://127.0.0.1:1", "t", transport=transport)
trainer = ModelTrainer(client)
trainer.init("m_1", "v")
for step in range(1000):
    trainer.log({"step": step})
"""


def ended(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A program that came to its end; one that waits for anything longer than it may has none."""
    command = [sys.executable, "-c", program, json.dumps(VERSION), *arguments]
    return subprocess.run(command, check=False, timeout=PATIENCE_S, capture_output=True, text=True)


@pytest.mark.parametrize(
    "ending",
    [
        "",
        "sys.exit(3)",
        "raise KeyError",
        "import time; time.sleep(0.3)",
        "threading.Thread(target=lambda: trainer.log({'step': 1000})).start()",
        "os.fork() or trainer.log({'step': 1000})",
    ],
)
def test_a_normal_exit_delivers_everything(ending: str, tmp_path: Any) -> None:
    target = tmp_path / "log"
    # An end that waits for its grace though all is delivered is one that takes too long.
    ended(PROGRAM + ending, str(target), f"{10 * PATIENCE_S}")
    written = [int(line) for line in target.read_text().splitlines()]
    extra = [1000] if "1000" in ending else []
    assert sorted(written) == [*range(1000), *extra]


def test_a_dead_server_holds_an_exit_up_for_a_while_only(tmp_path: Any) -> None:
    done = ended(PROGRAM, str(tmp_path), "0.5", "dead")
    assert done.returncode == 0
    assert "1000 records are not delivered yet (refused): `linlog sync`" in done.stderr


def test_nothing_is_logged_while_all_is_well(
    client: LinLogClient, scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "linlog"), ModelTrainer(client) as trainer:
        trainer.init(scene.model.id, "v")
        for step in range(50):
            trainer.log({"step": step})
    assert not caplog.records
