"""Predictions on their way: batches, back-pressure, what is refused, and who tells of it."""

import json
import os
import subprocess
import sys
import threading
import time
from typing import Any

import pytest

from linlog import LinLogClient, errors
from linlog.client import sender
from linlog.client.journal import lanes
from linlog.client.transports.recorded import RecordedTransport, refusal
from linlog.shapes import Box
from tests.client.conftest import BOX
from tests.client.test_trainer import NOW, VERSION
from tests.factories.processes import until
from tests.patience import PATIENCE_S

RUN = {
    "id": "mr_1",
    "dataset_id": "d_1",
    "dataset_name": "d",
    "model_version_id": "mv_1",
    "model_id": "m_1",
    "model_name": "m",
    "model_version_name": "v",
    "created_date": NOW,
    "prediction_count": 0,
    "coverage": {"tasks": 1, "predicted": 0, "missing": 1},
}
SIDES = {"left": 1, "top": 2, "width": 3, "height": 4}
BEGIN = "POST /api/v2/model-runs"
STORE = "POST /api/v2/model-runs/mr_1/predictions/boxes"
STORE_OTHERS = "POST /api/v2/model-runs/mr_1/predictions"


def sizes(transport: RecordedTransport) -> list[int]:
    """How many predictions each request carried."""
    return [
        len(sent(request))
        for request in transport.requests
        if request.url.endswith(("/predictions", "/predictions/boxes"))
    ]


def sent(request: Any) -> list[Any]:
    """The predictions of a request: boxes as rows, others as objects."""
    body = json.loads(request.body)
    found: list[Any] = body["boxes"] if "boxes" in body else body["predictions"]
    return found


def stored(request: Any) -> Any:
    """Take every prediction."""
    count = len(sent(request))
    return {"accepted": count, "repeated": 0, "refused": []}


@pytest.fixture
def transport() -> RecordedTransport:
    """A server that takes everything."""
    return RecordedTransport({BEGIN: RUN, STORE: stored, STORE_OTHERS: stored})


@pytest.fixture
def offline(transport: RecordedTransport, monkeypatch: pytest.MonkeyPatch) -> LinLogClient:
    """A client whose server is made up, and that sends when a batch is full or `flush` is called.

    However slowly the records of a test come.
    """
    monkeypatch.setattr(sender, "LINGER_S", 2 * PATIENCE_S)
    return LinLogClient("http://127.0.0.1:1", "t", transport=transport)


def predict(client: LinLogClient, count: int) -> None:
    """Make predictions of one model run."""
    for at in range(count):
        client.create_model_run("d_1", "mv_1", f"t_{at}", BOX, 0.5)


def test_they_leave_in_batches(offline: LinLogClient, transport: RecordedTransport) -> None:
    predict(offline, 12_000)
    offline.flush()
    assert sum(sizes(transport)) == 12_000
    assert len(sizes(transport)) < 12_000 / 500
    assert max(sizes(transport)) <= 20_000
    assert [request.url for request in transport.requests].count(
        "http://127.0.0.1:1/api/v2/model-runs"
    ) == 1


def test_large_ones_leave_in_small_batches(
    offline: LinLogClient, transport: RecordedTransport
) -> None:
    # Of 0.3 MB each, where a batch has 1 MB at most.
    path = [[float(at), float(at % 7)] for at in range(20_000)]
    for at in range(6):
        offline.create_model_run("d_1", "mv_1", f"t_{at}", {"label": "a", "points": path})
    offline.flush()
    assert sum(sizes(transport)) == 6
    assert max(sizes(transport)) <= 3


def test_a_full_journal_holds_the_caller_back(
    offline: LinLogClient, transport: RecordedTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "LARGEST_BYTES", 2000)

    def slow(request: Any) -> Any:
        time.sleep(0.02)
        return stored(request)

    transport.answers[STORE] = slow
    predict(offline, 400)
    # Whether there is room is looked at every hundredth time.
    assert offline._sender.waiting < 160
    offline.flush()
    assert sum(sizes(transport)) == 400
    transport.answers[STORE] = errors.ConnectionLost("refused")
    predict(offline, 1)
    offline._sender._hurry()
    until(lambda: offline._sender._failure is not None, "a refusal")
    monkeypatch.setattr(sender, "FULL_TIMEOUT_S", 0.1)
    with pytest.raises(errors.ConnectionLost, match="no room for more: refused"):
        predict(offline, 400)
    transport.answers[STORE] = stored
    offline.flush()


def test_a_server_that_is_away_is_waited_for(
    offline: LinLogClient, transport: RecordedTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "pause_s", lambda attempt, after=None: 0.02)
    left = [errors.ConnectionLost("broke"), refusal(500, "failed", "no"), errors.Timeout("late")]
    transport.answers[STORE] = lambda request: left.pop() if left else stored(request)
    predict(offline, 10)
    offline.flush()
    assert sizes(transport) == [10, 10, 10, 10]


def test_a_token_that_ended_is_said_at_once_and_nothing_is_lost(
    offline: LinLogClient, transport: RecordedTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "pause_s", lambda attempt, after=None: 0.02)
    transport.answers[STORE] = refusal(401, "not_authenticated", "the token has ended")
    predict(offline, 10)
    with pytest.raises(errors.NotAuthenticated, match="has ended"):
        offline.flush()
    transport.answers[STORE] = stored
    offline.flush()
    assert sizes(transport)[-1] == 10


def test_a_batch_refused_whole_is_searched_for_the_one_to_blame(
    offline: LinLogClient, transport: RecordedTransport
) -> None:
    def picky(request: Any) -> Any:
        if b'"t_37"' in request.body:
            return refusal(413, "too_large", "that is too much")
        return stored(request)

    transport.answers[STORE] = picky
    predict(offline, 100)
    with pytest.raises(errors.PredictionsRefused, match="on task t_37: that is too much") as caught:
        offline.flush()
    assert [entry.task_id for entry in caught.value.refusals] == ["t_37"]  # type: ignore[attr-defined]


def test_a_model_run_that_is_gone_refuses_all(
    offline: LinLogClient, transport: RecordedTransport
) -> None:
    transport.answers[STORE] = refusal(404, "not_found", "there is no such model run")
    predict(offline, 30)
    with pytest.raises(errors.PredictionsRefused) as caught:
        offline.close()
    assert len(caught.value.refusals) == 30
    assert len(sizes(transport)) == 1
    assert transport.closed


def test_the_context_does_not_hide_the_blocks_own_error(transport: RecordedTransport) -> None:
    transport.answers[STORE] = refusal(404, "not_found", "gone")
    client = LinLogClient("http://127.0.0.1:1", "t", transport=transport)
    predict(client, 3)
    with pytest.raises(KeyError), client:
        raise KeyError
    with (
        pytest.raises(errors.PredictionsRefused),
        LinLogClient("http://127.0.0.1:1", "t", transport=transport) as second,
    ):
        predict(second, 3)


def test_threads_begin_a_model_run_once(
    offline: LinLogClient, transport: RecordedTransport
) -> None:
    threads = [threading.Thread(target=predict, args=(offline, 100)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    offline.flush()
    assert sum(sizes(transport)) == 400
    assert sum(request.url.endswith("/model-runs") for request in transport.requests) == 1


def test_odd_confidences_and_attributes_become_plain(
    offline: LinLogClient, transport: RecordedTransport
) -> None:
    np = pytest.importorskip("numpy")
    made = offline.create_model_run(
        "d_1", "mv_1", "t_1", {**BOX, "attributes": {"n": np.int64(3)}}, np.float32(0.25)
    )
    assert (made.confidence, made.attributes) == (0.25, {"n": 3})
    offline.flush()
    (only,) = sent(transport.requests[-1])
    assert (only["confidence"], only["attributes"]) == (0.25, {"n": 3})


@pytest.mark.parametrize("turned", [0, 30])
def test_texts_of_arrays_are_texts(
    offline: LinLogClient, transport: RecordedTransport, turned: float
) -> None:
    np = pytest.importorskip("numpy")
    labels, tasks = np.array(["cat", "dog"]), np.array(["t_1", "t_2"])
    box = {**SIDES, "rotation": turned}
    made = offline.create_model_run("d_1", "mv_1", tasks[0], {"label": labels[0], **box}, 0.5)
    offline.create_model_run("d_1", "mv_1", tasks[1], box, 0.5, label=labels[1])
    assert (type(made.task_id), type(made.label)) == (str, str)
    offline.flush()
    taken = sent(transport.requests[-1])
    assert ["cat" in str(each) for each in taken] == [True, False]
    assert ["t_2" in str(each) for each in taken] == [False, True]


@pytest.mark.parametrize("box", [Box(1, 2, 3, 4), {"type": "box", **SIDES}, {**SIDES}])
def test_a_box_is_a_row_however_it_is_written(
    offline: LinLogClient, transport: RecordedTransport, box: Any
) -> None:
    offline.create_model_run("d_1", "mv_1", "t_1", box, None, label="cat")
    offline.create_model_run("d_1", "mv_1", "t_2", Box(1, 2, 3, 4, 30), 0.5, label="cat")
    offline.create_model_run("d_1", "mv_1", "t_3", None)
    offline.flush()
    others, rows = transport.requests[-2:]
    assert sent(rows) == [["t_1", 0, "cat", None, 1.0, 2.0, 3.0, 4.0]]
    assert [each["task_id"] for each in sent(others)] == ["t_2", "t_3"]


REFUSED_AT_EXIT = """
import sys
from linlog import LinLogClient
from linlog.client.transports.recorded import RecordedTransport, refusal
import json
transport = RecordedTransport({
    "POST /api/v2/model-runs": json.loads(sys.argv[1]),
    "POST /api/v2/model-runs/mr_1/predictions": refusal(404, "not_found", "it is gone"),
})
client = LinLogClient("http://127.0.0.1:1", "t", transport=transport)
for at in range(5):
    client.create_model_run("d_1", "mv_1", f"t_{at}", "cat", 0.5)
"""


def test_what_nobody_asked_for_is_one_warning_at_the_end() -> None:
    command = [sys.executable, "-c", REFUSED_AT_EXIT, json.dumps(RUN)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == 0
    assert len(done.stderr.splitlines()) == 1
    assert "on task t_0: it is gone and 4 more" in done.stderr


FORKS = """
import json, os, sys
from linlog import LinLogClient, ModelTrainer
from linlog.client.transports.recorded import RecordedTransport
def log(request):
    body = json.loads(request.body)
    os.write(1, json.dumps([body["client_id"], body["entries"]]).encode() + b"\\n")
    return {"accepted": len(body["entries"]), "repeated": 0}
transport = RecordedTransport({
    "POST /api/v2/models/m_1/versions": json.loads(sys.argv[1]),
    "POST /api/v2/model-versions/mv_1/log-entries": log,
})
trainer = ModelTrainer(LinLogClient("http://127.0.0.1:1", "t", transport=transport))
trainer.init("m_1", "v")
trainer.log({"from": "parent"})
trainer.log({"staged": "parent"}, commit=False)
child = os.fork()
trainer.log({"from": "parent" if child else "child"})
if child:
    os.waitpid(child, 0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_logs_under_a_name_of_its_own() -> None:
    command = [sys.executable, "-c", FORKS, json.dumps(VERSION)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=True)
    found: dict[str, list[Any]] = {}
    for client_id, sent in map(json.loads, done.stdout.splitlines()):
        found.setdefault(client_id, []).extend(sent)
    by_writer = sorted(([entry["data"] for entry in sent] for sent in found.values()), key=len)
    assert by_writer == [
        [{"from": "child"}],
        [{"from": "parent"}, {"staged": "parent", "from": "parent"}],
    ]
    for sent in found.values():
        assert [entry["number"] for entry in sent] == list(range(len(sent)))
    assert {entry["step"] for sent in found.values() for entry in sent} == {0, 1}
